import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMAT } from "../src/bundle.js";
import { load } from "../src/load.js";

/** Answers with these records in turn; returns how the cache was asked. */
function serve(...records) {
  const asked = [];
  globalThis.fetch = async (_, { cache }) => {
    asked.push(cache);
    const record = records[asked.length - 1];
    if (!record) throw new TypeError("no network");
    return { ok: true, json: async () => record };
  };
  return asked;
}

test("a bundle of an older format, which a cache has kept, is loaded again", async () => {
  const [older, newer] = [FORMAT - 1, FORMAT].map((format) => ({ format, made: "2999-01-01" }));
  const asked = serve(older, newer);
  assert.deepEqual(await load(["/older"]), { record: newer, isOld: false });
  assert.deepEqual(asked, ["default", "no-cache"]);
});

test("one of the format is not, nor are words", async () => {
  for (const record of [{ format: FORMAT, made: "2999-01-01" }, { words: {} }]) {
    const asked = serve(record);
    assert.equal((await load([JSON.stringify(record)])).record, record);
    assert.deepEqual(asked, ["default"]);
  }
});
