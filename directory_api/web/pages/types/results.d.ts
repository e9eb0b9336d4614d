/**
 * @typedef {object} SearchResult
 * @property {SearchOrigin} origin
 * @property {Hit[]} hits
 * @property {boolean} certain
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 * @property {string} filterNames In words; empty without filters.
 * @property {() => void} onClear Called to remove the filters.
 *
 * @typedef {Origin & {code?: string, name?: string, isPostcode: boolean}} SearchOrigin
 */
/**
 * What a visitor has to know to read the list of centres.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {SearchResult} result
 * @returns {HTMLElement[]}
 */
export function circumstances(translator: Translator, bundle: Bundle, result: SearchResult): HTMLElement[];
/**
 * @typedef {object} CardOptions
 * @property {number | null} rank From 0; null if it is not certain.
 * @property {number | null} level Of the heading; null for the one of its tag.
 * @property {boolean} isCompact Without services.
 */
/**
 * One centre.
 *
 * @param {Translator} translator
 * @param {Hit} hit
 * @param {CardOptions} options
 */
export function centreCard(translator: Translator, { centre, distance }: Hit, { rank, level, isCompact }: CardOptions): {
    card: HTMLElement;
    openState: {
        centre: Centre;
        state: HTMLElement;
        duty: HTMLElement;
    };
};
/** @typedef {{centre: Centre, state: HTMLElement, duty: HTMLElement}} OpenStateElements */
/**
 * Show whether a centre is open. Text that has not changed is not replaced, so that a screen reader
 * does not read it again.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {OpenStateElements} elements
 * @param {number} now
 */
export function updateOpenState(translator: Translator, bundle: Bundle, { centre, state, duty }: OpenStateElements, now: number): void;
export type SearchResult = {
    origin: SearchOrigin;
    hits: Hit[];
    certain: boolean;
    /**
     * Whether the bundle is a copy from the browser's cache.
     */
    isOld: boolean;
    /**
     * In words; empty without filters.
     */
    filterNames: string;
    /**
     * Called to remove the filters.
     */
    onClear: () => void;
};
export type SearchOrigin = Origin & {
    code?: string;
    name?: string;
    isPostcode: boolean;
};
export type CardOptions = {
    /**
     * From 0; null if it is not certain.
     */
    rank: number | null;
    /**
     * Of the heading; null for the one of its tag.
     */
    level: number | null;
    /**
     * Without services.
     */
    isCompact: boolean;
};
export type OpenStateElements = {
    centre: Centre;
    state: HTMLElement;
    duty: HTMLElement;
};
import type { Translator } from "./i18n.js";
import type { Bundle } from "./types.js";
import type { Hit } from "./types.js";
import type { Centre } from "./types.js";
import type { Origin } from "./types.js";
