/**
 * Metres between two points (degrees, WGS84), to a millimetre. T. Vincenty, "Direct and inverse
 * solutions of geodesics on the ellipsoid", Survey Review 23 (176), 1975,
 * https://doi.org/10.1179/sre.1975.23.176.88.
 *
 * Almost opposite points are measured in two halves, the shortest that meet on the plane through
 * the earth's centre at right angles to the first point.
 *
 * @param {number} lat1
 * @param {number} lon1
 * @param {number} lat2
 * @param {number} lon2
 * @returns {number}
 */
export function distance(lat1: number, lon1: number, lat2: number, lon2: number): number;
/**
 * Whether a point is in a ring. Even-odd rule: a ray to the east crosses the ring an odd number of
 * times.
 *
 * @param {Ring} ring
 * @param {number} lat
 * @param {number} lon
 */
export function contains(ring: Ring, lat: number, lon: number): boolean;
/**
 * Whether a ring passes within some metres of a point, on a flat map.
 *
 * @param {Ring} ring
 * @param {number} lat
 * @param {number} lon
 * @param {number} metres
 */
export function passesWithin(ring: Ring, lat: number, lon: number, metres: number): boolean;
import type { Ring } from "./types.js";
