// Fastify with geokdbush: the three nearest on the sphere. PORT is the first argument.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// The packages are in the environment of the peers, not beside this file.
const require = createRequire(join(process.env.BENCH_NODE, "package.json"));
const packaged = async (name, file) =>
  import(pathToFileURL(join(process.env.BENCH_NODE, "node_modules", name, file)));
const fastify = require("fastify");
const { around, distance } = await packaged("geokdbush", "index.js");
const { default: KDBush } = await packaged("kdbush", "index.js");

const folder = process.env.BENCH_DATA;
const centres = readFileSync(join(folder, "centres.jsonl"), "utf8")
  .trim().split("\n").map((line) => JSON.parse(line));
const rest = readFileSync(join(folder, "rest.json"), "utf8");

const index = new KDBush(centres.length);
for (const { lon, lat } of centres) index.add(lon, lat);
index.finish();

const app = fastify();
app.get("/nearest", (request, reply) => {
  const lat = Number(request.query.lat);
  const lon = Number(request.query.lon);
  const results = around(index, lon, lat, 3).map((number) => {
    const centre = centres[number];
    const metres = Math.round(distance(lon, lat, centre.lon, centre.lat) * 1000);
    return `{"shown_because":["near"],"distance_m":${metres},${centre.text.slice(1)}`;
  });
  reply.type("application/json").send(`{"results":[${results.join(",")}],${rest}`);
});
app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
