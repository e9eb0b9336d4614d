// Builds the entries of src into a folder (default: static), one minified file each, without
// comments.

import { readFile } from "node:fs/promises";
import * as esbuild from "esbuild";

// exit.js is a classic script, so that it also runs while the page is still being parsed.
const ENTRIES = { esm: ["nearest-centre", "page"], iife: ["exit"] };
const [folder = "static"] = process.argv.slice(2);
// A browser of 2022 can run the component: private members and Array.prototype.at.
const target = "es2022";

/** Imports a style sheet as minified text. @type {esbuild.Plugin} */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

for (const [format, names] of Object.entries(ENTRIES)) {
  await esbuild.build({
    absWorkingDir: import.meta.dirname,
    entryPoints: names.map((name) => `src/${name}.js`),
    outdir: folder,
    bundle: true,
    format: /** @type {esbuild.Format} */ (format),
    // The encoding of a classic script is that of its page.
    charset: format === "esm" ? "utf8" : "ascii",
    legalComments: "none",
    minify: true,
    plugins: [cssAsText],
    target,
  });
}
