// Elements of the document.

/** @import { Translator } from "./i18n.js" */

import { accentProperties } from "./colour.js";

/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */
/** @typedef {Node | string | null | undefined} Child */

/** Node.js, which has no elements, can import the functions of the package. */
export const BaseElement = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});

const PLAIN_BUTTON = { type: "button", part: "button" };

/**
 * An element with attributes (null, undefined, false: none) and children. Strings become text,
 * never markup.
 *
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * An element with words. Words that are borrowed from English say so (WCAG 2.2, 3.1.2).
 *
 * @param {Translator} translator
 * @param {string} tag
 * @param {string} key
 * @param {Attributes} attributes
 * @param {Record<string, string>} values
 */
export function createText(translator, tag, key, attributes = {}, values = {}) {
  const english = translator.isEnglish(key) && { lang: "en", dir: "ltr" };
  return create(tag, { ...english, ...attributes }, translator.say(key, values));
}

/**
 * The words that say to call a number, which stays on one line.
 *
 * @param {Translator} translator
 * @param {string} number
 */
export function callLabel(translator, number) {
  const element = createText(translator, "span", "call", {}, { number: "\n" });
  const [before, after] = String(element.textContent).split("\n");
  element.replaceChildren(before, create("bdi", { dir: "ltr" }, unbroken(number)), after);
  return element;
}

/**
 * @param {Translator} translator
 * @param {string} key
 * @param {() => void} onClick
 * @param {Attributes} attributes
 */
export function createButton(translator, key, onClick, attributes = {}) {
  const button = createText(translator, "button", key, { ...PLAIN_BUTTON, ...attributes });
  button.addEventListener("click", onClick);
  return button;
}

/**
 * Scroll to an element. From a frame the page around it stays, so that the exit stays in sight.
 *
 * @param {HTMLElement} element
 */
export function showAtTop(element) {
  const bar = element.closest("body, .box")?.querySelector(".exit-bar");
  if (window.top === window) element.scrollIntoView();
  else window.scrollBy(0, element.getBoundingClientRect().top - 1.3 * (bar?.clientHeight ?? 0));
}

/** @param {string | null | undefined} href The attributes of a link. */
export function linkTo(href) {
  const isWeb = href?.startsWith("https:");
  const rel = isWeb && "noreferrer noopener";
  // A frame cannot show most other sites.
  return { href, rel, target: isWeb && window.top !== window && "_blank" };
}

/** @param {string | null | undefined} address @returns {string | null} Only an https address. */
export function httpsOnly(address) {
  try {
    return address && new URL(address).protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

/**
 * Apply a style sheet. A strict Content-Security-Policy allows its constructor.
 *
 * The rem of a partner's page may be 10 px, so lengths in rem become multiples of a custom
 * property. REM, in which that is defined, stays.
 *
 * @param {ShadowRoot} root
 * @param {string} style
 */
export function applyStyle(root, style) {
  const css = style.replace(/(-?[\d.]+)rem/g, "calc($1*var(--rem))");
  if (!("adoptedStyleSheets" in Document.prototype)) {
    // Safari before 16.4; the policy of the page has to allow it.
    root.prepend(create("style", {}, css));
    return;
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}

/**
 * Set the custom properties for an accent; none if the browser does not read it as a colour.
 *
 * @param {HTMLElement} element
 * @param {string} accent A colour in CSS.
 */
export function applyAccent(element, accent) {
  element.removeAttribute("style");
  element.style.color = accent; // the browser parses it
  const computed = element.style.color === "" ? "" : getComputedStyle(element).color;
  element.removeAttribute("style");
  const match = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(computed);
  if (!match) return;
  const properties = accentProperties(match.slice(1).map(Number));
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
}

/** @param {string} number As a line shows it whole. */
export function unbroken(number) {
  return number.replaceAll(" ", "\u00a0");
}
