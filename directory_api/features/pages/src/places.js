// Typed text to a place, by the names that the server wrote (docs/bundle.md). What is in no table,
// as a name with a slip, only the server understands.

/**
 * @import { Bundle, Filters, NamedMeaning, NamedPlace, Place, PostcodePlace } from "./types.js"
 * @import { Refusal, Resolution } from "./types.js"
 */

import { normalizeCode } from "./bundle.js";
import { distance } from "./geodesy.js";
import { isCertainInTown } from "./nearest.js";
import { fold, tidy } from "./text.js";

export const MAX_TEXT = 80;
/** More than that nobody reads. */
export const MOST_OFFERED = 7;
// In a longer text: the words of a name, and its letters; As, On and Ham are words of sentences.
const LONGEST_NAME = 4;
const SHORTEST_NAME = 4;
const SAINTS = [["sint"], ["saint", "sainte"], ["sankt"]];

/**
 * The place that typed text means, or why it means none.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 * @param {Filters} filters Of the search that follows.
 * @returns {Resolution}
 */
export function read(bundle, typed, filters = {}) {
  const text = typed.length <= MAX_TEXT ? tidy(typed) : "?";
  if (!text) return refusal("nothing-typed");
  if (asksForHelp(bundle, fold(text))) return refusal("help", [], [bundle.country]);
  const alone = bundle.names.has(fold(text)) ? text : withoutCountry(bundle, text);
  const isHere = alone !== text;
  const key = codeOf(bundle.pattern, alone);
  if (key) return lookUp(bundle, key);
  const name = nameOf(bundle, alone);
  if (name) return named(bundle, name, filters, isHere);
  const words = alone.split(/[ ,;()/]+/).filter(fold);
  const [place] = withItsName(bundle, words);
  if (place) return { place };
  const countries = isHere ? [] : writtenLike(bundle, text);
  if (countries.length > 0) return refusal("postcode-foreign", [], countries);
  return within(bundle, words, filters);
}

/**
 * Whether a person typed the number of a helpline, or a word such as `police`.
 *
 * @param {Bundle} bundle
 * @param {string} folded
 */
function asksForHelp({ helplines, words }, folded) {
  return words.has(folded) || helplines.some(({ number }) => number === folded);
}

/**
 * Tidy text without the name of the bundle's country at its end: `Gent, België`.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
function withoutCountry({ country_names: names }, text) {
  const countries = names.map(fold);
  const [, ...words] = text.matchAll(/[\p{L}\p{N}]+/gu);
  const end = words.find(({ index }) => countries.includes(fold(text.slice(index))));
  return end ? text.slice(0, end.index).replace(/[ ,(/-]+$/, "") : text;
}

/**
 * The key of a postcode alone, also with signs or spaces in it: `1000.`, `1 000`; else empty.
 *
 * @param {RegExp} pattern
 * @param {string} text
 */
function codeOf(pattern, text) {
  // A coordinate is no number.
  const written = text.toUpperCase().replace(/\d[.,/]\d/, "x");
  const words = written.replace(/[^\p{L}\p{N}-]+/gu, " ").trim();
  const plain = /^[\d ]+$/.test(words) ? words.replaceAll(" ", "") : words.replace(/^-|-$/g, "");
  return normalizeCode((pattern.exec(text.toUpperCase()) ?? pattern.exec(plain))?.[1] ?? "");
}

/**
 * The other countries (ISO 3166-1) that write their postcodes so.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
export function writtenLike({ foreignPatterns }, text) {
  const written = text.toUpperCase();
  return foreignPatterns.flatMap(([country, pattern]) => (pattern.test(written) ? country : []));
}

/**
 * The folded name of a place, also with `st` and `ste` written out in each language; else empty.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
function nameOf({ names }, text) {
  return spellings(text).find((each) => names.has(each)) ?? "";
}

/** @param {string} text */
function spellings(text) {
  const folded = fold(text);
  const written = SAINTS.map(([saint, sainte = saint]) =>
    folded.replace(/\bst(e?)\b/g, (_, end) => (end ? sainte : saint)),
  );
  return [folded, ...written];
}

/** @param {Bundle} bundle @param {string} key @returns {Resolution} */
function lookUp(bundle, key) {
  const place = bundle.places.get(key);
  if (place) return { place };
  const isInstitution = bundle.institutions.has(key);
  return refusal(isInstitution ? "postcode-not-residential" : "postcode-unknown");
}

/**
 * What a name means: all places with it, if all that may be meant have one closest centre; else the
 * only municipality with it, beside which are the others; else one has to be chosen.
 *
 * @param {Bundle} bundle
 * @param {string} name Folded.
 * @param {Filters} filters
 * @param {boolean} isHere Whether the person named the country, too.
 * @returns {Resolution}
 */
