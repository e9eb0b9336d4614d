// A place to the closest centres, as on the server (search/nearest.py, search/snapshot.py).

/** @import { Bundle, Centre, Filters, Hit, Listed, Origin } from "./types.js" */

import { contains, distance, passesWithin } from "./geodesy.js";

/** How many centres a search returns. */
export const LIMIT = 3;

/**
 * Whether the closest centre is certain everywhere in a town; undefined if its postcodes have
 * different closest centres, with or without filters, or without a town.
 *
 * @param {Bundle} bundle
 * @param {Pick<Origin, "places">} town
 * @param {Filters} filters
 */
export function isCertainInTown(bundle, { places = [] }, filters) {
  const answers = places.map((place) => nearest(bundle, place, filters));
  const outcomes = answers.map(({ hits, closest }) =>
    [hits[0], closest].map((hit) => hit?.centre.id).join(),
  );
  return new Set(outcomes).size === 1 ? answers.every(({ certain }) => certain) : undefined;
}

/**
 * The closest centres to an origin that satisfy the filters, and whether the first is certainly
 * the closest of them, which it is never for an origin with an `unknownName`. `closest` is the
 * closest of all, unless it is the first. `closed` are the temporarily closed centres that satisfy
 * the filters and would be among the closest if they were open.
 *
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 * @param {number} limit At least two centres are returned if the closest is not certain.
 * @returns {{hits: Hit[], certain: boolean, closest?: Hit, closed: Hit[]}}
 */
export function nearest(bundle, origin, filters = {}, limit = LIMIT) {
  const all = byDistance(bundle, origin, "active");
  const hits = withTies(all.filter(({ centre }) => satisfies(filters, centre)));
  const [first, second] = hits;
  const isFarther = () =>
    !second || second.distance - first.distance > 2 * origin.accuracy + first.blur + second.blur;
  const certain =
    !origin.unknownName && (isCertainInTown(bundle, origin, filters) ?? isFarther());
  const closest = all[0] === first ? undefined : all[0];
  const shown = hits.slice(0, certain ? limit : Math.max(limit, 2));
  const reach = shown.length < limit ? Infinity : shown[shown.length - 1].distance;
  const closed = withTies(
    byDistance(bundle, origin, "temporarily_closed").filter(
      (hit) => hit.distance <= reach && satisfies(filters, hit.centre),
    ),
  );
  return { hits: shown, certain, closest, closed: closed.slice(0, limit) };
}

/** @typedef {Hit & {millimetres: number, blur: number}} Measured */

/** @param {Measured[]} hits Sorted; each is marked if another is at the same distance. */
function withTies(hits) {
  hits.forEach((hit, index) => {
    const neighbours = [hits[index - 1], hits[index + 1]];
    hit.tied = neighbours.some((other) => other?.millimetres === hit.millimetres);
  });
  return hits;
}

/**
 * The centres of a status, the closest first.
 *
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {string} status
 */
function byDistance(bundle, origin, status) {
  /** @type {Measured[]} */
  const all = [];
  for (const centre of bundle.centres) {
    if (centre.status !== status || !centre.location) continue;
    const { lat, lon, precision } = centre.location;
    const metres = distance(origin.lat, origin.lon, lat, lon);
    if (!(metres >= 0)) continue; // not a number
    const millimetres = Math.round(metres * 1000);
    all.push({
      centre,
      distance: metres,
      tied: false,
      millimetres,
      blur: bundle.blur_m[precision] ?? 0,
    });
  }
  all.sort((a, b) => a.millimetres - b.millimetres || (a.centre.id < b.centre.id ? -1 : 1));
  return all;
}

/**
 * All centres in the order of the bundle, before a search.
 *
 * @param {Bundle} bundle
 * @param {Filters} filters
 * @returns {Listed[]}
 */
export function everyCentre(bundle, filters) {
  return bundle.centres
    .filter((centre) => satisfies(filters, centre))
    .map((centre) => ({ centre, distance: null }));
}

/** @param {Filters} filters @param {Centre} centre */
function satisfies({ language, service, audience }, centre) {
  return (
    (!language || centre.languages?.some(({ code }) => isSameLanguage(code, language))) &&
    (!service || centre.services?.includes(service)) &&
    (!audience || centre.audiences?.includes(audience))
  );
}

/**
 * Whether one tag is a truncation of the other (RFC 4647).
 *
 * @param {string} tag
 * @param {string} other
 */
function isSameLanguage(tag, other) {
  const [one, two] = [tag, other].map((each) => `${each}-`.toLowerCase());
  return one.startsWith(two) || two.startsWith(one);
}

/**
 * Whether a point is so far outside every outline that the directory certainly does not cover it.
 *
 * @param {Bundle} bundle
 * @param {number} lat
 * @param {number} lon
 */
export function isOutside(bundle, lat, lon) {
  const isCovered = bundle.polygons.some((rings) => {
    const [isInOuter, ...areInHoles] = rings.map((ring) => contains(ring, lat, lon));
    return (
      (isInOuter && !areInHoles.includes(true)) ||
      rings.some((ring) => passesWithin(ring, lat, lon, bundle.coverage.margin_m))
    );
  });
  return bundle.polygons.length > 0 && !isCovered;
}
