// Opening hours that repeat every week, in words, as on the server (hours/weekly_in_words.py).

/** @import { WeeklyRule, WeekWords } from "./types.js" */

// A range of two days would be no shorter than a list, and a list is easier to read.
const MIN_RANGE = 3;

/**
 * Hours as days, such as `Monday – Friday`, and times, such as `09:00 – 17:00`.
 *
 * @param {WeeklyRule[]} rules
 * @param {WeekWords} words
 */
export function weeklyLines(rules, words) {
  return rules.map(({ days, times }) => {
    const ranges = times.map(({ opens, closes }) => fill(words.range, opens, closes));
    return { days: daysText(days, words), times: ranges.join(", ") };
  });
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

/** @param {string} pattern @param {string} first @param {string} second Names and times. */
function fill(pattern, first, second) {
  return pattern.replace("{0}", first).replace("{1}", second);
}
