/**
 * Typed text with plain digits, hyphens and spaces, and without invisible characters.
 *
 * @param {string} text
 */
export function tidy(text: string): string;
/**
 * Letters and digits in lower case, without accents, with single spaces between words.
 *
 * @param {string} text
 */
export function fold(text: string): string;
/**
 * The similarity of two words, from 0 to 1, by Ratcliff and Obershelp: as Python's difflib counts
 * it.
 *
 * @param {string} word
 * @param {string} other
 */
export function similarity(word: string, other: string): number;
