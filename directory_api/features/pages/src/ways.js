// What the visitor chooses ("I cannot speak"), and which ways to reach help fit it. The choice is
// whether a <details> is open: it is in no form, address or storage, and closed when the page is
// left. It sorts and marks the ways of the page and hides none. A fact that no source says is
// absent, and never fits.

/** @typedef {"fits" | "unknown" | "unfit"} Fit */
/**
 * What is known of a way: the `data-` attributes that ways.py writes.
 *
 * @typedef {Record<string, string | undefined>} Facts
 */

/** Kinds of ways that stay on the device where others can read them. */
const STAY = ["sms", "email", "app"];
/** Kinds that need internet, whatever else they cost. */
const ONLINE = ["chat", "app", "form", "email", "website"];

/** @type {Record<string, (facts: Facts, language: string) => Fit>} */
const RULES = {
  mute: ({ speech }) => answer(speech === "no", speech === "yes"),
  // Every way leaves something: a call stays in the list of calls, a site in the history.
  watched: ({ kind, bill, account }) =>
    answer(false, STAY.includes(String(kind)) || bill === "yes" || account === "yes"),
  credit: ({ kind, cost }) =>
    answer(cost === "free" && !ONLINE.includes(String(kind)), cost === "charged"),
  minor: ({ minor }) => answer(minor === "own" || minor === "yes", false),
  language: ({ languages }, language) =>
    answer(languages?.split(" ").map(primary).includes(primary(language)) === true, false),
};

/** @param {boolean} fits @param {boolean} isUnfit @returns {Fit} */
function answer(fits, isUnfit) {
  if (isUnfit) return "unfit";
  return fits ? "fits" : "unknown";
}

/** @param {string} tag BCP 47. */
function primary(tag) {
  return tag.split("-")[0];
}

/**
 * Whether a way fits one choice. A way for some people alone may not be for this visitor.
 *
 * @param {Facts} facts
 * @param {string} choice
 * @param {string} language Of the page.
 * @returns {Fit}
 */
export function fitOf(facts, choice, language) {
  const fit = RULES[choice]?.(facts, language) ?? "unknown";
  return fit === "fits" && facts.only ? "unknown" : fit;
}

/**
 * Whether a way fits all choices: it does not if it does not fit one of them, and is unknown if
 * one is unknown.
 *
 * @param {Facts} facts
 * @param {string[]} choices
 * @param {string} language
 * @returns {Fit}
 */
export function fitOfAll(facts, choices, language) {
  const fits = choices.map((choice) => fitOf(facts, choice, language));
  return answer(fits.every((fit) => fit === "fits"), fits.includes("unfit"));
}

/**
 * Ways in the order in which to show them: those that fit, unknown ones, others. Among these, first
 * those that fit more of the choices, a line for people under 18 before one for all, a call that is
 * not on the bill if others read the phone, and what a tap opens or calls before what it does not;
 * else, and without a choice, as the page had them.
 *
 * @template {Facts} T
 * @param {T[]} ways With their place on the page, from 1, as `number`.
 * @param {string[]} choices
 * @param {string} language
 * @returns {T[]}
 */
export function sorted(ways, choices, language) {
  /** @type {Fit[]} */
  const order = ["fits", "unknown", "unfit"];
  const keyed = ways.map((way) => {
    const fitting = choices.filter((choice) => fitOf(way, choice, language) === "fits");
    const isOwn = fitting.includes("minor") && way.minor === "own";
    const isOffBill = choices.includes("watched") && way.bill === "no";
    return {
      way,
      group: choices.length > 0 ? order.indexOf(fitOfAll(way, choices, language)) : 0,
      points: fitting.length + Number(isOwn) + Number(isOffBill),
      reach: Number(choices.length > 0 && way.reach !== undefined),
    };
  });
  keyed.sort(
    (one, other) =>
      one.group - other.group ||
      other.points - one.points ||
      other.reach - one.reach ||
      Number(one.way.number) - Number(other.way.number),
  );
  return keyed.map(({ way }) => way);
}

/** @returns {HTMLDetailsElement[]} The choices of the page. */
function toggles() {
  return [...document.querySelectorAll("details")].filter(({ dataset }) => dataset.when);
}

/** @returns {string[]} What is chosen. */
export function chosen() {
  return toggles().filter(({ open }) => open).map(({ dataset }) => String(dataset.when));
}

/** @param {string[]} choices To be chosen, and no others. */
export function choose(choices) {
  for (const toggle of toggles()) toggle.open = choices.includes(String(toggle.dataset.when));
  sortWays();
}

/**
 * Sort and mark the ways in the document, which is the order of keyboards and screen readers.
 *
 * @param {string[]} choices
 */
function sortWays(choices = chosen()) {
  const list = document.querySelector("[data-ways] [data-list]");
  if (!list) return;
  const language = document.documentElement.lang;
  const items = /** @type {HTMLElement[]} */ ([...list.children]);
  const byNumber = new Map(items.map((item) => [item.dataset.number, item]));
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const isInside = list.contains(focused);
  const ways = sorted(items.map(({ dataset }) => dataset), choices, language);
  list.append(...ways.map(({ number }) => /** @type {HTMLElement} */ (byNumber.get(number))));
  // An element that moves loses the focus.
  if (isInside) focused?.focus({ preventScroll: true });
  const isAny = choices.length === 0 ||
    items.some(({ dataset }) => fitOfAll(dataset, choices, language) === "fits");
  /** @type {NodeListOf<HTMLElement>} */
  const said = document.querySelectorAll("[data-ways] [data-any]");
  for (const sentence of said) sentence.hidden = (sentence.dataset.any === "yes") !== isAny;
  for (const item of items) {
    const fit = choices.length > 0 ? fitOfAll(item.dataset, choices, language) : "";
    item.dataset.fit = fit;
    const words = /** @type {HTMLTemplateElement | null} */ (
      fit && document.querySelector(`[data-ways] template[data-fit="${fit}"]`)
    );
    item.querySelector(".fit")?.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
  }
}

/** Sort whenever a choice changes, and forget all choices when the page is left. */
export function listenToChoices() {
  // Before the browser opens it: after a tap on a slow phone, the event `toggle` comes when the
  // list has been seen for 0.3 s, and another number would come under the finger.
  document.addEventListener("click", ({ target }) => {
    const tapped = target instanceof Element && target.closest("details[data-when] > summary");
    if (!tapped) return;
    const next = toggles().filter((each) => each.open !== (each === tapped.parentElement));
    sortWays(next.map(({ dataset }) => String(dataset.when)));
  });
  // The event does not bubble.
  document.addEventListener("toggle", ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.dataset.when) sortWays();
  }, true);
  // Before the browser keeps the page for Back.
  window.addEventListener("pagehide", () => choose([]));
  if (chosen().length > 0) sortWays(); // before this script had come
}
