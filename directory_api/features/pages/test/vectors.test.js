import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { opening } from "../src/hours.js";
import { nearest } from "../src/nearest.js";
import { resolveTyped } from "../src/typed.js";
import { countriesAt, isOutside } from "../src/whereabouts.js";

// The sources may have been copied out of the checkout.
const PATH = process.env.VECTORS ?? "../../../../docs/vectors.json";
const ADDRESS = new URL(PATH, import.meta.url);
const VECTORS = JSON.parse(readFileSync(ADDRESS, "utf8"));
const WHEREABOUTS = JSON.parse(readFileSync(new URL("whereabouts.json", ADDRESS), "utf8"));
const bundle = readBundle({ ...VECTORS.bundle, ...VECTORS.table });

function check(origin, vector, name) {
  const { hits, certain } = nearest(bundle, origin, {}, 3);
  const results = hits.map(({ centre, tied }) => ({ id: centre.id, tied }));
  assert.deepEqual(results, vector.results.map(({ id, tied }) => ({ id, tied })), name);
  assert.equal(certain, vector.certain, name);
  for (const [index, { distance }] of hits.entries()) {
    const { distance_m: metres } = vector.results[index];
    assert.ok(Math.abs(distance - metres) <= VECTORS.tolerance_m, `${name}: ${distance}`);
  }
}

test("typed text is understood as in docs/vectors.json", () => {
  for (const vector of VECTORS.typed) {
    const { place, error, suggestions } = resolveTyped(bundle, vector.typed);
    assert.equal(error, vector.problem, vector.typed);
    if (error) {
      assert.deepEqual(suggestions.map(({ code }) => code), vector.suggestions, vector.typed);
    } else {
      const codes = vector.origin.postcodes ?? [vector.origin.postcode];
      assert.deepEqual((place.places ?? [place]).map(({ code }) => code), codes, vector.typed);
      assert.ok(Math.abs(place.accuracy - vector.origin.accuracy_m) <= 100, vector.typed);
      check(place, vector, vector.typed);
    }
  }
});

test("the closest to a position are those of docs/vectors.json", () => {
  for (const vector of VECTORS.positions) {
    const { lat, lon, origin, outside_coverage: outside } = vector;
    check({ lat, lon, accuracy: origin.accuracy_m }, vector, `${lat} ${lon}`);
    assert.equal(isOutside(bundle, lat, lon, origin.accuracy_m), outside);
  }
});

test("the countries of a position are those of docs/whereabouts.json", () => {
  const coverage = { ...VECTORS.bundle.coverage, outlines: WHEREABOUTS.outlines };
  const whole = readBundle({ ...VECTORS.bundle, ...VECTORS.table, coverage });
  for (const { lat, lon, accuracy_m: accuracy, countries } of WHEREABOUTS.positions) {
    const name = `${lat} ${lon} ${accuracy}`;
    assert.deepEqual(countriesAt(whole, lat, lon, accuracy), countries, name);
    assert.equal(isOutside(whole, lat, lon, accuracy), !countries.includes("BE"), name);
  }
});

test("a centre is open, closed or unknown as in docs/vectors.json", () => {
  const centres = new Map(bundle.centres.map((centre) => [centre.id, centre]));
  for (const { id, at, state } of VECTORS.hours) {
    const { word } = opening(bundle, centres.get(id), Date.parse(at));
    assert.equal(word, state, `${id} ${at}`);
  }
});
