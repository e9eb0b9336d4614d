import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBundle } from "../src/bundle.js";

const RECORD = JSON.parse(readFileSync(new URL("bundle.json", import.meta.url), "utf8"));
const PHONE = { number: "+3225116464", kind: "main" };
const PERMANENT = { address: { street: "Kaai 1" }, location: RECORD.centres[0].location };
const ELSEWHERE = { address: { street: "Italiëlei 98A" }, location: { lat: 51, lon: 4 } };
const TIMES = { opening_hours: "24/7", weekly: [], open: [], timezone: "Europe/Brussels" };

/** A centre of a bundle that was made some days ago, read today. */
function read(members) {
  const [first] = RECORD.centres;
  const centre = { ...first, ...PERMANENT, phones: [PHONE], ...TIMES, ...members };
  return readBundle({ ...RECORD, centres: [centre] }).centres[0];
}

const day = (offset) => {
  const moment = new Date(Date.now() + offset * 86400000);
  return moment.toLocaleDateString("sv", { timeZone: "Europe/Brussels" });
};

test("a temporary address is shown on its days only, from any bundle", () => {
  for (const [from, until, street] of [
    [1, 2, "Kaai 1"],
    [0, 2, "Italiëlei 98A"],
    [-2, 0, "Italiëlei 98A"],
    [-2, -1, "Kaai 1"],
  ]) {
    const temporary = { ...ELSEWHERE, from: day(from), until: day(until) };
    const before = read({ temporary });
    const permanent = { ...PERMANENT, phones: [PHONE], opening_hours: "24/7" };
    const during = read({ ...ELSEWHERE, temporary, permanent });
    for (const centre of [before, during]) {
      assert.equal(centre.address.street, street);
      assert.equal(centre.location.lat, street === "Kaai 1" ? PERMANENT.location.lat : 51);
      // Of a temporary value the card says the last day, which follows from `permanent`.
      assert.equal(Boolean(centre.permanent), street === "Italiëlei 98A");
      // The hours stay, so whether the centre is open is still known.
      assert.deepEqual([centre.open, centre.weekly], [[], []]);
    }
  }
});

test("in a time zone that is not known the days are those of the device", () => {
  const temporary = { ...ELSEWHERE, from: day(-2), until: day(2) };
  const centre = read({ temporary, timezone: "Nowhere/Nothing" });
  assert.equal(centre.address.street, "Italiëlei 98A");
});

test("a time without a first or a last day is open at that end", () => {
  const streets = [{ until: day(3) }, { from: day(-3) }, { from: day(3) }].map(
    (days) => read({ temporary: { ...ELSEWHERE, ...days } }).address.street,
  );
  assert.deepEqual(streets, ["Italiëlei 98A", "Italiëlei 98A", "Kaai 1"]);
});

test("the times of other hours than those of the bundle are not known", () => {
  const temporary = { opening_hours: "Mo 09:00-10:00", phones: [{ ...PHONE, number: "+323" }] };
  const begun = read({ temporary: { ...temporary, from: day(0) } });
  assert.equal(begun.opening_hours, "Mo 09:00-10:00");
  assert.equal(begun.phones[0].number, "+323");
  assert.equal(begun.open, undefined);
  const ended = read({ ...temporary, temporary: { ...temporary, until: day(-1) }, permanent: {} });
  assert.deepEqual(ended.phones, []);
  assert.equal(ended.opening_hours, undefined);
  assert.equal(ended.open, undefined);
});

test("a centre without temporary values stays as it is", () => {
  assert.equal(readBundle(RECORD).centres[0], RECORD.centres[0]);
});

test("a bundle whose postcodes did not come knows no place, and has its centres", () => {
  const bundle = readBundle({ ...RECORD, postcodes: "/v1/bundle/BE/postcodes/1.json" });
  assert.deepEqual([bundle.places.size, bundle.pattern.test("")], [0, false]);
  assert.equal(bundle.centres.length, RECORD.centres.length);
});
