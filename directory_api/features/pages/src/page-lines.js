// The helplines of the visitor's page, which follow the country of the place: those above the
// search, and the others below the centres.

/** @import { Loaded, Refused, SearchOrigin } from "./types.js" */

import { linesBeside, placeLines } from "./helplines.js";
import { placeItems } from "./markup.js";

const NOWHERE = { lat: NaN, lon: NaN, accuracy: 0 };

export class PageLines {
  /** @type {Element | null | undefined} The line of the page, with what is said about it. */
  #line = undefined;
  #isKept = false;
  #search = /** @type {HTMLElement} */ (document.querySelector(".search"));
  #lists = [...document.querySelectorAll("[data-lines]")];

  /**
   * An answer or a refusal comes. Late, those that the visitor has gone back to stay: those of the
   * place follow the centres.
   *
   * @param {boolean} isLate
   */
  expect(isLate) {
    const covered = document.querySelector(".exit-bar")?.clientHeight ?? 0;
    this.#isKept = isLate && this.#lists[0].getBoundingClientRect().bottom > covered;
  }

  /** @param {Loaded} loaded @param {Refused} refusal Of a place only its country may be known. */
  showRefused(loaded, { reason, countries: [country] }) {
    this.show(loaded, reason === "postcode-far" ? { ...NOWHERE, country } : null);
  }

  /**
   * Put the helplines of the country of the place at the top, as the server does. What is below
   * them stays where it is on the screen.
   *
   * @param {Loaded} loaded
   * @param {SearchOrigin | null} origin
   */
  show({ translator, bundle }, origin) {
    if (this.#isKept) return;
    const lists = this.#lists;
    const [list, others] = lists;
    const lines = placeLines(bundle, origin);
    const items = placeItems(translator, lines, linesBeside(bundle, lines.own));
    /** @param {Element} item */
    const address = (item) => item.querySelector("a")?.getAttribute("href");
    const shown = new Set(lists.flatMap(({ children }) => [...children]).map(address));
    const wanted = new Set(items.map(address));
    if (wanted.size === shown.size && [...wanted].every((each) => shown.has(each))) return;
    const top = this.#search.getBoundingClientRect().top;
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
    window.scrollBy(0, this.#search.getBoundingClientRect().top - top);
  }
}
