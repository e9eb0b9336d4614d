// Which helplines are shown for a place, as on the server (record/helplines.py). The bundle
// has those of all countries in which a place is found, so no request names one.

/**
 * @import { Bundle, Helpline } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 */

import { countriesOf } from "./whereabouts.js";

/**
 * @typedef {object} AddedLines
 * @property {string} [emergency] The emergency number of the country of the place, if it is known.
 * @property {Helpline[]} danger Without the number that works in all of Europe.
 * @property {Helpline[]} others
 *
 * @typedef {object} PlaceLines
 * @property {Helpline[]} own Of the country of the place, or of each in which it may be.
 * @property {Helpline[]} likeliest Those of the likeliest country: only these may stand out.
 * @property {Helpline[]} abroad Of the bundle's country, if the place is not in it.
 * @property {boolean} isHome Whether the place is in the bundle's country.
 * @property {boolean} isKnown Whether any country is known in which the place may be.
 * @property {boolean} isNamed Whether `own` are of several countries, which have to be named.
 */

/** The only number in the modules; it works in the whole European Union. All others are records. */
export const EUROPEAN = "112";
/** @type {Helpline} */
const ANYWHERE = { kind: "emergency", number: EUROPEAN, countries: [] };
/** The kinds of numbers for danger, which are short: in another country they are other services. */
const IN_DANGER = ["emergency", "police"];

/** @param {Helpline} helpline */
export function isForDanger({ kind }) {
  return IN_DANGER.includes(kind);
}

/**
 * @param {Bundle} bundle
 * @param {string[]} countries ISO 3166-1.
 * @returns {Helpline[]} Those of the countries.
 */
function linesOf({ helplines, helplines_abroad: abroad = [] }, countries) {
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
  return linesOf(bundle, countries).filter(
    (line) => isForDanger(line) && line.number !== EUROPEAN,
  );
}

/**
 * The helplines for a place, as on the server (record/helplines.py): those of its country, or of
 * each in which it may be; in no known country only the number of all of Europe. Those of the
 * bundle's country in international form, and its sites, follow.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin | null} origin Null for the helplines before a search.
 * @returns {PlaceLines}
 */
export function placeLines(bundle, origin) {
  const countries = origin ? countriesOf(bundle, origin) : [bundle.country];
  const isHome = countries.length === 1 && countries[0] === bundle.country;
  const lines = isHome ? bundle.helplines : linesOf(bundle, countries);
  const european = lines.find(isEuropean) ?? bundle.helplines.find(isEuropean) ?? ANYWHERE;
  const known = lines.filter((line) => !isEuropean(line) || line === european);
  const [likeliest = bundle.country] = countries;
  const own = known.length > 0 ? known : [european];
  return {
    // What is for danger is first, also of a country that is less likely.
    own: [...own.filter(isForDanger), ...own.filter((line) => !isForDanger(line))],
    likeliest: own.filter((line) => line === european || line.countries.includes(likeliest)),
    abroad: bundle.helplines.filter(
      (line) => !lines.includes(line) && /^(\+|$)/.test(line.number ?? ""),
    ),
    isHome,
    isKnown: known.length > 0,
    isNamed: countries.length > 1,
  };
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
  const { own, isHome, isKnown } = placeLines(bundle, origin);
  const isCovered = isHome && bundle.coverage.countries.includes(bundle.country);
  const added = own.filter((line) => !isEuropean(line));
  return {
    emergency: isKnown ? emergencyNumber(own) : undefined,
    danger: added.filter((line) => isForDanger(line) && !isCovered),
    others: added.filter((line) => !isForDanger(line) && !isShown(line)),
  };
}

/** @param {Helpline[]} [lines] The first emergency number of some helplines. */
export function emergencyNumber(lines) {
  return lines?.find(({ kind, number }) => kind === "emergency" && number)?.number;
}

/** @param {Helpline} line */
function isEuropean({ number }) {
  return number === EUROPEAN;
}
