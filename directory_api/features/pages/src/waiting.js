// All waiting of the page and the component: what can be tapped while something is on its way stays
// where it is when it comes, at any moment. A search that waits for files or for the position has a
// place and a number to call (Waiting); before everything is replaced, nothing can be tapped
// (hold).

/**
 * @import { Loaded, Question } from "./types.js"
 * @import { View } from "./render.js"
 */

import { createText, showAtTop } from "./dom.js";
import { dialText } from "./markup.js";

const SLOW_MS = 6000;
export const FINGER_MS = 300; // a finger that is on its way needs less

/**
 * Let nothing in some parts of the page be tapped until what will replace them is there. If it is
 * slow, they can be tapped again, but not right before it comes.
 *
 * @template Result
 * @param {Promise<Result>} coming
 * @param {HTMLElement[]} parts
 * @param {(() => void) | null} [show] Null if they can be replaced; else called if it is slow, when
 *   nothing is shown yet that would be.
 */
export async function hold(coming, parts, show = null) {
  /** @param {boolean} isHeld */
  const keep = (isHeld) => {
    for (const part of parts) part.inert = isHeld;
  };
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    keep(false);
    show?.();
  }, SLOW_MS);
  keep(!show);
  await coming.catch(() => {});
  clearTimeout(timer);
  if (isSlow) {
    keep(true);
    await new Promise((done) => setTimeout(done, FINGER_MS));
  }
  keep(false);
  return coming;
}

export class Waiting {
  /**
   * While it waits: what the form said before, and the question, null for the position.
   *
   * @type {{isKnown: boolean, place: string | null, question: Question | null} | null}
   */
  state = null;
  /** @type {HTMLElement | null} The number to call, from the first wait on. */
  #dial = null;

  /** @param {View} view */
  constructor(view) {
    this.view = view;
  }

  /** The number goes, too. */
  forget() {
    this.end();
    this.#dial?.remove();
  }

  /**
   * Fold the form, and go to where the answer will be, with a number to call above it. Until then
   * what is below cannot be tapped.
   *
   * @param {Loaded} loaded
   * @param {string} key
   * @param {Question | null} question
   */
  begin({ translator, bundle }, key, question) {
    const { details, message, place, search } = this.view;
    const isKnown = details.classList.contains("known");
    this.state = { isKnown, place: place.textContent, ...this.state, question };
    this.#dial ??= dialText(translator, bundle.helplines);
    this.#dial.classList.add("dial");
    details.before(this.#dial, message);
    message.replaceChildren(createText(translator, "p", key, { class: "visually-hidden" }));
    place.replaceChildren(createText(translator, "span", key));
    details.classList.add("known");
    details.open = false;
    search.classList.add("waiting");
    // The field is out of sight now; on a button a second Enter would do something else.
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    // Where it is without being sticky: a sticky element that is in sight is not scrolled to.
    this.#dial.style.position = "static";
    showAtTop(this.#dial);
    this.#dial.style.position = "";
  }

  /**
   * Show the form as it was before; if it was not waiting, the number of an earlier wait goes.
   *
   * @returns {boolean} Whether it was waiting.
   */
  end() {
    const { details, message, place, search } = this.view;
    if (!this.state) {
      this.#dial?.remove();
      return false;
    }
    // The page has been scrolled already; what shows a message also scrolls to it, and helplines of
    // another country may be higher.
    const top = this.#top;
    queueMicrotask(() => window.scrollBy(0, this.#top - top));
    details.classList.toggle("known", this.state.isKnown);
    details.open = true;
    place.textContent = this.state.place;
    // Back to below the field; what moves loses the focus.
    /** @type {HTMLElement} */ (details.querySelector(".field")).after(message);
    message.focus({ preventScroll: true });
    search.classList.remove("waiting");
    this.state = null;
    return true;
  }

  /** Where the search is on the screen. */
  get #top() {
    return this.view.search.getBoundingClientRect().top;
  }

  /** The number is not repeated in what is below it. */
  dialOnce() {
    if (!this.#dial?.isConnected) return;
    const address = this.#dial.querySelector("a")?.href;
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = this.view.root.querySelectorAll(".message a, .results a");
    for (const link of links) {
      if (link.href !== address) continue;
      if (link.closest(".danger")) link.remove();
      else if (link.closest(".note p")) link.replaceWith(...link.childNodes);
    }
    for (const text of this.view.root.querySelectorAll(".message p, .results > p")) {
      if (text.textContent === this.#dial.textContent) text.remove();
    }
  }
}
