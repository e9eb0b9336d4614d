import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, tidy } from "../src/text.js";

test("typed text gets plain digits, hyphens and spaces", () => {
  assert.equal(tidy(" B\u20131\u0660\u0661२\u00a0x\u200b "), "B-1012 x");
  assert.equal(tidy("１０００\t"), "1000");
});

test("folded names have no accents, capitals or signs", () => {
  assert.equal(fold("Saint-Gilles (Sint-Gillis)"), "saint gilles sint gillis");
  assert.equal(fold("Liège"), "liege");
});
