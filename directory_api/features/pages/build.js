// Builds the entries and the style sheet of src into a folder (default: static), one minified file
// each, without comments.

import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as esbuild from "esbuild";
import { minify } from "terser";

// These are classic scripts, so that they run while the page is being parsed.
const ENTRIES = { esm: ["nearest-centre", "page"], iife: ["exit", "language"] };
const [folder = "static"] = process.argv.slice(2);
// A browser of 2022 can run the component: private members and Array.prototype.at.
const target = "es2022";

/** @param {string} entry A style sheet. @returns {Promise<string>} Minified, with its imports. */
async function style(entry) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    bundle: true,
    charset: "utf8",
    legalComments: "none",
    minify: true,
    write: false,
  });
  // esbuild keeps the spaces in custom properties and around slashes.
  const text = outputFiles[0].text.trim().replaceAll(" / ", "/");
  return text.replace(/--[\w-]+: [^;}]+/g, (property) =>
    property.replace(": ", ":").replaceAll(", ", ","),
  );
}

/**
 * Imports the style sheet of the component as text.
 *
 * @type {esbuild.Plugin}
 */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: await style(path),
      loader: "text",
    }));
  },
};

await mkdir(resolve(import.meta.dirname, folder), { recursive: true });
for (const [format, names] of Object.entries(ENTRIES)) {
  const { outputFiles } = await esbuild.build({
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
    write: false,
  });
  for (const { path, text } of outputFiles) {
    // Another 3 % for phones on slow networks.
    const { code } = await minify(text, {
      compress: {
        ecma: 2020,
        lhs_constants: false,
        passes: 3,
        pure_getters: true,
        unsafe: true,
        unsafe_arrows: true,
      },
      ecma: 2020,
      format: { ascii_only: format !== "esm" },
      module: format === "esm",
    });
    await writeFile(path, `${code}\n`);
  }
}

const pageStyle = await style("src/page.css");
await writeFile(resolve(import.meta.dirname, folder, "finder.css"), `${pageStyle}\n`);
