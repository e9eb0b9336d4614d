// The search on the device: what is asked is answered from the loaded tables (search.js), and the
// elements of the page or of the component show it (render.js). What is typed never leaves them.
//
// Names and the neighbours' postcodes are loaded only when they are needed: a request names a
// country, and no place.

/**
 * @import { Answer, Bundle, Filters, Loaded, Question, Refused, SearchOrigin } from "./types.js"
 * @import { PageLines } from "./page-lines.js"
 */

import { readBundle, withNames } from "./bundle.js";
import { offerPlaces } from "./combobox.js";
import { copyAddress } from "./copy.js";
import { showAtTop } from "./dom.js";
import { load } from "./load.js";
import { renderAnswer, renderMessage, renderPlace, renderRefusal } from "./render.js";
import { renderStates, viewOf } from "./render.js";
import { answerAt, find, missingTables, offersFor } from "./search.js";
import { Waiting } from "./waiting.js";

const POSITION_TIMEOUT_MS = 10000;
const POSITION_MAX_AGE_MS = 60000;
// By the codes of PositionError, from 1.
const POSITION_ERRORS = ["denied", "unavailable", "slow"];

/**
 * @typedef {object} Owner The page or the component.
 * @property {() => string} directory Its address, with / at its end.
 * @property {() => Filters} filters
 * @property {() => number | undefined} [limit] How many centres an answer has.
 * @property {PageLines} [lines]
 * @property {() => void} clearFilters
 * @property {(answer: Answer) => void} onAnswer Called with what is shown.
 * @property {(kind: string) => void} onError Called with why there is no answer.
 */

export class Finder {
  /**
   * Null until it is ready; only searches read it, which begin then.
   *
   * @type {Loaded}
   */
  ready = /** @type {any} */ (null);
  /** @type {SearchOrigin | null} It stays on the device. */
  origin = null;
  #searches = 0;
  /** @type {Map<string, Bundle>} By country, with every name; the neighbours' with postcodes. */
  #tables = new Map();
  /** @type {Answer["cards"]} */
  #cards = [];

