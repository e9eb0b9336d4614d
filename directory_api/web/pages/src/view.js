// The parts of the component, its helplines and its form.

/**
 * @import { Bundle, Helpline, Refusal } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { create, createText, httpsOnly } from "./dom.js";
import { MAX_TEXT } from "./search.js";

/** The parts of the component. They stay; their content changes. */
export function createParts() {
  const exit = /** @type {HTMLAnchorElement} */ (
    create("a", {
      class: "button exit",
      part: "exit",
      rel: "noreferrer",
      target: "_top",
      "aria-describedby": "hint",
    })
  );
  const hint = create("p", { id: "hint", class: "hint" });
  const helplines = create("section", {
    class: "helplines",
    part: "helplines",
    "aria-labelledby": "dial",
  });
  const search = create("div", { class: "search" });
  const position = create("div", { class: "position" });
  const message = create("div", {
    id: "message",
    class: "message",
    part: "message",
    role: "status",
  });
  const results = create("div", { class: "results", part: "results" });
  const foot = create("div", { class: "foot soft" });
  const bar = create("div", { class: "bar", part: "bar" }, exit);
  const content = [bar, hint, helplines, search, message, position, results, foot];
  const box = create("div", { class: "box", part: "box", role: "region" }, content);
  return { box, exit, hint, helplines, search, position, message, results, foot };
}

/**
 * @param {Translator} translator
 * @param {string | null} heading Of the page, instead of the component's own.
 */
export function createHeading(translator, heading) {
  return heading ? create("h2", {}, heading) : createText(translator, "h2", "heading");
}

/**
 * @param {Translator} translator
 * @param {Helpline} helpline
 */
export function helplineItem(translator, helpline) {
  const { kind, number, display, note } = helpline;
  const name = translator.text(helpline.name);
  const isAlways = helpline.hours === "24/7" && !name; // names say so themselves
  const hours = isAlways ? createText(translator, "p", "hours.always", { class: "soft" }) : null;
  const noteText = translator.text(note);
  const address = httpsOnly(translator.text(helpline.url_translations, helpline.url));
  const action = number ? callLink(translator, number, display) : address && webLink(address);
  // The name of the link says who answers: "Call 101 Police".
  const [callId, nameId] = [`call-${number}`, `name-${number}`];
  if (number && action) {
    action.id = callId;
    action.setAttribute("aria-labelledby", `${callId} ${nameId}`);
  }
  return create(
    "li",
    { part: "helpline" },
    action,
    create(
      "div",
      {},
      name
        ? create("span", { id: nameId }, name)
        : createText(translator, "span", `helpline.${kind}`, { id: nameId }),
      hours,
      noteText ? create("p", { class: "soft" }, noteText) : null,
    ),
  );
}

/**
 * @param {Translator} translator
 * @param {string} number
 * @param {string | undefined} display
 */
export function callLink(translator, number, display) {
  const attributes = { class: "button", part: "call", href: `tel:${number}` };
  const inOneLine = (display ?? number).replaceAll(" ", "\u00a0");
  return createText(translator, "a", "call", attributes, { number: inOneLine });
}

/** @param {string} address */
export function webLink(address) {
  const text = address.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "");
  // A frame cannot show most other sites.
  const target = window.top === window ? null : "_blank";
  return create("a", { href: address, rel: "noreferrer noopener", target, dir: "ltr" }, text);
}

/**
 * The search form. It is no <form>, because a sandboxed frame cannot submit one. The browser does
 * not store what is typed.
 *
 * @param {Translator} translator
 * @param {string} example A postcode.
 * @param {(text: string) => void} onSearch
 */
export function searchForm(translator, example, onSearch) {
  const input = /** @type {HTMLInputElement} */ (
    create("input", {
      id: "postcode",
      part: "input",
      type: "text",
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      autocorrect: "off",
      translate: "no",
      dir: "ltr",
      maxlength: MAX_TEXT,
      enterkeyhint: "search",
      inputmode: /^[0-9]+$/.test(example) ? "numeric" : null,
      "aria-describedby": "message help private",
    })
  );
  const attributes = { type: "button", class: "button", part: "button" };
  const button = createText(translator, "button", "find.button", attributes);
  button.addEventListener("click", () => onSearch(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) button.click();
  });
  const form = create(
    "div",
    { role: "search", part: "form" },
    createText(translator, "label", "postcode.label", { for: "postcode" }),
    createText(translator, "p", "postcode.help", { id: "help", class: "soft" }, { example }),
    create("div", { class: "row" }, input, button),
    createText(translator, "p", "privacy.device", { id: "private", class: "soft" }),
  );
  return { form, input };
}

/**
 * The sources of the data, in a box to open; null if there are none.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 */
export function attribution(translator, bundle) {
  const sources = bundle.attribution.map(({ name }) => name).join("; ");
  if (!sources) return null;
  const summary = createText(translator, "summary", "attribution", {}, { sources: "" });
  // "Data: {sources}" without the colon, and without the characters that isolate the sources.
  summary.textContent = (summary.textContent ?? "").replace(/[\s:：\u2066-\u2069]+$/, "");
  const text = createText(translator, "p", "attribution", {}, { sources });
  return create("details", {}, summary, text);
}

/**
 * Why typed text is no place, and what to do: `nodes`, with the suggestions as `buttons`, whose
 * value is a postcode.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Refusal} refusal
 * @param {Record<string, string>} buttonAttributes
 */
export function refusalContent(translator, bundle, refusal, buttonAttributes = {}) {
  const { error, suggestions, countries } = refusal;
  /** @type {HTMLElement[]} */
  const nodes = [];
  if (error === "postcode-foreign") {
    const names = countries.map((country) => translator.countryName(country)).join(" / ");
    const example = bundle.places.keys().next().value ?? "";
    const values = { country: translator.countryName(bundle.country), example };
    nodes.push(
      create("p", {}, `${names}? `, createText(translator, "span", "error.country-unsupported")),
      createText(translator, "p", "error.search-in", {}, values),
      createText(translator, "p", "outside.dial"),
    );
  } else if (error !== "postcode-malformed" || suggestions.length === 0) {
    nodes.push(createText(translator, "p", `error.${error}`));
  }
  const buttons = suggestions.map(({ code, name, nameByLanguage }) => {
    const attributes = { type: "button", value: code, ...buttonAttributes };
    const place = create("bdi", {}, translator.text(nameByLanguage, name));
    const text = create("span", {}, `${code} `, place);
    const button = create("button", attributes, text);
    return /** @type {HTMLButtonElement} */ (button);
  });
  if (buttons.length > 0) {
    const group = { class: "row", role: "group", "aria-labelledby": "suggestions" };
    nodes.push(
      createText(translator, "p", "suggestions.label", { id: "suggestions" }),
      create("div", group, buttons),
    );
  }
  return { nodes, buttons };
}
