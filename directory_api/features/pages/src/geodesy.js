// Geodesics on the WGS84 ellipsoid, and rings of points on a flat map.

/** @import { Ring } from "./types.js" */

const RADIAN = Math.PI / 180;
const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING);
// Vincenty's iteration fails within about 0.6 degrees of the antipode.
const COS_NEAR_ANTIPODE = Math.cos(179 * RADIAN);
export const METRES_PER_DEGREE = 111200;

/**
 * Metres between two points (degrees, WGS84), to a millimetre. T. Vincenty, "Direct and inverse
 * solutions of geodesics on the ellipsoid", Survey Review 23 (176), 1975,
 * https://doi.org/10.1179/sre.1975.23.176.88.
 *
 * Almost opposite points are measured in two halves, the shortest that meet on the line that a
 * sphere would have halfway: the points at 90 degrees from the first point.
 *
 * @param {number} lat1
 * @param {number} lon1
 * @param {number} lat2
 * @param {number} lon2
 * @returns {number}
 */
export function distance(lat1, lon1, lat2, lon2) {
  const [sin1, cos1, sin2, cos2] = sinesOf(lat1 * RADIAN, lat2 * RADIAN);
  const cosBetween = sin1 * sin2 + cos1 * cos2 * Math.cos((lon2 - lon1) * RADIAN);
  if (cosBetween > COS_NEAR_ANTIPODE) return vincenty(lat1, lon1, lat2, lon2);
  const lengthVia = (/** @type {number} */ bearing) => {
    const [sin, cos] = [Math.sin(bearing), Math.cos(bearing)];
    const lat = Math.asin(cos1 * cos) / RADIAN;
    const lon = lon1 + Math.atan2(sin, -sin1 * cos) / RADIAN;
    return vincenty(lat1, lon1, lat, lon) + vincenty(lat, lon, lat2, lon2);
  };
  return lengthVia(minimum(lengthVia, Math.PI / 18));
}

/**
 * The angle from 0 to 2π at which a function with one minimum near its best step is least: that
 * step, and then the better side with each half of it.
 *
 * @param {(angle: number) => number} length
 * @param {number} step
 * @returns {number}
 */
function minimum(length, step) {
  let best = 0;
  /** @param {number} angle */
  const compare = (angle) => {
    if (length(angle) < length(best)) best = angle;
  };
  for (let angle = step; angle < 2 * Math.PI; angle += step) compare(angle);
  for (let side = step; side > 1e-7; side /= 2) [best - side, best + side].forEach(compare);
  return best;
}

/** @param {number} one @param {number} other Radians. */
function sinesOf(one, other) {
  return [Math.sin(one), Math.cos(one), Math.sin(other), Math.cos(other)];
}

/**
 * The names of the variables are those of the paper.
 *
 * @param {number} lat1
 * @param {number} lon1
 * @param {number} lat2
 * @param {number} lon2
 * @returns {number}
 */
function vincenty(lat1, lon1, lat2, lon2) {
  const L = (((lon2 - lon1 + 540) % 360) - 180) * RADIAN;
  const [sinU1, cosU1, sinU2, cosU2] = sinesOf(reducedLatitude(lat1), reducedLatitude(lat2));
  let [lambda, previous] = [L, Infinity];
  let [sinSigma, cosSigma, sigma, cosSqAlpha, cos2SigmaM] = [0, 0, 0, 0, 0];
  for (let count = 0; count < 200 && Math.abs(lambda - previous) > 1e-13; count += 1) {
    const [sinLambda, cosLambda] = [Math.sin(lambda), Math.cos(lambda)];
    sinSigma = Math.hypot(cosU2 * sinLambda, cosU1 * sinU2 - sinU1 * cosU2 * cosLambda);
    if (sinSigma === 0) return 0; // the same point
    cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinLambda) / sinSigma;
    cosSqAlpha = 1 - sinAlpha ** 2;
    // 0 along the equator
    cos2SigmaM = cosSqAlpha > 1e-15 ? cosSigma - (2 * sinU1 * sinU2) / cosSqAlpha : 0;
    const C = (FLATTENING / 16) * cosSqAlpha * (4 + FLATTENING * (4 - 3 * cosSqAlpha));
    previous = lambda;
    lambda =
      L +
      (1 - C) *
        FLATTENING *
        sinAlpha *
        (sigma + C * sinSigma * (cos2SigmaM + C * cosSigma * (2 * cos2SigmaM ** 2 - 1)));
  }
  const uSq = cosSqAlpha * ((SEMI_MAJOR_M / SEMI_MINOR_M) ** 2 - 1);
  const A = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const B = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const deltaSigma =
    B *
    sinSigma *
    (cos2SigmaM +
      (B / 4) *
        (cosSigma * (2 * cos2SigmaM ** 2 - 1) -
          (B / 6) * cos2SigmaM * (4 * sinSigma ** 2 - 3) * (4 * cos2SigmaM ** 2 - 3)));
  return SEMI_MINOR_M * A * (sigma - deltaSigma);
}

/** @param {number} lat @returns {number} */
function reducedLatitude(lat) {
  return Math.atan2((1 - FLATTENING) * Math.sin(lat * RADIAN), Math.cos(lat * RADIAN));
}

/**
 * How often rings turn around a point (0 if it is outside), and how many metres away their closest
 * edge is, on a flat map. They turn around it as often as a line to the east crosses more of their
 * edges in one direction than in the other.
 *
 * @param {Ring[]} rings
 * @param {number} lat
 * @param {number} lon
 * @returns {[turns: number, metres: number]}
 */
export function fromRings(rings, lat, lon) {
  const north = METRES_PER_DEGREE;
  const east = north * Math.cos(lat * RADIAN);
  let turns = 0;
  let least = Infinity;
  for (const ring of rings) {
    ring.forEach(([lon1, lat1], index) => {
      const [lon2, lat2] = /** @type {Ring[number]} */ (ring[(index + 1) % ring.length]);
      if (
        lat1 > lat !== lat2 > lat &&
        lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1
      ) {
        turns += lat2 > lat1 ? 1 : -1;
      }
      const x = (lon2 - lon1) * east;
      const y = (lat2 - lat1) * north;
      const toX = (lon - lon1) * east;
      const toY = (lat - lat1) * north;
      const along = Math.max(0, Math.min(1, (toX * x + toY * y) / (x * x + y * y || 1)));
      least = Math.min(least, Math.hypot(toX - along * x, toY - along * y));
    });
  }
  return [turns, least];
}
