import assert from "node:assert/strict";
import { test } from "node:test";
import { languageName, Translator, wordsNames } from "../src/i18n.js";

const ARABIC = new Translator({
  tag: "ar",
  direction: "rtl",
  reviewed: true,
  borrowed: ["call"],
  words: { distance: "{km} كم", call: "Call {number}" },
});
const DUTCH = new Translator({
  tag: "nl",
  direction: "ltr",
  reviewed: true,
  borrowed: [],
  words: {},
});
const NOON = Date.parse("2026-11-03T11:00:00Z");
const HOUR_MS = 3600000;

test("the names of a language's words end with English", () => {
  assert.deepEqual([...wordsNames("nl-BE")], ["nl-BE", "nl", "en"]);
  assert.deepEqual([...wordsNames("zh_TW")], ["zh_TW", "zh-Hans", "en"]);
  assert.deepEqual([...wordsNames("%")], ["%", "en"]);
});

test("values in right-to-left words are isolated, but not in borrowed ones", () => {
  assert.equal(ARABIC.say("distance", { km: "2" }), "\u20682\u2069 كم");
  assert.equal(ARABIC.say("call", { number: "112" }), "Call 112");
});

test("without words there are a few in English", () => {
  assert.equal(new Translator().say("exit.button"), "Leave this page");
  assert.equal(new Translator().isLoaded, false);
  assert.equal(DUTCH.say("no-such-key"), "");
});

test("a record's text is in the language, or the fallback", () => {
  assert.equal(DUTCH.text({ nl: "Luik", fr: "Liège" }, "x"), "Luik");
  assert.equal(DUTCH.text({ fr: "Liège" }, "x"), "x");
  assert.equal(DUTCH.text(undefined), undefined);
});

test("numbers and dates are those of the language, in Latin digits", () => {
  assert.equal(DUTCH.kilometres(1234), "1,2");
  assert.equal(ARABIC.kilometres(34567), "35");
  assert.equal(DUTCH.date(NOON), "3 november 2026");
  assert.equal(DUTCH.countryName("DE"), "Duitsland");
});

test("a time has its weekday on another day, and its date from a week on", () => {
  const time = (hours) => DUTCH.time(NOON + hours * HOUR_MS, NOON, "Europe/Brussels");
  assert.equal(time(5), "17:00");
  assert.equal(time(21), "woensdag, 09:00");
  assert.equal(time(24 * 6 + 1), "maandag, 13:00");
  assert.equal(time(24 * 7 - 3), "10 november 2026, 09:00");
  assert.equal(time(24 * 10), "13 november 2026, 12:00");
  const days = ["ma", "di", "wo", "do", "vr", "za", "zo"];
  const own = new Translator({ ...DUTCH.record, week: { days } });
  assert.equal(own.time(NOON + 21 * HOUR_MS, NOON, "Europe/Brussels"), "wo, 09:00");
  assert.throws(() => DUTCH.time(NOON, NOON, "No/Where"), RangeError);
});

test("a language has its own name, else its code", () => {
  assert.equal(languageName("nl"), "Nederlands");
  assert.equal(languageName("not a tag"), "not a tag");
});
