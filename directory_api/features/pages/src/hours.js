// Whether a centre is open.

/** @import { Bundle, Centre, OpenWord } from "./types.js" */

const MINUTE_MS = 60000;

/**
 * The state of a centre at a moment, and when it certainly changes, else null. Moments are in
 * milliseconds since 1970 (UTC).
 *
 * @param {Bundle} bundle
 * @param {Centre} centre
 * @param {number} moment
 * @returns {{word: OpenWord, next: number | null}}
 */
export function opening(bundle, centre, moment) {
  const [minute, since, until] = [moment, Date.parse(bundle.made), Date.parse(bundle.until)].map(
    (time) => time / MINUTE_MS,
  );
  if (!centre.open || minute < since || minute >= until) return { word: "unknown", next: null };
  const current = centre.open.find(([start, end]) => start <= minute && minute < end);
  const [nextStart, , nextWord] = centre.open.find(([start]) => start > minute) ?? [];
  if (!current) {
    const opens = nextStart !== undefined && nextWord === "open";
    return { word: "closed", next: opens ? nextStart * MINUTE_MS : null };
  }
  const [, end, word] = current;
  // At the end of the bundle the state is not known to change, only not known any more.
  const closes = word === "open" && end !== nextStart && end < until;
  return { word, next: closes ? end * MINUTE_MS : null };
}
