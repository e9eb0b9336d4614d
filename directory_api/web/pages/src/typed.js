// What was typed, as the search with neighbouring countries reads it.

/** @import { Bundle } from "./types.js" */

import { MAX_TEXT } from "./gazetteer.js";
import { tidy } from "./text.js";

const NAME = /\p{L}{2}/u; // B-1000 has none
const NAME_BEFORE_CODE = /^([^\p{N}]*\p{L}{2}[^\p{N}]*?)[ ,]+([^ ,]*\p{N}[^ ,]*)$/u;

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
  return !/\p{N}/u.test(text) && text.trim().length > 1;
}
