// The search on the device with every name of a place, and with the postcodes of neighbouring
// countries (tables.js). Both are loaded only when what was typed needs them: the request names a
// country, and no place.

/**
 * @import { Bundle, Place, Refusal, Resolution } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Loaded } from "./finder.js"
 */

import { create, createText } from "./dom.js";
import { placesCalled, resolve } from "./gazetteer.js";
import { linesBeside, placeLines } from "./helplines.js";
import { dialText, placeItems } from "./markup.js";
import { NeighbourTables } from "./tables.js";
import { fold } from "./text.js";
import { codeBeforeName, codeIn, hasName, isName, resolveTyped, writtenLike } from "./typed.js";
import { WaitingFinder } from "./waiting.js";

export class NeighbourFinder extends WaitingFinder {
  /** @type {NeighbourTables | null} */
  #loadedTables = null;
  /** @type {Element | null | undefined} The line of the page, with what is said about it. */
  #line = undefined;
  #isListKept = false;
  /** @type {Bundle | null} In which the suggestions are searched. */
  #suggesting = null;

  /**
   * Search for what was typed, with the postcodes of the bundle or of a neighbouring country. What
   * only one neighbour writes so is searched there.
   *
   * @param {string} text
   * @param {Bundle} bundle
   * @override
   */
  find(text = this.input.value, bundle = this.#suggesting ?? this.ready.bundle) {
    this.abandon();
    this.#suggesting = bundle;
    const { country } = bundle;
    const countries = writtenLike(bundle, text);
    const only = countries.length === 1 && this.#alike(bundle, text)[0];
    const resolution = resolveTyped(bundle, text, this.owner.filters());
    if (resolution.place) {
      const { place } = resolution;
      this.answer({ ...place, country, also: this.#also(bundle, text, place), typed: text });
    } else if (resolution.error === "postcode-foreign" && only) {
      this.findIn(only, text);
    } else if (bundle === this.ready.bundle) {
      this.refuse(resolution);
      this.#askForCountry(resolution, text);
    } else {
      // The table has only the postcodes near the border.
      const isFar = resolution.error === "postcode-unknown";
      const far = { error: "postcode-foreign", countries: [country], reason: "postcode-far" };
      this.refuse(isFar ? { ...far, suggestions: [] } : { ...resolution, countries }, bundle);
      this.input.value = text;
    }
  }

  /** @param {string} text @override */
  resolve(text) {
    const { bundle } = this.ready;
    const resolution = resolveTyped(bundle, text, this.owner.filters());
    if (!resolution.place) return resolution;
    return { place: { ...resolution.place, country: bundle.country } };
  }

  /** @param {Refusal} refusal @param {Bundle} bundle Whose places it suggests. @override */
  refuse(refusal, bundle = this.ready.bundle) {
    this.#suggesting = bundle;
    super.refuse(refusal);
  }

  /** Those of the bundle. */
  get #tables() {
    const { bundle } = this.ready;
    if (this.#loadedTables?.bundle !== bundle) this.#loadedTables = new NeighbourTables(bundle);
    return this.#loadedTables;
  }

  /** @param {Bundle} bundle Whose postcodes are searched; beside a neighbour's is no choice. */
  #neighbours(bundle) {
    return bundle === this.ready.bundle ? bundle.neighbours ?? [] : [];
  }

  /**
   * The neighbours that may have a place, too.
   *
   * @param {Bundle} bundle
   * @param {string} text What was typed.
   * @param {Place} place What it means in the bundle.
   */
  #also(bundle, text, { code, unknownName }) {
    if (isName(text)) return bundle === this.ready.bundle ? this.#tables.having(text, false) : [];
    // A name beside the code may be that of a place in another country, unless it is its own.
    const isOwn = hasName(text) && !unknownName;
    return this.#alike(bundle, !isOwn && /^\s*[0-9]/.test(text) ? code : "");
  }

