import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { dangerLines, linesBeside, linesToAdd, placeLines } from "../src/helplines.js";

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
// Around Belgium, which is not far from Lille.
const FRANCE = {
  country: "FR",
  margin_m: 3000,
  is_exact: false,
  rings: [[1000, 48000, 5000, 0, 0, 1600, -5000, 0]],
};
const coverage = { ...RECORD.coverage, outlines: [...RECORD.coverage.outlines, FRANCE] };
const bundle = readBundle({ ...RECORD, coverage, helplines: OWN, helplines_abroad: ABROAD });
const BRUSSELS = { lat: 50.85, lon: 4.35, accuracy: 10 };
const PARIS = { lat: 48.85, lon: 2.35, accuracy: 10 };
const BORDER = { lat: 49.505, lon: 4.35, accuracy: 10 };
const BUCHAREST = { lat: 44.43, lon: 26.1, accuracy: 10 };
const LILLE = { ...PARIS, country: "FR" };

const numbers = (lines) => lines.map(({ number }) => number);
const isOwn = ({ number }) => OWN.some((each) => each.number === number);
const added = (origin, isShown = isOwn) => {
  const { danger, others } = linesToAdd(bundle, origin, isShown);
  return [numbers(danger), numbers(others)];
};
const shown = (origin) => {
  const { own } = placeLines(bundle, origin);
  return [numbers(own), numbers(linesBeside(bundle, own))];
};

test("the helplines of a place are those of its country, then those of the directory", () => {
  for (const place of [LILLE, PARIS]) {
    assert.deepEqual(shown(place), [["112", "17", "3919"], ["+3278055800"]]);
  }
  for (const place of [null, BRUSSELS, { ...BRUSSELS, country: "BE" }]) {
    assert.deepEqual(placeLines(bundle, place).own, OWN);
    assert.deepEqual(linesBeside(bundle, OWN), []);
  }
});

test("near a border they are those of both countries, which are named", () => {
  assert.deepEqual(shown(BORDER), [["112", "101", "+3278055800", "112", "17", "3919"], []]);
  const { countries, isHome, likeliest } = placeLines(bundle, BORDER);
  assert.deepEqual(numbers(likeliest), ["112", "101", "+3278055800"]);
  const across = placeLines(bundle, { ...BORDER, lat: 49.495 });
  assert.deepEqual(numbers(across.likeliest), ["112", "17", "3919"]);
  assert.deepEqual([countries, isHome], [["BE", "FR"], false]);
  assert.deepEqual(added(BORDER, () => true), [["101", "17"], []]);
});

test("in no known country there is no short number but the one of all of Europe", () => {
  assert.deepEqual(shown(BUCHAREST), [["112"], ["+3278055800"]]);
  const { emergency, danger, others } = linesToAdd(bundle, BUCHAREST, isOwn);
  assert.deepEqual([emergency, danger, others], [undefined, [], []]);
  assert.deepEqual(placeLines(bundle, BUCHAREST).countries, []);
});

test("what is on the page is not added to an answer, but the numbers for danger abroad", () => {
  assert.deepEqual(added({ ...BRUSSELS, country: "BE" }), [[], []]);
  assert.deepEqual(added(BRUSSELS), [[], []]);
  assert.deepEqual(added(LILLE), [["17"], ["3919"]]);
  const isFrench = ({ countries }) => countries.includes("FR");
  assert.deepEqual(added(PARIS, isFrench), [["17"], []]);
});

test("of a country without centres the numbers for danger are beside the answer, too", () => {
  const uncovered = { ...bundle, coverage: { ...coverage, countries: ["NL"] } };
  const { emergency, danger } = linesToAdd(uncovered, { ...BRUSSELS, country: "BE" }, isOwn);
  assert.deepEqual([emergency, numbers(danger)], ["112", ["101"]]);
});

test("the numbers for danger of countries are without the one that all of them have", () => {
  assert.deepEqual(numbers(dangerLines(bundle, ["FR", "DE"])), ["17", "110"]);
});
