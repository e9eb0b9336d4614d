// Enhances the visitor's page: searches on the device (page-search.js), keeps one entry in the
// browser's history for all searches, so that Back after "Leave this page" shows none of them, and
// shows the print button. Without this script the page is complete.

/** @import { SearchOrigin } from "./answer.js" */

import { create, showAtTop } from "./dom.js";
import { load, wordsOf } from "./load.js";
import { PageSearch } from "./page-search.js";
import { share } from "./share.js";
import { hold } from "./waiting.js";

const UPDATE_MS = 20000;

// A static site ignores the query string of a frame, so its colour scheme is read here.
const scheme = String(new URLSearchParams(location.search).get("scheme"));
if (["light", "dark"].includes(scheme)) {
  document.querySelector("[name=color-scheme]")?.setAttribute("content", scheme);
}

/** @type {PageSearch | null} */
let search = null;
let requests = 0;

/** @param {string} html */
function replacePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  page.body.className = ""; // it is here, and whole
  document.body.replaceWith(document.adoptNode(page.body));
  const loading = start();
  /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
  const known = /** @type {HTMLElement | null} */ (document.querySelector("#origin.known"));
  if (known) showAtTop(known);
  return loading;
}

function showFailure() {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  main.querySelector(".note[data-failure]")?.remove();
  const content = /** @type {HTMLTemplateElement} */ (main.querySelector("template[data-failure]"));
  const message = document.createElement("div");
  message.className = "note error";
  message.setAttribute("role", "alert");
  message.tabIndex = -1;
  message.dataset.failure = "";
  message.append(content.content.cloneNode(true));
  const place = main.querySelector("[data-message]");
  if (place) place.replaceChildren(message);
  else main.querySelector("h1")?.after(message);
  main.querySelector("#origin")?.setAttribute("open", ""); // it is in the form
  message.focus();
}

/**
 * Only the last request counts: a late answer to an older one would show the wrong centres.
 *
 * @param {string} address
 * @param {RequestInit} options
 * @param {Element | null} control What was tapped.
 * @param {{also?: Promise<unknown>, onShown?: () => void}} [more] `also`: what the page needs at
 *   once; `onShown`: called when it is shown, before it has loaded what it needs.
 * @returns {Promise<boolean>} Whether its page is shown.
 */
async function request(address, options, control, { also, onShown } = {}) {
  const count = (requests += 1);
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("header, main, footer");
  control?.setAttribute("aria-busy", "true");
  try {
    const [html] = await hold(Promise.all([text(address, options), also]), [...parts]);
    if (count !== requests) return false;
    const loading = replacePage(html);
    onShown?.();
    await loading;
    return true;
  } catch {
    // No fallback to a normal submit: it would leave the answer in the history.
    if (count === requests) showFailure();
    return false;
  } finally {
    control?.removeAttribute("aria-busy");
  }
}

/** @param {string} address @param {RequestInit} options @returns {Promise<string>} A page. */
async function text(address, options) {
  const response = await fetch(address, {
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    ...options,
  });
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  // What a form gets may be a page that says what is wrong with it.
  if (!isPage || (!response.ok && options.method === "GET")) throw new Error("not a page");
  return response.text();
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
async function send(form, button) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) body.append(name, String(value));
  /** @type {NodeListOf<HTMLElement>} */
  const cards = document.querySelectorAll("article.centre");
  if (!(await request(form.action, { method: "POST", body }, button))) return;
  // The request has the order of the ids; print in that of the page, the first above the helplines.
  const sections = [...cards].flatMap(({ dataset: { centre } }) => [
    ...document.querySelectorAll(`section[data-centre="${CSS.escape(String(centre))}"]`),
  ]);
  document.querySelector("ul.printed")?.before(...sections.slice(0, 1));
  document.querySelector("main")?.append(...sections.slice(1));
}