  /**
   * @param {Document | ShadowRoot} root
   * @param {Owner} owner
   */
  constructor(root, owner) {
    this.owner = owner;
    this.view = viewOf(root);
    this.waiting = new Waiting(this.view);
    const { input, details, message, listing } = this.view;
    input.addEventListener("focus", () => {
      if (this.isReady) this.#load(this.ready.bundle.country).catch(() => {});
    });
    offerPlaces(
      input,
      (text) => (this.isReady ? offersFor(this.#known, this.ready.translator, text) : []),
      (origin) => this.answer(origin),
    );
    root.querySelector("[data-position]")?.addEventListener("click", () => this.ask(null));
    details.querySelector("summary")?.addEventListener("click", (event) => {
      if (!this.waiting.state) return;
      event.preventDefault();
      this.abandon(); // what comes later is no answer to a text that is being changed
      this.waiting.end();
      message.replaceChildren();
      input.focus({ preventScroll: true });
    });
    for (const part of [message, listing]) {
      part.addEventListener("click", ({ target }) => {
        const pressed = /** @type {Element} */ (target).closest("[data-copy], [data-country]");
        // The component keeps its listing when its form, with a finder of its own, is a new one.
        if (!pressed || !input.isConnected) return;
        const button = /** @type {HTMLButtonElement} */ (pressed);
        const { country, text = button.value } = button.dataset;
        if (country) this.ask({ country, text });
        else copyAddress(button);
      });
    }
  }

  /** Whether it can search; until then the page's own form does. */
  get isReady() {
    return this.ready !== null;
  }

  /**
   * From now on it can search; with null it cannot.
   *
   * @param {Loaded | null} loaded
   */
  start(loaded) {
    this.abandon();
    this.ready = /** @type {Loaded} */ (loaded);
    this.#tables.clear();
    this.view.search.classList.toggle("enhanced", this.isReady);
  }

  /** What arrives later is ignored. */
  abandon() {
    this.#searches += 1;
  }

  /** Forget the place and the answer. */
  forget() {
    this.abandon();
    this.waiting.forget();
    this.origin = null;
    this.#cards = [];
    const { input, place, details, message, listing } = this.view;
    input.value = "";
    for (const part of [place, message, listing]) part.replaceChildren();
    details.classList.remove("known");
    details.open = true;
  }

  /** @param {Question | null} question Null for the position of the device. */
  ask(question) {
    if (!this.isReady) return;
    if (question) this.#find(question);
    else this.#locate();
  }

  /**
   * Show the closest centres to a place, and go there.
   *
   * @param {SearchOrigin} origin
   */
  answer(origin) {
    this.owner.lines?.expect(this.waiting.state !== null);
    // If it waited, the page has been scrolled to where the answer is now, unless the visitor has
    // moved on.
    const isThere = this.waiting.end();
    this.abandon();
    this.show(origin);
    this.#focusAnswer();
    if (!isThere) showAtTop(this.view.details);
    this.waiting.dialOnce();
  }

  /**
   * Show the closest centres to a place; without one, all centres, or of many
   * those that are shown.
   *
   * @param {SearchOrigin | null} origin
   */
  show(origin = this.origin) {
    const { view, ready, owner } = this;
    const { details, message, listing, items } = view;
    owner.lines?.show(ready, origin);
    if (origin && origin !== this.origin) renderPlace(view, ready.translator, origin);
    this.origin = origin;
    details.classList.toggle("known", !!origin);
    message.replaceChildren();
    /** @param {string} id */
    const isShown = (id) => !!items.get(id)?.isConnected;
    try {
      const answer = answerAt(ready, origin, owner.filters(), isShown, owner.limit?.());
      renderAnswer(view, ready, answer, () => this.#clear());
      this.#cards = answer.cards;
      this.updateStates();
      owner.onAnswer(answer);
    } catch {
      listing.replaceChildren();
      details.open = true;
      this.say("load.failed");
    }
  }

  /** Update which centres are open. */
  updateStates() {
    if (this.isReady) renderStates(this.view, this.ready, this.#cards);
  }

  /** @param {string} key */
  say(key) {
    this.waiting.end();
    renderMessage(this.view, this.ready, key);
    this.waiting.dialOnce();
  }

  /** @param {Refused} refusal */
  #refuse(refusal) {
    const { lines } = this.owner;
    lines?.expect(this.waiting.state !== null);
    this.waiting.end();
    // What was refused has no answer: the place before, its distances and its order go. An answer
    // of the server has no origin here.
    if (this.view.details.classList.contains("known")) this.show(null);
    renderRefusal(this.view, this.ready, refusal);
    lines?.showRefused(this.ready, refusal);
    this.owner.onError(refusal.error);
    this.waiting.dialOnce();
  }

  #clear() {
    this.owner.clearFilters();
    this.show();
    this.#focusAnswer();
  }

  #focusAnswer() {
    this.view.listing.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** What a text is read with. */
  get #known() {
    return { bundle: this.ready.bundle, tables: this.#tables, filters: this.owner.filters() };
  }

  /**
   * Search in a country, the bundle's or a neighbouring one. Without a network, a name that only a
   * file has stays unknown, and a refusal says why.
   *
   * @param {Question} asked
   */
  async #find({ country, text }) {
    const count = (this.#searches += 1);
    const { bundle } = this.ready;
    const isNeighbour = bundle.neighbours.includes(country);
    const question = { country: isNeighbour ? country : bundle.country, text };
    let isFailed = false;
    let missing = missingTables(this.#known, question);
    // A second wait would scroll back to where the visitor has moved on from.
    if (missing[0]) this.waiting.begin(this.ready, "loading", question);
    while (missing[0] && !isFailed) {
      await Promise.all(missing.map((each) => this.#load(each))).catch(() => {
        isFailed = true;
      });
      if (count !== this.#searches) return;
      missing = missingTables(this.#known, question);
    }
    const outcome = find({ ...this.#known, isFailed }, question);
    if ("error" in outcome) this.#refuse(outcome);
    else this.answer(outcome);
  }

  /** @param {string} country */
  async #load(country) {
    const { bundle } = this.ready;
    const address = `${this.owner.directory()}v1/bundle/names/${country}.json`;
    const { record } = await load([address]);
    const isHome = country === bundle.country;
    const table = isHome ? bundle : readBundle({ ...bundle, helplines: [], ...record });
    if (bundle === this.ready?.bundle) this.#tables.set(country, withNames(table, record));
  }

  #locate() {
    const count = (this.#searches += 1);
    /** @param {string} reason */
    const fail = (reason) => {
      if (count !== this.#searches) return;
      this.abandon();
      this.say(`position.${reason}`);
      this.owner.onError(`position-${reason}`);
    };
    if (!navigator.geolocation || !window.isSecureContext) {
      fail("unsupported");
      return;
    }
    this.waiting.begin(this.ready, "position.waiting", null);
    // The browser counts from when the visitor has allowed it, which may never be.
    setTimeout(() => fail("slow"), POSITION_TIMEOUT_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude: lat, longitude: lon, accuracy } }) => {
        if (count === this.#searches) this.answer({ lat, lon, accuracy: Math.ceil(accuracy) });
      },
      ({ code }) => fail(POSITION_ERRORS[code - 1]),
      { maximumAge: POSITION_MAX_AGE_MS, timeout: POSITION_TIMEOUT_MS },
    );
  }
}
