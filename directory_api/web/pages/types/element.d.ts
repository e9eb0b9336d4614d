export class NearestCentre extends HTMLElement {
    static observedAttributes: string[];
    connectedCallback(): void;
    disconnectedCallback(): void;
    /** @param {string} name */
    attributeChangedCallback(name: string): void;
    /** Where “Leave this page” leads. */
    get exitTarget(): string;
    /** Clear the input and the result. */
    forget(): void;
    #private;
}
export type Parts = ReturnType<typeof createParts>;
import { createParts } from "./view.js";
