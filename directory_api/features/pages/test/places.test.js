import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle, withNames } from "../src/bundle.js";
import { distance } from "../src/geodesy.js";
import { nearest } from "../src/nearest.js";
import { read, suggest } from "../src/places.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const NAMES = {
  names: [
    { names: ["Brussel", "Bruxelles"], town: "1000" },
    { names: ["Antwerpen", "Anvers", "Antwerp"], town: "2000 2100" },
    { names: ["Elsene", "Ixelles"], town: "1050" },
    { names: ["Deurne"], parts: "2100" },
    { names: ["Sint-Job", "Saint-Job"], parts: "1000", abroad: "FR" },
    { names: ["Veld"], parts: "1000 2100", apart: true },
    { names: ["Ham"], parts: "1050" },
    { names: ["Brabant"], towns: "1000 1050", apart: true, abroad: "NL", likely_abroad: true },
  ],
  words: ["help", "police"],
};
const line = { kind: "police", number: "101", countries: ["BE"] };
const record = { ...RECORD, helplines: [line], neighbours: ["DE", "LU"] };
const alone = readBundle(record);
const bundle = withNames(alone, NAMES);
// Another centre is closest to 2100 than to 2000.
const [IN_BRUSSELS, IN_ANTWERP] = RECORD.centres;
const east = { ...IN_BRUSSELS, location: { lat: 51.22, lon: 4.46, precision: "exact" } };
const divided = withNames(readBundle({ ...record, centres: [east, IN_ANTWERP] }), NAMES);

const label = ({ code, name }) => `${code} ${name}`.trim();

function summary(typed, of = bundle) {
  const { place, error, suggestions } = read(of, typed);
  if (!place) return [error, ...suggestions.map(label)];
  return place.code || place.places.map(({ code }) => code).join(" ");
}

test("postcodes are unpacked", () => {
  assert.deepEqual(alone.places.get("2000"), {
    key: "2000",
    code: "2000",
    name: "Antwerpen",
    nameByLanguage: { fr: "Anvers", es: "Anvers" },
    lat: 51.218,
    lon: 4.402,
    accuracy: 3500,
    names: ["Antwerpen", "Anvers"],
  });
  assert.deepEqual([...alone.places.keys()], ["1000", "1050", "2000", "2100"]);
});

test("a bundle of another format is refused", () => {
  assert.throws(() => readBundle({ ...RECORD, format: 1 }), /format 2/);
});

test("a postcode is read with signs, spaces and digits of any script", () => {
  for (const typed of ["1000.", "1 000", "1000 😀", "-1000", "B-1000", "be 1000", "１０００"]) {
    assert.equal(summary(typed), "1000", typed);
  }
  assert.deepEqual(summary("1000 2"), ["place-unknown", "1000 Brussel"]);
  assert.deepEqual(summary("1012"), ["postcode-not-residential"]);
  assert.deepEqual(summary("9999"), ["postcode-unknown"]);
  assert.deepEqual(summary("  "), ["nothing-typed"]);
  assert.deepEqual(summary("1".repeat(81)), ["place-unknown"]);
});

test("towns are known before every name is loaded", () => {
  assert.equal(summary("ELSENE", alone), "1050");
  assert.equal(summary("anvers", alone), "2000 2100");
  assert.deepEqual(summary("Deurne", alone), ["place-unknown"]);
  const names = ["Veld", "Elsene", "Veld", "Antwerpen"];
  const table = { ...RECORD.postcodes, names, other_names: { 2000: ["Brussel"] } };
  const same = readBundle({ ...RECORD, postcodes: table });
  assert.equal(same.names.get("veld").town, "1000 2000");
  const others = { names: ["Ans", "Elsene", "Veld", "Veld"], other_names: { 1000: ["Veld"] } };
  const apart = { ...table, ...others };
  const two = readBundle({ ...RECORD, postcodes: apart });
  assert.equal(two.names.get("veld").towns, "1000 2000 2100");
});

test("a name is looked up in any case, with saints written out", () => {
  assert.equal(summary("ANVERS"), "2000 2100");
  assert.deepEqual(["Deurne", "St. Job", "Elsene, België"].map((typed) => summary(typed)), [
    "2100",
    "1000",
    "1050",
  ]);
});

