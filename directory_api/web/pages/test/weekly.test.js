import assert from "node:assert/strict";
import { test } from "node:test";
import { weeklyHours } from "../src/weekly.js";

const ENGLISH = {
  days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  range: "{0} – {1}",
  list: { start: "{0}, {1}", middle: "{0}, {1}", end: "{0}, and {1}", 2: "{0} and {1}" },
};

const lines = (expression) =>
  weeklyHours(expression, ENGLISH).lines.map(({ days, times }) => `${days}: ${times}`);

test("three days or more are a range, two a list", () => {
  assert.deepEqual(lines("Mo-Fr 09:00-17:00"), ["Monday – Friday: 09:00 – 17:00"]);
  assert.deepEqual(lines("Sa,Su 10:00-11:00"), ["Saturday and Sunday: 10:00 – 11:00"]);
  assert.deepEqual(lines("09:00-17:00"), ["Monday – Sunday: 09:00 – 17:00"]);
  assert.deepEqual(lines("Mo,We,Fr-Su 09:00-12:00,13:00-17:00"), [
    "Monday, Wednesday, and Friday – Sunday: 09:00 – 12:00, 13:00 – 17:00",
  ]);
});

test("a span may include the turn of the week", () => {
  assert.deepEqual(lines("Su-Tu 09:00-17:00"), ["Monday, Tuesday, and Sunday: 09:00 – 17:00"]);
});

test("a last rule that closes on public holidays is apart", () => {
  assert.deepEqual(weeklyHours("Mo 09:00-17:00; PH off", ENGLISH), {
    lines: [{ days: "Monday", times: "09:00 – 17:00" }],
    isClosedOnHolidays: true,
  });
});

test("hours that are not the same every week have no lines", () => {
  const expressions = [
    "Mo-Fr 22:00-02:00",
    "Mo 09:00-17:00; Mo 10:00-12:00",
    "PH off; Mo 09:00-17:00",
    "sunrise-sunset",
    "Mo 09:00-17:00 unknown",
    "",
  ];
  for (const expression of expressions) assert.deepEqual(lines(expression), [], expression);
});
