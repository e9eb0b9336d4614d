/** @typedef {HTMLElement & {shadowRoot: ShadowRoot}} Component */
/**
 * Load the component, and show it when it is ready for input. Rejects if it cannot be loaded.
 *
 * @param {HTMLElement} place With the address of the module and attributes for the element.
 */
export function enhance(place: HTMLElement): Promise<void>;
export type Component = HTMLElement & {
    shadowRoot: ShadowRoot;
};
