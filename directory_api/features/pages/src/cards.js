// Cards and helplines as the server wrote them in a language (cards_file.py). What follows from the
// search and the time is added here: number, distance, state, and which numbers are answered.

/**
 * @import { Bundle, Centre, Helpline, Written } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { callLabel, create, createText, linkTo } from "./dom.js";
import { answeredNumbers, opening } from "./hours.js";

// Nothing that a directory sends may run or load anything in a partner's page.
const TAGS = /^(a|article|b|bdi|br|button|d[dlt]|details|div|h3|p|span|summary)$/;
const ATTRIBUTES = /^(aria-.+|data-.+|class|dir|href|id|lang|part|role|translate|type)$/;
const LINKS = /^(https|mailto|tel|geo):/;
const MINUTE_MS = 60000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param {Written} written @returns {HTMLElement} */
function made([tag, attributes, ...children]) {
  const known = Object.entries(attributes).filter(([name]) => ATTRIBUTES.test(name));
  const { href, ...others } = Object.fromEntries(known);
  const content = children.map((child) => (typeof child === "string" ? child : made(child)));
  const link = LINKS.test(href) && linkTo(href);
  return create(TAGS.test(tag) ? tag : "span", { ...others, ...link }, ...content);
}

/**
 * A card without a number, a distance and a state.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 */
export function centreCard(translator, { id, permanent }) {
  const { cards = {}, temporary = {} } = translator.record;
  return made((permanent && temporary[id]) || cards[id]);
}

/**
 * The link of a helpline, in its own country or abroad. One of which the language has no text is
 * shown by its number.
 *
 * @param {Translator} translator
 * @param {Helpline} line
 * @param {"own" | "abroad"} [where]
 */
export function lineLink(translator, { id, kind, number = "" }, where = "own") {
  const written = translator.record.lines?.[id];
  if (written) return made(written[where]);
  const text = create("b", {}, create("bdi", { dir: "ltr" }, number));
  const words = createText(translator, "span", `helpline.${kind}`);
  return create("a", { part: "call", href: `tel:${number}` }, text, " ", words);
}

/**
 * Say to call a helpline, in its link.
 *
 * @param {Translator} translator
 * @param {HTMLElement} link
 */
export function sayToCall(translator, link) {
  const text = /** @type {HTMLElement} */ (link.querySelector("b"));
  text.replaceChildren(callLabel(translator, String(text.textContent)));
}

/** @param {HTMLElement} card */
export function nameIn(card) {
  return String(card.querySelector("[part=name]")?.textContent);
}

/** @param {HTMLElement} card */
export function townIn(card) {
  return card.querySelector(".town")?.textContent ?? "";
}

/**
 * The numbers of a centre, those filled that are answered now.
 *
 * @param {Bundle} bundle
 * @param {Centre} centre
 * @param {HTMLElement} card
 */
export function callLinks(bundle, centre, card) {
  const calls = /** @type {HTMLElement} */ (card.querySelector(".calls")?.cloneNode(true));
  fillNumbers(calls, answeredNumbers(bundle, centre, Date.now()));
  return calls;
}

/**
 * Number a card, and show how far it is.
 *
 * @param {Translator} translator
 * @param {HTMLElement} card
 * @param {{number: number, distance: number | null}} place `number` from 1; `distance` in metres,
 *   null if there is none to show.
 */
export function placeCard(translator, card, { number, distance }) {
  const heading = /** @type {HTMLElement} */ (card.querySelector("h3"));
  heading.id = `centre-${number}`;
  card.setAttribute("aria-labelledby", heading.id);
  /** @type {HTMLElement} */ (heading.querySelector(".badge")).textContent = String(number);
  for (const old of card.querySelectorAll(".distance, .night, .notes")) old.remove();
  showDistance(translator, card, distance);
}

/**
 * @param {Translator} translator
 * @param {HTMLElement} card
 * @param {number | null} metres
 */
export function showDistance(translator, card, metres) {
  if (metres === null) return;
  const km = translator.kilometres(metres);
  const text = createText(translator, "span", "distance", {}, { km });
  card.querySelector(".where")?.append(create("span", { class: "distance" }, ", ", text));
}

