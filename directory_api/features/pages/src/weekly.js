// Opening hours in words, as on the server (hours/in_words.py).

/** @import { SaidHours, WeeklyRule, WeekWords } from "./types.js" */

// A range of two days would be no shorter than a list, and a list is easier to read.
const MIN_RANGE = 3;
const ALL_DAYS = 7;
// In the place of the end of a range that is more than a year away.
const OPEN = "…";

/**
 * Hours as lines: days, such as `Monday – Friday`, or dates, and times, such as `09:00 – 17:00`.
 * A line that is one text of the interface is its key.
 *
 * @param {SaidHours} hours
 * @param {WeekWords} words
 * @param {(key: string, values?: Record<string, string>) => string} say
 * @returns {{key?: string, text?: string}[]}
 */
export function saidHours({ weekly, usual, closed_on_holidays: hasHolidays, dated }, words, say) {
  const week = weekly ?? usual ?? [];
  /** @param {WeeklyRule} rule */
  const line = ({ days, times }) => {
    const [only] = times.length === 1 ? times : [];
    const key = only ? wholeDay(only) : times.length === 0 && "hours.closed";
    const text = key ? say(key) : times.map((span) => spanText(span, words, say)).join(", ");
    const isAlone = days.length === 0 || (key && days.length === ALL_DAYS);
    if (isAlone) return { key: key || "", text };
    return { text: joinedBy(daysText(days, words), text, say) };
  };
  const lines = week.map(line).map(({ key, text }) => (key ? { key } : { text }));
  if (week.length === 0 && !dated) lines.push({ key: "hours.closed" });
  if (hasHolidays) lines.push({ key: "hours.holidays" });
  for (const { dates, rules } of dated ?? []) {
    const ranges = dates.map(([first, last]) => {
      const [start, end] = [first, last].map((day) => (day ? dateText(day, words) : OPEN));
      return start === end ? start : fill(words.range, start, end);
    });
    const days = joined(ranges, words.list);
    lines.push(...rules.map((rule) => ({ text: joinedBy(days, line(rule).text, say) })));
  }
  return lines;
}

/** @param {string} days @param {string} times @param {Parameters<typeof saidHours>[2]} say */
function joinedBy(days, times, say) {
  return say("hours.line", { days, times });
}

/** @param {WeeklyRule["times"][number]} span The key of a text for all of a day. */
function wholeDay({ opens, closes, certain }) {
  if (opens !== "00:00" || closes !== "24:00") return "";
  return certain === false ? "hours.call_first" : "hours.always";
}

/**
 * @param {WeeklyRule["times"][number]} span
 * @param {WeekWords} words
 * @param {Parameters<typeof saidHours>[2]} say
 */
function spanText(span, words, say) {
  const key = wholeDay(span);
  if (key) return say(key);
  const text = fill(words.range, span.opens, span.closes);
  return span.certain === false ? `${text} (${say("hours.call_first")})` : text;
}

/** @param {string} day `2026-12-24`, or `12-24` of each year. @param {WeekWords} words */
function dateText(day, words) {
  const [number, month, year] = day.split("-").reverse();
  const patterns = year ? words.full_dates : words.yearly_dates;
  return fill(patterns[Number(month) - 1], String(Number(number)), year);
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
