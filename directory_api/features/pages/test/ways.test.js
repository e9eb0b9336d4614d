import assert from "node:assert/strict";
import { test } from "node:test";
import { fitOf, fitOfAll, sorted } from "../src/ways.js";

const CHOICES = ["mute", "credit", "watched", "minor", "language"];
const ONLINE = ["chat", "app", "form", "email", "website"];
// The values that each fact may have; undefined is one that no source says.
const FACTS = {
  kind: ["call", "sms", "relay", "in_person", ...ONLINE],
  speech: ["yes", "no", undefined],
  cost: ["free", "charged", undefined],
  bill: ["yes", "no", undefined],
  account: ["yes", "no", undefined],
  sound: ["yes", "no", undefined],
  minor: ["own", "yes", undefined],
  languages: ["nl fr", "ro", "sr-Latn", undefined],
  only: ["yes", undefined],
  reach: ["yes", undefined],
};
// Which fact has to be known for a way to fit.
const DECISIVE = {
  mute: "speech",
  credit: "cost",
  minor: "minor",
  language: "languages",
};

/** The same numbers in each run, from 0 to 1 (a linear congruential generator). */
let state = 34;
const chance = () => {
  state = (state * 1103515245 + 12345) % 2 ** 31;
  return state / 2 ** 31;
};
const one = (values) => values[Math.floor(chance() * values.length)];
const some = (values) => values.filter(() => chance() < 0.5);
const way = (number) => ({
  number: String(number),
  ...Object.fromEntries(Object.entries(FACTS).map(([name, values]) => [name, one(values)])),
});
const ways = () => Array.from({ length: 12 }, (_, index) => way(index + 1));
const without = (facts, name) => ({ ...facts, [name]: undefined });

test("what no source says never fits", () => {
  let fitting = 0;
  for (let turn = 0; turn < 5000; turn += 1) {
    const facts = way(1);
    for (const choice of CHOICES) {
      if (fitOf(facts, choice, "nl") !== "fits") continue;
      assert.notEqual(choice, "watched"); // every way leaves something on the device
      fitting += 1;
      assert.notEqual(fitOf(without(facts, DECISIVE[choice]), choice, "nl"), "fits");
      assert.notEqual(fitOf({ ...facts, only: "yes" }, choice, "nl"), "fits");
    }
    assert.ok(CHOICES.every((choice) => fitOf({ kind: facts.kind }, choice, "nl") !== "fits"));
  }
  assert.ok(fitting > 1000);
});

test("less knowledge never makes a way fit better", () => {
  for (let turn = 0; turn < 3000; turn += 1) {
    const facts = way(1);
    const known = Object.keys(FACTS).filter((name) => name !== "kind" && name !== "only");
    for (const choice of CHOICES) {
      if (fitOf(facts, choice, "ro") === "fits") continue;
      for (const name of known) {
        assert.notEqual(fitOf(without(facts, name), choice, "ro"), "fits", `${choice} ${name}`);
      }
    }
  }
});

test("each choice has ways that fit, that do not, or that are unknown", () => {
  const fits = (choice, facts) => fitOf(facts, choice, "sr-Latn");
  assert.equal(fits("mute", { kind: "form", speech: "no" }), "fits");
  assert.equal(fits("mute", { kind: "call", speech: "yes" }), "unfit");
  assert.equal(fits("mute", { kind: "app" }), "unknown");
  assert.equal(fits("credit", { kind: "call", cost: "free" }), "fits");
  assert.equal(fits("credit", { kind: "chat", cost: "free" }), "unknown");
  assert.equal(fits("credit", { kind: "call", cost: "charged" }), "unfit");
  assert.equal(fits("watched", { kind: "call", bill: "no" }), "unknown");
  assert.equal(fits("watched", { kind: "call" }), "unknown");
  assert.equal(fits("watched", { kind: "call", bill: "yes" }), "unfit");
  assert.equal(fits("watched", { kind: "chat", account: "yes" }), "unfit");
  assert.equal(fits("watched", { kind: "chat", bill: "no" }), "unknown");
  assert.equal(fits("watched", { kind: "chat", bill: "no", account: "no" }), "unknown");
  const isUnfit = (kind) => fits("watched", { kind, bill: "no" }) === "unfit";
  assert.ok(["sms", "email", "app"].every(isUnfit));
  assert.equal(fits("minor", { minor: "own" }), "fits");
  assert.equal(fits("minor", {}), "unknown");
  assert.equal(fits("language", { languages: "nl sr" }), "fits");
  assert.equal(fits("language", { languages: "nl" }), "unknown");
  assert.equal(fits("a choice of a later version", { speech: "no" }), "unknown");
});

test("with several choices the worst one counts", () => {
  for (let turn = 0; turn < 2000; turn += 1) {
    const facts = way(1);
    const choices = [one(CHOICES), ...some(CHOICES)];
    const fits = choices.map((choice) => fitOf(facts, choice, "nl"));
    const expected = ["unfit", "unknown", "fits"].find((fit) => fits.includes(fit));
    assert.equal(fitOfAll(facts, choices, "nl"), expected);
  }
});

test("sorting hides nothing and shows what fits, then what is unknown, then the others", () => {
  const order = ["fits", "unknown", "unfit"];
  for (let turn = 0; turn < 1000; turn += 1) {
    const before = ways();
    const choices = [one(CHOICES), ...some(CHOICES)];
    const after = sorted(before, choices, "nl");
    assert.deepEqual(new Set(after), new Set(before));
    const groups = after.map((each) => order.indexOf(fitOfAll(each, choices, "nl")));
    assert.deepEqual(groups, [...groups].sort());
    assert.deepEqual(sorted([...after].reverse(), choices, "nl"), after);
  }
});

test("without a choice the ways have the order of the page", () => {
  const before = ways();
  assert.deepEqual(sorted([...before].reverse(), [], "nl"), before);
});

test("for people under 18 their own line comes before those for all", () => {
  const lines = [
    { number: "1", kind: "call", minor: "yes", reach: "yes" },
    { number: "2", kind: "call", minor: "own", reach: "yes" },
    { number: "3", kind: "call", reach: "yes" },
  ];
  const numbers = sorted(lines, ["minor"], "nl").map(({ number }) => number);
  assert.deepEqual(numbers, ["2", "1", "3"]);
});

test("if others read the phone, a call that is not on the bill comes first", () => {
  const lines = [
    { number: "1", kind: "call", reach: "yes" },
    { number: "2", kind: "call", bill: "no", reach: "yes" },
    { number: "3", kind: "call", bill: "yes", reach: "yes" },
  ];
  const numbers = sorted(lines, ["watched"], "nl").map(({ number }) => number);
  assert.deepEqual(numbers, ["2", "1", "3"]);
});

test("of ways that fit as well, those that can be opened come first", () => {
  const forms = [
    { number: "1", kind: "chat", speech: "no" },
    { number: "2", kind: "form", speech: "no", reach: "yes" },
  ];
  assert.deepEqual(sorted(forms, ["mute"], "nl").map(({ number }) => number), ["2", "1"]);
});
