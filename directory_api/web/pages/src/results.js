// The answer: the circumstances of the search, and the centres.

/**
 * @import { Address, Bundle, Centre, Hit, OpenWord, NamedPlace, Origin, Phone } from "./types.js"
 * @import { SpokenLanguage } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { create, createButton, createText, httpsOnly } from "./dom.js";
import { opening } from "./hours.js";
import { languageName } from "./i18n.js";
import { isOutside } from "./search.js";
import { callLink, webLink } from "./view.js";
import { weeklyHours } from "./weekly.js";

const EMERGENCY_DUTY = "emergency-duty";
const SOFT = { class: "soft" };
// Without and with the time of the next change.
/** @type {Record<OpenWord, [key: string, timeKey: string]>} */
const STATE_KEYS = {
  open: ["open.now", "open.now_until"],
  closed: ["open.closed", "open.closed_until"],
  unknown: ["open.unknown", ""],
};

/**
 * @typedef {object} SearchResult
 * @property {SearchOrigin} origin
 * @property {Hit[]} hits
 * @property {boolean} certain
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 * @property {string} filterNames In words; empty without filters.
 * @property {() => void} onClear Called to remove the filters.
 *
 * @typedef {Origin & Partial<NamedPlace> & {isPostcode: boolean}} SearchOrigin
 */

/**
 * What a visitor has to know to read the list of centres.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {SearchResult} result
 * @returns {HTMLElement[]}
 */
export function circumstances(translator, bundle, result) {
  const { code, name, nameByLanguage, isPostcode } = result.origin;
  /** @param {string} key @param {Record<string, string>} [values] */
  const paragraph = (key, values) => createText(translator, "p", key, {}, values);
  /** @type {HTMLElement[]} */
  const content = [];
  if (result.isOld || !navigator.onLine) {
    content.push(paragraph("offline", { date: translator.date(Date.parse(bundle.made)) }));
  }
  if (isUncovered(bundle, result.origin)) {
    content.push(paragraph("outside"), paragraph("outside.dial"));
  }
  if (result.filterNames) {
    const label = createText(translator, "span", "filters.label");
    const isEmpty = result.hits.length === 0;
    content.push(
      isEmpty ? paragraph("empty") : create("p", {}, label, `: ${result.filterNames}`),
      createButton(translator, "filter.clear", result.onClear),
    );
  }
  if (!result.certain) {
    const key = isPostcode ? "uncertain.postcode" : "uncertain.position";
    const [reason, both] = [key, "uncertain.both"].map((each) =>
      createText(translator, "span", each),
    );
    content.push(create("p", {}, reason, " ", both));
  }
  const message = content.length > 0 ? [create("div", { class: "message" }, content)] : [];
  if (!isPostcode) return message;
  const attributes = { class: "soft typed" };
  const values = { place: `${code} ${translator.text(nameByLanguage, name)}` };
  return [createText(translator, "p", "results.from", attributes, values), ...message];
}

/** @param {Bundle} bundle @param {SearchOrigin} origin */
function isUncovered(bundle, { isPostcode, lat, lon }) {
  return isPostcode
    ? !bundle.coverage.countries.includes(bundle.country)
    : isOutside(bundle, lat, lon);
}

/**
 * @typedef {object} CardOptions
 * @property {number | null} rank From 0; null if it is not certain.
 * @property {boolean} isCompact Without services.
 */

/**
 * One centre.
 *
 * @param {Translator} translator
 * @param {Hit} hit
 * @param {CardOptions} options
 */
export function centreCard(translator, { centre, distance }, { rank, isCompact }) {
  const state = create("span", { class: "state" });
  const duty = create("span");
  const km = translator.kilometres(distance);
  const phones = (centre.phones ?? []).filter(({ kind }) => kind !== "fax");
  const calls = phones.flatMap((phone) => phoneItems(translator, phone));
  const name = translator.text(centre.name_translations, centre.name);
  const rankKey = rank === 0 ? "result.nearest" : "result.next";
  const card = create(
    "article",
    { class: "centre", part: "centre", "aria-labelledby": `centre-${centre.id}` },
    rank === null ? null : createText(translator, "p", rankKey, { class: "rank" }),
    create("h4", { id: `centre-${centre.id}`, part: "name" }, name),
    create(
      "p",
      { class: "facts" },
      createText(translator, "span", "distance", {}, { km }),
      create("span", {}, state, duty),
    ),
    calls.length > 0 ? create("div", { class: "calls" }, calls) : null,
    isCompact ? null : description(translator, centre),
    create("dl", {}, details(translator, centre, isCompact)),
    isConfirmed(centre)
      ? null
      : createText(translator, "p", "record.unconfirmed", { class: "soft" }),
  );
  return { card, openState: { centre, state, duty } };
}

