import assert from "node:assert/strict";
import { test } from "node:test";
import { localVoice, spokenDays, spokenGroups } from "../src/spoken.js";

const voice = (lang, more = {}) => {
  const name = `${lang} ${more.localService}`;
  return { lang, name, localService: true, default: false, ...more };
};
const chosen = (tag, ...voices) => localVoice(voices, tag)?.lang;

test("a number is said digit by digit, in the groups in which it is shown", () => {
  assert.deepEqual(spokenGroups("078 055 800", "plus"), ["0, 7, 8", "0, 5, 5", "8, 0, 0"]);
  assert.deepEqual(spokenGroups("116\u00a0000", "plus"), ["1, 1, 6", "0, 0, 0"]);
  assert.deepEqual(spokenGroups("112", "plus"), ["1, 1, 2"]);
  assert.deepEqual(spokenGroups("02/511.64-64", "plus"), ["0, 2", "5, 1, 1", "6, 4", "6, 4"]);
});

test("the sign before a country is a word", () => {
  assert.deepEqual(spokenGroups("+32 2 511", "mais"), ["mais, 3, 2", "2", "5, 1, 1"]);
});

test("a voice that is not on the device is never chosen", () => {
  for (const localService of [false, undefined, null, "true", 1]) {
    assert.equal(chosen("nl", voice("nl-BE", { localService, default: true })), undefined);
  }
  assert.equal(chosen("nl", voice("nl-NL", { localService: false }), voice("nl-BE")), "nl-BE");
});

test("a voice with the name of one that is not on the device is never chosen", () => {
  const remote = voice("nl-NL", { name: "Ellen", localService: false });
  const local = voice("nl-BE", { name: "Ellen" });
  assert.equal(chosen("nl", local, remote), undefined);
  assert.equal(chosen("nl", remote, local, voice("nl-SR")), "nl-SR");
});

test("a voice of another language is never chosen", () => {
  assert.equal(chosen("nl", voice("de-DE", { default: true }), voice("af-ZA")), undefined);
  assert.equal(chosen("fa", voice("ar-SA"), voice("en_US"), voice("not a tag")), undefined);
  assert.equal(chosen("ti"), undefined);
});

test("a voice of any region reads, however its language is written", () => {
  assert.equal(chosen("pt", voice("pt-BR")), "pt-BR");
  assert.equal(chosen("pt", voice("pt_PT")), "pt_PT");
  assert.equal(chosen("ar", voice("ar-001")), "ar-001");
  assert.equal(chosen("en", voice("en-GB-u-rg-uszzzz")), "en-GB-u-rg-uszzzz");
});

test("a voice for simplified Chinese is not one for Cantonese", () => {
  assert.equal(chosen("zh-Hans", voice("zh-HK"), voice("zh-CN")), "zh-CN");
  assert.equal(chosen("zh-Hans", voice("cmn-Hans-CN")), "cmn-Hans-CN");
  assert.equal(chosen("zh-Hans", voice("zh-HK"), voice("yue-Hant-HK")), undefined);
});

test("a voice for Serbian reads both of its scripts", () => {
  assert.equal(chosen("sr-Latn", voice("sr-RS")), "sr-RS");
  assert.equal(chosen("sr-Latn", voice("sr-RS"), voice("sr-Latn-RS")), "sr-Latn-RS");
});

test("of several voices it is the one that the device is set to", () => {
  assert.equal(chosen("fr", voice("fr-CA"), voice("fr-BE", { default: true })), "fr-BE");
  assert.equal(chosen("fr", voice("fr-CA"), voice("fr-BE")), "fr-CA");
});

test("a range of days is said day by day, and times stay", () => {
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const say = (text, range = "{0} – {1}") => spokenDays(text, { days, range });
  assert.equal(say("Mon – Wed: 09:00 – 17:00"), "Mon, Tue, Wed: 09:00 – 17:00");
  assert.equal(say("Mon – Wed, Fri – Sun"), "Mon, Tue, Wed, Fri, Sat, Sun");
  assert.equal(say("Mon and Tue"), "Mon and Tue");
  assert.equal(say("FriからSunまで", "{0}から{1}まで"), "Fri, Sat, Sun");
});
