/**
 * An element with attributes (null, undefined, false: none) and children. Strings become text,
 * never markup.
 *
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function create(tag: string, attributes?: Attributes, ...children: (Child | Child[])[]): HTMLElement;
/**
 * An element with words. Words that are borrowed from English say so (WCAG 2.2, 3.1.2).
 *
 * @param {Translator} translator
 * @param {string} tag
 * @param {string} key
 * @param {Attributes} attributes
 * @param {Record<string, string>} values
 */
export function createText(translator: Translator, tag: string, key: string, attributes?: Attributes, values?: Record<string, string>): HTMLElement;
/**
 * @param {Translator} translator
 * @param {string} key
 * @param {() => void} onClick
 * @param {Attributes} attributes
 */
export function createButton(translator: Translator, key: string, onClick: () => void, attributes?: Attributes): HTMLElement;
/** @param {string | null | undefined} address @returns {string | null} Only an https address. */
export function httpsOnly(address: string | null | undefined): string | null;
/**
 * Apply the style sheet, which all components share. A strict Content-Security-Policy allows its
 * constructor.
 *
 * @param {ShadowRoot} root
 * @param {string} css
 */
export function applyStyle(root: ShadowRoot, css: string): void;
/**
 * Set the custom properties for an accent; none if the browser does not read it as a colour.
 *
 * @param {HTMLElement} element
 * @param {string} accent A colour in CSS.
 */
export function applyAccent(element: HTMLElement, accent: string): void;
export type Attributes = Record<string, string | number | boolean | null | undefined>;
export type Child = Node | string | null | undefined;
import type { Translator } from "./i18n.js";
