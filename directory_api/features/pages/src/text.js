// Typed text in a comparable form (text/normalize.py on the server).

/**
 * Typed text with plain digits, hyphens and spaces, and without invisible characters.
 *
 * @param {string} text
 */
export function tidy(text) {
  return text
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, digitValue)
    .replace(/\p{Pd}/gu, "-")
    .replace(/[\p{Zs}\t]/gu, " ")
    .replace(/\p{Cf}/gu, "")
    .trim();
}

/**
 * The value of a decimal digit. Unicode has them in tens, from 0 to 9, so it is the number of
 * digits before this one.
 *
 * @param {string} digit
 */
function digitValue(digit) {
  const codePoint = /** @type {number} */ (digit.codePointAt(0));
  let count = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(codePoint - count - 1))) count += 1;
  return String(count % 10);
}

/**
 * Letters and digits in lower case, without accents, with single spaces between words.
 *
 * @param {string} text
 */
export function fold(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * The similarity of two words, from 0 to 1, by Ratcliff and Obershelp: as Python's difflib counts
 * it.
 *
 * @param {string} word
 * @param {string} other
 */
export function similarity(word, other) {
  return word + other ? (2 * commonLength(word, other)) / (word.length + other.length) : 1;
}

/** @param {string} word @param {string} other @returns {number} */
function commonLength(word, other) {
  let [length, start, otherStart] = [0, 0, 0];
  for (let a = 0; a < word.length; a += 1) {
    for (let b = 0; b < other.length; b += 1) {
      let run = 0;
      while (a + run < word.length && word[a + run] === other[b + run]) run += 1;
      if (run > length) [length, start, otherStart] = [run, a, b];
    }
  }
  if (length === 0) return 0;
  const before = commonLength(word.slice(0, start), other.slice(0, otherStart));
  const after = commonLength(word.slice(start + length), other.slice(otherStart + length));
  return before + length + after;
}
