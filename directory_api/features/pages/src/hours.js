// Whether a centre is open.

/** @import { Bundle, Centre, Intervals, OpenWord, Phone } from "./types.js" */

export const ALWAYS = "24/7";
const EMERGENCY_DUTY = "emergency_duty";
const MINUTE_MS = 60000;

/**
 * The numbers of a centre that are answered at a moment, whatever a caller wants, as on the server
 * (features/pages/answered.py).
 *
 * @param {Bundle} bundle
 * @param {Centre} centre
 * @param {number} moment
 */
export function answeredNumbers(bundle, centre, moment) {
  /** @param {{open?: Intervals}} hours */
  const isOpen = (hours) => opening(bundle, hours, moment).word === "open";
  /** @param {Phone} phone */
  const isAnswered = (phone) => {
    if (phone.kind === "fax" || centre.status !== "active") return false;
    if (!phone.hours || isForEmergencies(centre, phone)) {
      return isOpen(centre) && phone.kind !== "duty";
    }
    return phone.hours === ALWAYS || isOpen(phone);
  };
  return new Set(centre.phones?.filter(isAnswered).map(({ number }) => number));
}

/** @param {Centre} centre @param {Phone} phone Whether day and night means for emergencies only. */
export function isForEmergencies(centre, { hours, kind }) {
  return hours === ALWAYS && (isOnDuty(centre) || kind === "duty");
}

/** @param {Centre} centre */
export function isOnDuty(centre) {
  return centre.services?.includes(EMERGENCY_DUTY);
}

/**
 * The state of a centre, or whether a phone is answered, at a moment, and when it certainly
 * changes, else null. Moments are dates, or milliseconds since 1970 (UTC), as in the answer.
 *
 * @param {Bundle} bundle
 * @param {{open?: Intervals}} hours
 * @param {Date | number} moment
 * @returns {{word: OpenWord, next: number | null}}
 */
export function opening(bundle, { open }, moment) {
  const { generated_at: made, valid_until: last } = bundle;
  const [minute, since, until] = [+moment, Date.parse(made), Date.parse(last)].map(
    (time) => time / MINUTE_MS,
  );
  if (!open || minute < since || minute >= until) return { word: "unknown", next: null };
  const current = open.find(({ start, end }) => start <= minute && minute < end);
  const next = open.find(({ start }) => start > minute);
  if (!current) {
    return { word: "closed", next: next?.state === "open" ? next.start * MINUTE_MS : null };
  }
  const { end, state: word } = current;
  // At the end of the bundle the state is not known to change, only not known any more.
  const closes = word === "open" && end !== next?.start && end < until;
  return { word, next: closes ? end * MINUTE_MS : null };
}
