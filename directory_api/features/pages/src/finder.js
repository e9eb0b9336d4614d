// The search on the device, on the elements of the server's page or of the component, which have
// the same markup: what is typed never leaves them.
//
// The elements stay where they are: an answer sorts the centres that are shown, or adds them if
// there are too many to show before a search.

/**
 * @import { Bundle, Centre, Filters, Listed, Refusal } from "./types.js"
 * @import { Answer, SearchOrigin } from "./answer.js"
 * @import { Translator } from "./i18n.js"
 */

import { cardsOf, caveats, circumstances, notes, otherLines, refusalContent } from "./answer.js";
import { centreCard, lineLink, placeCard, placeNotes, updateState } from "./cards.js";
import { copyAddress } from "./copy.js";
import { create, createText, showAtTop } from "./dom.js";
import { linesToAdd, placeLines } from "./helplines.js";
import { answeredNumbers } from "./hours.js";
import { dialText, nightLine } from "./markup.js";
import { everyCentre, LIMIT, nearest } from "./nearest.js";

const POSITION_TIMEOUT_MS = 10000;
const POSITION_MAX_AGE_MS = 60000;
// As on the server's page: this many centres are shown before a search.
const MOST_SHOWN = 5;
// By the codes of PositionError, from 1.
const POSITION_ERRORS = ["denied", "unavailable", "slow"];

