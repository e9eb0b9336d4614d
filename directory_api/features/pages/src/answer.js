// What surrounds the centres of an answer, in the server's markup (templates/finder): what to
// know before them, what is not known, and why typed text is no place.

/**
 * @import { Answer, Bundle, Centre, Filters, Helpline, Listed } from "./types.js"
 * @import { NamedPlace, Refused, SearchOrigin } from "./types.js"
 * @import { AddedLines } from "./helplines.js"
 * @import { Translator } from "./i18n.js"
 */

import { callLinks, centreCard, closedText, nameIn, showDistance, townIn } from "./cards.js";
import { create, createButton, createText } from "./dom.js";
import { languageName } from "./i18n.js";
import { dangerLines } from "./helplines.js";
import { dialLink, dialText, helplineItems, linesAbroad } from "./markup.js";
import { isMatch } from "./nearest.js";
import { LOAD, SPEAKS } from "./search.js";
import { countriesOf } from "./whereabouts.js";

const CAVEAT = { class: "caveat" };

/**
 * What to know before reading the centres.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Answer} answer
 * @param {AddedLines} lines Of the country of the place, if they are not on the page.
 * @param {() => void} onClear Called to remove the filters.
 * @returns {HTMLElement[]}
 */
export function circumstances(translator, bundle, answer, lines, onClear) {
  const { origin, cards, isOld, filters } = answer;
  /** @type {HTMLElement[]} */
  const content = [];
  if (isOld || !navigator.onLine) {
    const date = translator.date(Date.parse(bundle.generated_at));
    content.push(createText(translator, "p", "offline", { class: "note" }, { date }));
  }
  if (origin?.unknownName) {
    // Without a network the two notes leave no room on a phone for the number of a centre.
    if (content.length > 0) content.push(dialText(translator, bundle.helplines));
    content.push(createText(translator, "p", "name.unknown", { class: "note warning" }));
  }
  const country = origin && whichCountry(translator, bundle, origin);
  content.push(...elsewhere(translator, lines, country));
  const names = filterNames(translator, filters);
  if (names) {
    const label = createText(translator, "span", "filters.label");
    const chosen =
      cards.length > 0
        ? create("p", {}, label, `: ${names} `)
        : [createText(translator, "p", "empty"), dialText(translator, bundle.helplines)];
    const all = createButton(translator, "filter.clear", onClear);
    content.push(create("div", { class: "chosen" }, chosen, all));
  }
  content.push(...unmatchedCentres(translator, bundle, answer));
  return content;
}

/**
 * The closest centre, or those that may be it, if the filters leave them out.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Answer} answer
 */
function unmatchedCentres(translator, bundle, { origin, results }) {
  const unmatched = results.filter(({ does_not_match: [name] }) => name);
  return unmatched.map(({ centre, distance_m: distance, shown_because: [first] }) => {
    const key = first === "closest" ? "result.nearest" : "result.maybe-nearest";
    const rank = createText(translator, "span", key, { class: "rank" });
    rank.append(":");
    const card = centreCard(translator, centre);
    // The postcodes of a town have different distances.
    showDistance(translator, card, origin?.places ? null : distance);
    const name = card.querySelector("h3 > :last-child");
    const calls = callLinks(bundle, centre, card);
    return create("div", { class: "note" }, create("p", {}, rank, " ", name), calls);
  });
}

/**
 * In which country a place is, or at which border, and what to dial there; nothing in the bundle's.
 *
 * @param {Translator} translator
 * @param {AddedLines} lines
 * @param {HTMLElement | null} said
 */
function elsewhere(translator, { emergency, danger }, said) {
  if (!said) return [];
  const dial = emergency ? null : dialText(translator);
  const row = dangerRow(translator, danger, emergency);
  return [create("div", { class: "note warning" }, said, dial, row)];
}

/**
 * In which country a place is, or at which border, as on the server; null in the bundle's.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {SearchOrigin} origin
 */
function whichCountry(translator, bundle, origin) {
  const countries = countriesOf(bundle, origin);
  const [first, ...others] = countries;
  if (!first) return createText(translator, "p", "outside");
  if (!others[0] && first === bundle.country) return null;
  const isHere = countries.includes(bundle.country);
  const beside = isHere ? countries.filter((each) => each !== bundle.country) : others;
  const names = others[0] ? beside : countries;
  const country = names.map((each) => translator.countryName(each)).join(", ");
  const key = others[0] ? "place.near-border" : "place.in";
  return createText(translator, "p", key, {}, { country });
}

/**
 * The numbers for danger of the countries in which a place may be.
 *
 * @param {Translator} translator
 * @param {Helpline[]} lines
 * @param {string} [emergency] The number that comes before them.
 */
function dangerRow(translator, lines, emergency) {
  const links = linesAbroad(translator, lines);
  if (emergency) links.unshift(dialLink(emergency));
  return links.length > 0 ? create("div", { class: "row danger" }, links) : null;
}

