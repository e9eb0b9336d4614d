// What surrounds the centres of an answer, in the server's markup (templates/finder): what to
// know before them, what is not known, and why typed text is no place.

/**
 * @import { Bundle, Centre, Filters, Helpline, Hit, Listed } from "./types.js"
 * @import { NamedPlace, Origin, Refusal } from "./types.js"
 * @import { AddedLines } from "./helplines.js"
 * @import { Translator } from "./i18n.js"
 */

import { callLinks, centreName, closedText, townOf, whereabouts } from "./card.js";
import { create, createButton, createText } from "./dom.js";
import { answeredNumbers } from "./hours.js";
import { languageName } from "./i18n.js";
import { dangerLines } from "./helplines.js";
import { dialLink, dialText, helplineItems, linesAbroad } from "./markup.js";
import { countriesOf, hasCovered } from "./whereabouts.js";

/**
 * @typedef {object} OriginKind
 * @property {string} [country] Of a postcode or a town (ISO 3166-1).
 * @property {number} [region] Of the map.
 * @property {string[]} [also] Neighbouring countries that may have the same postcode or name.
 * @property {string} [typed] With `also`: what was typed.
 *
 * @typedef {Origin & Partial<NamedPlace> & OriginKind} SearchOrigin
 *
 * @typedef {object} Answer
 * @property {SearchOrigin | null} origin Null before a search.
 * @property {Listed[]} hits
 * @property {boolean} certain
 * @property {Listed[]} undecided If it is not certain: the two that may be the closest.
 * @property {Hit} [closest] The closest centre, if the filters leave it out.
 * @property {Hit[]} closed Those of the hits that are temporarily closed, after a search.
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 * @property {AddedLines} lines Of the country of the place, if they are not on the page.
 * @property {Filters} filters
 * @property {() => void} onClear Called to remove the filters.
 */

const CAVEAT = { class: "caveat" };

/**
 * What to know before reading the centres.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Answer} answer
 * @returns {HTMLElement[]}
 */
export function circumstances(translator, bundle, answer) {
  const { origin, hits, closest, isOld, lines, filters, onClear } = answer;
  /** @type {HTMLElement[]} */
  const content = [];
  if (isOld || !navigator.onLine) {
    const date = translator.date(Date.parse(bundle.made));
    content.push(createText(translator, "p", "offline", { class: "note" }, { date }));
  }
  if (origin?.unknownName) {
    // Without a network the two notes leave no room on a phone for the number of a centre.
    if (content.length > 0) content.push(dialText(translator, bundle.helplines));
    content.push(createText(translator, "p", "name.unknown", { class: "note warning" }));
  }
  const isAbroad = origin && !hasCovered(bundle, countriesOf(bundle, origin));
  content.push(...elsewhere(translator, lines, isAbroad));
  const names = filterNames(translator, filters);
  if (names) {
    const label = createText(translator, "span", "filters.label");
    const chosen =
      hits.length > 0
        ? create("p", {}, label, `: ${names} `)
        : [createText(translator, "p", "empty"), dialText(translator, bundle.helplines)];
    const all = createButton(translator, "filter.clear", onClear);
    content.push(create("div", { class: "chosen" }, chosen, all));
  }
  if (closest) {
    const { centre, distance } = closest;
    const rank = createText(translator, "span", "result.nearest", { class: "rank" });
    const name = create("bdi", {}, centreName(translator, centre));
    // The postcodes of a town have different distances.
    const where = whereabouts(translator, centre, origin?.places ? null : distance);
    rank.append(":");
    const text = create("p", {}, rank, " ", name, where);
    const calls = callsNow(translator, bundle, centre);
    content.push(create("div", { class: "note" }, text, calls));
  }
  return content;
}

/**
 * What to dial in another country than that of the bundle. If it is known, its numbers are enough:
 * with a sentence beside them a phone would not show the number of a centre.
 *
 * @param {Translator} translator
 * @param {AddedLines} lines
 * @param {boolean | null} isAbroad
 */
