import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { dangerLines, linesAt, linesToAdd } from "../src/helplines.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const line = (number, country, kind, hours) => ({ number, countries: [country], kind, hours });
const OWN = [
  line("112", "BE", "emergency"),
  line("101", "BE", "police"),
  line("+3278055800", "BE", "national_line", "24/7"),
];
const ABROAD = [
  line("112", "DE", "emergency"),
  line("112", "FR", "emergency"),
  line("110", "DE", "police"),
  line("17", "FR", "police"),
  line("3919", "FR", "other_line", "24/7"),
];
const bundle = readBundle({ ...RECORD, helplines: OWN, helplines_abroad: ABROAD });
const BRUSSELS = { lat: 50.85, lon: 4.35, accuracy: 10 };
const PARIS = { lat: 48.85, lon: 2.35, accuracy: 10 };

const numbers = (lines) => lines.map(({ number }) => number);
const isOwn = ({ number }) => OWN.some((each) => each.number === number);
const added = (origin, isShown = isOwn) => {
  const { danger, others } = linesToAdd(bundle, origin, isShown);
  return [numbers(danger), numbers(others)];
};

test("the helplines of a place are those of its country", () => {
  assert.deepEqual(numbers(linesAt(bundle, { ...PARIS, country: "FR" })), ["112", "17", "3919"]);
  assert.deepEqual(linesAt(bundle, { ...BRUSSELS, country: "BE" }), OWN);
  assert.deepEqual(linesAt(bundle, BRUSSELS), OWN);
});

test("what is on the page is not added to an answer", () => {
  assert.deepEqual(added({ ...BRUSSELS, country: "BE" }), [[], []]);
  assert.deepEqual(added(BRUSSELS), [[], []]);
  assert.deepEqual(added({ ...PARIS, country: "FR" }), [["17"], ["3919"]]);
  const isFrench = ({ countries }) => countries.includes("FR");
  assert.deepEqual(added({ ...BRUSSELS, country: "BE" }, isFrench), [["101"], ["+3278055800"]]);
});

test("a position outside the outlines may be in any other country", () => {
  assert.deepEqual(added(PARIS), [["110", "17"], []]);
  // Near the border it may be inside, too.
  assert.deepEqual(added({ lat: 51.51, lon: 4.35, accuracy: 10 }, () => false), [
    ["101", "110", "17"],
    [],
  ]);
});

test("the numbers for danger of countries are without the one that all of them have", () => {
  assert.deepEqual(numbers(dangerLines(bundle, ["FR", "DE"])), ["17", "110"]);
});

test("an older bundle has the helplines of its country only", () => {
  const older = readBundle({ ...RECORD, helplines: OWN });
  assert.deepEqual(linesAt(older, { ...PARIS, country: "FR" }), OWN);
  assert.deepEqual(linesToAdd(older, PARIS, isOwn), { danger: [], others: [] });
});
