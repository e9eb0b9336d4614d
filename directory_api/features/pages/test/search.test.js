import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle, withNames } from "../src/bundle.js";
import { answerAt, find, missingTables } from "../src/search.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const bundle = readBundle({ ...RECORD, neighbours: ["DE", "LU"] });
const AACHEN = { ...RECORD.postcodes, pattern: "([0-9]{5})", codes: ["052062"], names: ["Aachen"] };
const ofGermany = readBundle({ ...RECORD, country: "DE", postcodes: AACHEN });
const named = (name, town) => ({ names: [{ names: [name], town }], words: [] });
const HOME = ["BE", withNames(bundle, named("Brussel", "1000"))];
const THERE = [
  ["DE", withNames(ofGermany, named("Aachen", "52062"))],
  ["LU", withNames(ofGermany, { names: [], words: [] })],
];

const known = (...tables) => ({ bundle, tables: new Map(tables), filters: {} });
const here = (text) => ({ country: "BE", text });

test("a table is loaded only for what the others do not have", () => {
  assert.deepEqual(missingTables(known(), here("1000")), []);
  assert.deepEqual(missingTables(known(), here("Brussel")), ["BE"]);
  assert.deepEqual(missingTables(known(HOME), here("Brussel")), []);
  assert.deepEqual(missingTables(known(HOME), here("Aachen")), ["DE", "LU"]);
  assert.deepEqual(missingTables(known(HOME), here("52062")), ["DE"]);
  assert.deepEqual(missingTables(known(HOME), { country: "DE", text: "52062" }), ["DE"]);
  assert.deepEqual(missingTables(known(HOME, ...THERE), here("Nowhere")), []);
});

test("a text is a place here, or in the only neighbour that has it", () => {
  const all = known(HOME, ...THERE);
  const place = ({ country, code, typed }) => [country, code, typed];
  assert.deepEqual(place(find(all, here("1000"))), ["BE", "1000", "1000"]);
  assert.deepEqual(place(find(all, here("Brussel"))), ["BE", "1000", "Brussel"]);
  for (const text of ["Aachen", "52062"]) {
    assert.deepEqual(place(find(all, here(text))), ["DE", "52062", undefined]);
  }
});

test("a refusal says what was typed, and where else it may be", () => {
  const refused = ({ error, text, elsewhere }) => [error, text, ...elsewhere];
  assert.deepEqual(refused(find(known(HOME), here("52062"))), ["postcode-foreign", "52062", "DE"]);
  const failed = { ...known(), isFailed: true };
  assert.deepEqual(refused(find(failed, here("Nowhere"))), ["load", "Nowhere"]);
  const there = { country: "DE", text: "52062" };
  assert.deepEqual(refused(find(failed, there)), ["load", "52062", "DE"]);
  const far = find(known(HOME, ...THERE), { country: "DE", text: "10115" });
  assert.deepEqual([...refused(far), far.reason], ["postcode-foreign", "10115", "postcode-far"]);
});

test("an answer has the cards that pass the filters, and all results", () => {
  const loaded = { translator: { tag: "nl" }, bundle, isOld: false };
  const ids = (listed) => listed.map(({ centre }) => centre.id);
  const origin = { lat: 50.85, lon: 4.35, accuracy: 0 };
  const answer = answerAt(loaded, origin, { service: "medical" }, () => false);
  assert.deepEqual(ids(answer.cards), ["antwerp"]);
  assert.deepEqual(ids(answer.results), ["brussels", "antwerp"]);
  assert.equal(answerAt(loaded, null, {}, () => false).cards.length, bundle.centres.length);
});
