// Typed text to a place, as on the server (search/gazetteer.py).

/** @import { Bundle, Filters, Place, PostcodePlace, Resolution } from "./types.js" */

import { normalizeCode } from "./bundle.js";
import { distance } from "./geodesy.js";
import { isCertainInTown } from "./nearest.js";
import { fold, similarity, tidy } from "./text.js";

// The values of the server.
export const MAX_TEXT = 80;
const MAX_SUGGESTIONS = 5;
const MAX_PARTS = 3; // to tell the postcodes of one town apart
// Ranks of names and codes that are not the whole text.
const WORDS = 1;
const CODE = 2;
const BEGINNING = 3;
const MAX_SHARED = 25; // words of more postcodes, such as `sint`, name none of them
const SIMILAR_NAME = 0.75; // Brussels and Brussel have 0.93
const SIMILAR_NAME_ALONE = 0.8; // without a postcode before it
const WIDEST_TOWN_M = 30000; // places farther apart are different towns

/**
 * The place that typed text means, or why it means none. A postcode with the name of another town
 * is not accepted: `2000 Gent`. A name without a postcode is accepted if all of its postcodes have
 * the same answer.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 * @param {Filters} filters Of the search that follows.
 * @returns {Resolution}
 */
export function resolve(bundle, typed, filters = {}) {
  const text = typed.length <= MAX_TEXT ? tidy(typed).toUpperCase() : "?";
  if (!text) return refusal("nothing-typed");
  // The letter O for a zero: 1OOO.
  const zeros = text.replace(/[0-9][0-9O]*\b/g, (number) => number.replaceAll("O", "0"));
  const key = matchCode(bundle.written, text) || matchCode(bundle.written, zeros);
  if (key) return lookUp(bundle, key);
  const [codeBeforeName, name = ""] = splitName(bundle.written, [text, zeros]);
  const countries = bundle.foreign
    .filter(([, pattern]) => pattern.test(text))
    .map(([country]) => country);
  if (codeBeforeName !== undefined) {
    const folded = fold(name);
    const place = bundle.places.get(codeBeforeName);
    if (place && hasName(place, folded)) return { place };
    if (countries.length === 0) return lookUpNamed(bundle, codeBeforeName, folded);
  }
  return resolveMalformed(bundle, text, countries, filters);
}

/**
 * A postcode beside a name that is not its own. Only the name of another town makes it doubtful:
 * the table does not have every village.
 *
 * @param {Bundle} bundle
 * @param {string} key
 * @param {string} folded
 * @returns {Resolution}
 */
function lookUpNamed(bundle, key, folded) {
  const place = bundle.places.get(key);
  const towns = placesCalled(bundle, folded).filter(({ names }) => spelling(names, folded));
  if (!place || towns.length === 0) return lookUp(bundle, key);
  return refusal("postcode-malformed", [place, ...towns].slice(0, MAX_SUGGESTIONS));
}

/** @param {string[]} names @param {string} folded How the table writes a name, if it has it. */
function spelling(names, folded) {
  return names.find((name) => fold(name) === folded);
}

/**
 * How well a name matches a text: 0 if it is the text, WORDS if it has its words, since people may
 * shorten Mons-lez-Liège to Mons, BEGINNING if it begins with it, else Infinity.
 *
 * @param {string} name Folded.
 * @param {string} folded
 */
function rankOf(name, folded) {
  if (name === folded) return 0;
  if (` ${name} `.includes(` ${folded} `)) return WORDS;
  return name.startsWith(folded) ? BEGINNING : Infinity;
}

/** @param {Bundle} bundle @param {string} folded @param {number} worst The rank of a name. */
function placesCalled(bundle, folded, worst = 0) {
  return [...bundle.places.values()].filter(({ names, parts }) =>
    [...names, ...parts].some((name) => rankOf(fold(name), folded) <= worst),
  );
}

