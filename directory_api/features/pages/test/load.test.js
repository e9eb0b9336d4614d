import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMAT } from "../src/bundle.js";
import { load, withPostcodes } from "../src/load.js";

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
  const generated_at = "2999-01-01";
  const [older, newer] = [FORMAT - 1, FORMAT].map((format) => ({ format, generated_at }));
  const asked = serve(older, newer);
  assert.deepEqual(await load(["/older"]), { record: newer, isOld: false });
  assert.deepEqual(asked, ["default", "no-cache"]);
});

test("one of the format is not, nor are words", async () => {
  for (const record of [{ format: FORMAT, generated_at: "2999-01-01" }, { words: {} }]) {
    const asked = serve(record);
    assert.equal((await load([JSON.stringify(record)])).record, record);
    assert.deepEqual(asked, ["default"]);
  }
});

test("the postcodes of a bundle are below the directory, at any path of its server", async () => {
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(address);
    return { ok: true, json: async () => ({ format: FORMAT, postcodes: { codes: [] } }) };
  };
  const postcodes = "/help/v1/bundle/BE/postcodes/1.json";
  const record = { format: FORMAT, generated_at: "x", postcodes };
  const whole = await withPostcodes("https://partner.example/list/", record);
  assert.deepEqual(whole, { ...record, postcodes: { codes: [] } });
  assert.deepEqual(asked, ["https://partner.example/list/v1/bundle/BE/postcodes/1.json"]);
});

test("without them, the bundle stays as it is", async () => {
  serve();
  const record = { postcodes: "/v1/bundle/BE/postcodes/2.json" };
  assert.equal(await withPostcodes("https://directory.example/", record), record);
});
