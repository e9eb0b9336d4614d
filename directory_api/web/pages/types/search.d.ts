/**
 * The place that typed text means, or why it means none. A postcode with another town's name is not
 * accepted: `1000 Lausanne` is not Brussels.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 * @returns {Resolution}
 */
export function resolve(bundle: Bundle, typed: string): Resolution;
/**
 * The closest centres to an origin, and whether the first is certainly the closest.
 *
 * @param {Bundle} bundle
 * @param {Origin} origin
 * @param {Filters} filters
 * @param {number} limit At least two centres are returned if the closest is not certain.
 * @returns {{hits: Hit[], certain: boolean}}
 */
export function nearest(bundle: Bundle, origin: Origin, filters?: Filters, limit?: number): {
    hits: Hit[];
    certain: boolean;
};
/**
 * Whether a point is so far outside every outline that the directory certainly does not cover it.
 *
 * @param {Bundle} bundle
 * @param {number} lat
 * @param {number} lon
 */
export function isOutside(bundle: Bundle, lat: number, lon: number): boolean;
export const MAX_TEXT: 80;
/** How many centres a search returns. */
export const LIMIT: 3;
export type Candidate = {
    order: (number | string)[];
    part: string;
    place: PostcodePlace;
};
import type { Bundle } from "./types.js";
import type { Resolution } from "./types.js";
import type { Origin } from "./types.js";
import type { Filters } from "./types.js";
import type { Hit } from "./types.js";
import type { PostcodePlace } from "./types.js";
