// The search on the device, of values alone: a question becomes the place that it means or why it
// means none, and a place becomes an answer. Nothing here reads the page or a file.

/**
 * @import { Answer, Bundle, Filters, Listed, Loaded, Offered, Place } from "./types.js"
 * @import { Question, Refusal, Refused, Resolution, Result, SearchOrigin } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { normalizeCode } from "./bundle.js";
import { everyCentre, LIMIT, nearest } from "./nearest.js";
import { read, suggest, writtenLike } from "./places.js";

// As on the server's page: this many centres are shown before a search.
const MOST_SHOWN = 5;
const HAS_LETTERS = /\p{L}{2}/u; // B-1000 has none
/** The names of places did not come. */
export const LOAD = "load";
/** What another table, or the server, may know. */
export const UNKNOWN = ["place-unknown", "postcode-unknown", "postcode-foreign", LOAD];
/** Of the reasons why a centre is shown: that it speaks a language. */
export const SPEAKS = "speaks:";

/**
 * @typedef {object} Known What a text is read with.
 * @property {Bundle} bundle
 * @property {Map<string, Bundle>} tables By country, with every name; the neighbours' with their
 *   postcodes.
 * @property {Filters} filters
 * @property {boolean} [isFailed] Whether other tables did not come.
 */

/**
 * The countries (ISO 3166-1) whose tables are needed to answer a question, and are not known yet.
 *
 * @param {Known} known
 * @param {Question} question
 */
export function missingTables(known, { country, text }) {
  const { bundle, tables } = known;
  const isHere = country === bundle.country;
  const resolution = readIn(known, country, text);
  // A postcode needs no names.
  const isCode = /\d/.test(text) && hasAll(resolution);
  const isNamed = !isHere || (HAS_LETTERS.test(text) && !isCode);
  if (isNamed && !tables.has(country)) return [country];
  const others = isHere && unknownIn(resolution, text) ? mayHave(bundle, resolution, text) : [];
  return others.filter((each) => !tables.has(each));
}

/** @param {Bundle} bundle @param {Resolution} resolution @param {string} text */
function mayHave({ neighbours }, { countries = [] }, text) {
  if (countries.length === 1) return neighbours.filter((each) => countries.includes(each));
  return HAS_LETTERS.test(text) ? neighbours : [];
}

/**
 * The place that a question means, or why it means none, by the tables that are known.
 *
 * @param {Known} known
 * @param {Question} question
 * @returns {SearchOrigin | Refused}
 */
export function find(known, { country, text }) {
  const { bundle, isFailed } = known;
  if (country === bundle.country) return findHere(known, text);
  if (!isFailed) return findThere(known, country, text);
  const failed = { error: LOAD, suggestions: [], countries: [country] };
  return refused(known, text, failed, alike(bundle, text));
}

/** @param {Known} known @param {string} text @returns {SearchOrigin | Refused} */
function findHere(known, text) {
  const { bundle } = known;
  const { country } = bundle;
  const resolution = readIn(known, country, text);
  const { place } = resolution;
  const unknown = unknownIn(resolution, text);
  const there = unknown ? havingAll(known, resolution, text) : [];
  if (there.length === 1) return findThere(known, there[0], text);
  const having = neighboursOf(known).filter((each) => suggest(tableOf(known, each), unknown)[0]);
  if (!place) {
    const isCode = resolution.error === "postcode-unknown";
    const others = isCode ? alike(bundle, text) : [...there, ...having];
    return refused(known, text, resolution, others);
  }
  if (having[0]) {
    const doubtful = { error: "place-unknown", suggestions: [place], countries: [] };
    // The code may be of this country.
    return refused(known, text, doubtful, [...there, ...having], unknown);
  }
  const also = place.also ?? alike(bundle, unknown ? place.code : text);
  return { ...place, country, also, typed: HAS_LETTERS.test(text) ? text : place.code || text };
}

/**
 * @param {Known} known
 * @param {string} country A neighbour.
 * @param {string} text
 * @returns {SearchOrigin | Refused}
 */
function findThere(known, country, text) {
  const { place, ...refusal } = readIn(known, country, text);
  if (place) return { ...place, country, also: [] };
  // The table has only the postcodes near the border.
  const far = { error: "postcode-foreign", suggestions: [], reason: "postcode-far" };
  const why = refusal.error === "postcode-unknown" ? far : /** @type {Refusal} */ (refusal);
  return { ...why, countries: [country], country, text, elsewhere: [] };
}

