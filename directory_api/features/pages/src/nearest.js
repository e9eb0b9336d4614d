// A place to the closest centres, as on the server (search/point_tree.py, search/snapshot.py).

/** @import { Bundle, Centre, Filters, Listed, Origin, Result } from "./types.js" */

import { distance } from "./geodesy.js";

/** How many centres a search returns. */
export const LIMIT = 3;
const CLOSEST = "closest";
const CLOSED = "temporarily_closed";

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
  const outcomes = answers.map((results) =>
    [results[0], results.find(isMatch)].map((result) => result?.centre.id).join(),
  );
  const isCertain = answers.every(([first]) => first?.shown_because[0] === CLOSEST);
  return new Set(outcomes).size === 1 ? isCertain : undefined;
}

/**
 * All that has to be shown to a person at an origin, in one list: the open centres by distance,
 * then the temporarily closed ones by distance. Nothing leaves out the closest centre, or one that
 * may be it. None is certainly the closest for an origin with an `unknownName`.
 *
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 * @param {number} limit How many centres that pass the filters are shown, and how many closed ones.
 * @param {string} language Of the closest centre that speaks it, BCP 47.
 * @returns {Result[]}
 */
export function nearest(bundle, origin, filters = {}, limit = LIMIT, language = "") {
  const open = byDistance(bundle, origin, filters, "active");
  const passing = open.filter(isMatch);
  const { closest, reason, accuracy } = closestOf(open, bundle, origin, filters);
  const near = [...passing.slice(0, limit), ...candidates(passing, accuracy)];
  const speaker = language && passing.find(({ centre }) => satisfies({ language }, centre));
  for (const hit of open) {
    if (closest.includes(hit)) hit.shown_because.push(reason);
    else if (near.includes(hit)) hit.shown_because.push("near");
    if (hit === speaker) hit.shown_because.push(`speaks:${language}`);
  }
  const shown = open.filter(({ shown_because: [first] }) => first);
  const reach = passing[limit - 1]?.distance_m ?? Infinity;
  const closed = closedWithin(reach, bundle, origin, filters).slice(0, limit);
  return [...shown, ...closed];
}

/**
 * The closest centre, or all of which each may be it, why they are shown, and with what accuracy
 * that was found.
 *
 * @param {Measured[]} open By distance.
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 */
function closestOf(open, bundle, origin, filters) {
  const isCertain = origin.unknownName ? false : isCertainInTown(bundle, origin, filters);
  const isMiddle = (/** @type {Origin} */ { lat, lon }) => lat === origin.lat && lon === origin.lon;
  const { accuracy } = (isCertain && origin.places?.find(isMiddle)) || origin;
  const closest = isCertain ? open.slice(0, 1) : candidates(open, accuracy);
  // Another may be it where that is not certain for another reason than distances.
  if (isCertain === false) closest.push(...open.slice(closest.length, 2));
  const reason = isCertain ?? closest.length === 1 ? CLOSEST : "maybe_closest";
  return { closest, reason, accuracy };
}

/**
 * The temporarily closed centres that would be among the nearest if they were open.
 *
 * @param {number} reach Metres.
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 */
function closedWithin(reach, bundle, origin, filters) {
  return byDistance(bundle, origin, filters, CLOSED)
    .filter((hit) => hit.distance_m <= reach && satisfies(filters, hit.centre))
    .map((hit) => ({ ...hit, shown_because: [CLOSED] }));
}

/** @param {Result} result An open centre that passes the filters. */
export function isMatch({ centre, does_not_match: [filter] }) {
  return centre.status === "active" && !filter;
}

/** @typedef {Result & {millimetres: number, blur: number}} Measured With its point's accuracy. */

/**
 * Those of which each may be the closest, by the triangle inequality.
 *
 * @param {Measured[]} hits By distance.
 * @param {number} accuracy Of the origin.
 */
function candidates(hits, accuracy) {
  const [first] = hits;
  return hits.filter(({ distance_m: metres, blur }) => {
    return metres - first.distance_m <= 2 * accuracy + first.blur + blur;
  });
}

/**
 * The centres of a status, the closest first, with the filters that each does not pass.
 *
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 * @param {string} status
 * @returns {Measured[]}
 */
function byDistance(bundle, origin, filters, status) {
  /** @type {Measured[]} */
  const all = [];
  for (const centre of bundle.centres) {
    if (centre.status !== status || !centre.location) continue;
    const { lat, lon, precision } = centre.location;
    const metres = distance(origin.lat, origin.lon, lat, lon);
    if (!(metres >= 0)) continue; // not a number
    all.push({
      centre,
      distance_m: metres,
      shown_because: [],
      does_not_match: unmatched(filters, centre),
      millimetres: Math.round(metres * 1000),
      blur: bundle.location_uncertainty_m[precision] ?? 0,
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
    .map((centre) => ({ centre, distance_m: null }));
}

/** @param {Filters} filters @param {Centre} centre */
function satisfies(filters, centre) {
  return unmatched(filters, centre).length === 0;
}

/**
 * The names of the filters that a centre does not pass.
 *
 * @param {Filters} filters
 * @param {Centre} centre
 */
function unmatched({ language, service, audience }, centre) {
  const passed = {
    service: !service || centre.services?.includes(service),
    audience: !audience || centre.audiences?.includes(audience),
    speaks: !language || centre.languages?.some(({ code }) => isSameLanguage(code, language)),
  };
  return Object.entries(passed).flatMap(([name, isPassed]) => (isPassed ? [] : name));
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
