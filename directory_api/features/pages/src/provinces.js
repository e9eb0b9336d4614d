// The names of provinces, which people type where a town is asked for, as on the server
// (place/place_names.py). They come with every name of a place (tables.js).

/**
 * @import { Bundle, PostcodePlace, PostcodeTable, Province } from "./types.js"
 */

import { fold } from "./text.js";

const BETWEEN = /[/(),]| - |\p{N}+/u;
// More than a population: the towns of a province come after places elsewhere with its name.
const LESS = 1e9;

/**
 * The provinces of a table, by each of their folded names.
 *
 * @param {PostcodeTable} table
 * @param {Iterable<string>} keys Of its places, row by row.
 * @returns {Map<string, Province>}
 */
export function readProvinces({ provinces = [], province: rows = [] }, keys) {
  const inOrder = [...keys];
  return new Map(
    provinces.flatMap((names, number) => {
      const own = inOrder.filter((_, row) => rows[row] === number);
      return names.map((name) => [fold(name), { name, keys: own }]);
    }),
  );
}

/**
 * The bundle for a search in which a name of a province is one of each of its places: of the whole
 * place, so that towns are offered by their own names, or beside a postcode that of a part, because
 * it is not the name of another town.
 *
 * @param {Bundle} bundle
 * @param {string} text
 * @returns {Bundle}
 */
export function withProvinces(bundle, text) {
  const isAlone = !/\p{N}/u.test(text);
  const typed = new Set([text, ...text.split(BETWEEN)].map(fold));
  const places = new Map(bundle.places);
  for (const folded of typed) {
    const { name, keys } = bundle.provinces?.get(folded) ?? { name: "", keys: [] };
    for (const key of keys) {
      const place = /** @type {PostcodePlace} */ (places.get(key));
      // The table has some as parts, for a device that does not know provinces.
      const others = place.names.filter((each) => each.folded !== folded);
      const named = [...others, { folded, name, part: isAlone ? "" : name }];
      const alone = { names: named, size: place.size - LESS, shownParts: "" };
      if (isAlone) places.set(key, { ...place, ...alone });
      else if (text.includes(key)) places.set(key, { ...place, names: named });
    }
  }
  return { ...bundle, places };
}