/**
 * The other helplines of the country of a place, below the centres.
 *
 * @param {Translator} translator
 * @param {AddedLines} lines
 * @returns {HTMLElement[]}
 */
export function otherLines(translator, { others }) {
  if (others.length === 0) return [];
  const items = helplineItems(translator, others, true);
  return [create("div", { class: "helplines" }, create("ul", {}, items))];
}

/**
 * The choices of a page that are filters. A code that the directory does not have, or a language
 * that is no tag, is a mistake in an address or in a page, and filters nothing.
 *
 * @param {Translator} translator
 * @param {Record<string, string | null>} choices By name.
 * @returns {Filters}
 */
export function knownFilters(translator, choices) {
  return Object.fromEntries(
    Object.entries(choices).filter(([name, value]) =>
      name === "language" ? /^[a-z]/i.test(value ?? "") : translator.say(`${name}.${value}`),
    ),
  );
}

/**
 * The filters in words, so that the closest of some is not taken for the closest of all.
 *
 * @param {Translator} translator
 * @param {Filters} filters
 */
function filterNames(translator, { language, service, audience }) {
  const names = [
    language && languageName(language),
    service && translator.say(`service.${service}`),
    audience && translator.say(`audience.${audience}`),
  ];
  return names.filter(Boolean).join(" · ");
}

/**
 * What is not known, once for all centres.
 *
 * @param {Translator} translator
 * @param {Answer} answer
 * @returns {HTMLElement[]}
 */
export function caveats(translator, { cards }) {
  const doubtful = cards.filter(({ centre }) => !isConfirmed(centre));
  /** @type {[string, Listed[]][]} */
  const concerned = [
    ["record.unconfirmed", doubtful],
    ["record.changed", cards.filter(({ centre }) => hasChanged(centre))],
  ];
  return concerned
    .filter(([, some]) => some.length > 0)
    .map(([key, some]) => {
      const names = some.length === cards.length ? null : namesOf(translator, some);
      return create("p", { class: "caveat muted" }, names, createText(translator, "span", key));
    });
}

/**
 * What concerns the whole answer, below the number of its first card.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Answer} answer
 */
export function notes(translator, bundle, answer) {
  const { origin, cards, results } = answer;
  const parts = uncertainty(translator, answer);
  const nearest = results.find(isMatch);
  for (const result of results) {
    const { centre, distance_m: distance } = result;
    if (centre.status === "active" || !nearest || distance > nearest.distance_m) continue;
    const closure = closedText(translator, centre, Date.now());
    parts.push(create("p", CAVEAT, namesOf(translator, [result]), closure));
    parts.push(callLinks(bundle, centre, centreCard(translator, centre)));
  }
  const speaker = results.find(({ shown_because: why }) => why.at(-1)?.startsWith(SPEAKS));
  if (speaker && speaker !== cards[0]) {
    const card = centreCard(translator, speaker.centre);
    parts.push(speaks(translator, card));
    if (!cards.includes(speaker)) parts.push(callLinks(bundle, speaker.centre, card));
  }
  const { alternatives, country, name, nameByLanguage } = origin ?? {};
  const place = translator.text(nameByLanguage, name);
  const label = "alternatives.label";
  const others = placeButtons(translator, label, country, alternatives, "text", place);
  return create("div", { class: "notes" }, parts, others);
}

/**
 * That another centre may be closer, with the names of all of which each may be the closest.
 *
 * @param {Translator} translator
 * @param {Answer} answer
 */
function uncertainty(translator, { origin, results }) {
  const undecided = results.filter(({ shown_because: why }) => why.includes("maybe_closest"));
  if (undecided.length === 0) return [];
  const names = namesOf(translator, undecided);
  const why = origin?.country ? "uncertain.postcode" : "uncertain.position";
  const text = create("p", CAVEAT, names, createText(translator, "span", why));
  if (undecided.length === 2) text.append(" ", createText(translator, "span", "uncertain.both"));
  return [text];
}

/** @param {Translator} translator @param {HTMLElement} card That it speaks this language. */
function speaks(translator, card) {
  const town = townIn(card);
  const language = languageName(translator.tag.split("-")[0]);
  const values = { centre: nameIn(card), town, language };
  return createText(translator, "p", town ? "speaks.in" : "speaks", CAVEAT, values);
}

/** @param {Translator} translator @param {Listed[]} listed */
function namesOf(translator, listed) {
  const names = listed.map(({ centre }) => nameIn(centreCard(translator, centre)));
  return create("b", {}, `${names.join(", ")}: `);
}

/** @param {Centre} centre As on the server's page: an old confirmation counts for nothing. */
function isConfirmed({ freshness }) {
  return freshness !== "unverified" && freshness !== "stale";
}

/** @param {Centre} centre What was confirmed, not long ago, has changed since. */
function hasChanged(centre) {
  return Boolean(centre.changed_since) && isConfirmed(centre);
}

