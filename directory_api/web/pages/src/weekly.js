// Opening hours that repeat every week, in words, as on the server (domain/hours.py and
// web/pages/weekly.py).

/** @import { WeekWords } from "./types.js" */

const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const WEEKDAY = WEEKDAYS.join("|");
const SPAN = `(?:${WEEKDAY})(?:-(?:${WEEKDAY}))?`;
const TIMES = "[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}";
const RULE = new RegExp(`^(?:(${SPAN}(?:,${SPAN})*) )?(${TIMES}(?:,${TIMES})*)$`);
// At the end only: a later rule could open the centre again on a holiday.
const HOLIDAYS_OFF = / *; *PH +(?:off|closed) *$/;
// A range of two days would be no shorter than a list, and a list is easier to read.
const MIN_RANGE = 3;

/**
 * Hours in OpenStreetMap's syntax as days, such as `Monday – Friday`, and times, such as
 * `09:00 – 17:00`, and whether the centre is closed on public holidays. There are no lines if the
 * hours are not the same every week.
 *
 * @param {string} expression
 * @param {WeekWords} words
 */
export function weeklyHours(expression, words) {
  const isClosedOnHolidays = HOLIDAYS_OFF.test(expression);
  const rules = parse(expression.replace(HOLIDAYS_OFF, ""));
  const lines = rules.map(({ days, times }) => {
    const ranges = times.map(([opens, closes]) => fill(words.range, opens, closes));
    return { days: daysText(days, words), times: ranges.join(", ") };
  });
  return { lines, isClosedOnHolidays };
}

/** @typedef {{days: number[], times: string[][]}} WeeklyRule Days from 0 (Monday). */

/**
 * The rules; none if they cannot say the same. Holidays, seasons, sunrise or sunset, and hours past
 * midnight cannot be expressed.
 *
 * @param {string} expression
 * @returns {WeeklyRule[]}
 */
function parse(expression) {
  /** @type {WeeklyRule[]} */
  const rules = [];
  for (const text of expression.split(";")) {
    const match = RULE.exec(text.trim());
    if (!match) return [];
    const days = weekdays(match[1] ?? "Mo-Su");
    const times = match[2].split(",").map((span) => span.split("-"));
    // A later rule for the same day would replace the earlier one.
    const isRepeated = rules.some((rule) => rule.days.some((day) => days.includes(day)));
    const areValid = times.every(([opens, closes]) => opens < closes && closes <= "23:59");
    if (isRepeated || !areValid) return [];
    rules.push({ days, times });
  }
  return rules;
}

/**
 * The days of `Mo-Fr,Su` in order. A span may include the turn of the week (`Sa-Mo`).
 *
 * @param {string} spans
 */
function weekdays(spans) {
  /** @type {Set<number>} */
  const days = new Set();
  for (const span of spans.split(",")) {
    const [first, last] = span.split("-").map((day) => WEEKDAYS.indexOf(day));
    const count = last === undefined ? 1 : ((last - first + 7) % 7) + 1;
    for (let step = 0; step < count; step += 1) days.add((first + step) % 7);
  }
  return [...days].sort();
}

/** @param {number[]} days @param {WeekWords} words */
function daysText(days, words) {
  /** @type {number[][]} */
  const runs = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const parts = runs.flatMap((run) => {
    const names = run.map((day) => words.days[day]);
    return run.length < MIN_RANGE ? names : [fill(words.range, names[0], String(names.at(-1)))];
  });
  return joined(parts, words.list);
}

/**
 * A list in words, by the patterns of CLDR.
 *
 * @param {string[]} parts
 * @param {WeekWords["list"]} patterns
 */
function joined(parts, patterns) {
  if (parts.length === 2) return fill(patterns["2"], parts[0], parts[1]);
  return parts.reduce((text, part, index) => {
    if (index === 1) return fill(patterns.start, text, part);
    return fill(index < parts.length - 1 ? patterns.middle : patterns.end, text, part);
  });
}

/** @param {string} pattern @param {string} first @param {string} second */
function fill(pattern, first, second) {
  return pattern.replace(/\{([01])\}/g, (_, index) => (index === "0" ? first : second));
}
