// Which helplines are shown for a place, as on the server (record/helplines.py). The bundle
// has those of all countries in which a place is found, so no request names one.

/** @import { Bundle, Helpline, SearchOrigin } from "./types.js" */

import { countriesOf, hasCovered } from "./whereabouts.js";

/**
 * @typedef {object} AddedLines
 * @property {string} [emergency] The emergency number of the country of the place, if it is known.
 * @property {Helpline[]} danger Without the number that works in all of Europe.
 * @property {Helpline[]} others
 *
 * @typedef {object} PlaceLines
 * @property {Helpline[]} own Of the country of the place, or of each in which it may be.
 * @property {Helpline[]} likeliest Those of the likeliest country: only these may stand out.
 * @property {string[]} countries In which the place may be.
 * @property {boolean} isHome Whether the place is in the bundle's country.
 */

/** The only number in the modules; it works in the whole European Union. All others are records. */
export const EUROPEAN = "112";
/** The kinds of numbers for danger, which are short: in another country they are other services. */
const IN_DANGER = ["emergency", "police"];

/** @param {Helpline} helpline */
export function isForDanger({ kind }) {
  return IN_DANGER.includes(kind);
}

/** @param {Helpline} helpline Whether it is for every victim. */
export function isForVictims({ kind }) {
  return kind === "national_line";
}

/**
 * @param {Bundle} bundle
 * @param {string[]} countries ISO 3166-1.
 * @returns {Helpline[]} Those of the countries.
 */
function linesOf({ helplines, helplines_abroad: abroad }, countries) {
  const all = [...helplines, ...abroad];
  return countries.flatMap((country) => all.filter((line) => line.countries.includes(country)));
}

/**
 * The numbers for danger of the countries in which a place may be, but the one that all have.
 *
 * @param {Bundle} bundle
 * @param {string[]} countries ISO 3166-1.
 */
export function dangerLines(bundle, countries) {
  return linesOf(bundle, countries).filter((line) => isForDanger(line) && !isEuropean(line));
}

/**
 * The helplines for a place, as on the server (record/helplines.py): those of its country, or of
 * each in which it may be; in no known country only the number of all of Europe.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin | null} origin Null for the helplines before a search.
 * @returns {PlaceLines}
 */
export function placeLines(bundle, origin) {
  const countries = origin ? countriesOf(bundle, origin) : [bundle.country];
  const isHome = countries.length === 1 && countries[0] === bundle.country;
  const lines = isHome ? bundle.helplines : linesOf(bundle, countries);
  // The first helpline of a country is its emergency number.
  const anywhere = { ...bundle.helplines[0], id: "", number: EUROPEAN };
  const own = countries[0] ? lines : [anywhere];
  const likeliest = countries[1] ? linesOf(bundle, [countries[0]]) : own;
  return { own, likeliest, countries, isHome };
}

/**
 * Those of the bundle's country in international form, and its sites, if the place is not in it.
 *
 * @param {Bundle} bundle
 * @param {Helpline[]} own The helplines for the place.
 */
export function linesBeside({ helplines }, own) {
  return helplines.filter((line) => !own.includes(line) && /^(\+|$)/.test(line.number ?? ""));
}

/**
 * What an answer has beside the helplines at the top: those of the country of the place, the
 * numbers for danger always unless it is the bundle's country, with centres.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin} origin
 * @param {(line: Helpline) => boolean} isShown
 * @returns {AddedLines}
 */
export function linesToAdd(bundle, origin, isShown) {
  const { own, countries, isHome } = placeLines(bundle, origin);
  const isCovered = isHome && hasCovered(bundle, countries);
  const added = own.filter((line) => !isEuropean(line));
  return {
    emergency: countries[0] && emergencyNumber(own),
    danger: added.filter((line) => isForDanger(line) && !isCovered),
    others: added.filter((line) => !isForDanger(line) && !isShown(line)),
  };
}

/** @param {Helpline[]} [lines] The first emergency number of some helplines. */
export function emergencyNumber(lines) {
  return lines?.find(({ kind, number }) => kind === "emergency" && number)?.number;
}

/** @param {Helpline} line */
export function isEuropean({ number }) {
  return number === EUROPEAN;
}
