import assert from "node:assert/strict";
import { test } from "node:test";
import { weeklyLines } from "../src/weekly.js";

const ENGLISH = {
  days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  range: "{0} – {1}",
  list: { start: "{0}, {1}", middle: "{0}, {1}", end: "{0}, and {1}", 2: "{0} and {1}" },
};

const lines = (...rules) =>
  weeklyLines(
    rules.map(([days, times]) => ({
      days,
      times: times.map(([opens, closes]) => ({ opens, closes })),
    })),
    ENGLISH,
  ).map(({ days, times }) => `${days}: ${times}`);

test("three days or more are a range, two a list", () => {
  const day = [["09:00", "17:00"]];
  assert.deepEqual(lines([[0, 1, 2, 3, 4], day]), ["Monday – Friday: 09:00 – 17:00"]);
  assert.deepEqual(lines([[5, 6], day]), ["Saturday and Sunday: 09:00 – 17:00"]);
  assert.deepEqual(lines([[0, 1, 6], day]), ["Monday, Tuesday, and Sunday: 09:00 – 17:00"]);
});

test("each rule is a line, and its times are a list", () => {
  const twice = [["09:00", "12:00"], ["13:00", "17:00"]];
  assert.deepEqual(lines([[0, 2, 4, 5, 6], twice], [[1], [["10:00", "11:00"]]]), [
    "Monday, Wednesday, and Friday – Sunday: 09:00 – 12:00, 13:00 – 17:00",
    "Tuesday: 10:00 – 11:00",
  ]);
});