function named(bundle, name, filters, isHere) {
  const meaning = /** @type {NamedMeaning} */ (bundle.names.get(name));
  const { apart, abroad = "" } = meaning;
  const [town, towns, parts] = placesOf(bundle, meaning);
  const all = [...town, ...parts];
  const longer = withWords(bundle, name);
  const isOne = !apart && towns.length === 0;
  const namesakes = longer.flatMap((each) => placesOf(bundle, each).flat());
  const isSame = isCertainInTown(bundle, { places: [...all, ...namesakes] }, filters) !== undefined;
  const also = isHere ? [] : abroad.split(" ").filter(Boolean);
  if (isOne && isSame) return { place: { ...townOf(all, meaning), also } };
  const [only, ...more] = [...towns, ...parts];
  const own = isHere && more.length === 0 && only ? [only] : town;
  const options = optionsOf(bundle, meaning, longer);
  const others = options.filter(({ code }) => !own.some((each) => each.code === code));
  if (own.length > 0) return { place: { ...townOf(own, meaning), alternatives: others, also } };
  const isAbroad = meaning.likely_abroad && also.length > 0;
  return { ...refusal("place-ambiguous", others, also), isAbroad };
}

/** @param {Bundle} bundle @param {NamedMeaning} meaning @returns {PostcodePlace[][]} */
function placesOf({ places }, { town = "", towns = "", parts = "" }) {
  const of = (/** @type {string} */ keys) =>
    keys.split(" ").flatMap((key) => places.get(key) ?? []);
  return [town, towns, parts].map(of);
}

/**
 * The names that have some words and more: people may shorten Mons-lez-Liège to Mons.
 *
 * @param {Bundle} bundle
 * @param {string} words Folded.
 */
function withWords({ names }, words) {
  const isLonger = (/** @type {string} */ name) =>
    name !== words && ` ${name} `.includes(` ${words} `);
  return [...names].flatMap(([name, meaning]) => (isLonger(name) ? meaning : []));
}

/**
 * The places of a name and of longer ones to choose from, each once; a part with its town.
 *
 * @param {Bundle} bundle
 * @param {NamedMeaning} meaning
 * @param {NamedMeaning[]} longer
 */
function optionsOf(bundle, meaning, longer) {
  /** @type {Map<string, NamedPlace>} */
  const options = new Map();
  for (const each of [meaning, ...longer]) {
    const [town, towns, parts] = placesOf(bundle, each);
    const shown = [...town, ...towns, ...parts.map((place) => withPart(place, each.name))];
    for (const place of shown) if (!options.has(place.code)) options.set(place.code, place);
  }
  return [...options.values()].slice(0, MOST_OFFERED);
}

/** @param {PostcodePlace} place @param {string} part @returns {NamedPlace} */
function withPart({ code, name, nameByLanguage = {} }, part) {
  const label = (/** @type {string} */ town) => `${part} (${town})`;
  const labels = Object.entries(nameByLanguage).map(([tag, town]) => [tag, label(town)]);
  return { code, name: label(name), nameByLanguage: Object.fromEntries(labels) };
}

/**
 * Places as one, at the point of the first, with the accuracy that covers all.
 *
 * @param {PostcodePlace[]} places
 * @param {NamedMeaning} meaning
 * @returns {Place}
 */
function townOf(places, { town, name: written }) {
  const [first] = places;
  if (places.length === 1) return first;
  const { lat, lon } = first;
  const reach = places.map((to) => Math.ceil(distance(lat, lon, to.lat, to.lon)) + to.accuracy);
  const { name, nameByLanguage } = town ? first : { name: written, nameByLanguage: {} };
  return { lat, lon, accuracy: Math.max(...reach), code: "", name, nameByLanguage, places };
}

/**
 * The postcodes in a text that have one of the names in it: `Rue de la Loi 16, 1000 Bruxelles`;
 * none if there are several.
 *
 * @param {Bundle} bundle
 * @param {string[]} words
 */
function withItsName(bundle, words) {
  const names = namesIn(bundle, words, 1);
  const found = codesIn(bundle, words).filter(({ key }) =>
    names.some((name) => keysOf(bundle, name).has(key)),
  );
  return found.length === 1 ? found : [];
}

/**
 * What else a longer text means: a postcode before or after a name that is not known, or the only
 * name of a place in it, `I am in Antwerp`.
 *
 * @param {Bundle} bundle
 * @param {string[]} words
 * @param {Filters} filters
 * @returns {Resolution}
 */
function within(bundle, words, filters) {
  // The number of no house is so long.
  const code = words.findIndex((word) => /\d/.test(word) && word.length > 3);
  if (code >= 0) return besideCode(bundle, words, code);
  const number = words.findLastIndex((word) => /\d/.test(word));
  const [...names] = new Set(namesIn(bundle, words.slice(number + 1), SHORTEST_NAME));
  const shared = [...keysOf(bundle, names[0] ?? "")].filter((key) =>
    names.every((name) => keysOf(bundle, name).has(key)),
  );
  const same = names.find((name) => keysOf(bundle, name).size === shared.length);
  if (same && shared.length > 0) return named(bundle, same, filters, false);
  if (shared.length === 1) return lookUp(bundle, shared[0]);
  if (names.length > 0) {
    const options = names.flatMap((name) => wholeOptions(bundle, meaningOf(bundle, name)));
    return refusal("place-ambiguous", options.slice(0, MOST_OFFERED));
  }
  const text = words.join(" ");
  const longer = spellings(text).flatMap((each) => withWords(bundle, each));
  const options = optionsOf(bundle, { name: text }, longer);
  if (options.length > 1) return refusal("place-ambiguous", options);
  return refusal("place-unknown", suggest(bundle, text));
}

