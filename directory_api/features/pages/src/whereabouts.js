// In which country a position is, and how sure that is: the rule of the server
// (place/whereabouts.py), on the same outlines.

/** @import { Bundle, SearchOrigin } from "./types.js" */

import { fromRings } from "./geodesy.js";

/**
 * The countries (ISO 3166-1) in which a person may be whose position is known to so many metres;
 * none if it is in no outline, as at sea or far away.
 *
 * It is one country if an exact outline has the point, and its line is farther away than its margin
 * and the accuracy. Else it may be each country whose outline has the point, and each whose line is
 * not farther away than that. Those that have the point come first.
 *
 * @param {Bundle} bundle
 * @param {number} lat
 * @param {number} lon
 * @param {number} accuracy
 * @returns {string[]}
 */
export function countriesAt({ areas }, lat, lon, accuracy = 0) {
  const within = [];
  const near = [];
  for (const { country, margin_m: margin, is_exact: isExact, rings } of areas) {
    const [turns, metres] = fromRings(rings, lat, lon);
    const isNear = metres <= margin + accuracy;
    if (turns && !isNear && isExact) return [country];
    if (turns) within.push(country);
    else if (isNear) near.push(country);
  }
  return [...within, ...near];
}

/**
 * The country of a postcode or a town, or those in which a position may be.
 *
 * @param {Bundle} bundle
 * @param {SearchOrigin} origin
 */
export function countriesOf(bundle, { country, lat, lon, accuracy }) {
  return country ? [country] : countriesAt(bundle, lat, lon, accuracy);
}

/** @param {Bundle} bundle @param {string[]} countries Whether the directory covers one of them. */
export function hasCovered({ coverage }, countries) {
  return countries.some((country) => coverage.countries.includes(country));
}

/**
 * Whether a position is in no country that the directory covers.
 *
 * @param {Bundle} bundle
 * @param {number} lat
 * @param {number} lon
 * @param {number} [accuracy] Metres.
 */
export function isOutside(bundle, lat, lon, accuracy) {
  return !hasCovered(bundle, countriesAt(bundle, lat, lon, accuracy));
}
