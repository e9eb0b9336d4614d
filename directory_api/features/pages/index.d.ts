// The types of the package. `npm pack` writes those in types/ from the JSDoc of the sources.

import type { NearestCentre } from "./types/element.js";

export * from "./types/nearest-centre.js";
export type * from "./types/types.js";
export type { NearestCentre };

declare global {
  interface HTMLElementTagNameMap {
    "nearest-centre": NearestCentre;
  }

  interface GlobalEventHandlersEventMap {
    "nearest-centre:all": CustomEvent<Record<string, never>>;
    "nearest-centre:error": CustomEvent<{ kind: string }>;
    "nearest-centre:result": CustomEvent<{
      results: { id: string; shown_because: string[] }[];
    }>;
  }
}