  /** @param {Bundle} bundle @param {string} text The neighbours that write a postcode so. */
  #alike(bundle, text) {
    const countries = writtenLike(bundle, text);
    return this.#neighbours(bundle).filter((country) => countries.includes(country));
  }

  /**
   * Offer the neighbours that may have the place. Those with exactly the name that was typed come
   * before the suggestions, which are less likely, unless a place of the bundle has it, too.
   *
   * @param {Refusal} refusal
   * @param {string} text
   */
  #askForCountry({ error, suggestions }, text) {
    const { translator, bundle } = this.ready;
    if (isName(text)) {
      const tables = this.#tables;
      const isOwn = suggestions.length === 0 || placesCalled(bundle, fold(text)).length > 0;
      const first = isOwn ? [] : tables.having(text, true);
      this.message.querySelector("#suggestions")?.before(...this.#choice(first, text));
      const likely = tables.areLoaded ? tables.having(text, false) : tables.countries;
      this.#offer(likely.filter((country) => !first.includes(country)), text);
      return;
    }
    // Of a town here with a postcode of another one, both are suggested: `2000 Gent`.
    const code = codeIn(text);
    const isOwn = error === "postcode-malformed" && bundle.written.test(code);
    const countries = isOwn ? [] : this.#alike(bundle, code);
    if (error === "postcode-foreign" && countries.length > 0) {
      const question = createText(translator, "p", "error.postcode-foreign");
      const danger = [...this.message.querySelectorAll(".danger")];
      this.message.firstElementChild?.replaceChildren(question, dialText(translator), ...danger);
    }
    this.#offer(countries, text);
  }

  /**
   * Offer countries below what is wrong.
   *
   * @param {string[]} countries ISO 3166-1.
   * @param {string} text
   */
  #offer(countries, text) {
    if (countries.length === 0) return;
    this.message.firstElementChild?.append(...this.#choice(countries, text));
    this.message.scrollIntoView({ block: "nearest" });
  }

  /**
   * Search in a country, the bundle's or a neighbouring one.
   *
   * @param {string} country ISO 3166-1.
   */
  async findIn(country, typed = this.input.value) {
    const { bundle } = this.ready;
    const text = codeBeforeName(bundle, typed);
    if (!this.#neighbours(bundle).includes(country)) {
      await this.#findAtHome(text);
      return;
    }
    this.abandon();
    const count = this.searches;
    this.wait("loading", (finder) => finder.findIn(country, typed));
    try {
      const table = await this.#tables.load(country);
      if (count === this.searches) this.find(text, table);
    } catch {
      if (count !== this.searches) return;
      this.say("load.failed");
      // It is the list of that country.
      const { translator } = this.ready;
      const failed = createText(translator, "span", "load.failed");
      const words = create("p", {}, `${translator.countryName(country)} – `, failed);
      this.message.querySelector("p")?.replaceWith(words);
      // They can be tried again, with what was typed.
      this.#offer([...new Set([country, ...this.#alike(bundle, text)])], text);
      this.owner.onError("load");
    }
  }

  /**
   * Search in the bundle's country. A name that the bundle does not have may be that of a village,
   * or beside a postcode that of a place across the border. Without a network it stays unknown, and
   * a refusal says why.
   *
   * @param {string} text
   */
  async #findAtHome(text) {
    const { bundle } = this.ready;
    this.abandon();
    const count = this.searches;
    if (hasName(text) && lacksName(this.resolve(text))) {
      this.wait("loading", (finder) => finder.findIn(bundle.country, text));
      const tables = await this.#loadFor(text).catch(() => null);
      if (count !== this.searches || this.#findAmong(tables ?? [], text)) return;
      if (!tables) {
        this.find(text, bundle);
        this.#sayNotLoaded(this.resolve(text));
        return;
      }
    }
    this.find(text, bundle);
    if (this.origin?.typed === text && isName(text)) this.#addNeighbours(this.origin, text);
  }

  /**
   * Say that the names did not come, instead of that there is no such place.
   *
   * @param {{place: SearchOrigin} | Refusal} resolution
   */
  #sayNotLoaded(resolution) {
    const note = this.message.firstElementChild;
    if (resolution.place || !note) return;
    const { error, suggestions } = resolution;
    const failed = createText(this.ready.translator, "p", "load.failed");
    // Suggestions for what is no postcode come without a sentence.
    const isSaid = error !== "postcode-malformed" || suggestions.length === 0;
    if (isSaid) note.firstElementChild?.remove();
    note.prepend(failed);
    note.classList.remove("error"); // it may be there
    this.input.setAttribute("aria-invalid", "false");
  }

  /**
   * Offer the neighbours that have the name of a place that is shown, too, once their tables are
   * there. Without a network they could not be searched.
   *
   * @param {SearchOrigin} origin
   * @param {string} text
   */
  async #addNeighbours(origin, text) {
    const tables = this.#tables;
    if (tables.areLoaded) return;
    await tables.loadAll().catch(() => {});
    if (!tables.areLoaded || this.origin !== origin) return;
    origin.also = tables.having(text, false);
    this.#showNeighbours();
  }

  /**
   * Load the names that the bundle lacks and, for a name that is still unknown, the postcodes of
   * the neighbours: `1000 Roubaix`.
   *
   * @param {string} text
   * @returns {Promise<Bundle[]>} With the postcodes of the neighbours.
   */
  async #loadFor(text) {
    await this.#tables.loadNames();
    if (!lacksName(this.resolve(text))) return [];
    const tables = await this.#tables.loadAll();
    // A name alone is asked about, also if only one neighbour has it.
    return isName(text) ? [] : tables;
  }

  /**
   * Search in the only neighbour that has the postcode with this name, or offer those that have
   * the name beside the bundle's postcode. Whether there are any.
   *
   * @param {Bundle[]} tables
   * @param {string} text
   */
  #findAmong(tables, text) {
    const { place } = this.resolve(text);
    const [table, ...others] = tables.filter((each) => isNamed(resolve(each, text)));
    if (table && others.length === 0) {
      this.find(text, table);
      return true;
    }
    const name = place?.unknownName ?? "";
    const named = tables.filter((each) => name && placesCalled(each, name).length > 0);
    if (!place || named.length === 0) return false;
    const suggestions = [/** @type {Place} */ (place)];
    this.refuse({ error: "postcode-malformed", suggestions, countries: [] });
    this.#offer(named.map(({ country }) => country), name);
    return true;
  }

  /**
   * What is true only with or without the search on the device is shown then.
   *
   * @param {Loaded | null} loaded
   * @override
   */
  start(loaded) {
    super.start(loaded);
    this.#suggesting = null;
    const sent = /** @type {HTMLElement | null} */ (this.search.querySelector(".sent"));
    if (sent) sent.hidden = this.isReady;
    /** @type {NodeListOf<HTMLElement>} */
    const parts = this.search.querySelectorAll(".sent ~ .device, .position");
    for (const part of parts) part.hidden = !this.isReady;
  }

  /** @param {SearchOrigin} origin @override */
  answer(origin) {
    // Late, those that the visitor has gone back to stay: those of the place follow the centres.
    const covered = this.root.querySelector(".exit-bar")?.clientHeight ?? 0;
    const bottoms = this.#lists.map((list) => list.getBoundingClientRect().bottom);
    this.#isListKept = this.again !== null && Math.max(...bottoms) > covered;
    super.answer(origin);
  }

  /** The helplines of the page: first those above its choices. A frame has one list. */
  get #lists() {
    return [...this.root.querySelectorAll("[data-lines]")];
  }

  /** @param {SearchOrigin | null} origin @override */
  show(origin = this.origin) {
    this.#showLines(origin);
    super.show(origin);
    this.#showNeighbours();
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
    this.#line ??= list.querySelector(".share")?.closest("li");
    /** @param {Element} item */
    const isFirst = (item) => item.matches(".emergency, .police, .national_line");
    const rest = items.filter((item) => !isFirst(item));
    if (others) {
      others.replaceChildren(...rest);
      others.parentElement?.toggleAttribute("hidden", rest.length === 0);
    }
    list.replaceChildren(...(others ? items.filter(isFirst) : items));
    if (this.#line && lines.isHome) {
      list.querySelector(".national_line")?.replaceWith(this.#line);
    }
    window.scrollBy(0, this.search.getBoundingClientRect().top - top);
  }

  /**
   * The other countries in which the place that is shown may be, at the end of the answer, so that
   * no number moves under a finger.
   */
  #showNeighbours() {
    const { also = [], typed = "", code, country = "", name, nameByLanguage } = this.origin ?? {};
    if (also.length === 0) return;
    const { translator } = this.ready;
    const shown = translator.text(nameByLanguage, name);
    const place = code ? `${code} ${shown}` : shown;
    const here = { country: translator.countryName(country) };
    const question = createText(translator, "summary", "country.other", {}, here);
    const choice = this.#choice(also, isName(typed) ? typed : code || typed, place);
    this.results.append(create("details", { class: "elsewhere screen-only" }, question, choice));
  }

  /**
   * Buttons to search for a text in other countries.
   *
   * @param {string[]} countries ISO 3166-1.
   * @param {string} text
   * @param {string} [place] In whose answer they are: the country is not that of a centre.
   */
  #choice(countries, text, place) {
    if (countries.length === 0) return [];
    const { translator } = this.ready;
    const buttons = countries.map((country) => {
      const button = create("button", { type: "button" }, translator.countryName(country));
      button.addEventListener("click", () => this.findIn(country, text));
      return button;
    });
    const label = translator.say("country.label");
    const ofPlace = place ? [create("bdi", {}, place), " – "] : [];
    const name = place ? `${place} – ${label}` : label;
    const group = { class: "row choice screen-only", role: "group", "aria-label": name };
    const words = create("span", {}, ofPlace, `${label}:`);
    return [create("div", group, words, buttons)];
  }
}

/**
 * Whether a table may lack the name that was typed.
 *
 * @param {{place: SearchOrigin} | Refusal} resolution
 */
function lacksName(resolution) {
  if (resolution.place) return Boolean(resolution.place.unknownName);
  return ["place-ambiguous", "postcode-malformed", "postcode-unknown"].includes(resolution.error);
}

/** @param {Resolution} resolution Whether a table has the place and the name that were typed. */
function isNamed({ place }) {
  return place !== undefined && !place.unknownName;
}
