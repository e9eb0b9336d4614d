import assert from "node:assert/strict";
import { test } from "node:test";
import { accentProperties, contrast, readable } from "../src/colour.js";

const [BLACK, WHITE] = [[0, 0, 0], [255, 255, 255]];

test("contrast is that of WCAG", () => {
  assert.equal(contrast(BLACK, WHITE), 21);
  assert.equal(contrast(WHITE, WHITE), 1);
  assert.ok(Math.abs(contrast([118, 118, 118], WHITE) - 4.54) < 0.005);
});

test("a pale colour gets darker until it can be read on white", () => {
  const mix = readable([255, 255, 0], WHITE, BLACK);
  assert.ok(contrast(mix, WHITE) >= 4.5);
  assert.deepEqual(readable([0, 0, 128], WHITE, BLACK), [0, 0, 128]);
});

test("text on the accent is black or white, whichever can be read", () => {
  assert.equal(accentProperties([255, 220, 0])["--main-ink"], "rgb(0 0 0)");
  assert.equal(accentProperties([0, 60, 120])["--main-ink"], "rgb(255 255 255)");
});
