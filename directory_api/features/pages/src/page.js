// Enhances the visitor's page: searches on the device (page-search.js), keeps one entry in the
// browser's history for all searches, so that Back after "Leave this page" shows none of them, and
// shows the print button. Without this script the page is complete.

import { offerReading, readAloud, stopReading } from "./aloud.js";
import { create, showAtTop } from "./dom.js";
import { load, wordsOf } from "./load.js";
import { PageSearch } from "./page-search.js";
import { share } from "./share.js";
import { FINGER_MS, hold } from "./waiting.js";

const UPDATE_MS = 20000;

// A static site ignores the query string of a frame, so its colour scheme is read here.
const scheme = String(new URLSearchParams(location.search).get("scheme"));
if (["light", "dark"].includes(scheme)) {
  document.querySelector("[name=color-scheme]")?.setAttribute("content", scheme);
}

// The script is async: a browser goes to the #origin of an answer once the page is parsed. For a
// deferred script it would wait, and go there when the page has long been seen.
if (document.readyState === "loading") {
  await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
}

/** @type {PageSearch | null} */
let search = null;
let requests = 0;
/** @type {{address: string, body: URLSearchParams} | null} The form that the server is asked. */
let sent = null;

/** @returns {HTMLDetailsElement[]} What the visitor can say; whether one is open is only here. */
function ways() {
  return [...document.querySelectorAll("details")].filter(({ dataset }) => dataset.way);
}

/** @param {string} html */
function replacePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const open = ways().filter((way) => way.open).map(({ dataset }) => dataset.way);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  page.body.className = ""; // it is here, and whole
  document.body.replaceWith(document.adoptNode(page.body));
  for (const way of ways()) way.open = open.includes(way.dataset.way);
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
  message.className = "note";
  message.setAttribute("role", "alert");
  message.tabIndex = -1;
  message.dataset.failure = "";
  message.append(content.content.cloneNode(true));
  const place = main.querySelector("[data-message]");
  if (place) place.replaceChildren(message);
  else main.querySelector("h1")?.after(message);
  main.querySelector("#origin")?.setAttribute("open", ""); // it is in the form
  document.querySelector(".languages")?.removeAttribute("open"); // it lies over the message
  message.focus();
}

/**
 * Only the last request counts: a late answer to an older one would show the wrong centres.
 *
 * @param {string} address
 * @param {RequestInit} options
 * @param {Element | null} control What was tapped.
 * @param {Promise<unknown>} [also] What the page needs at once.
 * @returns {Promise<string | null>} The page; null if it is not to be shown.
 */
async function request(address, options, control, also) {
  const count = (requests += 1);
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("main, footer, .emergency, .languages");
  control?.setAttribute("aria-busy", "true");
  try {
    const [html] = await hold(Promise.all([text(address, options), also]), [...parts]);
    return count === requests ? html : null;
  } catch {
    // No fallback to a normal submit: it would leave the answer in the history.
    if (count === requests) showFailure();
    return null;
  } finally {
    if (count === requests) sent = null;
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
function submit(form, button) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) body.append(name, String(value));
  send(form.action, body, button);
}

/** @param {string} address @param {URLSearchParams} body @param {Element | null} control */
async function send(address, body, control) {
  /** @type {NodeListOf<HTMLElement>} */
  const cards = document.querySelectorAll("article.centre");
  const coming = request(address, { method: "POST", body }, control);
  sent = { address, body };
  const html = await coming;
  if (html === null) return;
  replacePage(html);
  // The request has the order of the ids; print in that of the page, the first above the helplines.
  const sections = [...cards].flatMap(({ dataset: { centre } }) => [
    ...document.querySelectorAll(`section[data-centre="${CSS.escape(String(centre))}"]`),
  ]);
  document.querySelector("ul.printed")?.before(...sections.slice(0, 1));
  document.querySelector("main")?.append(...sections.slice(1));
}

/** A late answer of the server to an older search is not shown. */
function forgetSent() {
  if (sent) requests += 1;
  sent = null;
}

/** @param {string} selector */
function focusOn(selector) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.focus({ preventScroll: true });
}

/**
 * Another page takes the place of this one, if it comes. Another language keeps the answer and what
 * was typed, and a search that still waits: its page contains no place, which stays here.
 *
 * @param {string} address Of the page.
 * @param {HTMLElement} control What was tapped.
 * @param {string} tag Of another language; empty if it stays.
 */
