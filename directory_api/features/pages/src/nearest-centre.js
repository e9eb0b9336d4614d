// <nearest-centre> finds the closest centre on the device (docs/embedding-component.md). It loads
// the words of a language, the bundle of a country and, once its field is touched, names of places.
// A postcode or a position is in no address, store, history, console, title or event.

import { NearestCentre } from "./element.js";

export { readBundle } from "./bundle.js";
export { distance } from "./geodesy.js";
export { opening } from "./hours.js";
export { EXIT, leave } from "./leave.js";
export { nearest } from "./nearest.js";
export { read as resolve } from "./places.js";
export { tidy } from "./text.js";
export { isOutside } from "./whereabouts.js";

// A page may contain the module twice, under its name and under its hash. Node.js has no elements.
if (globalThis.customElements && !customElements.get("nearest-centre")) {
  customElements.define("nearest-centre", NearestCentre);
}
