// Asks a server each kind of question and prints what it said, as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./directory.js";

declare const process: { argv: string[] };
type Problem = components["schemas"]["ProblemDocument"];
type Json = "application/json" | "application/problem+json";

const [, , baseUrl = "", token = ""] = process.argv;
const directory = createClient<paths, Json>({ baseUrl });

/** What an operation answered with success; a problem is thrown with its title. */
async function answer<Data>(
  asked: Promise<{ data?: Data; error?: Problem | undefined }>, // a 414 has no body
): Promise<Data> {
  const { data, error } = await asked;
  if (data === undefined) throw new Error(error?.title);
  return data;
}

/** Every centre that passes the filter, page by page. */
async function centres(service?: "legal"): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query = { limit: 1, ...(service && { service }), ...(cursor && { cursor }) };
    const page: components["schemas"]["CentresDocument"] = await answer(
      directory.GET("/v1/centres", { params: { query } }),
    );
    ids.push(...page.centres.map((centre) => centre.id));
    cursor = page.next && new URL(page.next, baseUrl).searchParams.get("cursor");
  }
  return ids;
}

/** How a maintainer renames a centre: what was seen goes with the change. */
async function rename(id: string, name: string): Promise<unknown> {
  const path = { id };
  const { response } = await directory.GET("/v1/centres/{id}", { params: { path } });
  const seen = response.headers.get("ETag") ?? "";
  const outcome = await answer(
    directory.PATCH("/v1/centres/{id}", {
      params: { path, header: { "If-Match": seen } },
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/merge-patch+json" },
      body: { name },
    }),
  );
  return { result: outcome.result, name: outcome.record?.name };
}

const nearest = await answer(directory.GET("/v1/nearest", { params: { query: { postcode: "1000", limit: 1 } } }));
const privately = await answer(directory.POST("/v1/nearest", { body: { postcode: "2000", country: "BE", limit: 1 } }));
const coordinate = await answer(directory.GET("/v1/nearest", { params: { query: { lat: 50.64, lon: 5.57 } } }));
const batch = await answer(
  directory.POST("/v1/nearest/batch", { body: { origins: [{ postcode: "4000" }, { postcode: "abc" }], limit: 1 } }),
);
const centre = await answer(directory.GET("/v1/centres/{id}", { params: { path: { id: "pag-asa" } } }));
const helplines = await answer(directory.GET("/v1/helplines", { params: { query: { country: "BE" } } }));
const postcodes = await answer(directory.GET("/v1/postcodes", { params: { query: { prefix: "liè" } } }));
const bundle = await answer(directory.GET("/v1/bundle"));
const hsds = await answer(directory.GET("/hsds/services"));
const { error: problem } = await directory.GET("/v1/nearest", { params: { query: { postcode: "abc" } } });

console.log(
  JSON.stringify({
    nearest: nearest.results.map((result) => [result.centre.id, result.distance_m > 0]),
    privately: privately.results.map((result) => result.centre.id),
    coordinate: [coordinate.origin.kind, coordinate.results[0]?.centre.id],
    batch: batch.answers.map((each) => each.problem?.type ?? each.results?.[0]?.centre),
    pages: await centres(),
    legal: await centres("legal"),
    centre: [centre.id, centre.kind],
    helplines: helplines.helplines.map((line) => line.number ?? line.url),
    postcodes: postcodes.postcodes.some((place) => place.postcode === "4000"),
    bundle: bundle.centres.map((each) => each.id),
    hsds: [hsds.total_items, hsds.contents.length],
    problem: problem && [problem.type, problem.helplines.map((line) => line.number ?? line.url)],
    renamed: await rename("payoke", "Renamed"),
  }),
);