/** @param {SearchOrigin} origin @param {Record<string, string>} [choices] */
function answerAgain(origin, choices = {}) {
  if (!search?.isReady) return;
  search.choices = choices;
  search.answer(origin);
}

/** @param {string} selector */
function focusOn(selector) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.focus({ preventScroll: true });
}

/**
 * Another page takes the place of this one, if it comes. Another language keeps the answer and what
 * was typed: its page contains no place, which stays here.
 *
 * @param {string} address Of the page.
 * @param {HTMLElement} control What was tapped.
 * @param {string} tag Of another language; empty if it stays.
 */
async function change(address, control, tag) {
  if (self.origin === "null") {
    // A sandboxed frame may not fetch its page.
    if (navigator.onLine) location.replace(address);
    else showFailure();
    return;
  }
  const { origin, choices, isReady } = search ?? {};
  const typed = search?.finder.input.value ?? "";
  // With them the answer is there at once, and not after what was there before it.
  const also = tag && isReady ? load([wordsOf(tag)]) : undefined;
  const onShown = () => {
    history.replaceState(null, "", address);
    window.scrollTo(0, 0);
    if (search) search.finder.input.value = typed;
    if (tag) focusOn(".languages summary");
  };
  const isShown = await request(address, { method: "GET" }, control, { also, onShown });
  if (isShown && tag && origin) answerAgain(origin, choices);
}

/**
 * Go to a centre, or to the content, without an entry in the history, to which Back would lead
 * after "Leave this page".
 *
 * @param {Event} event
 * @param {Element} mark
 */
function showMarked(event, mark) {
  event.preventDefault();
  const heading = document.getElementById(String(mark.getAttribute("href")).slice(1));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  showAtTop(heading);
}

/**
 * Answer a form on this device if it can: the search, and the choice of another country.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @returns {boolean} Whether it does.
 */
function answerHere(form, button) {
  if (search && form === search.form && (search.isReady || search.isAlone)) {
    requests += 1; // a late answer of the server to an older search is not shown
    search.find();
    return true;
  }
  if (!search?.isReady || !form.hasAttribute("data-choice")) return false;
  search.finder.findIn(String(button?.value), String(new FormData(form).get("postcode")));
  return true;
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (answerHere(form, button)) {
    event.preventDefault();
    return;
  }
  if (!form.hasAttribute("data-in-place")) return;
  if (self.origin === "null") return; // a sandboxed frame, whose fetch would be blocked
  event.preventDefault();
  // A place that this device knows is not sent again.
  if (search?.origin && button?.name === "lang") {
    change(`${location.pathname}?lang=${button.value}`, button, button.value);
  } else send(form, button);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-replace]"));
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    change(link.href, link, link.hreflang);
  }
  const mark = event.target.closest("a[data-mark], a.skip");
  if (mark) showMarked(event, mark);
  if (event.target.closest("[data-print]")) window.print();
  const sharer = /** @type {HTMLButtonElement | null} */ (event.target.closest("[data-share]"));
  if (sharer && search?.isReady) share(sharer, search.finder.ready);
});

/**
 * Fill the form for printing: with the ids of the centres, without the place.
 *
 * @param {string[]} ids
 */
function offerPrint(ids) {
  requests += 1; // also after a suggestion, a position or a choice
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-print-form]"));
  if (!form) return; // a static site
  // In the order of the ids: the order of distances would reveal roughly where the visitor is.
  form.querySelector("[data-inputs]")?.replaceChildren(
    ...[...ids].sort().map((id) => create("input", { type: "hidden", name: "centre", value: id })),
  );
  form.hidden = ids.length === 0;
}

async function start() {
  for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");
  const form = document.querySelector("form.search-form[data-search]");
  search?.finder.cancel();
  search = form ? new PageSearch(/** @type {HTMLFormElement} */ (form), offerPrint) : null;
  await search?.load();
}

// Which centres are open changes while the page is open.
setInterval(() => search?.finder.updateStates(), UPDATE_MS);
start();
