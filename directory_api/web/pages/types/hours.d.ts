/**
 * The state of a centre at a moment, and when it certainly changes, else null. Moments are in
 * milliseconds since 1970 (UTC).
 *
 * @param {Bundle} bundle
 * @param {Centre} centre
 * @param {number} moment
 * @returns {{word: OpenWord, next: number | null}}
 */
export function opening(bundle: Bundle, centre: Centre, moment: number): {
    word: OpenWord;
    next: number | null;
};
import type { Bundle } from "./types.js";
import type { Centre } from "./types.js";
import type { OpenWord } from "./types.js";