/**
 * Buttons for places, after a question. Their value is a postcode.
 *
 * @param {Translator} translator
 * @param {string} key Of the question.
 * @param {string} [country] Of the places (ISO 3166-1).
 * @param {NamedPlace[]} [places]
 * @param {string} [look] Of the buttons.
 * @param {string} [place] In the question.
 */
function placeButtons(translator, key, country, places = [], look = "", place = "") {
  if (places.length === 0) return null;
  const buttons = places.map(({ code, name, nameByLanguage }) => {
    const value = code || name;
    const attributes = { type: "button", value, class: `typed ${look}`, part: "button" };
    const ofCountry = { ...attributes, "data-country": country };
    // One piece, so that a label of two lines keeps its order on a page from right to left.
    const shown = translator.text(nameByLanguage, name);
    const label = create("bdi", {}, `${code} ${shown}`.trim());
    return create("button", ofCountry, label);
  });
  const group = { class: "row typed", role: "group", "aria-labelledby": "suggestions" };
  const question = createText(translator, "p", key, { id: "suggestions" }, { place });
  return create("div", group, question, buttons);
}

/**
 * The other countries in which the place that is shown may be, at the end of the answer, so that
 * no number moves under a finger.
 *
 * @param {Translator} translator
 * @param {SearchOrigin | null} origin
 */
export function otherCountries(translator, origin) {
  if (!origin?.also?.[0]) return [];
  const { also, code, country = "", name, nameByLanguage, typed = "" } = origin;
  const shown = translator.text(nameByLanguage, name);
  const here = { country: translator.countryName(country) };
  const question = createText(translator, "summary", "country.other", {}, here);
  const place = code ? `${code} ${shown}` : shown;
  const choice = countryChoice(translator, also, typed, place);
  return [create("details", { class: "elsewhere screen-only" }, question, choice)];
}

/**
 * Buttons to search for a text in other countries.
 *
 * @param {Translator} translator
 * @param {string[]} countries ISO 3166-1.
 * @param {string} text
 * @param {string} [place] In whose answer they are: the country is not that of a centre.
 */
function countryChoice(translator, countries, text, place = "") {
  if (countries.length === 0) return null;
  const buttons = countries.map((country) => {
    const question = { "data-text": text, "data-country": country };
    const attributes = { type: "button", part: "button", ...question };
    return create("button", attributes, translator.countryName(country));
  });
  const label = translator.say("country.label");
  const ofPlace = place ? [create("bdi", {}, place), " – "] : [];
  const name = place ? `${place} – ${label}` : label;
  const group = { class: "row choice screen-only", role: "group", "aria-label": name };
  return create("div", group, create("span", {}, ofPlace, `${label}:`), buttons);
}

// Suggestions are explanation enough, with a sentence above them.
const SUGGESTING = ["place-unknown", "place-ambiguous"];
// A number was asked for, and no place.
const HELP = "help";

/**
 * Why typed text is no place, and what to do, with buttons for the suggestions.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Refused} refusal
 */
export function refusalContent(translator, bundle, refusal) {
  const { error, country, suggestions, countries, isAbroad } = refusal;
  const { text, textThere = text, elsewhere: others } = refusal;
  const choice = countryChoice(translator, others, textThere);
  const isForeign = error === "postcode-foreign";
  const danger = isForeign || error === HELP ? dangerLines(bundle, countries) : [];
  const label = error === "place-ambiguous" ? `error.${error}` : "suggestions.label";
  return [
    ...(isForeign ? whyForeign(translator, bundle, refusal) : whyUnknown(translator, refusal)),
    dialText(translator, isForeign ? undefined : bundle.helplines),
    dangerRow(translator, danger),
    isAbroad ? choice : null,
    placeButtons(translator, label, country, suggestions),
    isAbroad ? null : choice,
  ];
}

/** @param {Translator} translator @param {Refused} refusal */
function whyUnknown(translator, { error, suggestions, countries }) {
  if (error === HELP || (SUGGESTING.includes(error) && suggestions.length > 0)) return [];
  if (error === LOAD) return [ofCountries(translator, countries, "load.failed")];
  return [createText(translator, "p", `error.${error}`)];
}

/**
 * What is wrong in some countries (ISO 3166-1).
 *
 * @param {Translator} translator
 * @param {string[]} countries
 * @param {string} key
 */
function ofCountries(translator, countries, key) {
  const names = countries.map((country) => translator.countryName(country)).join(" / ");
  return create("p", {}, names ? `${names} – ` : "", createText(translator, "span", key));
}

/** @param {Translator} translator @param {Bundle} bundle @param {Refused} refusal */
function whyForeign(translator, bundle, { countries, reason }) {
  const { country, neighbours, places } = bundle;
  if (!reason && neighbours.some((each) => countries.includes(each))) {
    return [createText(translator, "p", "error.postcode-foreign")];
  }
  const example = places.keys().next().value ?? "";
  const values = { country: translator.countryName(country), example };
  return [
    ofCountries(translator, countries, `error.${reason ?? "country-unsupported"}`),
    createText(translator, "p", "error.search-in", {}, values),
  ];
}
