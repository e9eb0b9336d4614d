// The elements of the component, in the markup of the server's page (templates/finder).

/**
 * @import { Bundle, Helpline } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { create, createButton, createText, httpsOnly, linkTo } from "./dom.js";
import { MAX_TEXT } from "./gazetteer.js";

/** The only number in the modules; it works in the whole European Union. All others are records. */
export const EUROPEAN = "112";

/** The parts of the component. They stay; their content changes. */
export function createParts() {
  const exit = /** @type {HTMLAnchorElement} */ (
    create("a", { class: "exit", part: "exit", rel: "noreferrer", target: "_top" })
  );
  const presses = create("p", { class: "visually-hidden", role: "status" });
  const bar = create("div", { class: "exit-bar", part: "bar" }, exit, presses);
  const heading = create("h2", { class: "heading" });
  const helplines = create("section", {
    class: "helplines",
    part: "helplines",
    "aria-labelledby": "helplines",
  });
  const search = create("div", { class: "search" });
  const results = create("section", {
    class: "results",
    part: "results",
    "aria-labelledby": "results",
    hidden: true,
  });
  const foot = create("div", { class: "foot muted" });
  const content = [bar, heading, helplines, search, results, foot];
  const box = create("div", { class: "box", part: "box", role: "region" }, content);
  return { box, exit, presses, heading, helplines, search, results, foot };
}

/** @param {Translator} translator @param {Helpline[]} helplines */
export function helplineParts(translator, helplines) {
  return [
    createText(translator, "h2", "helplines.heading", { id: "helplines" }),
    create(
      "ul",
      {},
      helplines.map((helpline) => {
        const attributes = { class: helpline.kind, part: "helpline" };
        return create("li", attributes, helplineLink(translator, helpline));
      }),
    ),
  ];
}

/**
 * The number to call in danger, in a message: the helplines may be out of sight.
 *
 * @param {Translator} translator
 * @param {Helpline[]} [helplines] None: those of another country, where the European number works.
 */
export function dialText(translator, helplines) {
  const own = helplines?.find(({ kind, number }) => kind === "emergency" && number);
  const number = own?.number ?? EUROPEAN;
  const element = createText(translator, "p", helplines ? "helplines.heading" : "outside.dial");
  const [before, after = ""] = String(element.textContent).split(number);
  const link = create("a", { class: "button", part: "call", href: `tel:${number}` }, number);
  element.replaceChildren(before, " ", link, after);
  return element;
}

/**
 * The first number that answers day and night, else the first helpline: the closest centre may be
 * closed.
 *
 * @param {Translator} translator
 * @param {Helpline[]} helplines
 */
export function nightLine(translator, helplines) {
  const always = helplines.find(({ number, hours }) => number && hours === "24/7");
  const link = helplineLink(translator, always ?? helplines[0]);
  link.className = "button night";
  return link;
}

/** @param {Translator} translator @param {Helpline} helpline */
function helplineLink(translator, helpline) {
  const { kind, number, display } = helpline;
  const address = httpsOnly(translator.text(helpline.url_translations, helpline.url));
  const shown = number ? display ?? number : address && new URL(address).host.replace("www.", "");
  const name = ["emergency", "police"].includes(kind) ? "" : translator.text(helpline.name);
  const always = helpline.hours === "24/7" ? createText(translator, "span", "hours.always") : null;
  const own = name
    ? [name]
    : [createText(translator, "span", `helpline.${kind}`), always && " · ", always];
  const attributes = { part: "call", ...linkTo(number ? `tel:${number}` : address) };
  const text = create("b", {}, create("bdi", { dir: "ltr" }, shown));
  return create("a", attributes, text, " ", create("span", {}, own));
}

/**
 * The search. It is no <form>, because a sandboxed frame cannot submit one. The browser does not
 * store what is typed.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {() => void} onSearch
 */
export function searchDetails(translator, bundle, onSearch) {
  const example = bundle.places.keys().next().value ?? "";
  const input = /** @type {HTMLInputElement} */ (
    create("input", {
      id: "postcode",
      part: "input",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      autocorrect: "off",
      translate: "no",
      dir: "ltr",
      maxlength: MAX_TEXT,
      enterkeyhint: "search",
      "aria-describedby": "postcode-help postcode-privacy",
    })
  );
  const button = createButton(translator, "find.button", onSearch, { class: "main" });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) button.click();
  });
  const muted = { class: "muted" };
  const field = create(
    "div",
    { class: "field" },
    createText(translator, "label", "postcode.label", { for: "postcode" }),
    createText(translator, "p", "postcode.help", { id: "postcode-help", ...muted }, { example }),
    create("div", { class: "row" }, input, button),
    createText(translator, "p", "privacy.device", { id: "postcode-privacy", ...muted }),
  );
  const position = create(
    "div",
    { class: "position" },
    createText(translator, "button", "position.button", {
      type: "button",
      class: "text",
      part: "button",
      "data-position": "",
      "aria-describedby": "position-help",
    }),
    createText(translator, "p", "position.help", { id: "position-help", ...muted }),
  );
  const place = create("span", { class: "typed", "data-place": "" });
  const change = createText(translator, "span", "change.button", { class: "change" });
  const form = create("div", { class: "search-form", role: "search", part: "form" });
  form.append(field, messageElement(), position);
  const summary = create("summary", {}, place, " ", change);
  return create("details", { class: "origin", id: "origin", open: "" }, summary, form);
}

/** Where it says what is wrong. */
export function messageElement() {
  return create("div", { class: "message", part: "message", role: "status" });
}
