// Shift pressed three times, the sign to leave a page (exit.js and leave.js).

const PRESSES = 3;
const WITHIN_MS = 2000;
/** @type {number[]} */
let presses = [];

/**
 * Whether this key press is the third within two seconds. Another key in between starts the count
 * again, and so does the third press.
 *
 * @param {KeyboardEvent} event
 */
export function isThirdShift(event) {
  if (event.key !== "Shift") {
    presses = [];
    return false;
  }
  if (event.repeat) return false;
  const now = event.timeStamp;
  presses = [...presses, now].filter((moment) => now - moment < WITHIN_MS);
  if (presses.length < PRESSES) return false;
  presses = [];
  return true;
}

/** How many presses are missing; 0 if there was none of late. */
export function missingPresses() {
  const recent = presses.filter((moment) => performance.now() - moment < WITHIN_MS);
  return recent.length > 0 ? PRESSES - recent.length : 0;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/**
 * Say to a screen reader how many presses are missing. Called when Shift is released, so that the
 * exit is not delayed.
 *
 * @param {Element | null} status
 * @param {string | Node} words
 */
export function announce(status, words) {
  status?.replaceChildren(words);
  clearTimeout(silence);
  silence = setTimeout(() => status?.replaceChildren(), WITHIN_MS);
}
