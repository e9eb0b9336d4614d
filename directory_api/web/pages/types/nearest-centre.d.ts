export { readBundle } from "./bundle.js";
export { distance } from "./geodesy.js";
export { opening } from "./hours.js";
export { tidy } from "./text.js";
export { EXIT, leave } from "./leave.js";
export { isOutside, nearest, resolve } from "./search.js";
