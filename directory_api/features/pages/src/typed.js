// What was typed, as the search with neighbouring countries reads it.

/** @import { Bundle, Filters, Resolution } from "./types.js" */

import { normalizeCode } from "./bundle.js";
import { MAX_TEXT, mentioned, placesCalled, resolve, WORDS } from "./gazetteer.js";
import { withProvinces } from "./provinces.js";
import { fold, tidy } from "./text.js";

const NAME = /\p{L}{2}/u; // B-1000 has none
const NAME_BEFORE_CODE = /^([^\p{N}]*\p{L}{2}[^\p{N}]*?)[ ,]+([^ ,]*\p{N}[^ ,]*)$/u;

const BETWEEN_NAMES = /[/(),]| - /;
// Folded words of Sint-Niklaas, Saint-Hubert, Sankt Vith and Sainte-Ode, and how people write them.
const SAINTS = /\b(?:sint|saint|sankt)(e?)\b/g;
const SHORT_SAINTS = /\bste?\b/;

/**
 * The place that typed text means, also with the name of a province or of the bundle's country.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 * @param {Filters} [filters] Of the search that follows.
 * @returns {Resolution}
 */
export function resolveTyped(bundle, typed, filters) {
  const asTyped = typed.length <= MAX_TEXT ? tidy(typed) : "?";
  const spelled = withSaints(bundle, asTyped);
  const placed = withoutCountry(spelled, asTyped);
  const text = withoutStreet(spelled, placed);
  // Who names the country means a place in it.
  const own = placed === asTyped ? spelled : { ...spelled, larger_abroad: [] };
  const known = withProvinces(own, text);
  const resolution = resolve(known, knownName(known, text), filters);
  const { code = "", unknownName = "" } = resolution.place ?? {};
  return unknownName && hasEachName(known, code, text) ? resolve(known, code) : resolution;
}

/**
 * The bundle with `st` for `sint`, `saint` and `sankt`, if that is how they are written in a text.
 *
 * @param {Bundle} bundle
 * @param {string} text
 * @returns {Bundle}
 */
function withSaints(bundle, text) {
  if (!SHORT_SAINTS.test(fold(text))) return bundle;
  const places = [...bundle.places].map(([key, place]) => {
    const names = place.names.map((name) => {
      return { ...name, folded: name.folded.replace(SAINTS, "st$1") };
    });
    return /** @type {const} */ ([key, { ...place, names }]);
  });
  return { ...bundle, places: new Map(places) };
}

/**
 * Whether a text is a postcode with several names of its place: `3500 Hasselt, Limburg`.
 *
 * @param {Bundle} bundle
 * @param {string} code
 * @param {string} text
 */
function hasEachName({ places }, code, text) {
  const own = places.get(normalizeCode(code))?.names.map(({ folded }) => folded) ?? [];
  const words = text.replace(/(\p{L}{1,2}-)?\p{N}+/u, "");
  const names = words.split(BETWEEN_NAMES).map(fold).filter(Boolean);
  return names.every((name) => own.includes(name));
}

/**
 * The text without the name of the bundle's country after a place, as on the server
 * (place/gazetteer.py): `Gent` for `Gent, België`. Unchanged if the whole is a name, or if the
 * rest may be a place of another country: its postcode, or a postcode with a name that is not here.
 *
 * @param {Bundle} bundle
 * @param {string} text Tidy.
 */
export function withoutCountry(bundle, text) {
  const countries = (bundle.country_names ?? []).map(fold);
  const [, ...words] = text.matchAll(/[\p{L}\p{N}]+/gu);
  const end = words.find(({ index }) => countries.includes(fold(text.slice(index))));
  if (!end || placesCalled(bundle, fold(text), WORDS).length > 0) return text;
  const rest = text.slice(0, end.index).replace(/[ ,(/-]+$/, "");
  if (isName(rest)) return rest;
  const alone = resolveTyped(bundle, rest);
  const isHere = alone.place
    ? !alone.place.unknownName
    : ["place-ambiguous", "postcode-malformed"].includes(alone.error);
  return isHere || bundle.written.test(rest.toUpperCase()) ? rest : text;
}

/**
 * The name at the end of an address without a postcode, as on the server (place/gazetteer.py).
 * Only with every name loaded is it known whether what is before it is a place, too.
 *
 * @param {Bundle} bundle
 * @param {string} text Tidy.
 */
function withoutStreet(bundle, text) {
  const [, street = "", town = ""] = /^(.*[^ ]) *,(.+)$/.exec(text) ?? [];
  if (!town || !bundle.provinces) return text;
  const isKnown = (/** @type {string} */ name) =>
    placesCalled(bundle, fold(name), WORDS).length > 0 || Boolean(commonName(bundle, name));
  const isPlace = isKnown(text) || isKnown(street) || mentioned(bundle, text).length > 0;
  return isKnown(town) && !isPlace ? town : text;
}

/** @param {string} text Whether it has a name, beside a postcode or alone. */
export function hasName(text) {
  return NAME.test(text);
}

/** @param {string} text The number of a postcode that was typed with a name, else the text. */
export function codeIn(text) {
  return hasName(text) ? /[0-9]+/.exec(tidy(text))?.[0] ?? "" : text;
}

/**
 * A postcode with its name before it, such as `Lille 59000`, the other way round.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 */
export function codeBeforeName(bundle, typed) {
  const text = typed.length <= MAX_TEXT ? tidy(typed) : "";
  const [, name = "", code = ""] = NAME_BEFORE_CODE.exec(text) ?? [];
  const isCode = bundle.written.test(code.toUpperCase()) || writtenLike(bundle, code).length > 0;
  return isCode ? `${code} ${name}` : typed;
}

/**
 * The other countries (ISO 3166-1) that write their postcodes so.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
export function writtenLike(bundle, text) {
  const typed = text.length <= MAX_TEXT ? tidy(text).toUpperCase() : "";
  return bundle.foreign.filter(([, pattern]) => pattern.test(typed)).map(([country]) => country);
}

/**
 * Whether a text is the name of a place without a code. A device does not know the names across the
 * border before it has loaded them: `Lille` is a place in both countries.
 *
 * @param {string} text
 */
export function isName(text) {
  return !/\p{N}/u.test(text) && fold(text).length > 1;
}

/**
 * A name that the bundle has, for one that it does not have: one of several names of the same
 * places, `Bruxelles/Brussel`. If none is clear, the text itself.
 *
 * @param {Bundle} bundle
 * @param {string} typed
 */
export function knownName(bundle, typed) {
  const text = typed.length <= MAX_TEXT ? tidy(typed) : "";
  if (placesCalled(bundle, fold(text), WORDS).length > 0) return typed;
  return commonName(bundle, text) ?? typed;
}

/**
 * The name, or the postcode and name, of the places that have each of several names.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
function commonName(bundle, text) {
  const names = [...new Set(text.split(BETWEEN_NAMES).map(fold).filter(Boolean))];
  if (names.length < 2) return undefined;
  const called = names.map((name) => placesCalled(bundle, name));
  const shared = called[0].filter((place) => called.every((places) => places.includes(place)));
  if (shared.length === 0) return undefined;
  const whole = names.find((_, index) => called[index].length === shared.length);
  return whole ?? (shared.length === 1 ? `${shared[0].code} ${names[0]}` : undefined);
}
