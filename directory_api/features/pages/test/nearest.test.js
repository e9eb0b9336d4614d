import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { resolve } from "../src/gazetteer.js";
import { nearest } from "../src/nearest.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const bundle = readBundle(RECORD);

const ids = ({ hits }) => hits.map(({ centre }) => centre.id);

test("the closest centre is named where a filter leaves it out", () => {
  const [brussels, antwerp] = RECORD.centres;
  const origin = bundle.places.get("1000");
  const only = { ...antwerp, services: ["shelter"] };
  const changed = readBundle({ ...RECORD, centres: [{ ...brussels, services: [] }, only] });
  const { hits, closest } = nearest(changed, origin, { service: "shelter" });
  assert.deepEqual(
    [...hits, closest].map(({ centre }) => centre.id),
    [antwerp.id, brussels.id],
  );
  assert.equal(closest.distance, nearest(changed, origin).hits[0].distance);
  assert.equal(nearest(changed, origin).closest, undefined);
  assert.equal(nearest(changed, origin, { service: "none" }).closest.centre.id, brussels.id);
});

test("without one answer to a town, both centres may be the closest", () => {
  const [brussels, antwerp] = RECORD.centres;
  const near = { ...brussels, location: { lat: 51.22, lon: 4.46, precision: "exact" } };
  const changed = readBundle({ ...RECORD, centres: [near, antwerp] });
  const { place } = resolve(bundle, "antwerpen");
  const { hits, certain } = nearest(changed, place, {}, 1);
  assert.deepEqual([hits.length, certain], [2, false]);
});

test("the closest active centre is first", () => {
  const answer = nearest(bundle, bundle.places.get("2000"));
  assert.deepEqual(ids(answer), ["antwerp", "brussels"]);
  assert.equal(answer.certain, true);
  assert.ok(Math.abs(answer.hits[0].distance - 263) < 1, String(answer.hits[0].distance));
});

test("both centres are there if either may be the closest", () => {
  const answer = nearest(bundle, { lat: 51.03, lon: 4.37, accuracy: 3000 }, {}, 1);
  assert.equal(answer.certain, false);
  assert.equal(answer.hits.length, 2);
});

test("a third centre whose point is less exact may be the closest", () => {
  const [brussels] = RECORD.centres;
  const at = (id, lat, precision) => ({ ...brussels, id, location: { lat, lon: 4.3, precision } });
  const centres = [at("near", 50.81, "exact"), at("far", 50.85, "exact")];
  const record = { ...RECORD, centres: [...centres, at("hidden", 50.86, "municipality")] };
  const changed = readBundle({ ...record, blur_m: { ...RECORD.blur_m, municipality: 6000 } });
  const answer = nearest(changed, { lat: 50.8, lon: 4.3, accuracy: 5 }, {}, 1);
  assert.deepEqual(ids(answer), ["near", "far", "hidden"]);
  assert.equal(answer.certain, false);
  assert.deepEqual(answer.undecided.map(({ centre }) => centre.id), ["near", "hidden"]);
});

test("filters leave out other centres", () => {
  const origin = bundle.places.get("2000");
  assert.deepEqual(ids(nearest(bundle, origin, { language: "nl" })), ["brussels"]);
  assert.deepEqual(ids(nearest(bundle, origin, { service: "medical" })), ["antwerp"]);
  assert.deepEqual(ids(nearest(bundle, origin, { audience: "victims" })), ["antwerp", "brussels"]);
  assert.deepEqual(ids(nearest(bundle, origin, { language: "en" })), []);
});

test("each code of a language finds its centres", () => {
  const [brussels, antwerp] = RECORD.centres;
  const hebrew = { ...brussels, languages: [{ code: "he" }] };
  const changed = readBundle({ ...RECORD, centres: [hebrew, antwerp] });
  const origin = changed.places.get("2000");
  for (const language of ["he", "iw", "heb", "IW", "he-IL"]) {
    assert.deepEqual(ids(nearest(changed, origin, { language })), ["brussels"]);
  }
  assert.deepEqual(ids(nearest(changed, origin, { language: "not a tag" })), []);
});

test("centres at one distance are tied, in the order of their ids", () => {
  const [brussels] = RECORD.centres;
  const record = { ...RECORD, centres: [{ ...brussels, id: "z" }, { ...brussels, id: "a" }] };
  const { hits } = nearest(readBundle(record), bundle.places.get("1000"));
  assert.deepEqual(hits.map(({ centre, tied }) => [centre.id, tied]), [["a", true], ["z", true]]);
});