/**
 * A refusal with what may be tried in its place.
 *
 * @param {Known} known
 * @param {string} text
 * @param {Refusal} refusal
 * @param {string[]} others Countries beside those of the refusal.
 * @param {string} [textThere] What is searched in them.
 * @returns {Refused}
 */
function refused({ bundle, isFailed }, text, refusal, others, textThere = text) {
  const error = isFailed ? LOAD : refusal.error;
  const countries = [...refusal.countries, ...others];
  const elsewhere = bundle.neighbours.filter((each) => countries.includes(each));
  return { ...refusal, error, country: bundle.country, text, elsewhere, textThere };
}

/**
 * What is offered for the beginning of a text, in the country of the bundle and in the neighbours
 * that are known.
 *
 * @param {Known} known
 * @param {Translator} translator
 * @param {string} text
 * @returns {Offered[]}
 */
export function offersFor(known, translator, text) {
  const { country: home } = known.bundle;
  return [home, ...neighboursOf(known)].flatMap((country) => {
    const table = tableOf(known, country);
    const where = country === home ? "" : ` – ${translator.countryName(country)}`;
    return suggest(table, text).map((place) => {
      const { code, name, nameByLanguage } = place;
      const label = `${code} ${translator.text(nameByLanguage, name)}`;
      const whole = "lat" in place ? place : table.places.get(normalizeCode(code));
      const origin = { .../** @type {Place} */ (whole), country };
      return { label: `${label.trim()}${where}`, origin };
    });
  });
}

/** @param {Known} known @param {string} country */
function tableOf({ bundle, tables }, country) {
  return tables.get(country) ?? bundle;
}

/** @param {Known} known The neighbours that are known. */
function neighboursOf({ bundle, tables }) {
  return bundle.neighbours.filter((country) => tables.has(country));
}

/** @param {Known} known @param {string} country @param {string} text */
function readIn(known, country, text) {
  return read(tableOf(known, country), text, known.filters);
}

/** @param {Resolution} resolution Whether the table has all that was typed. */
function hasAll({ place }) {
  return !!place && !place.unknownName;
}

/** @param {Resolution} resolution @param {string} text What of it is not known. */
function unknownIn({ place, error = "" }, text) {
  return place?.unknownName ?? (UNKNOWN.includes(error) ? text : "");
}

/**
 * The neighbours that have all of a text, or the only one that writes a postcode so: many write a
 * postcode alone so.
 *
 * @param {Known} known
 * @param {Resolution} resolution In the country of the bundle.
 * @param {string} text
 */
function havingAll(known, { countries = [] }, text) {
  if (countries.length === 1) return countries.filter((country) => known.tables.has(country));
  if (!HAS_LETTERS.test(text)) return [];
  return neighboursOf(known).filter((country) => hasAll(readIn(known, country, text)));
}

/** @param {Bundle} bundle @param {string} text The neighbours that write a postcode so. */
function alike(bundle, text) {
  if (!/^\s*\d/.test(text) || HAS_LETTERS.test(text)) return []; // its name says the country
  const countries = writtenLike(bundle, /\d+/.exec(text)?.[0] ?? "");
  return bundle.neighbours.filter((country) => countries.includes(country));
}

/** @param {Bundle} bundle Whether all centres are shown, also before a search. */
export function isShort({ centres }) {
  return centres.length <= MOST_SHOWN;
}

/**
 * The closest centres to a place; without one, all centres, or of many those that are shown.
 *
 * @param {Loaded} loaded
 * @param {SearchOrigin | null} origin
 * @param {Filters} filters
 * @param {(id: string) => boolean} isShown
 * @param {number} [limit] How many centres.
 * @returns {Answer}
 */
export function answerAt({ translator, bundle, isOld }, origin, filters, isShown, limit) {
  const most = limit ?? (isShort(bundle) ? MOST_SHOWN : LIMIT);
  const language = filters.language ? "" : translator.tag;
  const results = origin ? nearest(bundle, origin, filters, most, language) : [];
  /** @param {Listed} listed */
  const isKept = ({ centre }) => isShort(bundle) || isShown(centre.id);
  const cards = origin ? results.filter(hasCard) : everyCentre(bundle, filters).filter(isKept);
  return { origin, cards, results, filters, isOld };
}

/** @param {Result} result It passes the filters, and is not there for its language alone. */
function hasCard({ does_not_match: [unmatched], shown_because: [first] }) {
  return !unmatched && !first?.startsWith(SPEAKS);
}
