import assert from "node:assert/strict";
import { test } from "node:test";
import { saidHours } from "../src/weekly.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August"].concat(
  ["September", "October", "November", "December"],
);
const ENGLISH = {
  days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  range: "{0} – {1}",
  list: { start: "{0}, {1}", middle: "{0}, {1}", end: "{0}, and {1}", 2: "{0} and {1}" },
  yearly_dates: MONTHS.map((month) => `{0} ${month}`),
  full_dates: MONTHS.map((month) => `{0} ${month} {1}`),
};
const DAY = [["09:00", "17:00"]];

const rule = ([days, times]) => ({
  days,
  times: times.map(([opens, closes, certain]) => ({ opens, closes, certain })),
});
const said = (hours) =>
  saidHours(hours, ENGLISH, (key, values) =>
    values ? `${values.days}: ${values.times}` : key,
  ).map(({ key, text }) => key ?? text);
const lines = (...rules) => said({ weekly: rules.map(rule) });

test("three days or more are a range, two a list", () => {
  assert.deepEqual(lines([[0, 1, 2, 3, 4], DAY]), ["Monday – Friday: 09:00 – 17:00"]);
  assert.deepEqual(lines([[5, 6], DAY]), ["Saturday and Sunday: 09:00 – 17:00"]);
  assert.deepEqual(lines([[0, 1, 6], DAY]), ["Monday, Tuesday, and Sunday: 09:00 – 17:00"]);
});

test("each rule is a line, and its times are a list", () => {
  const twice = [["09:00", "12:00"], ["13:00", "17:00"]];
  assert.deepEqual(lines([[0, 2, 4, 5, 6], twice], [[1], [["10:00", "11:00"]]]), [
    "Monday, Wednesday, and Friday – Sunday: 09:00 – 12:00, 13:00 – 17:00",
    "Tuesday: 10:00 – 11:00",
  ]);
});

test("dates follow the week and the public holidays", () => {
  const dated = [
    { dates: [["12-25", "01-02"], ["2027-05-01", "2027-05-01"]], rules: [rule([[], []])] },
    { dates: [["2028-01-01", ""]], rules: [rule([[0], DAY]), rule([[1], [["22:00", "02:00"]]])] },
  ];
  assert.deepEqual(said({ usual: [rule([[0], DAY])], closed_on_holidays: true, dated }), [
    "Monday: 09:00 – 17:00",
    "hours.holidays",
    "25 December – 2 January and 1 May 2027: hours.closed",
    "1 January 2028 – …: Monday: 09:00 – 17:00",
    "1 January 2028 – …: Tuesday: 22:00 – 02:00",
  ]);
});

test("whole days, hours that are not certain, and none at all have words", () => {
  const all = [0, 1, 2, 3, 4, 5, 6];
  assert.deepEqual(lines([all, [["00:00", "24:00"]]]), ["hours.always"]);
  assert.deepEqual(lines([[5], [["00:00", "24:00", false]]]), ["Saturday: hours.call_first"]);
  assert.deepEqual(lines([[5], [["09:00", "12:00", false]]]), [
    "Saturday: 09:00 – 12:00 (hours.call_first)",
  ]);
  assert.deepEqual(lines(), ["hours.closed"]);
});
