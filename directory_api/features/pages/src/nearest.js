// A place to the closest centres, as on the server (search/point_tree.py, search/snapshot.py).

/** @import { Bundle, Centre, Filters, Hit, Listed, Origin } from "./types.js" */

import { distance } from "./geodesy.js";

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
 * @param {number} limit If the closest is not certain, the next that may be it is returned, too.
 * @returns {{hits: Hit[], certain: boolean, undecided: Hit[], closest?: Hit, closed: Hit[]}}
 *   `undecided` are the first and the next that may be the closest.
 */
export function nearest(bundle, origin, filters = {}, limit = LIMIT) {
  const all = byDistance(bundle, origin, "active");
  const hits = withTies(all.filter(({ centre }) => satisfies(filters, centre)));
  const [first, second] = hits;
  const rival = rivalOf(hits, 2 * origin.accuracy);
  const certain = !origin.unknownName && (isCertainInTown(bundle, origin, filters) ?? !rival);
  const closest = all[0] === first ? undefined : all[0];
  const undecided = certain ? [] : [first, rival ?? second].filter(Boolean);
  const needed = hits.lastIndexOf(undecided[1]) + 1;
  const shown = hits.slice(0, Math.max(limit, needed));
  const reach = shown.length < limit ? Infinity : shown[shown.length - 1].distance;
  const closed = withTies(
    byDistance(bundle, origin, "temporarily_closed").filter(
      (hit) => hit.distance <= reach && satisfies(filters, hit.centre),
    ),
  );
  return { hits: shown, certain, undecided, closest, closed: closed.slice(0, limit) };
}

/** @typedef {Hit & {millimetres: number, blur: number}} Measured With the accuracy of its point. */

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
 * @returns {Measured[]}
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
 * The next centre that may be closer than the first of some, by the triangle inequality.
 *
 * @param {Measured[]} hits By distance.
 * @param {number} play Metres, by which a difference of distances may be wrong.
 */
function rivalOf([first, ...others], play) {
  return others.find(({ distance: metres, blur }) => {
    return metres - first.distance <= play + first.blur + blur;
  });
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
 * Whether one tag is a truncation of the other (RFC 4647). BCP 47 makes `iw` and `heb` the same as
 * `he`, which is how centres have it.
 *
 * @param {string} tag
 * @param {string} other
 */
function isSameLanguage(tag, other) {
  const [one, two] = [tag, other].map((each) => `${canonical(each)}-`.toLowerCase());
  return one.startsWith(two) || two.startsWith(one);
}

/** @param {string} tag */
function canonical(tag) {
  try {
    return String(Intl.getCanonicalLocales(tag)[0]);
  } catch {
    return tag;
  }
}