/**
 * What a text with a number like a postcode means. Only the name of another town makes a postcode
 * doubtful: the table does not have every village.
 *
 * @param {Bundle} bundle
 * @param {string[]} words
 * @param {number} at Where the number is.
 * @returns {Resolution}
 */
function besideCode(bundle, words, at) {
  const codes = codesIn(bundle, words);
  const [code] = codes;
  const names = namesIn(bundle, words, SHORTEST_NAME).map((name) => meaningOf(bundle, name));
  const isOnlyNumber = words.filter((word) => /\d/.test(word)).length === 1;
  const isAfter = at === words.length - 1 || words.slice(0, at).join("").length < 3; // B 1000 x
  const isCode = isOnlyNumber && isAfter;
  if (code && isCode && names.every(({ town = "", towns = "" }) => !(town + towns))) {
    const unknownName = fold(words.filter((word) => !/\d/.test(word) && word.length > 2).join(" "));
    return { place: names[0] ? code : { ...code, unknownName } };
  }
  const towns = names.flatMap((meaning) => optionsOf(bundle, meaning, []));
  const meant = [...codes, ...towns].slice(0, MOST_OFFERED);
  if (code || !isCode) return refusal("place-unknown", meant);
  if (codeOf(bundle.pattern, words[at])) return refusal("postcode-unknown", meant);
  const countries = writtenLike(bundle, words[at]);
  return refusal(countries[0] ? "postcode-foreign" : "place-unknown", meant, countries);
}

/** @param {Bundle} bundle @param {string[]} words @returns {PostcodePlace[]} */
function codesIn({ pattern, places }, words) {
  return words.flatMap((word) => places.get(codeOf(pattern, word)) ?? []);
}

/**
 * The names of places among some words, the longest ones.
 *
 * @param {Bundle} bundle
 * @param {string[]} words
 * @param {number} shortest Their letters.
 */
function namesIn(bundle, words, shortest) {
  const found = [];
  for (let at = 0; at < words.length; ) {
    const sizes = Array.from({ length: LONGEST_NAME }, (_, less) => LONGEST_NAME - less);
    const size = sizes.find((each) => nameOf(bundle, words.slice(at, at + each).join(" ")));
    const name = nameOf(bundle, words.slice(at, at + (size ?? 0)).join(" "));
    if (name.length >= shortest) found.push(name);
    at += size ?? 1;
  }
  return found;
}

/** @param {Bundle} bundle @param {string} name Folded. */
function meaningOf(bundle, name) {
  return bundle.names.get(name) ?? { name };
}

/** @param {Bundle} bundle @param {string} name Folded. @returns {Set<string>} */
function keysOf(bundle, name) {
  return new Set(placesOf(bundle, meaningOf(bundle, name)).flat().map(({ key }) => key));
}

/**
 * What may be meant by the beginning of a text: by the digits of a postcode, or by the first
 * letters of a name or of a word in it, in the order of the names.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 * @returns {(NamedPlace | Place)[]} Parts of places are only named.
 */
export function suggest(bundle, typed) {
  const folded = fold(typed.slice(0, MAX_TEXT));
  if (folded.length < 2 || asksForHelp(bundle, folded)) return [];
  if (/^\d/.test(folded)) {
    const [code, rest] = folded.toUpperCase().split(" ");
    const places = [...bundle.places.values()];
    const starting = places.filter(({ key }) => (rest ? key === code : key.startsWith(code)));
    return starting.slice(0, MOST_OFFERED);
  }
  const starting = [...bundle.names].filter(([name]) => name.startsWith(folded));
  const inside = [...bundle.names].filter(([name]) => name.includes(` ${folded}`));
  /** @type {Map<string, NamedPlace | Place>} */
  const options = new Map();
  for (const [, meaning] of [...starting, ...inside]) {
    for (const option of wholeOptions(bundle, meaning)) {
      const id = option.code || option.name;
      if (!options.has(id)) options.set(id, option);
    }
    if (options.size >= MOST_OFFERED) break;
  }
  return [...options.values()].slice(0, MOST_OFFERED);
}

/** @param {Bundle} bundle @param {NamedMeaning} meaning Its town as one, then the others. */
function wholeOptions(bundle, meaning) {
  const [town] = placesOf(bundle, meaning);
  const rest = optionsOf(bundle, { ...meaning, town: "" }, []);
  return town.length > 0 ? [townOf(town, meaning), ...rest] : rest;
}

/**
 * @param {string} error
 * @param {NamedPlace[]} suggestions
 * @param {string[]} countries
 * @returns {Refusal}
 */
function refusal(error, suggestions = [], countries = []) {
  return { error, suggestions, countries };
}