async function change(address, control, tag) {
  stopReading();
  if (self.origin === "null") {
    // A sandboxed frame may not fetch its page.
    if (navigator.onLine) location.replace(address);
    else showFailure();
    return;
  }
  if (tag && sent) {
    const body = new URLSearchParams(sent.body);
    body.set("lang", tag);
    send(sent.address, body, control);
    return;
  }
  // With them the answer is there at once, and not after what was there before it.
  const also = tag && search?.isReady ? load([wordsOf(tag)]) : undefined;
  const html = await request(address, { method: "GET" }, control, also);
  if (html === null) return;
  history.replaceState(null, "", address);
  if (tag) translate(html);
  else replacePage(html);
  window.scrollTo(0, 0);
}

/** @param {string} html The page in another language. */
async function translate(html) {
  const typed = search?.finder.view.input.value ?? "";
  const goOn = search?.goOn;
  const loading = replacePage(html);
  if (search) search.finder.view.input.value = typed;
  focusOn(".languages summary");
  await loading;
  if (search) goOn?.(search);
}

/** What a choice shows may begin below the screen. A second tap meets none of it. */
function showFirstWay() {
  /** @type {NodeListOf<HTMLElement>} */
  const choices = document.querySelectorAll(".ways > .way");
  const shown = [...choices].filter((each) => each.offsetHeight > 0);
  const first = shown[0]?.querySelector("li");
  if (!first || first.getBoundingClientRect().bottom <= innerHeight) return;
  hold(new Promise((done) => setTimeout(done, FINGER_MS)), shown);
  first.scrollIntoView({ block: "nearest" });
}

/**
 * Go to a centre, without an entry in the history, to which Back would lead
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
  if (button?.hasAttribute("data-send")) return false;
  if (search && form === search.form && (search.isReady || search.isAlone)) {
    forgetSent();
    search.find();
    return true;
  }
  if (!search?.isReady || !form.hasAttribute("data-choice")) return false;
  const typed = String(new FormData(form).get("postcode"));
  search.finder.ask({ country: String(button?.value), text: typed });
  return true;
}

document.addEventListener("submit", (event) => {
  stopReading();
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
  if (button?.name === "lang" && (sent || search?.goOn)) {
    change(`${location.pathname}?lang=${button.value}`, button, button.value);
  } else submit(form, button);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-replace]"));
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    change(link.href, link, link.hreflang);
  }
  const mark = event.target.closest("a[data-mark]");
  if (mark) showMarked(event, mark);
  if (event.target.closest("[data-print]")) window.print();
  const sharer = /** @type {HTMLButtonElement | null} */ (event.target.closest("[data-share]"));
  if (sharer && search?.isReady) share(sharer, search.finder.ready);
});

document.addEventListener("click", ({ target }) => {
  const way = target instanceof Element && target.closest(".ways > details");
  if (way) setTimeout(showFirstWay); // it opens after this event
});

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element && target.closest("button[data-aloud]");
  const week = search?.finder.ready?.translator.record.week;
  if (button) readAloud(/** @type {HTMLElement} */ (button), week);
});

/**
 * An answer is there: let it be read aloud, and printed.
 *
 * @param {string[]} ids Of its centres.
 */
function onAnswer(ids) {
  stopReading();
  offerReading();
  offerPrint(ids);
}

/**
 * Fill the form for printing: with the ids of the centres, without the place.
 *
 * @param {string[]} ids
 */
function offerPrint(ids) {
  forgetSent(); // also after a suggestion, a position or a choice
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-print-form]"));
  if (!form) return; // a static site
  // In the order of the ids: the order of distances would reveal roughly where the visitor is.
  form.querySelector("[data-inputs]")?.replaceChildren(
    ...[...ids].sort().map((id) => create("input", { type: "hidden", name: "centre", value: id })),
  );
  form.hidden = ids.length === 0;
}

async function start() {
  stopReading();
  offerReading();
  for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");
  const form = document.querySelector("form.search-form[data-search]");
  search?.finder.abandon();
  search = form ? new PageSearch(/** @type {HTMLFormElement} */ (form), onAnswer) : null;
  await search?.load();
}

// Before the browser keeps the page for Back.
window.addEventListener("pagehide", () => {
  for (const way of ways()) way.open = false;
});
// The page around a frame may make it as high as its content (docs/embedding.md). It learns nothing
// else, and not exactly how high, which could tell answers apart.
if (window.parent !== window) {
  const step = 100;
  new ResizeObserver(([{ contentRect }]) => {
    const height = step * Math.ceil(contentRect.height / step);
    window.parent.postMessage({ type: "nearest-centre:height", height }, "*");
  }).observe(document.documentElement);
}
// Which centres are open changes while the page is open.
setInterval(() => search?.finder.updateStates(), UPDATE_MS);
start();
