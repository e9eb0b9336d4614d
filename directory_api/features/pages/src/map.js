// The drawn map: its regions are buttons, and the place that is tapped is one to search from.

/** @import { Origin } from "./types.js" */

import { METRES_PER_DEGREE } from "./geodesy.js";

// A finger hits a point within this distance.
const FINGER_PX = 12;
// The map is drawn in whole units.
const UNIT = 1;

/** @param {SVGSVGElement} map Its regions become buttons. */
export function enableRegions(map) {
  regionsOf(map).forEach((region, index) => {
    region.setAttribute("role", "button");
    region.setAttribute("aria-label", regionLabel(map, index));
  });
  setStop(map);
}

/** @param {Element} map What the keyboard reaches in it: the numbers, then the regions. */
function stopsOf(map) {
  return /** @type {SVGElement[]} */ ([
    ...map.querySelectorAll("[data-mark]:not([hidden])"),
    ...map.querySelectorAll("[data-region][role]"),
  ]);
}

/**
 * The Tab key stops once in the map; the arrow keys go on from there.
 *
 * @param {Element} map
 * @param {SVGElement} stop
 */
function setStop(map, stop = stopsOf(map)[0]) {
  for (const each of stopsOf(map)) each.setAttribute("tabindex", each === stop ? "0" : "-1");
}

/** @param {Element} map @param {KeyboardEvent} event */
function goOn(map, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const stops = stopsOf(map);
  const index = stops.indexOf(/** @type {SVGElement} */ (document.activeElement));
  if (!step || index < 0) return;
  event.preventDefault();
  const next = stops[(index + step + stops.length) % stops.length];
  setStop(map, next);
  next.focus();
}

/**
 * Call back with the place that is tapped, as exact as a finger, or with the middle of a region
 * that is chosen without a pointer, as exact as the region is large.
 *
 * @param {SVGSVGElement} map
 * @param {(origin: Origin, region: number) => void} onPlace
 */
export function listenToMap(map, onPlace) {
  /** @param {Event} event */
  const regionOf = ({ target }) =>
    regionsOf(map).findIndex((region) => region === /** @type {Node} */ (target));
  /** @param {number} region @param {number} x @param {number} y @param {number} reach Units. */
  const choose = (region, x, y, reach) => {
    const [west, north, eastUnits, northUnits] = String(map.dataset.frame).split(" ").map(Number);
    const accuracy = Math.ceil(((reach + UNIT) / northUnits) * METRES_PER_DEGREE);
    onPlace({ lat: north - y / northUnits, lon: west + x / eastUnits, accuracy }, region);
  };
  /** @param {number} region */
  const chooseMiddle = (region) => {
    const { x, y, width, height } = regionsOf(map)[region].getBBox();
    choose(region, x + width / 2, y + height / 2, Math.hypot(width, height) / 2);
  };
  map.addEventListener("click", (event) => {
    const region = regionOf(event);
    const matrix = map.getScreenCTM();
    if (region < 0 || !matrix) return;
    // A screen reader clicks nowhere.
    if (event.detail === 0) {
      chooseMiddle(region);
      return;
    }
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    choose(region, x, y, FINGER_PX / matrix.a);
  });
  map.addEventListener("keydown", (event) => {
    goOn(map, event);
    const region = regionOf(event);
    if (region < 0 || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    chooseMiddle(region);
  });
}

/**
 * "Centres near" a region, in the language of the page.
 *
 * @param {SVGSVGElement} map
 * @param {number} [index]
 */
export function regionLabel(map, index = -1) {
  return regionsOf(map)[index]?.dataset.region ?? "";
}

/** @param {SVGSVGElement} map */
function regionsOf(map) {
  return /** @type {SVGPathElement[]} */ ([...map.querySelectorAll("[data-region]")]);
}

/**
 * The numbers of the map become those of the list.
 *
 * @param {string[]} ids Of the centres, in the order of the list.
 * @param {string[]} names
 */
export function numberMarks(ids, names) {
  /** @param {Element} mark */
  const indexOf = (mark) => ids.indexOf(String(mark.getAttribute("data-mark")));
  const marks = [...document.querySelectorAll("[data-mark]")];
  for (const mark of marks.sort((a, b) => indexOf(a) - indexOf(b))) {
    const index = indexOf(mark);
    mark.parentElement?.append(mark);
    mark.toggleAttribute("hidden", index < 0);
    if (index < 0) continue;
    mark.setAttribute("href", `#centre-${index + 1}`);
    const town = mark.querySelector(".town")?.textContent;
    mark.setAttribute("aria-label", `${index + 1} ${names[index]}${town ? `, ${town}` : ""}`);
    const text = mark.querySelector("text");
    if (text) text.textContent = String(index + 1);
  }
  const [map] = document.querySelectorAll(".map:has([data-region][role])");
  if (map) setStop(map);
}
