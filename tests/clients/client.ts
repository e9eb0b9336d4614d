// Asks a server each kind of question and prints what it said, as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./directory.js";

declare const process: { argv: string[] };
type Problem = components["schemas"]["ProblemDocument"];
type Json = "application/json" | "application/problem+json";

const [, , baseUrl = ""] = process.argv;
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

const nearest = await answer(directory.GET("/v1/nearest", { params: { query: { postcode: "1000", limit: 1 } } }));
const privately = await answer(directory.POST("/v1/nearest", { body: { postcode: "2000", country: "BE", limit: 1 } }));
const coordinate = await answer(directory.GET("/v1/nearest", { params: { query: { lat: 50.64, lon: 5.57 } } }));
const batch = await answer(
  directory.POST("/v1/nearest/batch", { body: { places: [{ postcode: "4000" }, { postcode: "abc" }], limit: 1 } }),
);
const centre = await answer(directory.GET("/v1/centres/{id}", { params: { path: { id: "pag-asa" } } }));
const helplines = await answer(directory.GET("/v1/helplines", { params: { query: { country: "BE" } } }));
const postcodes = await answer(directory.GET("/v1/postcodes", { params: { query: { prefix: "liè" } } }));
const bundle = await answer(directory.GET("/v1/bundle"));
const { error: problem } = await directory.GET("/v1/nearest", { params: { query: { postcode: "abc" } } });

console.log(
  JSON.stringify({
    nearest: nearest.results.map((result) => [result.id, result.shown_because]),
    privately: privately.results.map((result) => result.id),
    coordinate: [coordinate.place.kind, coordinate.results[0]?.id],
    batch: batch.answers.map((each) => each.problem?.type ?? each.results?.[0]?.id),
    pages: await centres(),
    legal: await centres("legal"),
    centre: [centre.id, centre.kind],
    helplines: helplines.helplines.map((line) => line.number ?? line.url),
    postcodes: postcodes.postcodes.some((place) => place.postcode === "4000"),
    bundle: bundle.centres.map((each) => each.id),
    problem: problem && [problem.type, problem.helplines.map((line) => line.number ?? line.url)],
  }),
);
