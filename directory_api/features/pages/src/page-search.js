// The search form of the visitor's page: loads what the search on the device needs, and hands to
// it what the form chooses. The page is complete without it.

/** @import { Filters, Loaded, SearchOrigin } from "./types.js" */

import { knownFilters } from "./answer.js";
import { readBundle, withCards } from "./bundle.js";
import { Finder } from "./finder.js";
import { Translator } from "./i18n.js";
import { home, load, ofOneRevision, withPostcodes, wordsOf } from "./load.js";
import { enableRegions, listenToMap, numberMarks, regionLabel } from "./map.js";
import { PageLines } from "./page-lines.js";
import { read } from "./places.js";
import { isShort } from "./search.js";
import { offerSharing } from "./share.js";

export class PageSearch {
  #isPending = false;

  /**
   * @param {HTMLFormElement} form
   * @param {(ids: string[]) => void} onAnswer Called with the centres shown.
   */
  constructor(form, onAnswer) {
    this.form = form;
    this.finder = new Finder(document, {
      directory: home,
      lines: new PageLines(),
      filters: () => this.#filters,
      clearFilters: () => this.#clearFilters(),
      onAnswer: ({ cards }) => {
        const ids = cards.map(({ centre }) => centre.id);
        const headings = ids.map((id) => this.finder.view.items.get(id)?.querySelector("h3 bdi"));
        const names = headings.map((heading) => heading?.textContent ?? "");
        numberMarks(ids, names);
        // Before the answer they would push its number out of sight.
        const ways = document.querySelector(".ways");
        if (ways && this.finder.origin) this.finder.view.listing.after(ways);
        offerSharing(this.finder.ready);
        onAnswer(ids);
      },
      onError: () => {},
    });
    const { listing, items } = this.finder.view;
    for (const card of listing.querySelectorAll("[data-centre]")) {
      const { centre } = /** @type {HTMLElement} */ (card).dataset;
      items.set(String(centre), /** @type {HTMLElement} */ (card.closest("li")));
    }
    const copies = /** @type {NodeListOf<HTMLButtonElement>} */ (
      listing.querySelectorAll("[data-copy]")
    );
    for (const button of copies) button.disabled = false;
    this.map = /** @type {SVGSVGElement | null} */ (document.querySelector(".map"));
    if (this.map) {
      listenToMap(this.map, (place, region) => {
        if (this.isReady) this.answer({ ...place, region });
      });
    }
    // A static site has no server to ask.
    this.isAlone = form.hasAttribute("data-alone");
    // No host of files answers a form, so until this script runs it cannot be sent.
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    // A static site ignores the query string, so it is read here.
    if (this.isAlone) this.choices = Object.fromEntries(new URLSearchParams(location.search));
    form.querySelector("[data-retry]")?.addEventListener("click", () => this.load());
    form.addEventListener("change", (event) => this.#onChoice(event));
  }

  /** Whether it can search; until then the page's own form does. */
  get isReady() {
    return this.finder.isReady;
  }

  /**
   * What the search of the page in another language has to do to show the answer of this one, or to
   * wait for it.
   *
   * @returns {((search: PageSearch) => void) | null}
   */
  get goOn() {
    const { choices, finder: { origin, waiting: { state } } } = this;
    if (this.#isPending) return (search) => search.find();
    if (!state && !origin) return null;
    return (search) => {
      if (!search.isReady) return;
      search.choices = choices;
      if (state) search.finder.ask(state.question);
      else if (origin) search.answer(origin);
    };
  }

  /** The country whose postcodes are typed. */
  get #country() {
    const select = /** @type {HTMLSelectElement | null} */ (this.form.querySelector("#country"));
    return select ? select.value : String(this.form.dataset.search);
  }

  /** The form's choices; those of few centres are only in the address. */
  get #fields() {
    /** @type {NodeListOf<HTMLSelectElement | HTMLInputElement>} */
    const fields = this.form.querySelectorAll("select, [data-filter]");
    return [...fields];
  }