/**
 * Put what concerns the whole answer beside the numbers of its first card: a helpline, first if
 * only it is answered now, and notes below.
 *
 * @param {HTMLElement} card
 * @param {HTMLElement} night
 * @param {HTMLElement} notes
 */
export function placeNotes(card, night, notes) {
  const calls = /** @type {HTMLElement} */ (card.querySelector(".calls"));
  if (night.classList.contains("first")) calls.before(night);
  else calls.after(night);
  const last = night.previousElementSibling === calls ? night : calls;
  (card.querySelector(".duty") ?? last).after(notes);
}

/**
 * That a centre is closed, and until when, if that is known and ahead.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {number} now
 */
export function closedText(translator, { status, closed_until: until }, now) {
  const last = until ? Date.parse(until) : -Infinity;
  if (last + DAY_MS <= now) return translator.say(`status.${status}`);
  return translator.say("status.closed_until", { date: translator.date(last) });
}

/**
 * Show whether a centre is open. Text that has not changed is not replaced, so that a screen reader
 * does not read it again. A later change moves nothing: the longest text keeps its space.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Centre} centre
 * @param {HTMLElement} card
 * @param {number} now
 */
export function updateState(translator, bundle, centre, card, now) {
  fillNumbers(card, answeredNumbers(bundle, centre, now));
  const element = /** @type {HTMLElement | null} */ (card.querySelector(".state"));
  if (!element) return;
  if (centre.status !== "active") {
    showState(element, centre.status, closedText(translator, centre, now));
    return;
  }
  const { word, next } = opening(bundle, centre, now);
  const key = word === "open" ? "open.now" : `open.${word}`;
  const time = next === null ? "" : timeText(translator, centre.timezone, next, now);
  showState(element, word, translator.say(time ? `${key}_until` : key, { time }));
  element.dataset.longest = time && longestState(translator, centre, now);
}

/**
 * A time, with how soon it is if it is within an hour; empty if this browser does not have the time
 * zone.
 *
 * @param {Translator} translator
 * @param {string | undefined} zone
 * @param {number} next
 * @param {number} now
 */
function timeText(translator, zone, next, now) {
  try {
    const time = translator.time(next, now, zone);
    const soon = next - now < HOUR_MS && translator.minutes(Math.ceil((next - now) / MINUTE_MS));
    return soon ? `${time} (${soon})` : time;
  } catch {
    return "";
  }
}

/**
 * Fill the numbers that are answered now, else the helpline beside them. None changes its place or
 * its size.
 *
 * @param {HTMLElement} card
 * @param {Set<string>} numbers
 */
function fillNumbers(card, numbers) {
  const night = card.querySelector(".night");
  const isBest = numbers.size === 0 && night && !night.classList.contains("always");
  for (const call of card.querySelectorAll(".call")) {
    const number = String(call.getAttribute("href")).replace("tel:", "");
    call.classList.toggle("main", numbers.has(number) || !!isBest);
  }
  night?.classList.toggle("main", numbers.size === 0 && !isBest);
}

/** @param {HTMLElement} element @param {string} word @param {string} state */
function showState(element, word, state) {
  if (element.textContent !== state) element.replaceChildren(create("span", {}, state));
  element.className = `state ${word}`;
}

/** @param {Translator} translator @param {Centre} centre @param {number} now */
function longestState(translator, { open = [], timezone }, now) {
  const minute = now / MINUTE_MS;
  const opens = open.find(({ start }) => start > minute)?.start;
  const closes = open.find(({ end }) => end > minute)?.end;
  /** @type {[string, number | undefined, number][]} */
  const states = [
    ["open.closed_until", opens, 3000], // with its weekday
    ["open.closed_until", opens, 59],
    ["open.now_until", closes, 59],
  ];
  return states.reduce((longest, [key, then, before]) => {
    if (then === undefined) return longest;
    const [next, earlier] = [then * MINUTE_MS, (then - before) * MINUTE_MS];
    const text = translator.say(key, { time: timeText(translator, timezone, next, earlier) });
    return text.length > longest.length ? text : longest;
  }, "");
}
