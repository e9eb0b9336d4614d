import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { knownName } from "../src/typed.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const [BRUSSELS, IXELLES, ANTWERP, DEURNE] = [0, 1, 2, 3];

function bundleWith(names) {
  const { postcodes } = RECORD;
  const changed = postcodes.names.map((name, index) => names[index] ?? name);
  return readBundle({ ...RECORD, postcodes: { ...postcodes, names: changed } });
}

test("st and ste are written out if one spelling is a name", () => {
  const bundle = bundleWith({ [BRUSSELS]: "Sint-Niklaas", [IXELLES]: "Sainte-Ode" });
  assert.equal(knownName(bundle, "St. Niklaas"), "sint niklaas");
  assert.equal(knownName(bundle, "STE ODE"), "sainte ode");
  // Neither is the name of a place.
  assert.equal(knownName(bundle, "St Vith"), "St Vith");
});

test("st that may be two places stays as it is", () => {
  const bundle = bundleWith({ [BRUSSELS]: "Sint-Martin", [DEURNE]: "Le Saint-Martin" });
  assert.equal(knownName(bundle, "St Martin"), "St Martin");
});

test("a name that has st itself stays as it is", () => {
  const bundle = bundleWith({ [BRUSSELS]: "St Ives", [ANTWERP]: "Saint Ives" });
  assert.equal(knownName(bundle, "St Ives"), "St Ives");
});

test("of several names, one of the same places is searched", () => {
  const bundle = bundleWith({});
  assert.equal(knownName(bundle, "Bruxelles/Brussel"), "bruxelles");
  assert.equal(knownName(bundle, "Deurne (Antwerpen)"), "deurne");
  assert.equal(knownName(bundle, "Antwerpen - Deurne"), "deurne");
  for (const text of ["Brussel, Antwerpen", "Elsene/Elsene", "1000, Brussel", "(/)", ""]) {
    assert.equal(knownName(bundle, text), text);
  }
  const long = `Bruxelles/${"Brussel ".repeat(20)}`;
  assert.equal(knownName(bundle, long), long);
});

test("the only place that has each of several names is searched by its postcode", () => {
  const bundle = bundleWith({ [BRUSSELS]: "Antwerpen" });
  const names = ["Diest", "Elsene", "Antwerpen", "Antwerpen"];
  const parts = [["Deurne"], [], [], ["Deurne"]];
  const twice = readBundle({ ...RECORD, postcodes: { ...RECORD.postcodes, names, parts } });
  assert.equal(knownName(twice, "Deurne (Antwerpen)"), "2100 deurne");
  assert.equal(knownName(bundle, "Bruxelles/Antwerpen"), "bruxelles");
});