test("a town is answered from its first postcode, with the accuracy of all", () => {
  const { place } = read(bundle, "antwerpen");
  assert.deepEqual([place.code, place.name, place.lat], ["", "Antwerpen", 51.218]);
  for (const { lat, lon, accuracy } of place.places) {
    assert.ok(distance(place.lat, place.lon, lat, lon) + accuracy <= place.accuracy);
  }
  assert.equal(nearest(bundle, place)[0].centre.id, "antwerp");
  const [first] = nearest(divided, read(divided, "antwerpen").place);
  assert.equal(first.shown_because[0], "maybe_closest");
});

test("of places that are apart one is chosen, and neighbours with the name are said", () => {
  const labels = ["1000 Veld (Brussel)", "2100 Veld (Antwerpen)"];
  assert.deepEqual(summary("veld"), ["place-ambiguous", ...labels]);
  const { isAbroad, countries, suggestions } = read(bundle, "Brabant");
  assert.deepEqual([isAbroad, countries], [true, ["NL"]]);
  assert.deepEqual(suggestions.map(label), ["1000 Brussel", "1050 Elsene"]);
  assert.deepEqual(read(bundle, "Sint-Job").place.also, ["FR"]);
});

test("a longer text means the postcode with its name, or its only town", () => {
  const texts = {
    "Wetstraat 16, 1000 Brussel": "1000",
    "1050 Brussel, Ixelles 3": "1050",
    "Bruxelles midi": "1000",
    "I am in Antwerp": "2000 2100",
    "Meir 1 Antwerpen": "2000 2100",
    "Antwerpen, Deurne": "2100",
    "Bruxelles/Brussel": "1000",
    "1050 Ham": "1050",
    "1000 Ham": "1000",
  };
  for (const [typed, code] of Object.entries(texts)) assert.equal(summary(typed), code, typed);
  const both = ["place-ambiguous", "1050 Elsene", "1000 Brussel"];
  assert.deepEqual(summary("Elsene and Brussel"), both);
  for (const typed of ["the ham in here", "Rue de Namur 5", "midi"]) {
    assert.deepEqual(summary(typed), ["place-unknown"], typed);
  }
});

test("a postcode beside another town is asked about, and beside an unknown name answered", () => {
  assert.deepEqual(summary("1000 Anvers"), [
    "place-unknown",
    "1000 Brussel",
    "2000 Antwerpen",
    "2100 Antwerpen",
  ]);
  const { place } = read(bundle, "1000 Lausanne");
  assert.deepEqual([place.code, place.unknownName], ["1000", "lausanne"]);
  assert.equal(nearest(bundle, place)[0].shown_because[0], "maybe_closest");
  assert.deepEqual(summary("Kerkstraat 1000 bus"), ["place-unknown", "1000 Brussel"]);
  assert.deepEqual(summary("9999 Elsene"), ["postcode-unknown", "1050 Elsene"]);
});

test("a postcode of another country is one, with its name or without", () => {
  for (const typed of ["D-10115", "10115 Berlin", "Berlin 10115"]) {
    const { error, countries } = read(bundle, typed);
    assert.deepEqual([error, countries], ["postcode-foreign", ["DE"]], typed);
  }
});

test("the number of a helpline and words for help lead to numbers, and to no place", () => {
  for (const typed of ["101", "Police", "HELP!"]) {
    assert.deepEqual(read(bundle, typed), { error: "help", suggestions: [], countries: ["BE"] });
    assert.deepEqual(suggest(bundle, typed), []);
  }
});

test("the beginning of a code or of a word suggests places in the order of the names", () => {
  const offered = (typed) => suggest(bundle, typed).map(label);
  assert.deepEqual(offered("10"), ["1000 Brussel", "1050 Elsene"]);
  assert.deepEqual(offered("1000 Bru"), ["1000 Brussel"]);
  assert.deepEqual(offered("an"), ["Antwerpen"]);
  assert.deepEqual(offered("job"), ["1000 Sint-Job (Brussel)"]);
  assert.deepEqual(offered("x"), []);
  assert.deepEqual(offered("b"), []);
});
