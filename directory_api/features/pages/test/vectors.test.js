import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { readBundle, withNames } from "../src/bundle.js";
import { opening } from "../src/hours.js";
import { nearest } from "../src/nearest.js";
import { read } from "../src/places.js";
import { countriesAt, isOutside } from "../src/whereabouts.js";

// The sources may have been copied out of the checkout.
const PATH = process.env.VECTORS ?? "../../../../docs/vectors.json";
const ADDRESS = new URL(PATH, import.meta.url);
const VECTORS = JSON.parse(readFileSync(ADDRESS, "utf8"));
const WHEREABOUTS = JSON.parse(readFileSync(new URL("whereabouts.json", ADDRESS), "utf8"));
const bundle = withNames(readBundle({ ...VECTORS.bundle, ...VECTORS.table }), VECTORS.names);

function check(origin, vector, name) {
  const results = nearest(bundle, origin, {}, 3);
  const told = results.map(({ centre, shown_because }) => [centre.id, shown_because]);
  const expected = vector.results.map(({ id, shown_because }) => [id, shown_because]);
  assert.deepEqual(told, expected, name);
  for (const [index, { distance_m: distance }] of results.entries()) {
    const { distance_m: metres } = vector.results[index];
    assert.ok(Math.abs(distance - metres) <= VECTORS.tolerance_m, `${name}: ${distance}`);
  }
}

test("typed text is understood as in docs/vectors.json", () => {
  for (const vector of VECTORS.typed) {
    const { place, suggestions = [] } = read(bundle, vector.typed);
    if (vector.problem) {
      assert.equal(place, undefined, vector.typed);
      // How many may be meant is not said.
      const meant = suggestions.map(({ code }) => code).slice(0, vector.did_you_mean.length);
      assert.deepEqual(meant, vector.did_you_mean.slice(0, meant.length), vector.typed);
    } else if (vector.place.country === "BE") {
      const codes = vector.place.postcodes ?? [vector.place.postcode];
      const found = (place.places ?? [place]).map(({ code }) => code).sort();
      assert.deepEqual(found, codes, vector.typed);
      assert.ok(Math.abs(place.accuracy - vector.place.accuracy_m) <= 100, vector.typed);
      check(place, vector, vector.typed);
    }
  }
});

test("the closest to a position are those of docs/vectors.json", () => {
  for (const vector of VECTORS.positions) {
    const { lat, lon, place, covered } = vector;
    check({ lat, lon, accuracy: place.accuracy_m }, vector, `${lat} ${lon}`);
    assert.equal(isOutside(bundle, lat, lon, place.accuracy_m), !covered);
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
