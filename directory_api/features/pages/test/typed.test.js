import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { readProvinces } from "../src/provinces.js";
import { isName, knownName, resolveTyped, withoutCountry } from "../src/typed.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const [BRUSSELS, IXELLES, ANTWERP, DEURNE] = [0, 1, 2, 3];

function bundleWith(names) {
  const { postcodes } = RECORD;
  const changed = postcodes.names.map((name, index) => names[index] ?? name);
  return readBundle({ ...RECORD, postcodes: { ...postcodes, names: changed } });
}

test("st and ste are each of the words that they are short for", () => {
  const bundle = bundleWith({ [BRUSSELS]: "Sint-Niklaas", [IXELLES]: "Sainte-Ode" });
  const codeOf = (typed) => resolveTyped(bundle, typed).place?.code;
  assert.deepEqual(["St. Niklaas", "STE ODE", "St Vith"].map(codeOf), ["1000", "1050", undefined]);
});

test("of two places that st may mean, both are suggested", () => {
  const bundle = bundleWith({ [BRUSSELS]: "Sint-Martin", [ANTWERP]: "Saint-Martin" });
  const { error, suggestions } = resolveTyped(bundle, "St Martin");
  assert.equal(error, "place-ambiguous");
  assert.deepEqual(suggestions.map(({ code }) => code).sort(), ["1000", "2000"]);
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

// 1000 and 1050 are in the province; 2000 is elsewhere, and a town of its name is there.
function withProvince(name) {
  const table = { provinces: [[name, "Hainaut"]], province: [0, 0, -1, -1] };
  const bundle = bundleWith({ [ANTWERP]: "Limburg" });
  return { ...bundle, provinces: readProvinces(table, bundle.places.keys()) };
}

test("a table without provinces has none", () => {
  assert.equal(readProvinces({}, ["1000"]).size, 0);
});

test("the name of a province is that of all of its places, after a town elsewhere", () => {
  const offered = (name, typed) =>
    resolveTyped(withProvince(name), typed).suggestions?.map((each) => `${each.code} ${each.name}`);
  assert.deepEqual(offered("Limburg", "limburg"), ["2000 Limburg", "1000 Brussel", "1050 Elsene"]);
  const { place } = resolveTyped(withProvince("Henegouwen"), "Henegouwen");
  assert.deepEqual(place.places.map(({ code }) => code), ["1000", "1050"]);
  assert.equal(place.name, "Henegouwen");
  // Both are names of the province.
  assert.equal(resolveTyped(withProvince("X"), "Hainaut (X)").place.places.length, 2);
});

test("a postcode may have the name of its province", () => {
  const bundle = withProvince("Limburg");
  const { place } = resolveTyped(bundle, "1000 Limburg");
  assert.deepEqual([place.code, place.unknownName], ["1000", undefined]);
  assert.equal(resolveTyped(bundle, "B-1000 Hainaut").place.unknownName, undefined);
  // That of another province may be that of a place across the border.
  assert.equal(resolveTyped(bundle, "2000 Hainaut").place.unknownName, "hainaut");
  assert.equal(resolveTyped(bundle, "2100 Limburg").error, "postcode-malformed");
});

test("a postcode may have several names of its place", () => {
  const bundle = withProvince("Limburg");
  const unknown = (text) => resolveTyped(bundle, text).place.unknownName;
  for (const text of ["1000 Brussel, Limburg", "B-1000 Bruxelles (Brussel)"]) {
    assert.equal(unknown(text), undefined);
  }
  assert.equal(unknown("1000 Brussel, Lausanne"), "brussel lausanne");
  assert.equal(unknown("1000 Lausanne"), "lausanne");
  assert.equal(unknown("1000,Lausanne"), "lausanne");
});

test("the country after a place is left out", () => {
  const bundle = bundleWith({ [ANTWERP]: "La Petite Belgique", [DEURNE]: "Petite" });
  const texts = {
    "Brussel, België": "Brussel",
    "1000 Brussel (Belgie)": "1000 Brussel",
    "1000 Bruxelles - BELGIUM": "1000 Bruxelles",
    "B-1000 Belgien": "B-1000",
    "9999 Belgien": "9999",
    "1000 Ixelles, Belgique": "1000 Ixelles",
  };
  for (const [text, place] of Object.entries(texts)) {
    assert.equal(withoutCountry(bundle, text), place);
  }
  const others = ["België", "Petite Belgique", "L-1111 Belgique", "10115 Belgique", "A Brussel"];
  for (const text of [...others, "1000 Lausanne, Belgique", "1000 Brussel, France", ""]) {
    assert.equal(withoutCountry(bundle, text), text);
  }
  assert.equal(resolveTyped(bundle, "1000 Brussel, België").place.code, "1000");
  assert.equal(resolveTyped(bundle, `1000 ${"Brussel".repeat(20)}`).error, "postcode-malformed");
});

test("a text without letters is no name", () => {
  assert.equal(isName("Gent"), true);
  for (const text of ["🙂", "--", "…?", "1000", " a "]) assert.equal(isName(text), false);
});
