import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { isMatch, nearest } from "../src/nearest.js";
import { read } from "../src/places.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const bundle = readBundle(RECORD);

const ids = (results) => results.map(({ centre }) => centre.id);
const reasons = (results) => results.map((each) => [each.centre.id, ...each.shown_because]);
const passing = (results) => results.filter((each) => each.does_not_match.length === 0);

test("the closest centre is named where a filter leaves it out", () => {
  const [brussels, antwerp] = RECORD.centres;
  const origin = bundle.places.get("1000");
  const only = { ...antwerp, services: ["shelter"] };
  const changed = readBundle({ ...RECORD, centres: [{ ...brussels, services: [] }, only] });
  const answer = nearest(changed, origin, { service: "shelter" });
  assert.deepEqual(reasons(answer), [[brussels.id, "closest"], [antwerp.id, "near"]]);
  assert.deepEqual(answer.map((each) => each.does_not_match), [["service"], []]);
  assert.deepEqual(ids(nearest(changed, origin, { service: "none" })), [brussels.id]);
});

test("without one answer to a town, both centres may be the closest", () => {
  const [brussels, antwerp] = RECORD.centres;
  const near = { ...brussels, location: { lat: 51.22, lon: 4.46, precision: "exact" } };
  const changed = readBundle({ ...RECORD, centres: [near, antwerp] });
  const { place } = read(bundle, "antwerpen");
  const both = nearest(changed, place, {}, 1).map((each) => each.shown_because);
  assert.deepEqual(both, [["maybe_closest"], ["maybe_closest"]]);
});

test("the closest active centre is first", () => {
  const answer = nearest(bundle, bundle.places.get("2000"));
  assert.deepEqual(ids(answer), ["antwerp", "brussels", "closed"]);
  const [{ distance_m: metres, shown_because: why }] = answer;
  assert.deepEqual(why, ["closest"]);
  assert.ok(Math.abs(metres - 263) < 1, String(metres));
});

test("all are there of which each may be the closest, whatever the limit", () => {
  const [brussels] = RECORD.centres;
  const at = (id, lat) => ({ ...brussels, id, location: { ...brussels.location, lat } });
  const centres = [at("a", 50.85), at("b", 50.86), at("c", 50.87), at("d", 51.2)];
  const changed = readBundle({ ...RECORD, centres });
  const answer = nearest(changed, { lat: 50.84, lon: 4.35, accuracy: 5000 }, {}, 1);
  const may = ["a", "b", "c"].map((id) => [id, "maybe_closest"]);
  assert.deepEqual(reasons(answer), may);
});

test("the closest that speaks a language is there, and closed ones are the last", () => {
  const [brussels, antwerp] = RECORD.centres;
  const closed = { ...brussels, id: "closed", status: "temporarily_closed" };
  const changed = readBundle({ ...RECORD, centres: [closed, brussels, antwerp] });
  const answer = nearest(changed, bundle.places.get("2000"), {}, 1, "nl");
  assert.deepEqual(reasons(answer), [["antwerp", "closest"], ["brussels", "speaks:nl"]]);
  const three = nearest(changed, bundle.places.get("2000"), {}, 3, "nl");
  assert.deepEqual(reasons(three).slice(1), [
    ["brussels", "near", "speaks:nl"],
    ["closed", "temporarily_closed"],
  ]);
});

test("a third centre whose point is less exact may be the closest", () => {
  const [brussels] = RECORD.centres;
  const at = (id, lat, precision) => ({ ...brussels, id, location: { lat, lon: 4.3, precision } });
  const centres = [at("near", 50.81, "exact"), at("far", 50.85, "exact")];
  const record = { ...RECORD, centres: [...centres, at("hidden", 50.86, "municipality")] };
  const uncertainty = { ...RECORD.location_uncertainty_m, municipality: 6000 };
  const changed = readBundle({ ...record, location_uncertainty_m: uncertainty });
  const answer = nearest(changed, { lat: 50.8, lon: 4.3, accuracy: 5 }, {}, 1);
  const may = ["near", "hidden"].map((id) => [id, "maybe_closest"]);
  assert.deepEqual(reasons(answer), may);
});

test("filters leave out other centres", () => {
  const origin = bundle.places.get("2000");
  const left = (filters) => {
    const results = nearest(bundle, origin, filters);
    return results.filter(isMatch).map(({ centre }) => centre.id);
  };
  assert.deepEqual(left({ language: "nl" }), ["brussels"]);
  assert.deepEqual(left({ service: "medical" }), ["antwerp"]);
  assert.deepEqual(left({ audience: "victims" }), ["antwerp", "brussels"]);
  assert.deepEqual(left({ language: "en" }), []);
});

test("each code of a language finds its centres", () => {
  const [brussels, antwerp] = RECORD.centres;
  const hebrew = { ...brussels, languages: [{ code: "he" }] };
  const changed = readBundle({ ...RECORD, centres: [hebrew, antwerp] });
  const origin = changed.places.get("2000");
  for (const language of ["he", "iw", "heb", "IW", "he-IL"]) {
    const [{ centre }] = passing(nearest(changed, origin, { language }));
    assert.equal(centre.id, "brussels");
  }
  assert.deepEqual(passing(nearest(changed, origin, { language: "not a tag" })), []);
});

test("centres at one distance are in the order of their ids", () => {
  const [brussels] = RECORD.centres;
  const record = { ...RECORD, centres: [{ ...brussels, id: "z" }, { ...brussels, id: "a" }] };
  assert.deepEqual(ids(nearest(readBundle(record), bundle.places.get("1000"))), ["a", "z"]);
});
