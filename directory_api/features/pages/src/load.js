// The files of the directory: the words of a language, the bundle of a country and its postcodes.

/** @import { BundleRecord } from "./types.js" */

import { FORMAT } from "./bundle.js";

const TIMEOUT_MS = 20000; // the bundle takes five seconds over 2G
const OLD_MS = 2 * 86400000; // the date of a bundle is a day
const NOT_FOUND = "status 404";

/**
 * @template Record
 * @typedef {{record: Record, isOld: boolean}} Loaded `isOld`: from the browser's cache, without a
 *   network.
 */

/** The address of the directory. Each file that calls this is in a folder of its own there. */
export const home = () => new URL("..", import.meta.url).href;

/** @param {string} tag Of a language of the page. */
export const wordsOf = (tag) => `${home()}embed/words/${tag}.json`;

/**
 * The words of a language, and the bundle, each null if it does not come: again without caches if
 * these had them of two revisions, so that a card has the number of its centre.
 *
 * @template {{revision?: string}} Words
 * @template {{revision?: string}} Bundle
 * @param {(cache?: RequestCache) => Promise<[Words | null, Bundle | null]>} loading
 * @returns {Promise<[Words | null, Bundle | null]>}
 */
export async function ofOneRevision(loading) {
  const both = await loading();
  const [words, bundle] = both;
  const isOne = !words || !bundle || words.revision === bundle.revision;
  return isOne ? both : loading("no-cache");
}

/** @type {Map<string, Promise<Loaded<any>>>} */
const loads = new Map();

/** @param {Error} error */
const isNotFound = (error) => error.message === NOT_FOUND;

/**
 * For words: to a page of another site, a host's 404 may look like no network at all. A visitor who
 * has waited long does not wait for a second file.
 *
 * @param {Error} error
 */
export const isNotTimeout = (error) => error.name !== "TimeoutError";

/**
 * A JSON file, loaded once; if the directory does not have it, the next of the addresses. Without a
 * network, the browser's copy is used. With a network, a bundle that a cache has kept for days is
 * loaded again: a number in it may have changed. So is one of another format, which a cache kept
 * while the directory was updated.
 *
 * @param {string[]} addresses
 * @param {(error: Error) => boolean} isMissing Whether an error leads to the next address.
 * @param {RequestCache} cache
 * @returns {Promise<Loaded<any>>}
 */
export function load([address, ...others], isMissing = isNotFound, cache = "default") {
  const existing = loads.get(address);
  if (existing && cache === "default") return existing;
  const loading = request(address, cache)
    .catch((error) => {
      if (isNotFound(error)) throw error;
      return request(address, "force-cache");
    })
    .catch((error) => {
      if (others.length > 0 && isMissing(error)) return load(others, isMissing, cache);
      throw error;
    })
    .then((loaded) => {
      const { generated_at: generated, format = FORMAT } = loaded.record; // words have no format
      const isOld = Date.now() - Date.parse(generated) > OLD_MS;
      if (!isOld && format === FORMAT) return loaded;
      return request(address, "no-cache").catch(() => ({ ...loaded, isOld: true }));
    });
  loads.set(address, loading);
  loading.catch(() => loads.delete(address));
  return loading;
}

/**
 * A bundle with its table of postcodes, whose address changes with its content: a browser that has
 * it asks for it no more. If it does not come, the bundle stays as it is.
 *
 * @param {string | URL} directory Its address, with / at its end.
 * @param {BundleRecord} record
 * @returns {Promise<BundleRecord>}
 */
export async function withPostcodes(directory, record) {
  try {
    const address = /** @type {string} */ (record.postcodes);
    // The path of the directory may be another one here than the server knows.
    const table = await load([`${directory}v1/bundle/${address.split("v1/bundle/")[1]}`]);
    return { ...record, ...table.record };
  } catch {
    return record;
  }
}

/**
 * @param {string} address
 * @param {RequestCache} cache
 * @returns {Promise<Loaded<any>>}
 */
async function request(address, cache) {
  const response = await fetch(address, {
    cache,
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout?.(TIMEOUT_MS), // Safari 16
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return { record: await response.json(), isOld: cache === "force-cache" };
}
