import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";
import { resolve } from "../src/gazetteer.js";
import { distance } from "../src/geodesy.js";
import { nearest } from "../src/nearest.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const bundle = readBundle(RECORD);

function summary(typed) {
  const { place, error, suggestions } = resolve(bundle, typed);
  if (place) return place.code;
  return [error, ...suggestions.map(({ code, name }) => `${code} ${name}`)];
}

test("postcodes and outlines are unpacked", () => {
  assert.deepEqual(bundle.places.get("2000"), {
    code: "2000",
    name: "Antwerpen",
    nameByLanguage: { fr: "Anvers", es: "Anvers" },
    lat: 51.218,
    lon: 4.402,
    accuracy: 3500,
    names: [
      { folded: "antwerpen", name: "Antwerpen", part: "" },
      { folded: "anvers", name: "Anvers", part: "" },
    ],
    size: 2,
    shownParts: "",
  });
  assert.deepEqual([...bundle.places.keys()], ["1000", "1050", "2000", "2100"]);
  const ring = [[2.5, 49.5], [6.4, 49.5], [6.4, 51.5], [2.5, 51.5]];
  const outline = { country: "BE", margin_m: 1200, is_exact: true, rings: [ring] };
  assert.deepEqual(bundle.areas, [outline]);
});

test("a part of a town is named in each language of the town", () => {
  const { suggestions } = resolve(bundle, "Deurn");
  assert.deepEqual(suggestions.map(({ name, nameByLanguage }) => [name, nameByLanguage]), [
    ["Deurne (Antwerpen)", {}],
  ]);
});

test("a bundle of another format is refused", () => {
  assert.throws(() => readBundle({ ...RECORD, format: 1 }), /format 2/);
});

test("a postcode with another town's name is asked about", () => {
  assert.deepEqual(summary("1000 Anvers"), [
    "postcode-malformed",
    "1000 Brussel",
    "2000 Antwerpen",
  ]);
});

test("a postcode is accepted with a name that is not known, or that of a part", () => {
  assert.equal(summary("1000 Lausanne"), "1000");
  assert.equal(summary("1000 Deurne"), "1000");
});

test("a name that is not known makes the answer to its postcode uncertain", () => {
  const { place } = resolve(bundle, "1000 Lausanne");
  assert.equal(place.unknownName, "lausanne");
  assert.equal(nearest(bundle, place).certain, false);
  for (const typed of ["1000", "1000 Brussel", "1000 Deurne"]) {
    const { place: known } = resolve(bundle, typed);
    assert.equal(known.unknownName, undefined, typed);
    assert.equal(nearest(bundle, known).certain, true, typed);
  }
});

test("the name of one postcode is that postcode, also a part of a town", () => {
  assert.equal(summary("ELSENE"), "1050");
  assert.equal(summary("anvers"), "2000");
  assert.equal(summary("deurne"), "2100");
});

test("a town is answered if each of its postcodes has the same answer", () => {
  const { place } = resolve(bundle, "antwerpen");
  assert.deepEqual(
    [place.code, place.name, place.places.map(({ code }) => code)],
    ["", "Antwerpen", ["2000", "2100"]],
  );
  for (const { lat, lon, accuracy } of place.places) {
    assert.ok(distance(place.lat, place.lon, lat, lon) + accuracy <= place.accuracy);
  }
  const { hits, certain } = nearest(bundle, place);
  assert.deepEqual([hits[0].centre.id, certain], ["antwerp", true]);
});

test("a town is named in each language of its postcodes", () => {
  const table = { ...RECORD.postcodes, other_names: {}, other_names_in: ["", "", "", ""] };
  const same = readBundle({
    ...RECORD,
    postcodes: {
      ...table,
      other_names: { 2000: ["Anvers"], 2100: ["Anvers"] },
      other_names_in: ["", "", "fr", "fr"],
    },
  });
  const { name, nameByLanguage } = resolve(same, "anvers").place;
  assert.deepEqual([name, nameByLanguage], ["Antwerpen", { fr: "Anvers" }]);
});

const [IN_BRUSSELS, IN_ANTWERP] = RECORD.centres;
// Another centre is closest to 2100 than to 2000.
const DIVIDED = {
  ...RECORD,
  centres: [
    { ...IN_BRUSSELS, location: { lat: 51.22, lon: 4.46, precision: "exact" } },
    IN_ANTWERP,
  ],
};

test("a municipality whose postcodes have different answers has an uncertain one", () => {
  const divided = readBundle(DIVIDED);
  const { place } = resolve(divided, "antwerpen");
  assert.deepEqual([place.name, place.alternatives], ["Antwerpen", []]);
  assert.equal(nearest(divided, place).certain, false);
});

