/**
 * The parts of the component. They stay; their content changes.
 *
 * @param {boolean} isSearchOnly Without exit, helplines and notices.
 */
export function createParts(isSearchOnly: boolean): {
    box: HTMLElement;
    exit: HTMLAnchorElement;
    hint: HTMLElement;
    helplines: HTMLElement;
    search: HTMLElement;
    position: HTMLElement;
    message: HTMLElement;
    results: HTMLElement;
    foot: HTMLElement;
};
/**
 * @param {Translator} translator
 * @param {string | null} heading Of the page, instead of the component's own.
 */
export function createHeading(translator: Translator, heading: string | null): HTMLElement;
/**
 * @param {Translator} translator
 * @param {Helpline} helpline
 */
export function helplineItem(translator: Translator, helpline: Helpline): HTMLElement;
/**
 * @param {Translator} translator
 * @param {string} number
 * @param {string | undefined} display
 */
export function callLink(translator: Translator, number: string, display: string | undefined): HTMLElement;
/** @param {string} address */
export function webLink(address: string): HTMLElement;
/**
 * The search form. It is no <form>, because a sandboxed frame cannot submit one. The browser does
 * not store what is typed.
 *
 * @param {Translator} translator
 * @param {string} example A postcode.
 * @param {(text: string) => void} onSearch
 */
export function searchForm(translator: Translator, example: string, onSearch: (text: string) => void): {
    form: HTMLElement;
    input: HTMLInputElement;
};
/**
 * The sources of the data, in a box to open; null if there are none.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 */
export function attribution(translator: Translator, bundle: Bundle): HTMLElement | null;
import type { Translator } from "./i18n.js";
import type { Helpline } from "./types.js";
import type { Bundle } from "./types.js";
