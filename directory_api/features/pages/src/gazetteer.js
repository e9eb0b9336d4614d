// Typed text to a place, as on the server (place/gazetteer.py).

/** @import { Bundle, Filters, NamedPlace, Place, PostcodePlace, Resolution } from "./types.js" */

import { normalizeCode } from "./bundle.js";
import { distance } from "./geodesy.js";
import { isCertainInTown } from "./nearest.js";
import { fold, similarity, tidy } from "./text.js";

// The values of the server.
export const MAX_TEXT = 80;
const MAX_SUGGESTIONS = 5;
const MALFORMED = "postcode-malformed";
// Ranks of names and codes that are not the whole text.
export const WORDS = 1;
const CODE = 2;
const BEGINNING = 3;
const SIMILAR = 4; // after one slip; up to 0.2 more for other names
const MAX_SHARED = 25; // words of more postcodes, such as `sint`, name none of them
const SIMILAR_NAME = 0.75; // Brussels and Brussel have 0.93
const SIMILAR_NAME_ALONE = 0.8; // without a postcode before it
const WIDEST_TOWN_M = 30000; // places farther apart are different towns

/**
 * The place that typed text means, or why it means none. A postcode with the name of another town
 * is not accepted: `2000 Gent`. Another name may be that of a village, or of a place across the
 * border: it is the place's `unknownName`. A name without a postcode is accepted if all of its
 * postcodes have the same answer, or if it is that of one municipality.
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
  const zeros = text.replace(/\d[\dO]*\b/g, (number) => number.replaceAll("O", "0"));
  const key = matchCode(bundle.written, text) || matchCode(bundle.written, zeros);
  if (key) return lookUp(bundle, key);
  const [codeBeforeName, name = ""] = splitName(bundle.written, [text, zeros]);
  const countries = bundle.foreign.flatMap(([country, pattern]) =>
    pattern.test(text) ? country : [],
  );
  if (codeBeforeName) {
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
  const called = placesCalled(bundle, folded);
  if (!place) return lookUp(bundle, key, called);
  const towns = townsCalled(called, folded);
  if (towns.length > 0) {
    return refusal(MALFORMED, [place, ...towns].slice(0, MAX_SUGGESTIONS));
  }
  return { place: called.length > 0 ? place : { ...place, unknownName: folded } };
}

/** @param {PostcodePlace[]} places @param {string} folded Those that have the name themselves. */
function townsCalled(places, folded) {
  return places.filter(({ names }) =>
    names.some((name) => name.folded === folded && !name.part),
  );
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
export function placesCalled(bundle, folded, worst = 0) {
  return [...bundle.places.values()].filter((place) =>
    place.names.some((name) => rankOf(name.folded, folded) <= worst),
  );
}

/**
 * A point in the middle of places, with the accuracy that covers them; the place if it is only one.
 * Undefined if they are far apart.
 *
 * @param {PostcodePlace[]} places
 * @param {NamedPlace} label
 * @returns {Place | undefined}
 */
function townOf(places, { name, nameByLanguage }) {
  const reach = (/** @type {Place} */ { lat, lon }) =>
    Math.max(...places.map((to) => Math.ceil(distance(lat, lon, to.lat, to.lon)) + to.accuracy));
  const [town] = places
    .map((place) => ({ ...place, accuracy: reach(place) }))
    .sort((a, b) => a.accuracy - b.accuracy);
  if (places.length < 2) return town;
  return town.accuracy > WIDEST_TOWN_M
    ? undefined
    : { ...town, code: "", name, nameByLanguage, places };
}

/**
 * The town with a name, if all places that may be meant have one closest centre; or else the only
 * municipality with it, beside which are the others.
 *
 * @param {Bundle} bundle
 * @param {string} name Folded.
 * @param {Filters} filters
 * @returns {Place | undefined}
 */
function townCalled(bundle, name, filters) {
  const called = placesCalled(bundle, name);
  // Brussel is the name of 1000, and a part of 1040 Etterbeek.
  const own = townsCalled(called, name);
  const [first = called[0]] = own;
  if (!first) return undefined;
  const isOne = new Set(own.map((each) => each.name)).size === 1;
  const spelled = first.names.find(({ folded }) => folded === name);
  const label = isOne ? first : { ...first, ...spelled, nameByLanguage: {} };
  const town = townOf(called, label);
  // People may shorten Mons-lez-Liège to Mons.
  const places = placesCalled(bundle, name, WORDS);
  if (town && isCertainInTown(bundle, { places }, filters) !== undefined) return town;
  const isLarger = bundle.larger_abroad?.includes(name);
  const municipality = isOne && !isLarger && townOf(own, label);
  const alternatives = ranked(bundle, name, (each) => rankOf(each, name))
    .filter((candidate) => isNamed(candidate) && !own.includes(candidate.place))
    .slice(0, MAX_SUGGESTIONS)
    .map(shown);
  return municipality ? { ...municipality, alternatives } : undefined;
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
  const [, once = ""] = /^(\d*(\d))\2$/.exec(text) ?? [];
  const slipped = bundle.places.get(once);
  if (countries.length > 0 && !slipped) return refusal("postcode-foreign", [], countries);
  const name = fold(text);
  const town = townCalled(bundle, name, filters);
  if (town) return { place: town };
  const digits = text.replace(/\D/g, "");
  const place = slipped ?? bundle.places.get(digits);
  // The postcode after its name, `Gent 9000`; after a street, it may be the number of a house.
  if (place && hasName(place, name.replace(/ \d+$/, ""))) return { place };
  const meant = place ? [place] : mentioned(bundle, text);
  return meant.length > 0 ? refusal(MALFORMED, meant) : refuseName(bundle, text);
}

/**
 * The places whose postcodes are in an address; some may be house numbers.
 *
 * @param {Bundle} bundle
 * @param {string} text In capitals.
 */
export function mentioned({ written, places }, text) {
  const words = text.match(/[A-Z\d-]+/g) ?? [];
  return [...new Set(words.flatMap((word) => places.get(matchCode(written, word)) ?? []))];
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
  return place.names.some(({ folded }) => similarity(folded, name) >= SIMILAR_NAME);
}

/**
 * Suggest all places with a name or with these words in it, each with parts of it: `Deurne
 * (Antwerpen)`. If they are few, also those whose code or name begins with the text, and those with
 * a similar name unless the text is a name. Codes come first, and towns before parts.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
function refuseName(bundle, text) {
  const typed = fold(text);
  if (typed.length < 2) return refusal(MALFORMED);
  const matches = ranked(bundle, text, (name) => {
    const rank = rankOf(name, typed);
    return rank < Infinity ? rank : rankOfSimilar(name, typed);
  });
  const { length } = matches.filter(isNamed);
  const most = matches[0].order < 0.5 ? SIMILAR - 0.5 : Infinity; // a name needs none like it
  const suggestions = matches
    .filter(({ order }) => order < most)
    .slice(0, length > MAX_SUGGESTIONS && length <= MAX_SHARED ? length : MAX_SUGGESTIONS)
    .map(shown);
  return refusal(length > 1 ? "place-ambiguous" : MALFORMED, suggestions);
}

/** @param {Candidate} candidate Whether it has the name, or its words. */
function isNamed({ order }) {
  return order < WORDS + 0.5;
}

/** @param {string} name Folded. @param {string} typed Folded. */
function rankOfSimilar(name, typed) {
  if (slip(name, typed)) return SIMILAR;
  const most = (2 * Math.min(name.length, typed.length)) / (name.length + typed.length);
  if (most < SIMILAR_NAME_ALONE) return Infinity; // to compare all letters takes long
  const likeness = similarity(name, typed);
  return likeness < SIMILAR_NAME_ALONE ? Infinity : SIMILAR + 1 - likeness;
}

/** @typedef {{order: number, part: string, place: PostcodePlace}} Candidate By rank, and more. */

/** @param {Candidate} candidate @returns {Place} With what tells it from others in its name. */
function shown({ place, part }) {
  part ||= place.shownParts;
  if (!part) return place;
  const texts = Object.entries(place.nameByLanguage);
  return {
    ...place,
    name: `${part} (${place.name})`,
    nameByLanguage: Object.fromEntries(texts.map(([tag, name]) => [tag, `${part} (${name})`])),
  };
}

/**
 * Each place by its best name, best first. After the rank, towns come before parts, each with its
 * first postcode; then large towns before small ones, by population or else by their number of
 * postcodes. Others keep the order of the postcodes.
 *
 * @param {Bundle} bundle
 * @param {string} text
 * @param {(name: string) => number} rank Of a folded name; less is better.
 * @returns {Candidate[]}
 */
function ranked(bundle, text, rank) {
  /** @type {Map<string, number>} How many postcodes of a town came before. */
  const counts = new Map();
  const typed = normalizeCode(text);
  const inOrder = (/** @type {Candidate} */ a, /** @type {Candidate} */ b) => a.order - b.order;
  return [...bundle.places.values()]
    .map((place) => {
      const count = counts.get(place.name) ?? 0;
      counts.set(place.name, count + 1);
      /** @param {number} value @param {string} part @returns {Candidate} */
      const candidate = (value, part) => ({
        order: value + (part ? 100 : count) / 1e6 - place.size / 1e12,
        part,
        place,
      });
      const hasCode = normalizeCode(place.code).startsWith(typed);
      return [
        ...place.names.map(({ folded, part }) => candidate(rank(folded), part)),
        candidate(hasCode ? CODE : Infinity, ""),
      ].sort(inOrder)[0];
    })
    .sort(inOrder);
}

/** @param {RegExp} pattern @param {string} text The key of a postcode; empty for another text. */
function matchCode(pattern, text) {
  return normalizeCode(pattern.exec(text)?.[1] ?? "");
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
    const words = text.match(/[^ ,]+/g) ?? [];
    for (const count of [1, 2]) {
      const key = matchCode(pattern, words.slice(0, count).join(" ").replace("- ", "-"));
      const name = words.slice(count).join(" ");
      if (key && fold(name) && !/\p{N}/u.test(name)) return [key, name];
    }
  }
  return [];
}

/**
 * @param {Bundle} bundle
 * @param {string} key
 * @param {PostcodePlace[]} [called] Those whose name was typed with it.
 * @returns {Resolution}
 */
function lookUp(bundle, key, called = []) {
  const place = bundle.places.get(key);
  if (place) return { place };
  if (bundle.institutions.has(key)) return refusal("postcode-not-residential");
  /** @param {PostcodePlace} other */
  const rank = (other) =>
    (slip(key, normalizeCode(other.code)) || 3) + (called.includes(other) ? 0 : 3);
  const likely = [...bundle.places.values()]
    .filter((other) => rank(other) < 6)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MAX_SUGGESTIONS);
  return refusal("postcode-unknown", likely);
}

/**
 * 1 if one character differs, 2 if two characters are swapped, else 0.
 *
 * @param {string} key
 * @param {string} other
 */
function slip(key, other) {
  if (key.length !== other.length || key === other) return 0;
  const [a, b, c] = [...key].flatMap((sign, at) => (sign === other[at] ? [] : at));
  if (c) return 0;
  if (!b) return 1;
  return key[a] === other[b] && key[b] === other[a] ? 2 : 0;
}