test("other places with the name of a municipality are its alternatives", () => {
  const parts = [[], ["Antwerpen"], [], ["Deurne"]];
  const table = { ...DIVIDED.postcodes, parts };
  const { place } = resolve(readBundle({ ...DIVIDED, postcodes: table }), "antwerpen");
  const labels = place.alternatives.map(({ code, name }) => `${code} ${name}`);
  assert.deepEqual([place.places.length, labels], [2, ["1050 Antwerpen (Elsene)"]]);
});

test("of places that have a name only as a part or in other words, one is chosen", () => {
  const parts = [["Veld"], ["Veld"], ["Veld"], ["Deurne"]];
  const table = { ...DIVIDED.postcodes, parts };
  const { error, suggestions } = resolve(readBundle({ ...DIVIDED, postcodes: table }), "veld");
  assert.deepEqual([error, suggestions.length], ["place-ambiguous", 3]);
});

test("a name suggests its postcodes: codes first, towns before their parts", () => {
  assert.deepEqual(summary("anver"), ["postcode-malformed", "2000 Antwerpen"]);
  assert.deepEqual(summary("deur"), ["postcode-malformed", "2100 Deurne (Antwerpen)"]);
  assert.deepEqual(summary("Antwerpn"), [
    "postcode-malformed",
    "2000 Antwerpen",
    "2100 Deurne (Antwerpen)",
  ]);
  assert.deepEqual(summary("x"), ["postcode-malformed"]);
});

test("a name with a wrong or two swapped letters is suggested after those that begin so", () => {
  assert.deepEqual(summary("Elsnee"), ["postcode-malformed", "1050 Elsene"]);
  const table = { ...RECORD.postcodes, names: ["Brussel", "Bru", "Antwerpen", "Antwerpen"] };
  const { suggestions } = resolve(readBundle({ ...RECORD, postcodes: table }), "brx");
  assert.deepEqual(suggestions.map(({ name }) => name), ["Bru"]);
});

test("a table with all names has villages, and large towns first", () => {
  const table = {
    ...RECORD.postcodes,
    names: ["Brussel", "Elsene", "Bergen", "Beringen"],
    parts: [[], [], [], []],
    more_parts: [["Haren"], [], [], []],
    population: [4, 3, 1, 2],
  };
  const full = readBundle({ ...RECORD, postcodes: table });
  const { place } = resolve(full, "haren");
  assert.equal(place.code, "1000");
  const label = ({ suggestions }) => suggestions.map(({ code, name }) => `${code} ${name}`);
  assert.deepEqual(label(resolve(full, "hare")), ["1000 Haren (Brussel)"]);
  assert.deepEqual(label(resolve(full, "brusse")), ["1000 Brussel"]);
  assert.deepEqual(label(resolve(full, "be")), ["2100 Beringen", "2000 Bergen"]);
});

test("an unknown postcode suggests those with one wrong or two swapped digits", () => {
  assert.deepEqual(summary("1500"), ["postcode-unknown", "1000 Brussel", "1050 Elsene"]);
  assert.deepEqual(summary("1200"), ["postcode-unknown", "1000 Brussel", "2100 Antwerpen"]);
});

test("an unknown postcode with a name suggests those with the name first", () => {
  assert.deepEqual(summary("1500 Elsene"), ["postcode-unknown", "1050 Elsene", "1000 Brussel"]);
  assert.deepEqual(summary("9999 Elsene"), ["postcode-unknown", "1050 Elsene"]);
});

test("other refusals say why", () => {
  assert.deepEqual(summary("  "), ["nothing-typed"]);
  assert.deepEqual(summary("1".repeat(81)), ["postcode-malformed"]);
  assert.deepEqual(summary("1012"), ["postcode-not-residential"]);
  assert.deepEqual(summary("10000"), ["postcode-malformed", "1000 Brussel"]);
  assert.deepEqual(resolve(bundle, "D-10115"), {
    error: "postcode-foreign",
    suggestions: [],
    countries: ["DE"],
  });
});

test("a large table takes no more reads of each place than a small one", () => {
  const [place] = bundle.places.values();
  const perPlace = [100, 1000].map((size) => {
    let reads = 0;
    const count = (_, index) => {
      const name = `Town ${index % 50}`;
      return [String(index), {
        ...place,
        code: String(index),
        names: [{ folded: name.toLowerCase(), name, part: "" }],
        get name() {
          reads += 1;
          return name;
        },
      }];
    };
    const places = new Map(Array.from({ length: size }, count));
    resolve({ ...bundle, places }, "Xyzzy");
    return reads / size;
  });
  assert.ok(perPlace[1] <= perPlace[0], `${perPlace}`);
});
