// A centre, in the markup of the server (templates/finder/centres.html).

/**
 * @import { Bundle, Centre, Location, Phone, Sources, SpokenLanguage } from "./types.js"
 * @import { SaidHours, Texts } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { callLabel, create, createText, httpsOnly, linkTo } from "./dom.js";
import { ALWAYS, answeredNumbers, isForEmergencies, isOnDuty, opening } from "./hours.js";
import { languageName } from "./i18n.js";
import { saidHours } from "./weekly.js";

const MINUTE_MS = 60000;
const DAY_MS = 86400000;
// The contested members that have no place of their own on the card.
const OTHERS = ["phones", "email", "website", "languages", "services", "audiences"];

/**
 * A card without a number, a distance and a state; these follow from the search and the time.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {Sources} [sources] Those of the bundle.
 * @returns {HTMLElement} An article.
 */
export function centreCard(translator, centre, sources = {}) {
  const name = create("bdi", { part: "name" }, centreName(translator, centre));
  const where = whereabouts(translator, centre);
  return create(
    "article",
    { class: "centre", part: "centre", "data-centre": centre.id },
    create("h3", {}, create("span", { class: "badge" }), " ", create("span", {}, name, where)),
    create("p", { class: "state" }),
    recordText(translator, "p", centre.closed_reason),
    callLinks(translator, centre),
    hasDuty(centre)
      ? createText(translator, "p", "service.emergency-duty", { class: "duty" })
      : null,
    contested(translator, centre, OTHERS),
    description(translator, centre, sources),
    details(translator, centre),
    services(translator, centre),
    confirmation(translator, centre),
  );
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
  if (distance !== null) heading.querySelector(".where")?.append(away(translator, distance));
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

/** @param {Translator} translator @param {Centre} centre */
export function centreName(translator, { name, name_translations: names }) {
  return translator.text(names, name);
}

/**
 * The town of a centre, after its name, and about how far it is, if that is to be shown.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {number | null} [distance] Metres.
 */
export function whereabouts(translator, centre, distance = null) {
  const town = townOf(translator, centre);
  const far = distance === null ? null : away(translator, distance);
  return create("span", { class: "where" }, town && `, ${town}`, far);
}

/** @param {Translator} translator @param {number} metres */
function away(translator, metres) {
  const km = translator.kilometres(metres);
  const text = createText(translator, "span", "distance", {}, { km });
  return create("span", { class: "distance" }, ", ", text);
}

/** @param {Translator} translator @param {Centre} centre Its town. */
export function townOf(translator, { address: { locality: names = {} } }) {
  return translator.text(names, names.en ?? Object.values(names)[0]);
}

/**
 * The numbers to call, each with when it is answered.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {Set<string>} [numbers] Those that are answered now.
 */
export function callLinks(translator, centre, numbers = new Set()) {
  const links = (centre.phones ?? [])
    .filter(({ kind }) => kind !== "fax")
    .map((phone) => callLink(translator, centre, phone, numbers.has(phone.number)));
  return create("div", { class: "calls" }, links, lastDay(translator, centre, "phones"));
}

/**
 * The last day of a temporary value, below it; null if a member has none now.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {"address" | "phones" | "opening_hours"} member
 */
export function lastDay(translator, { permanent, temporary }, member) {
  const last = permanent && temporary?.[member] && temporary.until;
  if (!last) return null;
  const date = translator.date(Date.parse(last));
  return createText(translator, "p", "temporary.until", { class: "until" }, { date });
}

/**
 * Whether a person in danger at night may call, although the office is closed, and no phone says
 * so.
 *
 * @param {Centre} centre
 */
function hasDuty(centre) {
  const isSaid = centre.phones?.some((phone) => phone.hours === ALWAYS);
  return isOnDuty(centre) && centre.status === "active" && !isSaid;
}

/**
 * When calls are answered, also while the office is temporarily closed; null if that is not known.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {Phone} phone
 */
function answered(translator, centre, phone) {
  const { hours: expression } = phone;
  if (!isKnown(expression, phone) || centre.status === "closed") return null;
  const attributes = { class: "answered" };
  if (expression === ALWAYS) {
    const key = isForEmergencies(centre, phone) ? "emergencies" : "always";
    return createText(translator, "span", `phone.${key}`, attributes);
  }
  const [before, after] = translator.say("phone.hours", { hours: "\n" }, true).split("\n");
  const lines = hoursLines(translator, expression, phone);
  const content = lines.flatMap((line, index) => (index === 0 ? [line] : [create("br"), line]));
  return create("span", attributes, before, content, after);
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
  const date = last + DAY_MS > now ? translator.date(last) : "";
  // Words that the browser has kept may be older than this script.
  return (
    (date && translator.say("status.closed_until", { date })) || translator.say(`status.${status}`)
  );
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
  let time = "";
  try {
    if (next !== null) time = translator.time(next, now, centre.timezone);
  } catch {} // a time zone that this browser does not have
  const key = word === "open" ? "open.now" : `open.${word}`;
  // Words that the browser has kept may be older than this script.
  const state = (time && translator.say(`${key}_until`, { time })) || translator.say(key);
  showState(element, word, state);
  element.dataset.longest = time && longestState(translator, centre, now);
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
  const start = open.find((each) => each.start * MINUTE_MS > now)?.start;
  if (start === undefined) return "";
  // With its weekday.
  const time = translator.time(start * MINUTE_MS, (start - 3000) * MINUTE_MS, timezone);
  return translator.say("open.closed_until", { time });
}

/**
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {Phone} phone
 * @param {boolean} isAnswered
 */
function callLink(translator, centre, phone, isAnswered) {
  const { kind, number, display } = phone;
  const what = kind === "main" ? [] : [createText(translator, "span", `phone.${kind}`), " "];
  const call = callLabel(translator, display ?? number);
  const main = isAnswered ? "main " : "";
  const attributes = { class: `button ${main}call`, part: "call", href: `tel:${number}` };
  const when = answered(translator, centre, phone);
  return create("a", attributes, what, call, when && " ", when);
}

/**
 * What a centre is, in this language, else in another, with its sources: it may be the centre's own
 * statement.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {Sources} sources
 */
function description(translator, { description: texts, description_sources: ids }, sources) {
  const known = (ids ?? []).map((id) => sources[id]).filter(Boolean);
  const links = known.flatMap((each) => [" ", source(translator, each)]);
  const paragraph = recordText(translator, "p", texts);
  paragraph?.append(...links);
  return paragraph;
}

/**
 * An element with a record's text in this language, else in another one; null without a text.
 *
 * @param {Translator} translator
 * @param {string} name Of the element.
 * @param {Texts} [texts]
 * @param {Record<string, string>} [attributes]
 */
function recordText(translator, name, texts = {}, attributes = {}) {
  const own = translator.text(texts);
  const tag = texts.en ? "en" : Object.keys(texts)[0];
  if (!own && !tag) return null;
  return create(name, attributes, own ?? create("span", { lang: tag, dir: "auto" }, texts[tag]));
}

/**
 * What sources disagree about, of some members.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {string[]} members
 */
function contested(translator, { contested: entries = [] }, members) {
  const shown = entries.filter(({ member }) => members.includes(member));
  const paragraphs = shown.map(({ member, note }) => {
    const key = OTHERS.includes(member) ? "other" : member;
    const sentence = createText(translator, "span", `contested.${key}`);
    const said = recordText(translator, "span", note, { class: "muted" });
    return create("p", { class: "contested" }, sentence, " ", said);
  });
  const [first, ...more] = paragraphs;
  return more.length > 0 ? create("div", {}, paragraphs) : first;
}

/** @param {Translator} translator @param {Sources[string]} source */
function source(translator, { publisher, url }) {
  const anchor = link(url, publisher);
  anchor.className = "source";
  anchor.prepend(createText(translator, "span", "trust.source"), " ");
  return anchor;
}

/** @param {Translator} translator @param {Centre} centre When it was confirmed, unless long ago. */
function confirmation(translator, { confirmed }) {
  if (!confirmed) return null;
  const date = translator.date(Date.parse(confirmed));
  return createText(translator, "p", "record.confirmed", { class: "muted" }, { date });
}

/** @param {Translator} translator @param {Centre} centre */
function details(translator, centre) {
  return pairs(translator, [
    ["hours.label", hours(translator, centre)],
    ["spoken.label", languages(translator, centre.languages ?? [])],
    ["address", address(translator, centre)],
    ["email", centre.email && link(`mailto:${centre.email}`, centre.email)],
    ["website", website(centre)],
  ]);
}

/** @typedef {HTMLElement | string | null | undefined} Part */
/** @typedef {Part | Part[]} Content */

/**
 * Labels with their content. What is missing has no label.
 *
 * @param {Translator} translator
 * @param {[key: string, content: Content][]} rows
 */
function pairs(translator, rows) {
  return create(
    "dl",
    {},
    rows.flatMap(([key, content]) =>
      content ? [createText(translator, "dt", key), create("dd", {}, content)] : [],
    ),
  );
}

/**
 * Opening hours as days, dates and times; null if they are not known.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 */
function hours(translator, centre) {
  const { opening_hours: expression, status } = centre;
  if (!isKnown(expression, centre) || status !== "active") return null;
  const lines = hoursLines(translator, expression, centre);
  const paragraphs = lines.map((line) => create("p", {}, line));
  const last = lastDay(translator, centre, "opening_hours");
  return [...paragraphs, last, contested(translator, centre, ["opening_hours"])];
}

/** @param {string | undefined} expression @param {SaidHours} said */
function isKnown(expression, { weekly, usual }) {
  return expression === ALWAYS || (expression && (weekly ?? usual));
}

/**
 * @param {Translator} translator
 * @param {string | undefined} expression
 * @param {SaidHours} said The same, as people say it.
 */
function hoursLines(translator, expression, said) {
  if (expression === ALWAYS) return [createText(translator, "span", "hours.always")];
  const { week } = translator.record;
  // Words that the browser has kept may be older than this script.
  if (!week?.full_dates) return [createText(translator, "span", "open.unknown")];
  return saidHours(said, week, (key, values) => translator.say(key, values, true)).map(
    ({ key, text }) => (key ? createText(translator, "span", key) : create("span", {}, text)),
  );
}

/** @param {Translator} translator @param {SpokenLanguage[]} spoken */
function languages(translator, spoken) {
  if (spoken.length === 0) return null;
  return spoken.flatMap(({ code, interpreter }, index) => {
    const language = languageName(code);
    const item = interpreter
      ? createText(translator, "span", "spoken.interpreter", {}, { language })
      : create("bdi", { lang: code }, language);
    return index === 0 ? [item] : [", ", item];
  });
}

/** @param {Translator} translator @param {Centre} centre */
function address(translator, centre) {
  const { address_visibility: visibility, location } = centre;
  const text = addressLine(translator, centre);
  const isPublic = (visibility ?? "public") === "public";
  /** @type {Part[]} */
  const content = isPublic ? [] : [createText(translator, "p", "address.hidden")];
  if (text) content.push(create("p", {}, create("bdi", { translate: "no" }, text)));
  content.push(lastDay(translator, centre, "address"), contested(translator, centre, ["address"]));
  if (isPublic && location) content.push(route(translator, location, text));
  return content;
}

/** @param {Translator} translator @param {Centre} centre Its address, as far as it is shown. */
export function addressLine(translator, centre) {
  const { street_translations: streets, street, postal_code: code } = centre.address;
  const line = [code, townOf(translator, centre)].filter(Boolean).join(" ");
  return [translator.text(streets, street), line].filter(Boolean).join(", ");
}

/**
 * How to get to a public address: to copy it (copy.js), and to open it in the device's own map. The
 * link does not name the centre, because the map may keep it in its history.
 *
 * @param {Translator} translator
 * @param {Location} location
 * @param {string} text
 */
function route(translator, { lat, lon }, text) {
  const copied = { type: "button", class: "text", "data-copy": translator.say("address.copied") };
  const copy = createText(translator, "button", "address.copy", copied);
  const href = `geo:${lat.toFixed(5)},${lon.toFixed(5)}?q=${encodeURIComponent(text)}`;
  return create(
    "details",
    {},
    createText(translator, "summary", "route"),
    create("p", { class: "copy" }, copy, " ", create("span", { role: "status" })),
    createText(translator, "p", "address.map_help", { class: "muted" }),
    create("p", {}, createText(translator, "a", "address.map", { href })),
  );
}

/** @param {Centre} centre */
function website(centre) {
  const href = httpsOnly(centre.website);
  return href && link(href, href.replace("https://", "").replace(/\/$/, ""));
}

/** @param {string} href @param {string} text */
function link(href, text) {
  return create("a", linkTo(href), create("bdi", { dir: "ltr" }, text));
}

/** @param {Translator} translator @param {Centre} centre What it offers, and to whom. */
function services(translator, centre) {
  /** @param {string} kind @param {string[] | undefined} codes */
  const names = (kind, codes = []) =>
    codes.map((code) => translator.say(`${kind}.${code}`)).filter(Boolean).join(", ");
  const list = pairs(translator, [
    ["audiences.label", names("audience", centre.audiences)],
    ["services.label", names("service", centre.services)],
  ]);
  const label = createText(translator, "summary", "services.label");
  return list.firstChild && create("details", {}, label, list);
}
