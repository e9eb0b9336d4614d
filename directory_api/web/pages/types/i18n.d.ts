/**
 * The names that the words of a language may have: a server knows nl for nl-BE, a folder has only
 * the names of its files.
 *
 * @param {string} tag
 */
export function wordsNames(tag: string): Set<string>;
/**
 * The name of a language in itself, else in English, else its code.
 *
 * @param {string} code BCP 47.
 * @returns {string}
 */
export function languageName(code: string): string;
/** Says things in one language. */
export class Translator {
    /** @param {WordsRecord} [record] Without it, the few English words that are always there. */
    constructor(record?: WordsRecord);
    isLoaded: boolean;
    record: WordsRecord;
    get tag(): string;
    get direction(): string;
    /** Whether a speaker has reviewed the words. */
    get isReviewed(): boolean;
    /** @param {string} key Whether its words are English in another language. */
    isEnglish(key: string): boolean;
    /**
     * The words of a key, with placeholders filled; empty if there is no such key.
     *
     * @param {string} key
     * @param {Record<string, string>} [values]
     */
    say(key: string, values?: Record<string, string>): string;
    /**
     * A record's text in this language.
     *
     * @template {string | undefined} Fallback
     * @param {Texts | undefined} texts
     * @param {Fallback} [fallback]
     * @returns {string | Fallback | undefined}
     */
    text<Fallback extends string | undefined>(texts: Texts | undefined, fallback?: Fallback): string | Fallback | undefined;
    /** @param {number} metres Kilometres in this language, with one decimal below ten. */
    kilometres(metres: number): string;
    /** @param {number} moment A date (UTC) with the month as a word. */
    date(moment: number): string;
    /**
     * A time, with its weekday unless it is today, and with its date from six days on, when the
     * weekday could be read as the last one. Throws a RangeError if the browser does not have the
     * time zone.
     *
     * @param {number} moment
     * @param {number} now
     * @param {string | undefined} timeZone
     */
    time(moment: number, now: number, timeZone: string | undefined): string;
    /** @param {string} code ISO 3166-1. */
    countryName(code: string): string;
    #private;
}
import type { WordsRecord } from "./types.js";
import type { Texts } from "./types.js";
