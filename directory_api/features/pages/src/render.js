// Shows an answer, a refusal or a message in the elements of the server's page or of the component,
// which have the same markup.
//
// The elements stay where they are: an answer sorts the centres that are shown, or adds them if
// there are too many to show before a search.

/**
 * @import { Answer, Helpline, Listed, Loaded, Refused, SearchOrigin } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { caveats, circumstances, notes, otherCountries, otherLines } from "./answer.js";
import { refusalContent } from "./answer.js";
import { centreCard, lineLink, placeCard, placeNotes, updateState } from "./cards.js";
import { create, createText } from "./dom.js";
import { linesToAdd, placeLines } from "./helplines.js";
import { answeredNumbers } from "./hours.js";
import { dialText, nightLine } from "./markup.js";
import { UNKNOWN } from "./search.js";

/** @typedef {ReturnType<typeof viewOf>} View The elements of a search. */

/** @param {Document | ShadowRoot} root */
export function viewOf(root) {
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (root.querySelector(selector));
  const input = /** @type {HTMLInputElement} */ (find("#postcode"));
  const describedBy = input.getAttribute("aria-describedby") ?? "";
  return {
    root,
    input,
    describedBy: describedBy.replace(" form-error", ""),
    search: find(".search"),
    details: /** @type {HTMLDetailsElement} */ (find("#origin")),
    place: find("[data-place]"), // what the folded form says of it
    message: find(".message"),
    listing: find(".results"),
    /** @type {Map<string, HTMLElement>} The list items, by centre. */
    items: new Map(),
  };
}

/**
 * Fold the form, and say the place.
 *
 * @param {View} view
 * @param {Translator} translator
 * @param {SearchOrigin} origin
 */
export function renderPlace({ input, describedBy, details, place }, translator, origin) {
  input.value = "";
  input.removeAttribute("aria-invalid");
  input.setAttribute("aria-describedby", describedBy);
  details.open = false;
  const name = translator.text(origin.nameByLanguage, origin.name);
  place.textContent = origin.code
    ? translator.say("results.from", { place: `${origin.code} ${name}` })
    : name ?? translator.say("results.near-you");
}

/**
 * @param {View} view
 * @param {Loaded} loaded
 * @param {Answer} answer
 * @param {() => void} onClear Called to remove the filters.
 */
export function renderAnswer(view, { translator, bundle }, answer, onClear) {
  const { root, listing, items: made } = view;
  const { origin, cards } = answer;
  /** @param {Element} link */
  const address = (link) => link.getAttribute("href");
  const beside = [...root.querySelectorAll(".helplines:not(.beside, .results *) a")].map(address);
  /** @param {Helpline} line */
  const isShown = (line) => beside.includes(address(lineLink(translator, line)));
  const lines = origin ? linesToAdd(bundle, origin, isShown) : { danger: [], others: [] };
  const items = cards.map(({ centre, distance_m: metres }, index) => {
    const item = made.get(centre.id) ?? create("li", {}, centreCard(translator, centre));
    made.set(centre.id, item);
    const card = /** @type {HTMLElement} */ (item.querySelector("article"));
    // The postcodes of a town have different distances.
    const distance = origin?.places ? null : metres;
    placeCard(translator, card, { number: index + 1, distance });
    return item;
  });
  const key = origin ? "results.heading" : "results.all";
  listing.replaceChildren(
    createText(translator, "h2", key, { id: "results", tabindex: "-1" }),
    ...circumstances(translator, bundle, answer, lines, onClear),
    create("ol", { class: "centres" }, items),
    ...otherLines(translator, lines),
    ...caveats(translator, answer),
    ...otherCountries(translator, origin),
  );
  const [first] = items;
  if (origin && first) {
    const { likeliest, countries, isHome } = placeLines(bundle, origin);
    const night = nightLine(translator, likeliest, {
      isAbroad: !isHome && !!countries[0],
      isOnly: answeredNumbers(bundle, cards[0].centre, Date.now()).size === 0,
    });
    placeNotes(first, night, notes(translator, bundle, answer));
  }
  listing.hidden = false;
}

/**
 * Update which centres are open.
 *
 * @param {View} view
 * @param {Loaded} loaded
 * @param {Listed[]} cards
 */
export function renderStates({ items }, { translator, bundle }, cards) {
  const now = Date.now();
  for (const { centre } of cards) {
    const item = items.get(centre.id);
    if (item) updateState(translator, bundle, centre, item, now);
  }
}

/** @param {View} view @param {Loaded} loaded @param {Refused} refusal */
export function renderRefusal(view, { translator, bundle }, refusal) {
  const { input, details, message, describedBy } = view;
  // Else there is such a place, or nothing was typed.
  const isWrong = /malformed|unknown/.test(refusal.error);
  const look = isWrong ? "note error" : "note";
  const content = refusalContent(translator, bundle, refusal);
  const note = create("div", { class: look, id: "form-error" }, content);
  message.replaceChildren(note);
  details.open = true;
  input.setAttribute("aria-invalid", String(isWrong));
  input.setAttribute("aria-describedby", `${describedBy} form-error`);
  // WebKit would scroll to the focus later, when the place of the page is settled (waiting.js).
  input.focus({ preventScroll: true });
  input.value = refusal.text;
  // A page without a server, and the component, have no form that could be sent.
  const { form } = input;
  const isHere = refusal.country === bundle.country;
  if (isHere && UNKNOWN.includes(refusal.error) && form && !form.hasAttribute("data-alone")) {
    const words = [createText(translator, "b", "find.button"), " "];
    const sent = createText(translator, "span", "privacy.sent");
    note.append(create("button", { "data-send": "" }, words, sent));
  }
  // A phone shows little beside its keyboard.
  for (const part of [input, message]) part.scrollIntoView({ block: "nearest" });
}

/** @param {View} view @param {Loaded} loaded @param {string} key Of the words. */
export function renderMessage({ message }, { translator, bundle }, key) {
  const text = createText(translator, "p", key);
  const call = key === "load.failed" ? dialText(translator, bundle.helplines) : null;
  message.replaceChildren(create("div", { class: "note" }, text, call));
}
