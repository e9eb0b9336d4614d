// The bundle: the centres and helplines of a country, and its postcodes (docs/bundle.md).

/**
 * @import { Bundle, BundleRecord, Centre, NamedMeaning, NamesRecord } from "./types.js"
 * @import { PostcodePlace, PostcodeTable, Ring, WordsRecord } from "./types.js"
 */

import { fold } from "./text.js";

export const FORMAT = 2;

/**
 * Of a bundle whose postcodes did not come: it answers a position, and knows no place.
 *
 * @type {PostcodeTable}
 */
const NO_POSTCODES = {
  pattern: "(?!)",
  foreign_patterns: {},
  institutions: [],
  codes: [],
  lat: [],
  lon: [],
  accuracy_base_m: 0,
  accuracy_extra_m: [],
  names: [],
  other_names: {},
  other_name_languages: [],
};

/**
 * Unpack the postcodes and outlines of a bundle. Throws if it has another format.
 *
 * @param {BundleRecord} record
 * @returns {Bundle}
 */
export function readBundle(record) {
  if (record.format !== FORMAT) throw new Error(`not format ${FORMAT}`);
  const { postcodes } = record;
  const table = typeof postcodes === "string" ? NO_POSTCODES : postcodes;
  const { pattern, foreign_patterns: foreign, institutions } = table;
  const places = readPlaces(table);
  return {
    ...record,
    centres: record.centres.map(current),
    places,
    names: namesOf(places),
    words: new Set(),
    pattern: wholeText(pattern),
    foreignPatterns: Object.entries(foreign).map(([country, text]) => [country, wholeText(text)]),
    institutions: new Set(institutions),
    areas: record.coverage.outlines.map((outline) => ({
      ...outline,
      rings: outline.rings.map(readRing),
    })),
  };
}

/**
 * A bundle with the centres that have a card: caches may have had bundle and cards of different
 * revisions. Throws if there are no cards.
 *
 * @param {Bundle} bundle
 * @param {WordsRecord} words
 * @returns {Bundle}
 */
export function withCards(bundle, { cards }) {
  if (!cards) throw new Error("no cards");
  return { ...bundle, centres: bundle.centres.filter(({ id }) => id in cards) };
}

/**
 * The centre with the values of today: temporary ones, or the permanent ones again. A bundle has
 * the times of one set of opening hours only, so whether the centre is open with others is unknown.
 *
 * @param {Centre} centre
 * @returns {Centre}
 */
function current(centre) {
  const { temporary, permanent } = centre;
  if (!temporary && !permanent) return centre;
  const today = todayIn(centre.timezone);
  const { from = today, until = today, ...values } = temporary ?? { from: "9" };
  const holds = from <= today && today <= until;
  if (holds === !!permanent) return centre;
  const hours = centre.opening_hours;
  const shown = holds
    ? { opening_hours: hours, ...values }
    : { opening_hours: undefined, phones: [], ...permanent };
  const times = shown.opening_hours === hours ? {} : { open: undefined };
  return { ...centre, ...times, ...shown, permanent: holds ? {} : undefined };
}

/**
 * The day in a time zone (ISO 8601), or in that of the device if the browser does not know it.
 *
 * @param {string} [timeZone]
 */
function todayIn(timeZone) {
  // In Swedish a day is written as in ISO 8601.
  const inZone = (/** @type {Intl.DateTimeFormatOptions} */ zone) =>
    new Date().toLocaleDateString("sv", zone);
  try {
    return inZone({ timeZone });
  } catch {
    return inZone({});
  }
}

/**
 * A postcode in capitals, without spaces and hyphens: the key of `places`.
 *
 * @param {string} code
 */
export function normalizeCode(code) {
  return code.toUpperCase().replace(/[ -]/g, "");
}

/**
 * @param {PostcodeTable} table
 * @returns {Map<string, PostcodePlace>}
 */
function readPlaces(table) {
  const [lats, lons] = [sums(table.lat, 1e5), sums(table.lon, 1e5)];
  /** @type {Map<string, PostcodePlace>} */
  const places = new Map();
  let code = "";
  table.codes.forEach((ending, index) => {
    // The first digit is the number of characters that the code shares with the one before it.
    code = code.slice(0, Number(ending[0])) + ending.slice(1);
    const name = table.names[index];
    const key = normalizeCode(code);
    const otherNames = table.other_names[code] ?? [];
    places.set(key, {
      key,
      code,
      name,
      lat: lats[index],
      lon: lons[index],
      accuracy: table.accuracy_base_m + table.accuracy_extra_m[index],
      names: [name, ...otherNames],
      nameByLanguage: byLanguage(otherNames, table.other_name_languages[index]),
    });
  });
  return places;
}

/**
 * The names of postcodes as a table of names: towns with one name have the same names in all
 * languages, or are to be told apart.
 *
 * @param {Map<string, PostcodePlace>} places
 */
function namesOf(places) {
  /** @type {Map<string, NamedMeaning>} */
  const names = new Map();
  for (const [key, place] of places) {
    for (const name of place.names) {
      const { town, towns } = names.get(fold(name)) ?? {};
      const [first] = (town ?? towns ?? key).split(" ");
      const isSame = !towns && places.get(first)?.name === place.name;
      const keys = [town ?? towns ?? [], key].flat().join(" ");
      names.set(fold(name), { name, [isSame ? "town" : "towns"]: keys });
    }
  }
  return names;
}

/**
 * A bundle with every name of a place.
 *
 * @param {Bundle} bundle
 * @param {NamesRecord} record
 * @returns {Bundle}
 */
export function withNames(bundle, { names, words }) {
  const table = new Map(
    names.flatMap(({ names: written, ...meaning }) =>
      written.map((name) => [fold(name), { name, ...meaning }]),
    ),
  );
  return { ...bundle, names: table, words: new Set(words) };
}

/**
 * @param {string[]} names
 * @param {string} languages Of each name, such as `fr|en de`.
 * @returns {Record<string, string>}
 */
function byLanguage(names, languages) {
  const tags = languages.split(" ").map((group) => group.split("|").filter(Boolean));
  return Object.fromEntries(
    names.flatMap((name, index) => (tags[index] ?? []).map((tag) => [tag, name])),
  );
}

/**
 * The numbers to which steps add up, divided by a unit.
 *
 * @param {number[]} steps
 * @param {number} unit
 */
function sums(steps, unit) {
  let sum = 0;
  return steps.map((step) => (sum += step) / unit);
}

/** @param {number[]} steps East and north in turn. @returns {Ring} */
function readRing(steps) {
  const [lons, lats] = [0, 1].map((parity) =>
    sums(steps.filter((_, index) => index % 2 === parity), 1e3),
  );
  return lons.map((lon, index) => [lon, lats[index]]);
}

/** @param {string} pattern */
function wholeText(pattern) {
  return new RegExp(`^(?:${pattern})$`);
}
