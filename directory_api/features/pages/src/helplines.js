// Which helplines are shown for a place, as on the server (record/helplines.py). The bundle
// has those of all countries in which a place is found, so no request names one.

/**
 * @import { Bundle, Helpline } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 */

import { countryAt, isOutside } from "./nearest.js";

/**
 * @typedef {object} AddedLines
 * @property {string} [emergency] The emergency number of the country of the place, if it is known.
 * @property {Helpline[]} danger Without the number that works in all of Europe.
 * @property {Helpline[]} others
 */

/** The only number in the modules; it works in the whole European Union. All others are records. */
export const EUROPEAN = "112";
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
 * The helplines of the country of a place; those of the bundle's country if it is not known.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin} origin
 */
export function linesAt(bundle, origin) {
  const country = countryOf(bundle, origin);
  const lines = country ? linesOf(bundle, [country]) : [];
  return lines.length > 0 ? lines : bundle.helplines;
}

/**
 * Those of the bundle's country that can be called, or opened, from the country of the place.
 *
 * @param {Bundle} bundle
 * @param {Helpline[]} own The helplines of the country of the place.
 */
export function linesBeside({ helplines }, own) {
  return helplines.filter((line) => !own.includes(line) && /^(\+|$)/.test(line.number ?? ""));
}

/**
 * What an answer has beside the helplines at the top: those of the country of the place, the
 * numbers for danger always unless it is the bundle's country, with centres. Of a position outside
 * the outlines only the numbers for danger of every other country, since it may be in any of them.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin} origin
 * @param {(line: Helpline) => boolean} isShown
 * @returns {AddedLines}
 */
export function linesToAdd(bundle, origin, isShown) {
  const country = countryOf(bundle, origin);
  const abroad = (bundle.helplines_abroad ?? []).flatMap(({ countries }) => countries);
  const lines = country
    ? linesOf(bundle, [country])
    : dangerLines(bundle, [
        ...new Set([
          ...nearCountries(bundle, origin),
          ...(origin.countries?.length ? origin.countries : abroad),
        ]),
      ]);
  const isCovered = bundle.coverage.countries.includes(bundle.country);
  /** @param {Helpline} line */
  const isOwn = (line) => isCovered && bundle.helplines.includes(line);
  const added = [...new Set(lines)].filter((line) => line.number !== EUROPEAN);
  return {
    emergency: country && emergencyNumber(lines),
    danger: added.filter((line) => isForDanger(line) && !isOwn(line)),
    others: added.filter((line) => !isForDanger(line) && !isShown(line)),
  };
}

/** @param {Helpline[]} [lines] The first emergency number of some helplines. */
export function emergencyNumber(lines) {
  return lines?.find(({ kind, number }) => kind === "emergency" && number)?.number;
}

/** @param {Bundle} bundle @param {SearchOrigin} origin */
function countryOf(bundle, { country, lat, lon, countries = [] }) {
  const known = country ?? countryAt(bundle, lat, lon);
  // Near the border it may be in the bundle's country, too.
  const isOne = countries.length === 1 && isOutside(bundle, lat, lon);
  return known ?? (isOne ? countries[0] : undefined);
}

/** @param {Bundle} bundle @param {SearchOrigin} origin The covered countries that it may be in. */
function nearCountries(bundle, { lat, lon }) {
  return isOutside(bundle, lat, lon) ? [] : bundle.coverage.countries;
}