function elsewhere(translator, { emergency, danger }, isAbroad) {
  const said = isAbroad && createText(translator, "p", "outside");
  const dial = said && !emergency && dialText(translator);
  const row = dangerRow(translator, danger, said ? emergency : "");
  const content = [said || null, dial || null, row];
  return said || row ? [create("div", { class: "note warning" }, content)] : [];
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
 * @param {Answer} answer
 * @returns {HTMLElement[]}
 */
export function otherLines(translator, { lines }) {
  if (lines.others.length === 0) return [];
  const items = helplineItems(translator, lines.others, true);
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
export function caveats(translator, { hits }) {
  const doubtful = hits.filter(({ centre }) => !isConfirmed(centre));
  /** @type {[string, Listed[]][]} */
  const concerned = [
    ["record.unconfirmed", doubtful],
    ["record.changed", hits.filter(({ centre }) => hasChanged(centre))],
  ];
  return concerned
    .filter(([, some]) => some.length > 0)
    .map(([key, some]) => {
      const names = some.length === hits.length ? null : namesOf(translator, some);
      return create("p", { class: "caveat muted" }, names, createText(translator, "span", key));
    });
}

/**
 * What concerns the whole answer, below the number of its first card.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Answer} answer
 * @param {Hit} [speaker] The closest centre that speaks the visitor's language.
 */
export function notes(translator, bundle, answer, speaker) {
  const { origin, hits, certain, undecided, closed } = answer;
  const why = origin?.country ? "uncertain.postcode" : "uncertain.position";
  const text = createText(translator, "span", why);
  const both = createText(translator, "span", "uncertain.both");
  const names = namesOf(translator, undecided);
  const caveat = create("p", CAVEAT, names, text, " ", both);
  const parts = certain ? [] : [caveat];
  const [first] = hits;
  for (const hit of first?.centre.status === "active" ? closed : []) {
    if (hit.distance > Number(first.distance)) continue;
    const closure = closedText(translator, hit.centre, Date.now());
    parts.push(create("p", CAVEAT, namesOf(translator, [hit]), closure));
    parts.push(callsNow(translator, bundle, hit.centre));
  }
  const rank = hits.findIndex(({ centre }) => centre === speaker?.centre);
  if (speaker && rank !== 0) {
    parts.push(speaks(translator, speaker.centre));
    if (rank < 0) parts.push(callsNow(translator, bundle, speaker.centre));
  }
  const { alternatives, name, nameByLanguage } = origin ?? {};
  const place = translator.text(nameByLanguage, name);
  const others = placeButtons(translator, "alternatives.label", alternatives, "text", place);
  return create("div", { class: "notes" }, parts, others);
}

/** @param {Translator} translator @param {Centre} centre That it speaks this language. */
function speaks(translator, centre) {
  const town = townOf(translator, centre) ?? "";
  const language = languageName(translator.tag.split("-")[0]);
  const values = { centre: centreName(translator, centre), town, language };
  return createText(translator, "p", town ? "speaks.in" : "speaks", CAVEAT, values);
}

/** @param {Translator} translator @param {Bundle} bundle @param {Centre} centre */
function callsNow(translator, bundle, centre) {
  return callLinks(translator, centre, answeredNumbers(bundle, centre, Date.now()));
}

/** @param {Translator} translator @param {Listed[]} hits */
function namesOf(translator, hits) {
  const names = hits.map(({ centre }) => centreName(translator, centre));
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
 * @param {NamedPlace[]} [places]
 * @param {string} [look] Of the buttons.
 * @param {string} [place] In the question.
 */
function placeButtons(translator, key, places = [], look = "", place = "") {
  if (places.length === 0) return null;
  const buttons = places.map(({ code, name, nameByLanguage }) => {
    const attributes = { type: "button", value: code, class: `typed ${look}`, part: "button" };
    // One piece, so that a label of two lines keeps its order on a page from right to left.
    const label = create("bdi", {}, `${code} ${translator.text(nameByLanguage, name)}`);
    return create("button", attributes, label);
  });
  const group = { class: "row typed", role: "group", "aria-labelledby": "suggestions" };
  const question = createText(translator, "p", key, { id: "suggestions" }, { place });
  return create("div", group, question, buttons);
}

// Suggestions are explanation enough, with a sentence above them.
const SUGGESTING = ["postcode-malformed", "place-ambiguous"];

/**
 * Why typed text is no place, and what to do, with buttons for the suggestions.
 *
 * @param {Translator} translator
 * @param {Bundle} bundle
 * @param {Refusal} refusal
 */
export function refusalContent(translator, bundle, { error, suggestions, countries, reason }) {
  /** @type {HTMLElement[]} */
  const nodes = [];
  const isForeign = error === "postcode-foreign";
  if (isForeign) {
    const names = countries.map((country) => translator.countryName(country)).join(" / ");
    const example = bundle.places.keys().next().value ?? "";
    const values = { country: translator.countryName(bundle.country), example };
    const why = createText(translator, "span", `error.${reason ?? "country-unsupported"}`);
    nodes.push(
      create("p", {}, `${names} – `, why),
      createText(translator, "p", "error.search-in", {}, values),
    );
  } else if (!SUGGESTING.includes(error) || suggestions.length === 0) {
    nodes.push(createText(translator, "p", `error.${error}`));
  }
  const label = error === "place-ambiguous" ? `error.${error}` : "suggestions.label";
  return [
    ...nodes,
    dialText(translator, isForeign ? undefined : bundle.helplines),
    dangerRow(translator, isForeign ? dangerLines(bundle, countries) : []),
    placeButtons(translator, label, suggestions),
  ];
}
