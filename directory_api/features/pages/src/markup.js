// The elements of the component, in the markup of the server's page (templates/finder).

/**
 * @import { Helpline } from "./types.js"
 * @import { Translator } from "./i18n.js"
 * @import { PlaceLines } from "./helplines.js"
 */

import { lineLink, sayToCall } from "./cards.js";
import { create, createButton, createText } from "./dom.js";
import { emergencyNumber, EUROPEAN, isEuropean, isForDanger } from "./helplines.js";
import { ALWAYS } from "./hours.js";
import { MAX_TEXT } from "./places.js";

/** The parts of the component. They stay; their content changes. */
export function createParts() {
  const exit = /** @type {HTMLAnchorElement} */ (
    create("a", { class: "exit", part: "exit", rel: "noreferrer", target: "_top" })
  );
  const presses = create("p", { class: "visually-hidden", role: "status" });
  const emergency = create("a", { class: "emergency", part: "call" });
  // In every language, so that no language moves the exit and the number.
  const look = { class: "exit-bar", part: "bar", dir: "ltr" };
  const bar = create("div", look, exit, presses, emergency);
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
  const others = create("div", { class: "helplines" });
  const foot = create("div", { class: "foot muted" });
  const content = [bar, heading, helplines, search, results, others, foot];
  const box = create("div", { class: "box", part: "box", role: "region" }, content);
  return { box, exit, presses, emergency, heading, helplines, search, results, others, foot };
}

/** @param {Translator} translator @param {Helpline[]} helplines */
export function helplineList(translator, helplines) {
  return create("ul", {}, helplineItems(translator, helplines));
}

/**
 * @param {Translator} translator
 * @param {Helpline[]} helplines
 * @param {boolean} isAbroad Whether they are of another country than the place.
 */
export function helplineItems(translator, helplines, isAbroad = false) {
  return helplines.map((helpline) => {
    const attributes = { class: isAbroad ? "abroad" : helpline.kind, part: "helpline" };
    return create("li", attributes, lineLink(translator, helpline, isAbroad ? "abroad" : "own"));
  });
}

/**
 * The helplines for a place. Those of several countries are named; those for danger come first,
 * also of a country that is less likely, and the number of all of Europe once.
 *
 * @param {Translator} translator
 * @param {PlaceLines} lines
 * @param {Helpline[]} beside Those of the bundle's country, if the place is not in it.
 */
export function placeItems(translator, { own, likeliest, countries }, beside) {
  const isNamed = countries.length > 1;
  const european = own.find(isEuropean);
  const listed = own.filter((line) => line === european || !isEuropean(line));
  const ordered = [...listed.filter(isForDanger), ...listed.filter((line) => !isForDanger(line))];
  const ofPlace = ordered.map((line) => {
    const link = lineLink(translator, line, isNamed && line !== european ? "abroad" : "own");
    const look = isForDanger(line) || likeliest.includes(line) ? line.kind : "abroad";
    return create("li", { class: look, part: "helpline" }, link);
  });
  return [...ofPlace, ...helplineItems(translator, beside, true)];
}

/**
 * The number to call in danger, in a message: the helplines may be out of sight.
 *
 * @param {Translator} translator
 * @param {Helpline[]} [helplines] None: those of another country, where the European number works.
 */
export function dialText(translator, helplines) {
  const number = emergencyNumber(helplines) ?? EUROPEAN;
  const element = createText(translator, "p", helplines ? "helplines.heading" : "outside.dial");
  const [before, after = ""] = String(element.textContent).split(number);
  element.replaceChildren(before, " ", dialLink(number), after);
  return element;
}

/** @param {string} number */
export function dialLink(number) {
  return create("a", { class: "button", part: "call", href: `tel:${number}` }, number);
}

/**
 * The first number that answers day and night, else the first helpline: the closest centre may be
 * closed. Where it is the only one that is answered now it comes first.
 *
 * @param {Translator} translator
 * @param {Helpline[]} helplines
 * @param {{isAbroad: boolean, isOnly: boolean}} place `isAbroad`: whether they are of another
 *   country than those above; `isOnly`: whether no number of the centre is answered now.
 */
export function nightLine(translator, helplines, { isAbroad, isOnly }) {
  const always = helplines.find(({ number, hours }) => number && hours === ALWAYS);
  // A line for some victims only, such as women, is never the first.
  const isForAll = always?.kind === "national_line";
  const isFirst = isOnly && isForAll;
  const link = lineLink(translator, always ?? helplines[0], isAbroad ? "abroad" : "own");
  if (isFirst) sayToCall(translator, link);
  link.className = `button night${isForAll ? " always" : ""}${isFirst ? " first" : ""}`;
  return link;
}

/**
 * Helplines of the country of a place as buttons, each with that country.
 *
 * @param {Translator} translator
 * @param {Helpline[]} helplines
 */
export function linesAbroad(translator, helplines) {
  return helplines.map((helpline) => {
    const link = lineLink(translator, helpline, "abroad");
    link.className = "button";
    return link;
  });
}

/**
 * The search. It is no <form>, because a sandboxed frame cannot submit one. The browser does not
 * store what is typed.
 *
 * @param {Translator} translator
 * @param {() => void} onSearch
 */
export function searchDetails(translator, onSearch) {
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
      "aria-describedby": "postcode-privacy",
    })
  );
  const button = createButton(translator, "find.button", onSearch, { class: "main" });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) button.click();
  });
  const field = create(
    "div",
    { class: "field" },
    createText(translator, "label", "postcode.label", { for: "postcode" }),
    create("div", { class: "row" }, input, button),
    createText(translator, "p", "privacy.device", { id: "postcode-privacy", class: "muted" }),
  );
  const position = create(
    "div",
    { class: "position" },
    createText(translator, "button", "position.button", {
      type: "button",
      class: "text",
      part: "button",
      "data-position": "",
    }),
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