  /** The values of the form's choices, by name. */
  get choices() {
    return Object.fromEntries(this.#fields.map(({ name, value }) => [name, value]));
  }

  set choices(choices) {
    for (const field of this.#fields) field.value = choices[field.name] ?? field.value;
  }

  /** @returns {Filters} */
  get #filters() {
    return knownFilters(this.finder.ready.translator, this.choices);
  }

  #clearFilters() {
    for (const field of this.#fields) if (field.name !== "country") field.value = "";
  }

  /**
   * Load the words, the bundle and its postcodes. If one of them does not come, the page's own form
   * searches.
   */
  async load() {
    const country = this.#country;
    const { finder } = this;
    this.#start(null);
    finder.view.search.classList.remove("broken");
    try {
      let isOld = false;
      const [words, whole] = await ofOneRevision(async (cache) => {
        const [said, found] = await Promise.all([
          load([wordsOf(document.documentElement.lang)], undefined, cache),
          loadBundle(country, cache),
        ]);
        isOld = found.isOld;
        return [said.record, found.bundle];
      });
      if (country !== this.#country || !whole || !words) return;
      const bundle = withCards(whole, words);
      const translator = new Translator(words);
      this.#start({ translator, bundle, isOld });
      offerSharing(finder.ready);
      this.#adopt(bundle.country);
      if (this.map) enableRegions(this.map);
    } catch {
      finder.view.search.classList.add("broken");
      return;
    }
    if (this.#isPending) this.find();
  }

  /**
   * What is true only with or without the search on the device is shown then.
   *
   * @param {Loaded | null} loaded
   */
  #start(loaded) {
    const { search } = this.finder.view;
    this.finder.start(loaded);
    const sent = /** @type {HTMLElement | null} */ (search.querySelector(".sent"));
    if (sent) sent.hidden = this.isReady;
    /** @type {NodeListOf<HTMLElement>} */
    const parts = search.querySelectorAll(".sent ~ .device, .position");
    for (const part of parts) part.hidden = !this.isReady;
  }

  /**
   * From here on, the place of the server's answer stays on the device. The answer itself stays if
   * its country is not the bundle's.
   *
   * @param {string} country Of the bundle.
   */
  #adopt(country) {
    const place = /** @type {HTMLInputElement | null} */ (
      document.querySelector("[data-old-place]")
    );
    if (place && country === this.#country) {
      const known = read(this.finder.ready.bundle, place.value, this.#filters).place;
      this.finder.origin = known ? { ...known, country } : null;
    }
    place?.remove();
  }

  /** Search for what was typed; once the bundle has come, if it is still on its way. */
  find() {
    this.#isPending = !this.isReady;
    const { input, search } = this.finder.view;
    if (search.classList.contains("broken")) this.load();
    if (!this.#isPending) this.finder.ask({ country: this.#country, text: input.value });
  }

  /**
   * Show the closest centres to a place. One on the map is named in the language of the page.
   *
   * @param {SearchOrigin} origin
   */
  answer(origin) {
    const { map } = this;
    const isOnMap = map && origin.region !== undefined;
    this.finder.answer(isOnMap ? { ...origin, name: regionLabel(map, origin.region) } : origin);
  }

  /** @param {Event} event */
  #onChoice({ target }) {
    if (!(target instanceof HTMLSelectElement)) return;
    if (target.name === "country") {
      this.finder.view.message.replaceChildren(); // about a postcode of the other country
      this.load();
    } else if (this.isReady && (this.finder.origin || isShort(this.finder.ready.bundle))) {
      // With many centres, none of them is shown before a search.
      this.finder.show();
    }
  }
}

/**
 * The bundle of a country with its postcodes; that of the directory if it has none of the country.
 * Rejects if it does not come.
 *
 * @param {string} country ISO 3166-1.
 * @param {RequestCache} [cache]
 */
async function loadBundle(country, cache) {
  const addresses = [`${home()}v1/bundle/${country}.json`, `${home()}v1/bundle.json`];
  const { record, isOld } = await load(addresses, undefined, cache);
  const bundle = readBundle(await withPostcodes(home(), record));
  if (bundle.places.size === 0) throw new Error("no postcodes");
  return { bundle, isOld };
}