/** @param {Translator} translator @param {Centre} centre In this language, else in another. */
function description(translator, { description: texts }) {
  const text = translator.text(texts);
  if (text) return create("p", {}, text);
  const [tag, other] = Object.entries(texts ?? {})[0] ?? [];
  return other ? create("p", { lang: tag, dir: "auto" }, other) : null;
}

/** @param {Translator} translator @param {Phone} phone */
function phoneItems(translator, { kind, number, display }) {
  const label = kind === "main" ? "" : createText(translator, "span", `phone.${kind}`, SOFT);
  return [callLink(translator, number, display), label];
}

/**
 * Rows of terms and descriptions.
 *
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {boolean} isCompact
 */
function details(translator, centre, isCompact) {
  /** @type {HTMLElement[]} */
  const rows = [];
  /** @param {string} key @param {...(HTMLElement | string | HTMLElement[])} content */
  const add = (key, ...content) =>
    rows.push(createText(translator, "dt", key), create("dd", {}, ...content));
  if (centre.opening_hours) add("hours.label", hoursLines(translator, centre.opening_hours));
  const languages = centre.languages ?? [];
  if (languages.length > 0) {
    const items = languages.map((language) => languageItem(translator, language));
    const caveat = isConfirmed(centre)
      ? ""
      : createText(translator, "p", "spoken.unconfirmed", SOFT);
    add("spoken.label", create("ul", {}, items), caveat);
  }
  if (centre.email) {
    add("email", create("a", { href: `mailto:${centre.email}`, dir: "ltr" }, centre.email));
  }
  const website = httpsOnly(centre.website);
  if (website) add("website", webLink(website));
  const isHidden = centre.address_visibility === "hidden";
  add(
    "address",
    isHidden
      ? createText(translator, "span", "address.hidden")
      : addressText(translator, centre.address),
  );
  const services = (centre.services ?? []).filter((code) => translator.say(`service.${code}`));
  if (services.length > 0 && !isCompact) {
    const items = services.map((code) => createText(translator, "li", `service.${code}`));
    add("services.label", create("ul", {}, items));
  }
  return rows;
}

/**
 * Opening hours as days and times, else in OpenStreetMap's syntax, which belongs to no language.
 *
 * @param {Translator} translator
 * @param {string} expression
 * @returns {HTMLElement[]}
 */
export function hoursLines(translator, expression) {
  if (expression === "24/7") return [createText(translator, "p", "hours.always")];
  const { week } = translator.record;
  const { lines, isClosedOnHolidays } = week
    ? weeklyHours(expression, week)
    : { lines: [], isClosedOnHolidays: false };
  if (lines.length === 0) return [create("bdi", { dir: "ltr" }, expression)];
  const paragraphs = lines.map((line) => create("p", {}, translator.say("hours.line", line, true)));
  const holidays = isClosedOnHolidays ? [createText(translator, "p", "hours.holidays")] : [];
  return [...paragraphs, ...holidays];
}

/** @param {Translator} translator @param {Address} address */
function addressText(translator, address) {
  const street = translator.text(address.street_translations, address.street);
  const town = translator.text(address.locality, Object.values(address.locality ?? {})[0]);
  const line = `${address.postal_code ?? ""} ${town ?? ""}`.trim();
  return create("bdi", { translate: "no" }, [street, line].filter(Boolean).join(", "));
}

/** @param {Translator} translator @param {SpokenLanguage} language */
function languageItem(translator, { code, interpreter }) {
  const name = languageName(code);
  return interpreter
    ? createText(translator, "li", "spoken.interpreter", {}, { language: name })
    : create("li", {}, create("bdi", { lang: code }, name));
}

/** @param {Centre} centre As on the server's page: an old confirmation counts for nothing. */
function isConfirmed({ freshness }) {
  return freshness !== "unverified" && freshness !== "stale";
}

/** @typedef {{centre: Centre, state: HTMLElement, duty: HTMLElement}} OpenStateElements */

/**
 * Show whether a centre is open. Text that has not changed is not replaced, so that a screen reader
 * does not read it again.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {OpenStateElements} elements
 * @param {number} now
 */
export function updateOpenState(translator, bundle, { centre, state, duty }, now) {
  const { word, next } = opening(bundle, centre, now);
  let time = "";
  try {
    if (next !== null) time = translator.time(next, now, centre.timezone);
  } catch {} // a time zone that this browser does not have
  const [key, timeKey] = STATE_KEYS[word];
  // Words that the browser has kept may be older than this module.
  setText(state, (time && translator.say(timeKey, { time })) || translator.say(key));
  // A person in danger at night may still call.
  const isOnDuty = word === "closed" && centre.services?.includes(EMERGENCY_DUTY);
  setText(duty, isOnDuty ? ` · ${translator.say(`service.${EMERGENCY_DUTY}`)}` : "");
  state.dataset.word = word;
}

/** @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
