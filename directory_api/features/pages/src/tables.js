// The postcodes and names of a country and its neighbours, in files that are loaded when what was
// typed needs them.

/** @import { Bundle, PostcodeTable } from "./types.js" */

import { readBundle } from "./bundle.js";
import { home, load } from "./load.js";
import { readProvinces } from "./provinces.js";
import { fold } from "./text.js";

export class NeighbourTables {
  /** @type {Map<string, Bundle>} By country. */
  #loaded = new Map();
  #hasEveryName = false;

  /** @param {Bundle} bundle Of the country whose neighbours they are. */
  constructor(bundle) {
    this.bundle = bundle;
  }

  /** The neighbouring countries (ISO 3166-1) that have a table. */
  get countries() {
    return this.bundle.neighbours ?? [];
  }

  /** Whether all of them are loaded. */
  get areLoaded() {
    return this.countries.every((country) => this.#loaded.has(country));
  }

  /** Load the names that the bundle lacks. */
  async loadNames() {
    if (this.#hasEveryName) return;
    const { places, postcodes } = await loadTable(this.bundle, this.bundle.country);
    this.bundle.places = places;
    const table = /** @type {PostcodeTable} */ (postcodes);
    this.bundle.provinces = readProvinces(table, places.keys());
    this.#hasEveryName = true;
  }

  /** @param {string} country ISO 3166-1. @returns {Promise<Bundle>} With its postcodes. */
  async load(country) {
    const table = this.#loaded.get(country) ?? (await loadTable(this.bundle, country));
    this.#loaded.set(country, table);
    return table;
  }

  /** @returns {Promise<Bundle[]>} With the postcodes of each neighbour. */
  loadAll() {
    return Promise.all(this.countries.map((country) => this.load(country)));
  }

  /**
   * The countries that have a name near the border, by the tables that are loaded.
   *
   * @param {string} text
   * @param {boolean} isWhole Whether the text is not only the first words of a name.
   */
  having(text, isWhole) {
    const folded = fold(text);
    const isAlike = (/** @type {string} */ name) =>
      isWhole ? name === folded : `${name} `.startsWith(`${folded} `);
    return this.countries.filter((country) =>
      [...(this.#loaded.get(country)?.places.values() ?? [])].some(({ names }) =>
        names.some((name) => isAlike(name.folded)),
      ),
    );
  }
}

/**
 * The bundle with the postcodes of another table.
 *
 * @param {Bundle} bundle
 * @param {string} country ISO 3166-1.
 */
async function loadTable(bundle, country) {
  const { record } = await load([`${home()}v1/bundle/postcodes/${country}.json`]);
  return readBundle({ ...bundle, ...record });
}