/**
 * The place with a name; for a name of several, a point in the middle, with the accuracy that
 * covers them. Undefined for an unknown name, or that of towns that are far apart.
 *
 * @param {Bundle} bundle
 * @param {string} folded
 * @returns {Place | undefined}
 */
function townCalled(bundle, folded) {
  const places = placesCalled(bundle, folded);
  if (places.length < 2) return places[0];
  const reach = (/** @type {Place} */ { lat, lon }) =>
    Math.max(...places.map((to) => Math.ceil(distance(lat, lon, to.lat, to.lon)) + to.accuracy));
  const [{ lat, lon, accuracy }] = places
    .map((place) => ({ ...place, accuracy: reach(place) }))
    .sort((a, b) => a.accuracy - b.accuracy);
  if (accuracy > WIDEST_TOWN_M) return undefined;
  // Brussel is the name of 1000, and a part of 1040 Etterbeek.
  const [first, ...others] = places.filter(({ names }) => spelling(names, folded));
  const { name, nameByLanguage } =
    first && others.every(({ names }) => String(names) === String(first.names))
      ? first
      : { name: spelling(first ? first.names : places[0].parts, folded), nameByLanguage: {} };
  return { code: "", name: String(name), nameByLanguage, lat, lon, accuracy, places };
}

/**
 * @param {Bundle} bundle
 * @param {string} text
 * @param {string[]} countries
 * @param {Filters} filters
 * @returns {Resolution}
 */
function resolveMalformed(bundle, text, countries, filters) {
  // The last digit typed twice: 10000 is likelier 1000 than a German postcode.
  const isDoubled =
    /^[0-9]+$/.test(text) && text.at(-1) === text.at(-2) && bundle.places.has(text.slice(0, -1));
  if (countries.length > 0 && !isDoubled) return refusal("postcode-foreign", [], countries);
  const name = fold(text);
  const town = townCalled(bundle, name);
  // People may shorten Mons-lez-Liège to Mons.
  const places = placesCalled(bundle, name, WORDS);
  if (town && isCertainInTown(bundle, { places }, filters) !== undefined) return { place: town };
  const digits = text.replace(/[^0-9]/g, "");
  const place = bundle.places.get(isDoubled ? digits.slice(0, -1) : digits);
  return refusal("postcode-malformed", place ? [place] : suggestByName(bundle, text));
}

/**
 * @param {string} error
 * @param {Place[]} suggestions
 * @param {string[]} countries
 * @returns {Resolution}
 */
function refusal(error, suggestions = [], countries = []) {
  return { error, suggestions, countries };
}

/** @param {PostcodePlace} place @param {string} name Folded. */
function hasName(place, name) {
  return [...place.names, ...place.parts].some(
    (known) => similarity(fold(known), name) >= SIMILAR_NAME,
  );
}

/**
 * All places with a name or with these words in it, each with parts of it: `Deurne (Antwerpen)`. If
 * they are few, also those whose code or name begins with the text; if there are none, those with a
 * similar name. Codes come first, and towns before parts.
 *
 * @param {Bundle} bundle
 * @param {string} text
 * @returns {Place[]}
 */
function suggestByName(bundle, text) {
  const prefix = fold(text);
  if (prefix.length < 2) return [];
  const matches = ranked(bundle, text, (name) => rankOf(name, prefix));
  /** @param {string} name */
  const likeness = (name) => {
    const value = similarity(name, prefix);
    return value < SIMILAR_NAME_ALONE ? Infinity : -value;
  };
  const { length } = matches.filter(({ order }) => /** @type {number} */ (order[0]) <= WORDS);
  return (matches.length > 0 ? matches : ranked(bundle, text, likeness))
    .slice(0, length > MAX_SUGGESTIONS && length <= MAX_SHARED ? length : MAX_SUGGESTIONS)
    .map(({ part, place }) => partOf(place, part || place.parts.slice(0, MAX_PARTS).join(", ")));
}

