import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { dangerLines, linesAt, linesBeside, linesToAdd } from "../src/helplines.js";

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

test("those of the directory's country that can be called from abroad follow", () => {
  const beside = (origin) => numbers(linesBeside(bundle, linesAt(bundle, origin)));
  assert.deepEqual(beside({ ...PARIS, country: "FR" }), ["+3278055800"]);
  assert.deepEqual(beside({ ...BRUSSELS, country: "BE" }), []);
  assert.deepEqual(beside(PARIS), []);
});

test("what is on the page is not added to an answer, but the numbers for danger abroad", () => {
  assert.deepEqual(added({ ...BRUSSELS, country: "BE" }), [[], []]);
  assert.deepEqual(added(BRUSSELS), [[], []]);
  assert.deepEqual(added({ ...PARIS, country: "FR" }), [["17"], ["3919"]]);
  const isFrench = ({ countries }) => countries.includes("FR");
  assert.deepEqual(added({ ...PARIS, country: "FR" }, isFrench), [["17"], []]);
});

test("a position outside the outlines may be in any other country", () => {
  assert.deepEqual(added(PARIS), [["110", "17"], []]);
  // Near the border it may be inside, too.
  const near = { lat: 51.51, lon: 4.35, accuracy: 10 };
  assert.deepEqual(added(near, () => false), [["110", "17"], []]);
});

test("of a country without centres the numbers for danger are beside the answer, too", () => {
  const coverage = { ...RECORD.coverage, countries: ["NL"] };
  const uncovered = { ...bundle, coverage };
  const { emergency, danger } = linesToAdd(uncovered, { ...BRUSSELS, country: "BE" }, isOwn);
  assert.deepEqual([emergency, numbers(danger)], ["112", ["101"]]);
  assert.equal(linesToAdd(bundle, PARIS, isOwn).emergency, undefined);
});

test("the numbers for danger of countries are without the one that all of them have", () => {
  assert.deepEqual(numbers(dangerLines(bundle, ["FR", "DE"])), ["17", "110"]);
});

test("an older bundle has the helplines of its country only", () => {
  const older = readBundle({ ...RECORD, helplines: OWN });
  assert.deepEqual(linesAt(older, { ...PARIS, country: "FR" }), OWN);
  assert.deepEqual(linesToAdd(older, PARIS, isOwn), {
    emergency: undefined,
    danger: [],
    others: [],
  });
});