/**
 * @typedef {object} Loaded What a search needs.
 * @property {Translator} translator
 * @property {Bundle} bundle
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 *
 * @typedef {object} Owner The page or the component.
 * @property {() => string} directory Its address, with / at its end.
 * @property {() => Filters} filters
 * @property {() => number | undefined} [limit] How many centres an answer has.
 * @property {() => void} clearFilters
 * @property {(answer: Answer) => void} onAnswer Called with what is shown.
 * @property {(kind: string) => void} onError Called with why there is no answer.
 *
 * @typedef {(finder: any) => void} Again Begins a search that waits in another finder.
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
  searches = 0;
  /** @type {Again | null} While it waits. */
  again = null;
  /** @type {Map<string, HTMLElement>} The list items, by centre. */
  items = new Map();
  /** @type {Centre[]} */
  #shown = [];

  /**
   * @param {Document | ShadowRoot} root
   * @param {Owner} owner
   */
  constructor(root, owner) {
    this.root = root;
    this.owner = owner;
    this.search = /** @type {HTMLElement} */ (root.querySelector(".search"));
    this.details = /** @type {HTMLDetailsElement} */ (root.querySelector("#origin"));
    this.input = /** @type {HTMLInputElement} */ (root.querySelector("#postcode"));
    const describedBy = this.input.getAttribute("aria-describedby") ?? "";
    this.describedBy = describedBy.replace(" form-error", "");
    this.message = /** @type {HTMLElement} */ (root.querySelector(".message"));
    this.listing = /** @type {HTMLElement} */ (root.querySelector(".results"));
    this.listing.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("[data-copy]");
      if (button) copyAddress(/** @type {HTMLElement} */ (button));
    });
    root.querySelector("[data-position]")?.addEventListener("click", () => this.locate());
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
    this.search.classList.toggle("enhanced", this.isReady);
  }

  /** A position that arrives later is ignored. */
  abandon() {
    this.searches += 1;
  }

  /** Forget the place and the answer. */
  forget() {
    this.abandon();
    this.origin = null;
    this.#shown = [];
    this.input.value = "";
    this.#place.replaceChildren();
    this.details.classList.remove("known");
    this.details.open = true;
    this.message.replaceChildren();
    this.listing.replaceChildren();
  }

  /** What the folded form says of the place. */
  get #place() {
    return /** @type {HTMLElement} */ (this.details.querySelector("[data-place]"));
  }

  /**
   * Show the closest centres to a place, and go there.
   *
   * @param {SearchOrigin} origin
   * @param {boolean} [isThere] Whether the page is there already.
   */
  answer(origin, isThere = false) {
    this.searches += 1;
    this.show(origin);
    this.listing.querySelector("h2")?.focus({ preventScroll: true });
    if (!isThere) showAtTop(this.details);
  }

  /**
   * Show the closest centres to a place; without one, all centres, or of many
   * those that are shown.
   *
   * @param {SearchOrigin | null} origin
   */
  show(origin = this.origin) {
    if (origin && origin !== this.origin) this.#fold(origin);
    this.origin = origin;
    this.details.classList.toggle("known", !!origin);
    this.message.replaceChildren();
    try {
      this.#list();
    } catch {
      this.listing.replaceChildren();
      this.details.open = true;
      this.say("load.failed");
    }
  }

  /** @param {SearchOrigin} origin */
  #fold(origin) {
    const { translator } = this.ready;
    this.input.value = "";
    this.input.removeAttribute("aria-invalid");
    this.input.setAttribute("aria-describedby", this.describedBy);
    this.details.open = false;
    const name = translator.text(origin.nameByLanguage, origin.name);
    this.#place.textContent = origin.code
      ? translator.say("results.from", { place: `${origin.code} ${name}` })
      : name ?? translator.say("results.near-you");
  }

  #list() {
    const { translator, bundle, isOld } = this.ready;
    const filters = this.owner.filters();
    const origin = this.origin;
    /** @param {Listed} listed Of many centres, those that are shown stay. */
    const isKept = ({ centre }) => this.isShort || this.items.get(centre.id)?.isConnected;
    const language = filters.language ? "" : translator.tag;
    const results = origin ? nearest(bundle, origin, filters, this.#limit, language) : [];
    const cards = origin ? cardsOf(results) : everyCentre(bundle, filters).filter(isKept);
    /** @type {Answer} */
    const answer = {
      cards,
      results,
      origin,
      isOld,
      lines: this.#linesToAdd(origin),
      filters,
      onClear: () => this.#clear(),
    };
    const items = cards.map((result, index) => this.#item(result, index));
    this.#shown = cards.map(({ centre }) => centre);
    const key = origin ? "results.heading" : "results.all";
    this.listing.replaceChildren(
      createText(translator, "h2", key, { id: "results", tabindex: "-1" }),
      ...circumstances(translator, bundle, answer),
      create("ol", { class: "centres" }, items),
      ...otherLines(translator, answer),
      ...caveats(translator, answer),
    );
    const [first] = items;
    if (origin && first) {
      const { likeliest, countries, isHome } = placeLines(bundle, origin);
      const night = nightLine(translator, likeliest, {
        isAbroad: !isHome && !!countries[0],
        isOnly: answeredNumbers(bundle, cards[0].centre, Date.now()).size === 0,
      });
      placeNotes(first, night, notes(translator, bundle, answer));
    }
    this.listing.hidden = false;
    this.updateStates();
    this.owner.onAnswer(answer);
  }

  /** @param {SearchOrigin | null} origin */
  #linesToAdd(origin) {
    if (!origin) return { danger: [], others: [] };
    const links = [...this.root.querySelectorAll(".helplines:not(.beside) a")];
    const shown = links.filter((link) => !this.listing.contains(link));
    /** @param {Element} link */
    const address = (link) => link.getAttribute("href");
    const addresses = new Set(shown.map(address));
    const { translator, bundle } = this.ready;
    return linesToAdd(bundle, origin, (line) => addresses.has(address(lineLink(translator, line))));
  }

  /** Whether all centres are shown, also before a search. */
  get isShort() {
    return this.ready.bundle.centres.length <= MOST_SHOWN;
  }

  get #limit() {
    return this.owner.limit?.() ?? (this.isShort ? MOST_SHOWN : LIMIT);
  }

  /** @param {Listed} listed @param {number} index From 0. */
  #item({ centre, distance_m: distance }, index) {
    const { translator } = this.ready;
    const item =
      this.items.get(centre.id) ??
      create("li", {}, centreCard(translator, centre));
    this.items.set(centre.id, item);
    const card = /** @type {HTMLElement} */ (item.querySelector("article"));
    placeCard(translator, card, {
      number: index + 1,
      // The postcodes of a town have different distances.
      distance: this.origin?.places ? null : distance,
    });
    return item;
  }

  /** Update which centres are open. */
  updateStates() {
    if (!this.isReady) return;
    const { translator, bundle } = this.ready;
    const now = Date.now();
    for (const centre of this.#shown) {
      const item = this.items.get(centre.id);
      if (item) updateState(translator, bundle, centre, item, now);
    }
  }

  #clear() {
    this.owner.clearFilters();
    this.show();
    this.listing.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** @param {Refusal} refusal */
  refuse(refusal) {
    const { translator, bundle } = this.ready;
    // What was refused has no answer: the place before, its distances and its order go. An answer
    // of the server has no origin here.
    if (this.details.classList.contains("known")) this.show(null);
    const nodes = refusalContent(translator, bundle, refusal);
    // Else there is such a place, or nothing was typed.
    const isWrong = /malformed|unknown/.test(refusal.error);
    const look = isWrong ? "note error" : "note";
    this.message.replaceChildren(create("div", { class: look, id: "form-error" }, nodes));
    this.details.open = true;
    this.input.setAttribute("aria-invalid", String(isWrong));
    this.input.setAttribute("aria-describedby", `${this.describedBy} form-error`);
    // WebKit would scroll to the focus later, when the place of the page is settled (waiting.js).
    this.input.focus({ preventScroll: true });
    // A phone shows little beside its keyboard.
    for (const part of [this.input, this.message]) part.scrollIntoView({ block: "nearest" });
    this.owner.onError(refusal.error);
  }

  locate() {
    if (!this.isReady) return;
    const count = (this.searches += 1);
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#refusePosition("unsupported");
      return;
    }
    this.wait("position.waiting", (finder) => finder.locate());
    /** @param {string} reason */
    const fail = (reason) => {
      if (count !== this.searches) return;
      this.abandon();
      this.#refusePosition(reason);
    };
    // The browser counts from when the visitor has allowed it, which may never be.
    setTimeout(() => fail("slow"), POSITION_TIMEOUT_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (count !== this.searches) return;
        this.answer({
          lat: coords.latitude,
          lon: coords.longitude,
          accuracy: Math.ceil(coords.accuracy),
        });
      },
      ({ code }) => fail(POSITION_ERRORS[code - 1]),
      { maximumAge: POSITION_MAX_AGE_MS, timeout: POSITION_TIMEOUT_MS },
    );
  }

  /** @param {string} reason */
  #refusePosition(reason) {
    this.say(`position.${reason}`);
    this.owner.onError(`position-${reason}`);
  }

  /** @param {string} key @param {Again} again */
  wait(key, again) {
    this.again = again;
    this.say(key);
  }

  /** @param {string} key */
  say(key) {
    const { translator, bundle } = this.ready;
    const text = createText(translator, "p", key);
    const call = key === "load.failed" ? dialText(translator, bundle.helplines) : null;
    this.message.replaceChildren(create("div", { class: "note" }, text, call));
  }
}