/** @typedef {{order: (number | string)[], part: string, place: PostcodePlace}} Candidate */

/** @param {PostcodePlace} place @param {string} part @returns {Place} */
function partOf(place, part) {
  if (!part) return place;
  const texts = Object.entries(place.nameByLanguage ?? {});
  return {
    ...place,
    name: `${part} (${place.name})`,
    nameByLanguage: Object.fromEntries(texts.map(([tag, name]) => [tag, `${part} (${name})`])),
  };
}

/**
 * Each place by its best name, best first; without those whose names all have the rank Infinity.
 * Towns with many postcodes come first, each first with its first postcode.
 *
 * @param {Bundle} bundle
 * @param {string} text
 * @param {(name: string) => number} rank Of a folded name; less is better.
 * @returns {Candidate[]}
 */
function ranked(bundle, text, rank) {
  const places = [...bundle.places.values()];
  return places
    .map((place) => {
      const town = places.filter(({ name }) => name === place.name);
      /** @param {number} value @param {string} part @returns {Candidate} */
      const candidate = (value, part) => ({
        order: [value, part ? Infinity : town.indexOf(place), -town.length, place.code, part],
        part,
        place,
      });
      const hasCode = normalizeCode(place.code).startsWith(normalizeCode(text));
      return [
        ...place.names.map((name) => candidate(rank(fold(name)), "")),
        ...place.parts.map((part) => candidate(rank(fold(part)), part)),
        candidate(hasCode ? CODE : Infinity, ""),
      ].sort(inOrder)[0];
    })
    .filter(({ order }) => /** @type {number} */ (order[0]) < Infinity)
    .sort(inOrder);
}

/**
 * Compares two arrays by the first members that differ.
 *
 * @param {Candidate} candidate
 * @param {Candidate} other
 */
function inOrder({ order }, { order: other }) {
  const index = order.findIndex((value, at) => value !== other[at]);
  return index < 0 ? 0 : order[index] < other[index] ? -1 : 1;
}

/** @param {RegExp} pattern @param {string} text @returns {string | null} */
function matchCode(pattern, text) {
  const match = pattern.exec(text);
  return match && normalizeCode(match[1]);
}

/**
 * The first text that is written like `B 1000, BRUSSEL` as its key and its name; empty if none is.
 *
 * @param {RegExp} pattern
 * @param {string[]} texts
 * @returns {[key: string, name: string] | []}
 */
function splitName(pattern, texts) {
  for (const text of texts) {
    const words = text.replaceAll(",", " ").split(" ").filter(Boolean);
    for (const count of [1, 2]) {
      const key = matchCode(pattern, words.slice(0, count).join(" ").replace("- ", "-"));
      const name = words.slice(count).join(" ");
      if (key && fold(name) && !/\p{N}/u.test(name)) return [key, name];
    }
  }
  return [];
}

/** @param {Bundle} bundle @param {string} key @returns {Resolution} */
function lookUp(bundle, key) {
  const place = bundle.places.get(key);
  if (place) return { place };
  if (bundle.institutions.has(key)) return refusal("postcode-not-residential");
  // In the order of the codes.
  const neighbours = [1, 2].flatMap((kind) =>
    [...bundle.places.values()].filter(({ code }) => slip(key, normalizeCode(code)) === kind),
  );
  return refusal("postcode-unknown", neighbours.slice(0, MAX_SUGGESTIONS));
}

/**
 * 1 if one character differs, 2 if two characters are swapped, else 0.
 *
 * @param {string} key
 * @param {string} other
 */
function slip(key, other) {
  if (key.length !== other.length) return 0;
  const differences = [...key].flatMap((sign, at) => (sign === other[at] ? [] : at));
  const [a, b] = differences;
  if (differences.length === 2) return key[a] === other[b] && key[b] === other[a] ? 2 : 0;
  return differences.length === 1 ? 1 : 0;
}
