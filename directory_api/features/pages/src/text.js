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
