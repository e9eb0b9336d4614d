// The bundle: the centres and helplines of a country, and its postcodes (docs/bundle.md).

/**
 * @import { Bundle, BundleRecord, Centre, PostcodePlace, PostcodeTable, Ring } from "./types.js"
 */

import { fold } from "./text.js";

export const FORMAT = 2;
const MAX_PARTS = 3; // to tell the postcodes of one town apart

/**
 * Of a bundle whose postcodes did not come: it answers a position, and knows no place.
 *
 * @type {PostcodeTable}
 */
const NO_POSTCODES = {
  written: "(?!)",
  foreign: {},
  institutions: [],
  codes: [],
  lat: [],
  lon: [],
  accuracy_least_m: 0,
  accuracy_more_m: [],
  names: [],
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
  const { written, foreign, institutions } = table;
  return {
    ...record,
    centres: record.centres.map(current),
    places: readPlaces(table),
    written: wholeText(written),
    foreign: Object.entries(foreign).map(([country, pattern]) => [country, wholeText(pattern)]),
    institutions: new Set(institutions),
    areas: record.coverage.outlines.map((outline) => ({
      ...outline,
      rings: outline.rings.map(readRing),
    })),
  };
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
  const other = { weekly: undefined, usual: undefined, closed_on_holidays: undefined };
  const isSame = shown.opening_hours === hours;
  const times = isSame ? {} : { ...other, dated: undefined, open: undefined };
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
    const otherNames = table.other_names?.[code] ?? [];
    const parts = table.parts?.[index] ?? [];
    places.set(normalizeCode(code), {
      code,
      name,
      lat: lats[index],
      lon: lons[index],
      accuracy: table.accuracy_least_m + table.accuracy_more_m[index],
      names: [[name, ...otherNames], [...parts, ...(table.more_parts?.[index] ?? [])]].flatMap(
        (texts, isPart) =>
          texts.map((text) => ({ folded: fold(text), name: text, part: isPart ? text : "" })),
      ),
      nameByLanguage: byLanguage(otherNames, table.other_names_in?.[index] ?? ""),
      size: table.population?.[index] ?? table.names.filter((each) => each === name).length,
      shownParts: parts.slice(0, MAX_PARTS).join(", "),
    });
  });
  return places;
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
