// What must not compile: each line that is marked, and no other.
import createClient from "openapi-fetch";
import type { paths } from "./directory.js";

const directory = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: "" });

await directory.GET("/v1/nearest", { params: { query: { postcode: "1000" } } });
await directory.GET("/v1/nearest", { params: { query: { postal_code: "1000" } } }); // no such parameter
await directory.GET("/v1/nearest", { params: { query: { postcode: 1000 } } }); // a text
await directory.GET("/v1/nearest", { params: { query: { service: "legals" } } }); // no such value
await directory.GET("/v1/centers"); // no such path
await directory.DELETE("/v1/bundle"); // no such method
await directory.GET("/v1/centres/{id}"); // without the id
await directory.POST("/v1/nearest"); // without a body
await directory.POST("/v1/nearest/batch", { body: { limit: 1 } }); // without places
await directory.GET("/v1/records/{collection}/{id}"); // for maintainers, who have a document of their own
const { data } = await directory.GET("/v1/nearest", { params: { query: { postcode: "1000" } } });
data?.results[0]?.telephone; // no such member
data.results; // there may be none
