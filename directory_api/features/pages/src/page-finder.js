// The search on the visitor's page, whose helplines follow the country of the place.

/**
 * @import { Refusal } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Loaded } from "./finder.js"
 */

import { linesBeside, placeLines } from "./helplines.js";
import { placeItems } from "./markup.js";
import { PlaceFinder } from "./place-finder.js";

const NOWHERE = { lat: NaN, lon: NaN, accuracy: 0 };

export class PageFinder extends PlaceFinder {
  /** @type {Element | null | undefined} The line of the page, with what is said about it. */
  #line = undefined;
  #isListKept = false;

  /**
   * What is true only with or without the search on the device is shown then.
   *
   * @param {Loaded | null} loaded
   * @override
   */
  start(loaded) {
    super.start(loaded);
    const sent = /** @type {HTMLElement | null} */ (this.search.querySelector(".sent"));
    if (sent) sent.hidden = this.isReady;
    /** @type {NodeListOf<HTMLElement>} */
    const parts = this.search.querySelectorAll(".sent ~ .device, .position");
    for (const part of parts) part.hidden = !this.isReady;
  }

  /** @param {SearchOrigin} origin @override */
  answer(origin) {
    this.#keepList();
    super.answer(origin);
  }

  /** @param {Refusal} refusal @override */
  refuse(refusal) {
    this.#keepList();
    super.refuse(refusal);
    // The country of a postcode may be known, and nothing else of it.
    const [country] = refusal.reason === "postcode-far" ? refusal.countries : [];
    this.#showLines(country ? { ...NOWHERE, country } : null);
  }

  /** Late, those that the visitor has gone back to stay: those of a place follow the centres. */
  #keepList() {
    const covered = this.root.querySelector(".exit-bar")?.clientHeight ?? 0;
    const { bottom } = this.#lists[0].getBoundingClientRect();
    this.#isListKept = this.again !== null && bottom > covered;
  }

  /** The helplines of the page: those above the search, and the others below the centres. */
  get #lists() {
    return [...this.root.querySelectorAll("[data-lines]")];
  }

  /** @param {SearchOrigin | null} origin @override */
  show(origin = this.origin) {
    this.#showLines(origin);
    super.show(origin);
  }

  /**
   * Put the helplines of the country of the place at the top, as the server does. What is below
   * them stays where it is on the screen.
   *
   * @param {SearchOrigin | null} origin
   */
  #showLines(origin) {
    if (this.#isListKept) return;
    const { translator, bundle } = this.ready;
    const lists = this.#lists;
    const [list, others] = lists;
    const lines = placeLines(bundle, origin);
    const items = placeItems(translator, lines, linesBeside(bundle, lines.own));
    /** @param {Element} item */
    const address = (item) => item.querySelector("a")?.getAttribute("href");
    const shown = new Set(lists.flatMap(({ children }) => [...children]).map(address));
    const wanted = new Set(items.map(address));
    if (wanted.size === shown.size && [...wanted].every((each) => shown.has(each))) return;
    const top = this.search.getBoundingClientRect().top;
    this.#line ??= list.querySelector(".listen")?.closest("li");
    /** @param {Element} item */
    const isFirst = (item) => item.matches(".emergency, .police, .national_line");
    const rest = items.filter((item) => !isFirst(item));
    others.replaceChildren(...rest);
    others.parentElement?.toggleAttribute("hidden", rest.length === 0);
    list.replaceChildren(...items.filter(isFirst));
    if (this.#line && lines.isHome) {
      list.querySelector(".national_line")?.replaceWith(this.#line);
    }
    window.scrollBy(0, this.search.getBoundingClientRect().top - top);
  }
}
