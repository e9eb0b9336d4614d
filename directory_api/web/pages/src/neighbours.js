// The search on the device with every name of a place, and with the postcodes of neighbouring
// countries. Both are loaded only when what was typed needs them: the request names a country, and
// no place.

/**
 * @import { Bundle, Place, Refusal, Resolution } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Loaded } from "./finder.js"
 */

import { namesOf } from "./answer.js";
import { readBundle } from "./bundle.js";
import { callLinks } from "./card.js";
import { create, createText } from "./dom.js";
import { Finder } from "./finder.js";
import { MAX_TEXT, placesCalled, resolve } from "./gazetteer.js";
import { languageName } from "./i18n.js";
import { home, load } from "./load.js";
import { dialText } from "./markup.js";
import { nearest } from "./nearest.js";
import { tidy } from "./text.js";

const HAS_NAME = /\p{L}{2}/u; // B-1000 has none

export class NeighbourFinder extends Finder {
  /** @type {Bundle | null} The one that has every name. */
  #complete = null;

  /**
   * Search for what was typed, with the postcodes of the bundle or of a neighbouring country. What
   * only one neighbour writes so is searched there.
   *
   * @param {string} text
   * @param {Bundle} bundle
   * @override
   */
  find(text = this.input.value, bundle = this.ready.bundle) {
    this.cancel();
    const { country } = bundle;
    const countries = writtenLike(bundle, text);
    const others = this.#alike(bundle, text);
    const only = countries.length === 1 && others[0];
    const resolution = resolve(bundle, text, this.owner.filters());
    if (resolution.place) {
      const { place } = resolution;
      this.answer({ ...place, country, also: this.#also(bundle, text, place.code), typed: text });
    } else if (resolution.error === "postcode-foreign" && only) {
      this.findIn(only, text);
    } else if (bundle === this.ready.bundle) {
      this.refuse(resolution);
      this.#askForCountry(resolution.error, isName(text) ? this.#neighbours(bundle) : others, text);
    } else {
      // The table has only the postcodes near the border. The buttons of suggestions would search
      // in the bundle.
      const isFar = resolution.error === "postcode-unknown";
      const far = { error: "postcode-foreign", countries: [country], reason: "postcode-far" };
      this.refuse({ ...(isFar ? far : { error: resolution.error, countries }), suggestions: [] });
    }
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
   * @param {string} code Of the place.
   */
  #also(bundle, text, code) {
    if (isName(text)) return this.#neighbours(bundle);
    // A name beside the code may be that of a place in another country.
    return this.#alike(bundle, /^\s*[0-9]/.test(text) ? code : "");
  }

  /** @param {Bundle} bundle @param {string} text The neighbours that write a postcode so. */
  #alike(bundle, text) {
    const countries = writtenLike(bundle, text);
    return this.#neighbours(bundle).filter((country) => countries.includes(country));
  }

  /**
   * Offer the neighbours that may have the place.
   *
   * @param {string} error
   * @param {string[]} countries ISO 3166-1.
   * @param {string} text
   */
  #askForCountry(error, countries, text) {
    if (countries.length === 0) return;
    const { translator } = this.ready;
    if (error === "postcode-foreign") {
      const question = createText(translator, "p", "error.postcode-foreign");
      this.message.firstElementChild?.replaceChildren(question, dialText(translator));
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
    this.message.firstElementChild?.append(...this.#choice(countries, text));
    this.message.scrollIntoView?.({ block: "nearest" });
  }

  /**
   * Search in a country, the bundle's or a neighbouring one.
   *
   * @param {string} country ISO 3166-1.
   */
  async findIn(country, text = this.input.value) {
    const { bundle } = this.ready;
    if (!this.#neighbours(bundle).includes(country)) {
      await this.#findAtHome(text);
      return;
    }
    this.cancel();
    const count = this.searches;
    this.say("loading");
    try {
      const table = await loadTable(bundle, country);
      if (count === this.searches) this.find(text, table);
    } catch {
      if (count !== this.searches) return;
      this.say("load.failed");
      // They can be tried again, with what was typed.
      this.#offer([...new Set([country, ...this.#alike(bundle, text)])], text);
      this.owner.onError("load");
    }
  }

  /**
   * Search in the bundle's country. A name that the bundle does not have may be that of a village,
   * or beside a postcode that of a place across the border. Without a network it stays unknown.
   *
   * @param {string} text
   */
  async #findAtHome(text) {
    const { bundle } = this.ready;
    this.cancel();
    const count = this.searches;
    if (HAS_NAME.test(text) && lacksName(this.resolve(text))) {
      this.say("loading");
      const tables = await this.#loadFor(text).catch(() => []);
      if (count !== this.searches || this.#findAmong(tables, text)) return;
    }
    this.find(text, bundle);
  }

  /**
   * Load the names that the bundle lacks and, for a postcode whose name is still unknown, the
   * postcodes of the neighbours that write it so.
   *
   * @param {string} text
   * @returns {Promise<Bundle[]>} With the postcodes of the neighbours.
   */
  async #loadFor(text) {
    const { bundle } = this.ready;
    if (this.#complete !== bundle) {
      bundle.places = (await loadTable(bundle, bundle.country)).places;
      this.#complete = bundle;
    }
    if (!lacksName(this.resolve(text))) return [];
    const [code = ""] = /[0-9]+/.exec(tidy(text)) ?? [];
    return Promise.all(this.#alike(bundle, code).map((country) => loadTable(bundle, country)));
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
    const sent = /** @type {HTMLElement | null} */ (this.search.querySelector(".sent"));
    if (sent) sent.hidden = this.isReady;
    /** @type {NodeListOf<HTMLElement>} */
    const parts = this.search.querySelectorAll(".sent ~ .device, .position");
    for (const part of parts) part.hidden = !this.isReady;
  }

  /** @param {SearchOrigin | null} origin @override */
  show(origin = this.origin) {
    super.show(origin);
    const { also = [], typed = "", code, country = "" } = origin ?? {};
    const text = isName(typed) ? typed : code || typed;
    const notes = this.results.querySelector(".notes");
    if (origin && notes) notes.append(...this.#speaking(origin));
    if (also.length > 0) (notes ?? this.results).append(...this.#choice([country, ...also], text));
  }

  /**
   * The closest centre that speaks the language of the page, unless it is the closest of all.
   *
   * @param {SearchOrigin} origin
   */
  #speaking(origin) {
    const { translator, bundle } = this.ready;
    const filters = this.owner.filters();
    const speaking = { ...filters, language: filters.language ?? translator.tag };
    const [hit] = nearest(bundle, origin, speaking, 1).hits;
    /** @type {NodeListOf<HTMLElement>} */
    const cards = this.results.querySelectorAll("[data-centre]");
    const ids = [...cards].map(({ dataset }) => dataset.centre);
    if (!hit || hit.centre.id === ids[0]) return [];
    const language = create("bdi", {}, languageName(translator.tag.split("-")[0]));
    const text = create("p", { class: "caveat" }, namesOf(translator, [hit]), language);
    return ids.includes(hit.centre.id) ? [text] : [text, callLinks(translator, hit.centre)];
  }

  /**
   * Buttons to search for a postcode in other countries.
   *
   * @param {string[]} countries ISO 3166-1.
   * @param {string} text
   */
  #choice(countries, text) {
    if (countries.length === 0) return [];
    const { translator } = this.ready;
    const buttons = countries.map((country) => {
      const button = create("button", { type: "button" }, translator.countryName(country));
      button.addEventListener("click", () => this.findIn(country, text));
      return button;
    });
    return [create("div", { class: "row" }, `${translator.say("country.label")}: `, buttons)];
  }
}

/**
 * The bundle with the postcodes of another table.
 *
 * @param {Bundle} bundle
 * @param {string} country ISO 3166-1.
 */
async function loadTable(bundle, country) {
  const { record } = await load([`${home()}v1/bundle/postcodes/${country}.json`]);
  return readBundle({ ...bundle, ...record });
}

/**
 * Whether a table may lack the name that was typed.
 *
 * @param {{place: SearchOrigin} | Refusal} resolution
 */
function lacksName(resolution) {
  if (resolution.place) return Boolean(resolution.place.unknownName);
  return ["postcode-malformed", "postcode-unknown"].includes(resolution.error);
}

/** @param {Resolution} resolution Whether a table has the place and the name that were typed. */
function isNamed({ place }) {
  return place !== undefined && !place.unknownName;
}

/**
 * The other countries (ISO 3166-1) that write their postcodes so.
 *
 * @param {Bundle} bundle
 * @param {string} text
 */
function writtenLike(bundle, text) {
  const typed = text.length <= MAX_TEXT ? tidy(text).toUpperCase() : "";
  return bundle.foreign.filter(([, pattern]) => pattern.test(typed)).map(([country]) => country);
}

/**
 * Whether a text is the name of a place without a code. A device does not know the names across the
 * border before it has loaded them: `Lille` is a place in both countries.
 *
 * @param {string} text
 */
function isName(text) {
  return !/\p{N}/u.test(text) && text.trim().length > 1;
}
