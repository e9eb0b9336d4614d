import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { opening } from "../src/hours.js";

const bundle = readBundle(
  JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8")),
);
const [brussels, antwerp] = bundle.centres;

function at(time, centre = brussels) {
  const { word, next } = opening(bundle, centre, Date.parse(time));
  return [word, next && new Date(next).toISOString()];
}

test("an open centre says when it closes", () => {
  assert.deepEqual(at("2026-11-03T08:00:00Z"), ["open", "2026-11-03T16:00:00.000Z"]);
});

test("a closed centre says when it opens", () => {
  assert.deepEqual(at("2026-11-03T16:00:00Z"), ["closed", "2026-11-04T08:00:00.000Z"]);
  assert.deepEqual(at("2026-11-05T08:00:00Z"), ["closed", null]);
});

test("a change to or from unknown is not announced", () => {
  assert.deepEqual(at("2026-11-04T09:00:00Z"), ["open", null]);
  assert.deepEqual(at("2026-11-04T16:30:00Z"), ["unknown", null]);
});

test("nothing is known without hours, before the bundle or after it", () => {
  assert.deepEqual(at("2026-11-03T09:00:00Z", antwerp), ["unknown", null]);
  assert.deepEqual(at("2026-11-01T23:59:00Z"), ["unknown", null]);
  assert.deepEqual(at("2026-11-16T00:00:00Z"), ["unknown", null]);
});
