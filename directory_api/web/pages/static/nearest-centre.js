// <nearest-centre> finds the closest centre on the device (docs/embedding.md). It asks the directory for the words of a
// language and the bundle of a country (docs/bundle.md) before anybody has typed anything, and for nothing afterwards.
// A postcode and a position are in no address, store, history, console, title or event.

const HOME = new URL(import.meta.url).origin;
// Where a quick exit leads: a page that many open every day, without a login and without a word about help.
export const EXIT = "https://www.wikipedia.org/";
const LIMIT = 3;
const LONGEST = 80; // as on the server: longer text is no postcode
const SUGGESTIONS = 5;
const LIKE = 0.75; // as on the server: Brussels and Brussel are 0.93 alike
const LIKE_ALONE = 0.8; // without a postcode before it
const PATIENCE_MS = 20000; // the bundle comes in five seconds over 2G
const POSITION_MS = 15000;
const SHIFTS = 3;
const SHIFTS_WITHIN_MS = 2000;
const CLOCK_MS = 20000;
const OLD_MS = 2 * 86400000; // a bundle is dated by its day
const NOT_THERE = "status 404";
const SCRIPTS = { sr: "sr-Latn", zh: "zh-Hans" }; // the directory's words have a script in their name
const DUTY = "emergency-duty";
const WEEKDAY_MS = 6 * 86400000; // from here on a weekday could be read as the one before

// When nothing came. All other numbers are records; 112 works in the whole European Union.
const LAST_RESORT = [{ number: "112", name: { en: "Emergency number" } }];
const ENGLISH = {
  tag: "en",
  direction: "ltr",
  reviewed: true,
  borrowed: [],
  words: {
    "exit.button": "Leave this page",
    "exit.hint": "Or press the Shift key three times.",
    "exit.history": "This does not erase the history of your browser.",
    "helplines.heading": "In danger now? Call.",
    call: "Call {number}",
    loading: "Loading…",
    "load.failed": "The list did not load. Try again, or call a number on this page.",
    "retry.button": "Try again",
  },
};

// ---- Distance ----

const RADIAN = Math.PI / 180;
const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING);
const ROUND = (1 - FLATTENING) ** 2;
// Vincenty's iteration fails within about 0.6 degrees of the antipode.
const NEAR_ANTIPODE = Math.cos(179 * RADIAN);

/**
 * Metres between two points (degrees, WGS84), to a millimetre. T. Vincenty, "Direct and inverse solutions of geodesics
 * on the ellipsoid", Survey Review 23 (176), 1975, https://doi.org/10.1179/sre.1975.23.176.88. Almost opposite points
 * are measured in two halves, the shortest that meet on the plane through the earth's centre square to the first point.
 */
export function distance(lat1, lon1, lat2, lon2) {
  const [x, y, z] = direction(lat1, lon1);
  const other = direction(lat2, lon2);
  if (x * other[0] + y * other[1] + z * other[2] > NEAR_ANTIPODE) return vincenty(lat1, lon1, lat2, lon2);
  const flat = Math.hypot(x, y);
  const east = flat > 1e-9 ? [-y / flat, x / flat, 0] : [0, 1, 0];
  const north = [y * east[2] - z * east[1], z * east[0] - x * east[2], x * east[1] - y * east[0]];
  const byWayOf = (angle) => {
    const [a, b, c] = [0, 1, 2].map((axis) => Math.cos(angle) * east[axis] + Math.sin(angle) * north[axis]);
    const lat = Math.atan2(c, Math.hypot(a, b) * ROUND) / RADIAN;
    const lon = Math.atan2(b, a) / RADIAN;
    return vincenty(lat1, lon1, lat, lon) + vincenty(lat, lon, lat2, lon2);
  };
  const step = Math.PI / 18;
  let best = 0;
  for (let angle = 0; angle < 2 * Math.PI; angle += step) if (byWayOf(angle) < byWayOf(best)) best = angle;
  let [low, high] = [best - step, best + step];
  while (high - low > 1e-7) {
    const third = (high - low) / 3;
    if (byWayOf(low + third) < byWayOf(high - third)) high -= third;
    else low += third;
  }
  return byWayOf((low + high) / 2);
}

function direction(lat, lon) {
  const geocentric = Math.atan2(ROUND * Math.sin(lat * RADIAN), Math.cos(lat * RADIAN));
  const flat = Math.cos(geocentric);
  return [flat * Math.cos(lon * RADIAN), flat * Math.sin(lon * RADIAN), Math.sin(geocentric)];
}

function vincenty(lat1, lon1, lat2, lon2) {
  const L = (((lon2 - lon1 + 540) % 360) - 180) * RADIAN;
  const [U1, U2] = [lat1, lat2].map((lat) =>
    Math.atan2((1 - FLATTENING) * Math.sin(lat * RADIAN), Math.cos(lat * RADIAN)),
  );
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let [lambda, before, sinSigma, cosSigma, sigma, cosSqAlpha, cos2SigmaM] = [L, Infinity, 0, 0, 0, 0, 0];
  for (let round = 0; round < 200 && Math.abs(lambda - before) > 1e-13; round += 1) {
    const [sinLambda, cosLambda] = [Math.sin(lambda), Math.cos(lambda)];
    sinSigma = Math.hypot(cosU2 * sinLambda, cosU1 * sinU2 - sinU1 * cosU2 * cosLambda);
    if (sinSigma === 0) return 0; // the same point
    cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinLambda) / sinSigma;
    cosSqAlpha = 1 - sinAlpha ** 2;
    cos2SigmaM = cosSqAlpha > 1e-15 ? cosSigma - (2 * sinU1 * sinU2) / cosSqAlpha : 0; // 0 along the equator
    const C = (FLATTENING / 16) * cosSqAlpha * (4 + FLATTENING * (4 - 3 * cosSqAlpha));
    before = lambda;
    lambda =
      L +
      (1 - C) *
        FLATTENING *
        sinAlpha *
        (sigma + C * sinSigma * (cos2SigmaM + C * cosSigma * (2 * cos2SigmaM ** 2 - 1)));
  }
  const uSq = cosSqAlpha * ((SEMI_MAJOR_M / SEMI_MINOR_M) ** 2 - 1);
  const A = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const B = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const deltaSigma =
    B *
    sinSigma *
    (cos2SigmaM +
      (B / 4) *
        (cosSigma * (2 * cos2SigmaM ** 2 - 1) -
          (B / 6) * cos2SigmaM * (4 * sinSigma ** 2 - 3) * (4 * cos2SigmaM ** 2 - 3)));
  return SEMI_MINOR_M * A * (sigma - deltaSigma);
}

// ---- The bundle ----

/** A bundle of format 1 with its postcodes and outlines unpacked. Throws where it is of another format. */
export function readBundle(record) {
  if (record.format !== 1) throw new Error("this module reads bundles of format 1");
  const { written, foreign, institutions, codes, names, other_names: others, parts, ...table } = record.postcodes;
  const [lats, lons] = [table.lat, table.lon].map((steps) => added(steps, 1e5));
  const places = new Map();
  let code = "";
  codes.forEach((ending, at) => {
    code = code.slice(0, Number(ending[0])) + ending.slice(1);
    const accuracy = table.accuracy_least_m + table.accuracy_more_m[at];
    const place = { code, name: names[at], lat: lats[at], lon: lons[at], accuracy };
    places.set(squash(code), { ...place, names: [names[at], ...(others?.[code] ?? [])], parts: parts?.[at] ?? [] });
  });
  return {
    ...record,
    places,
    written: whole(written),
    foreign: Object.entries(foreign).map(([country, pattern]) => [country, whole(pattern)]),
    institutions: new Set(institutions),
    polygons: Object.values(record.coverage.outlines).flatMap((outline) => outline.map((rings) => rings.map(readRing))),
  };
}

/** Steps as the numbers they lead to. */
function added(steps, unit) {
  let sum = 0;
  return steps.map((step) => (sum += step) / unit);
}

function readRing(steps) {
  const [lons, lats] = [0, 1].map((which) => added(steps.filter((_, at) => at % 2 === which), 1e3));
  return lons.map((lon, at) => [lon, lats[at]]);
}

const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
const squash = (code) => code.toUpperCase().replace(/[ -]/g, "");

// ---- What somebody typed ----

/** Typed text made plain (domain/text/normalize.py, tidy). */
export function tidy(text) {
  return text
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, digit)
    .replace(/\p{Pd}/gu, "-")
    .replace(/[\p{Zs}\t]/gu, " ")
    .replace(/\p{Cf}/gu, "")
    .trim();
}

/** The value of a decimal digit: Unicode has them in tens, from 0 to 9, so it is the number of digits before it. */
function digit(sign) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - before - 1))) before += 1;
  return before % 10;
}

function fold(text) {
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().toLowerCase();
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** How alike two words are, from 0 to 1, by Ratcliff and Obershelp: as Python's difflib counts it. */
function likeness(one, other) {
  return one + other ? (2 * shared(one, other)) / (one.length + other.length) : 1;
}

function shared(one, other) {
  let [length, start, there] = [0, 0, 0];
  for (let a = 0; a < one.length; a += 1) {
    for (let b = 0; b < other.length; b += 1) {
      let run = 0;
      while (a + run < one.length && one[a + run] === other[b + run]) run += 1;
      if (run > length) [length, start, there] = [run, a, b];
    }
  }
  if (length === 0) return 0;
  const before = shared(one.slice(0, start), other.slice(0, there));
  return before + length + shared(one.slice(start + length), other.slice(there + length));
}

/**
 * The place that typed text stands for: {place} or {error, suggestions: [place], countries} (search/gazetteer.py).
 * Another name behind the postcode is asked back: `1000 Lausanne` is not Brussels.
 */
export function resolve(bundle, typed) {
  const text = typed.length <= LONGEST ? tidy(typed).toUpperCase() : "?";
  if (!text) return { error: "nothing-typed", suggestions: [], countries: [] };
  const key = keyOf(bundle.written, text);
  if (key) return found(bundle, key);
  const [namedKey, name] = split(bundle.written, text);
  const place = bundle.places.get(namedKey);
  const known = place ? [...place.names, ...place.parts] : [];
  if (known.some((one) => likeness(fold(one), fold(name)) >= LIKE)) return { place };
  const countries = bundle.foreign.filter(([, pattern]) => pattern.test(text)).map(([country]) => country);
  if (namedKey && countries.length === 0) {
    return place ? { error: "postcode-malformed", suggestions: [place], countries } : found(bundle, namedKey);
  }
  const digits = text.replace(/[^0-9]/g, "");
  const doubled = /^[0-9]+$/.test(text) && text.at(-1) === text.at(-2) && bundle.places.has(text.slice(0, -1));
  if (countries.length > 0 && !doubled) return { error: "postcode-foreign", suggestions: [], countries };
  const meant = bundle.places.get(doubled ? digits.slice(0, -1) : digits);
  return { error: "postcode-malformed", suggestions: meant ? [meant] : called(bundle, text), countries: [] };
}

/**
 * Places whose code or name begins with the text: codes first, then whole names, and towns before their parts; where there
 * are none, those whose name is like it (search/gazetteer.py). A part is called as `Deurne (Antwerpen)`.
 */
function called(bundle, text) {
  const wanted = fold(text);
  if (wanted.length < 2) return [];
  const ranked = (rank) => {
    const found = [...bundle.places.values()].map((place) => {
      const named = (name, part) => [rank(fold(name)), part ? 1 : 0, place.code, part, place];
      const names = [...place.names.map((name) => named(name, "")), ...place.parts.map((part) => named(part, part))];
      return [...names, [squash(place.code).startsWith(squash(text)) ? -1 : Infinity, 0, place.code, "", place]].sort(inOrder)[0];
    });
    return found.filter(([rank]) => rank < 2).sort(inOrder);
  };
  const begun = ranked((name) => (name.startsWith(wanted) ? Number(name !== wanted) : Infinity));
  const alike = (name) => (likeness(name, wanted) >= LIKE_ALONE ? -likeness(name, wanted) : Infinity);
  const near = begun.length || /\p{N}/u.test(text) ? begun : ranked(alike);
  return near.slice(0, SUGGESTIONS).map(([, , , part, place]) => (part ? { ...place, name: `${part} (${place.name})` } : place));
}

/** Arrays by their first member that is not the same. */
function inOrder(one, other) {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : one[at] < other[at] ? -1 : 1;
}

function keyOf(pattern, text) {
  const match = pattern.exec(text);
  return match && squash(match[1]);
}

/** `B 1000, BRUSSEL` as its key and its name; nothing where it is not written so. */
function split(pattern, text) {
  const words = text.replaceAll(",", " ").split(" ").filter(Boolean);
  for (const count of [1, 2]) {
    const key = keyOf(pattern, words.slice(0, count).join(" ").replace("- ", "-"));
    const name = words.slice(count).join(" ");
    if (key && fold(name) && !/\p{N}/u.test(name)) return [key, name];
  }
  return [];
}

function found(bundle, key) {
  const place = bundle.places.get(key);
  if (place) return { place };
  if (bundle.institutions.has(key)) return { error: "postcode-not-residential", suggestions: [], countries: [] };
  const alike = [...bundle.places.keys()].map((other) => [slip(key, other), other]).filter(([apart]) => apart);
  const suggestions = alike.sort().slice(0, SUGGESTIONS).map(([, other]) => bundle.places.get(other));
  return { error: "postcode-unknown", suggestions, countries: [] };
}

/** 1 where one sign is wrong, 2 where two signs changed places, else 0. */
function slip(one, other) {
  if (one.length !== other.length) return 0;
  const apart = [...one].map((_, at) => at).filter((at) => one[at] !== other[at]);
  const [a, b] = apart;
  if (apart.length === 2) return one[a] === other[b] && one[b] === other[a] ? 2 : 0;
  return apart.length === 1 ? 1 : 0;
}

// ---- The closest centres ----

/**
 * The closest centres to {lat, lon, accuracy}: {hits: [{centre, distance, tied}], certain}, in metres, as the server
 * has them (search/snapshot.py).
 */
export function nearest(bundle, origin, filters = {}, limit = LIMIT) {
  const hits = bundle.centres
    .filter((centre) => centre.status === "active" && centre.location && admits(filters, centre))
    .map((centre) => {
      const { lat, lon } = centre.location;
      return { centre, distance: distance(origin.lat, origin.lon, lat, lon) };
    })
    .filter((hit) => hit.distance >= 0);
  const rounded = (hit) => Math.round(hit.distance * 1000);
  hits.sort((a, b) => rounded(a) - rounded(b) || (a.centre.id < b.centre.id ? -1 : 1));
  const blur = (hit) => bundle.blur_m[hit.centre.location.precision] ?? 0;
  const [first, second] = hits;
  const certain =
    !second || second.distance - first.distance > 2 * origin.accuracy + blur(first) + blur(second);
  for (const hit of hits) hit.tied = hits.some((other) => other !== hit && rounded(other) === rounded(hit));
  return { hits: hits.slice(0, certain ? limit : Math.max(limit, 2)), certain };
}

function admits({ language, service, audience }, centre) {
  return (
    (!language || (centre.languages ?? []).some((spoken) => speaks(spoken.code, language))) &&
    (!service || (centre.services ?? []).includes(service)) &&
    (!audience || (centre.audiences ?? []).includes(audience))
  );
}

/** Whether one tag is a truncation of the other (RFC 4647). */
function speaks(spoken, wanted) {
  const [one, other] = [spoken, wanted].map((tag) => tag.toLowerCase().split("-"));
  return one.slice(0, other.length).every((part, at) => part === other[at]);
}

/** Whether a point lies so far outside every outline that the directory surely does not cover it. */
export function isOutside(bundle, lat, lon) {
  return bundle.polygons.length > 0 && !bundle.polygons.some((rings) => {
    const [outer, ...holes] = rings.map((ring) => inRing(ring, lat, lon));
    return (outer && !holes.includes(true)) || rings.some((ring) => near(ring, lat, lon, bundle.coverage.margin_m));
  });
}

/** Even-odd rule: a ray to the east crosses the ring an odd number of times. */
function inRing(ring, lat, lon) {
  return sides(ring).reduce(
    (inside, [[lon1, lat1], [lon2, lat2]]) =>
      lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1 ? !inside : inside,
    false,
  );
}

/** Whether a ring passes within some metres of a point, on a flat map. */
function near(ring, lat, lon, metres) {
  const [up, across] = [111200, 111200 * Math.cos(lat * RADIAN)];
  return sides(ring).some(([[lon1, lat1], [lon2, lat2]]) => {
    const [x, y, toX, toY] = [(lon2 - lon1) * across, (lat2 - lat1) * up, (lon - lon1) * across, (lat - lat1) * up];
    const along = Math.max(0, Math.min(1, (toX * x + toY * y) / (x * x + y * y || 1)));
    return Math.hypot(toX - along * x, toY - along * y) <= metres;
  });
}

const sides = (ring) => ring.map((point, at) => [point, ring[(at + 1) % ring.length]]);

/** {word: open | closed | unknown, next} at a moment; next: when it surely changes, or null (milliseconds). */
export function opening(bundle, centre, moment) {
  const times = [moment, Date.parse(bundle.made), Date.parse(bundle.until)];
  const [minute, since, until] = times.map((time) => time / 60000);
  if (!centre.open || minute < since || minute >= until) return { word: "unknown", next: null };
  const now = centre.open.find(([start, end]) => start <= minute && minute < end);
  const [start, , word] = centre.open.find(([begins]) => begins > minute) ?? [];
  if (!now) return { word: "closed", next: word === "open" ? start * 60000 : null };
  const closes = now[2] === "open" && now[1] !== start && now[1] < until;
  return { word: now[2], next: closes ? now[1] * 60000 : null };
}

// ---- Leaving ----

const finders = new Set();

/**
 * Leave at once: forget what was typed and found, blank the page, and put another one in its place in the history.
 * From a frame the outer page is left, where the browser lets a frame do that; else the frame stays blank.
 */
export function leave(target = EXIT) {
  const meta = document.createElement("meta");
  meta.name = "referrer";
  meta.content = "no-referrer"; // the page that is opened is not told where from
  document.documentElement.replaceChildren(meta); // an element that is taken out of its page forgets
  try {
    window.top.location.replace(target);
  } catch {
    window.location.replace("about:blank");
  }
}

const shifts = [];

/** Three times Shift with nothing in between. */
function onKey(event) {
  if (event.repeat) return;
  if (event.key !== "Shift") {
    shifts.length = 0;
    return;
  }
  shifts.push(event.timeStamp);
  if (shifts.length < SHIFTS) return;
  if (event.timeStamp - shifts.shift() > SHIFTS_WITHIN_MS) return;
  event.stopImmediatePropagation(); // a page with an exit of its own must not leave twice: that would end the first
  leave([...finders][0].exitTarget);
}

// ---- Looks ----

// light-dark() follows the page's own color-scheme: a light page gets a light component.
const CSS = `
:host { display: block; container-type: inline-size; }
:host([hidden]) { display: none; }
.box {
  --paper: #fff; --ink: #1c2430; --soft: #4a5565; --line: #7c8794; --faint: #dfe3e8; --wash: #f4f6f8; --open: #14632f;
  --wrong: #b3261e; --blue: #1d4f7c; --on-blue: #fff; --link: var(--accent-light, var(--blue));
  --surface: var(--nearest-centre-background, var(--paper)); --text: var(--nearest-centre-text, var(--ink));
  --radius: var(--nearest-centre-radius, 10px);
  box-sizing: border-box; padding: 0 1em 1em; border: 1px solid var(--faint); border-radius: var(--radius);
  background: var(--surface); color: var(--text); text-align: start; overflow-wrap: anywhere;
  font: 400 max(1rem, 16px)/1.5 var(--nearest-centre-font, system-ui, sans-serif);
}
@supports (color: light-dark(#000, #fff)) {
  .box {
    --paper: light-dark(#fff, #171b21); --ink: light-dark(#1c2430, #eceff3); --soft: light-dark(#4a5565, #b5bfcb);
    --line: light-dark(#7c8794, #7d8998); --faint: light-dark(#dfe3e8, #39424e); --wash: light-dark(#f4f6f8, #20262e);
    --open: light-dark(#14632f, #8fd6a5); --wrong: light-dark(#b3261e, #ff9c92);
    --blue: light-dark(#1d4f7c, #a9cdf0); --on-blue: light-dark(#fff, #10171f);
    --link: light-dark(var(--accent-light, var(--blue)), var(--accent-dark, var(--blue)));
  }
}
* { box-sizing: border-box; }
h2, h3, h4, p, ul, dl, dd { margin: 0; padding: 0; }
h2 { font-size: 1.375em; line-height: 1.25; margin-block: .75em .5em; }
h3, h4 { font-size: 1.125em; line-height: 1.3; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: .2em; }
.soft { color: var(--soft); font-size: var(--small, .9375em); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
[tabindex="-1"] { outline: none; }
a, button, input, h3 { scroll-margin-block-start: 7em; }
.bar {
  position: sticky; inset-block-start: 0; z-index: 1; margin: 0 -1em; padding: .5em 1em; background: var(--surface);
  border-block-end: 1px solid var(--faint); border-radius: var(--radius) var(--radius) 0 0;
  display: flex; flex-wrap: wrap; gap: .25em 1em; align-items: center;
}
summary { padding-block: 12px; cursor: pointer; }
.hint { margin-block: .75em; color: var(--soft); line-height: 1.35; }
@media (hover: none) and (pointer: coarse) { .keys { display: none; } }
.button {
  display: inline-flex; align-items: center; justify-content: center; min-block-size: 44px; min-inline-size: 44px;
  padding: .375em 1em; border: 2px solid transparent; border-radius: 8px; font: inherit; font-weight: 600;
  line-height: 1.25; text-decoration: none; text-align: center; cursor: pointer;
  background: var(--accent, var(--blue)); color: var(--on-accent, var(--on-blue));
}
.button.plain { background: transparent; color: var(--link); border-color: currentColor; }
.button.exit { background: var(--text); color: var(--surface); }
.helplines {
  margin-block: 1em; padding: .875em 1em; background: var(--wash); border-radius: 8px; border: 1px solid var(--faint);
}
.helplines ul {
  display: grid; gap: .75em 1.5em; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18em), 1fr));
  margin-block-start: .5em;
}
.helplines h2 { font-size: 1.125em; margin: 0; }
.helplines li { display: flex; flex-wrap: wrap; align-items: center; gap: .25em .75em; line-height: 1.35; }
.helplines li > div { flex: 1 1 10em; }
.helplines .button { min-inline-size: 7em; }
.helplines li > a:not(.button), dd a { display: inline-flex; align-items: center; min-block-size: 44px; }
label { display: block; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .5em; margin-block: .375em; }
input {
  flex: 1 1 8em; min-inline-size: 0; max-inline-size: 16em; min-block-size: 48px; padding: .25em .75em;
  font: inherit; font-size: 1.125em; color: var(--text); background: var(--surface);
  border: 2px solid var(--line); border-radius: 8px;
}
input, .typed { font-family: system-ui, sans-serif !important; }
input[aria-invalid="true"] { border-color: var(--wrong); }
.position:not(:empty) { margin-block: 1em; }
.position p, .search p { margin-block: .25em; }
.results h3 {
  margin-block-start: 1.5em; padding-block-start: 1.25em; border-block-start: 1px solid var(--faint); font-size: 1.25em;
}
.foot:not(:empty) { margin-block-start: 1.5em; }
.foot, .hint, .rank { font-size: .875em; }
.message:not(:empty) {
  margin-block: .75em; padding: .75em 1em; border-inline-start: 4px solid var(--line); background: var(--wash);
}
.message .button { margin-block: .5em 0; }
.centre { margin-block-start: 1em; padding: 1em; border: 1px solid var(--faint); border-radius: 8px; }
.centre > * + * { margin-block-start: .5em; }
.rank { font-weight: 600; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 0 1em; }
.state { font-weight: 600; }
.state[data-word="open"] { color: var(--open); }
.calls { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; }
dl { display: grid; gap: 0 1em; grid-template-columns: minmax(0, 1fr); }
dd li { display: inline; }
dd li + li::before { content: " \\b7  "; }
dt { color: var(--soft); font-size: .875em; margin-block-start: .75em; }
@container (min-width: 34em) {
  dl { grid-template-columns: minmax(8em, max-content) minmax(0, 1fr); align-items: baseline; }
  dt { margin-block-start: 0; padding-block: .25em; }
}
@media (forced-colors: active) { .button { border-color: ButtonText; } .message:not(:empty) { border: 1px solid; } }
@media print { .bar, .hint, .search, .position, .typed { display: none; } }
`;

let sheet;

/** One style sheet for all; a strict Content-Security-Policy allows its constructor. */
function dress(root) {
  if (!("adoptedStyleSheets" in Document.prototype)) {
    root.prepend(make("style", {}, CSS)); // Safari before 16.4; the page's policy then has to allow it
    return;
  }
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
}

const luminance = (rgb) =>
  rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);

/** From 1 to 21 (WCAG 2.2). */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const [WHITE, BLACK, LIGHT_WASH, DARK_WASH] = [[255, 255, 255], [0, 0, 0], [244, 246, 248], [32, 38, 46]];
const ENOUGH = 4.5;

/** A colour, mixed towards another until it can be read on a background. */
function readable(colour, background, towards) {
  let mixed = colour;
  for (let part = 0.05; contrast(mixed, background) < ENOUGH && part <= 1; part += 0.05) {
    mixed = colour.map((value, at) => Math.round(value + (towards[at] - value) * part));
  }
  return mixed;
}

// ---- The element ----

/** An element with attributes (null: none) and children; text stays text. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const FILTERS = ["language", "service", "audience"];
const PLAIN = { type: "button", class: "button plain", part: "button" };
const loads = new Map();
const isNotThere = (problem) => problem.message === NOT_THERE;
// Words: to a page of another site a host's 404 may look like no network at all. Who waited long is told so.
const isNotSlow = (problem) => problem.name !== "TimeoutError";

/**
 * A file of the directory, or where it has none of that name the next, asked for once. Without a network what the
 * browser has kept will do; with one, a bundle that a cache kept for days is asked for anew: a number in it may have
 * changed.
 */
function load([address, ...others], isGone = isNotThere) {
  if (!loads.has(address)) {
    const asked = ask(address, "default")
      .catch((problem) => {
        if (isNotThere(problem)) throw problem;
        return ask(address, "force-cache");
      })
      .catch((problem) => {
        if (others.length > 0 && isGone(problem)) return load(others, isGone);
        throw problem;
      })
      .then((got) => {
        const age = Date.now() - Date.parse(got.record.made);
        return age > OLD_MS ? ask(address, "no-cache").catch(() => got) : got;
      });
    loads.set(address, asked);
    asked.catch(() => loads.delete(address));
  }
  return loads.get(address);
}

/** What the words of a language may be called: a server knows nl for nl-BE, a folder has only the names of its files. */
function spellings(tag) {
  let primary = "en";
  try {
    primary = new Intl.Locale(tag.replaceAll("_", "-")).language;
  } catch {} // no tag
  return new Set([tag, SCRIPTS[primary] ?? primary, "en"]);
}

async function ask(address, cache) {
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const answer = await fetch(address, { cache, credentials: "omit", referrerPolicy: "no-referrer", signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return { record: await answer.json(), old: cache === "force-cache" };
}

/** As the server's page has it: what nobody has confirmed for long is as doubtful as what nobody ever has. */
const isConfirmed = ({ freshness }) => freshness !== "unverified" && freshness !== "stale";

function web(address) {
  try {
    return new URL(address).protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

class NearestCentre extends HTMLElement {
  static observedAttributes = [
    "lang", "country", "service", "audience", "language", "accent", "compact", "exit-target", "src",
  ];

  #root = this.attachShadow({ mode: "open" });
  #parts = {};
  #words = ENGLISH;
  #english = false;
  #bundle = null;
  #old = false;
  #origin = null; // what stays on the device, with what stands in the input
  #unfiltered = false;
  #states = [];
  #timer = 0;
  #asked = 0;
  #started = 0;
  #waiting = false;
  #address = "";
  #bare = false; // search-only: the page around it has helplines and an exit

  connectedCallback() {
    if (finders.size === 0) window.addEventListener("keydown", onKey, true);
    finders.add(this);
    this.#timer = setInterval(() => this.#tick(), CLOCK_MS);
    this.#build();
    this.#start();
  }

  disconnectedCallback() {
    finders.delete(this);
    if (finders.size === 0) window.removeEventListener("keydown", onKey, true);
    clearInterval(this.#timer);
    this.forget();
  }

  attributeChangedCallback(name) {
    if (FILTERS.includes(name)) this.#unfiltered = false; // who chooses anew after "Show all centres" means it
    if (!this.isConnected || this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      if (this.isConnected) this.#start();
    });
  }

  get exitTarget() {
    return web(this.getAttribute("exit-target")) ?? EXIT;
  }

  forget() {
    this.#asked += 1; // a position that is still on its way is not wanted any more
    this.#origin = null;
    this.#unfiltered = false;
    this.#states = [];
    const { input, message, results } = this.#parts;
    if (input) input.value = "";
    message?.replaceChildren();
    results?.replaceChildren();
  }

  get #language() {
    const near = this.getAttribute("lang") || this.closest("[lang]")?.lang || navigator.language;
    return this.#english ? "en" : near || "en";
  }

  #say(key, values = {}) {
    const isolate = this.#words.direction === "rtl" && !this.#words.borrowed.includes(key);
    return (this.#words.words[key] ?? ENGLISH.words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) =>
      isolate ? `\u2068${values[name]}\u2069` : values[name],
    );
  }

  /** Words; borrowed ones say that they are English (WCAG 3.1.2). */
  #put(tag, key, attributes = {}, values = {}) {
    const english = this.#words.borrowed.includes(key) ? { lang: "en", dir: "ltr" } : {};
    return make(tag, { ...english, ...attributes }, this.#say(key, values));
  }

  #text(texts, otherwise) {
    return texts?.[this.#words.tag] ?? texts?.[this.#words.tag.split("-")[0]] ?? otherwise;
  }

  #format(kind, options) {
    return new Intl[kind]([`${this.#words.tag}-u-nu-latn`, "en-u-nu-latn"], options);
  }

  async #start() {
    const turn = (this.#started += 1);
    this.#color();
    try {
      const home = this.hasAttribute("src") ? new URL(this.getAttribute("src"), document.baseURI).origin : HOME;
      const country = (this.getAttribute("country") || "").toUpperCase();
      // With the ending, so that a folder without a server will do.
      const own = `${home}/v1/bundle.json`;
      const address = country ? `${home}/v1/bundle/${encodeURIComponent(country)}.json` : own;
      if (address !== this.#address) this.#bundle = null;
      this.#address = address;
      // A country that the directory does not have is a slip of the page's author.
      const bundle = load([...new Set([address, own])]);
      const words = [...spellings(this.#language)].map((tag) => `${home}/embed/words/${encodeURIComponent(tag)}.json`);
      const said = await load(words, isNotSlow).catch(() => null);
      if (turn !== this.#started) return;
      if (said) this.#words = said.record;
      this.#render("loading");
      const { record, old } = await bundle;
      if (turn !== this.#started) return;
      this.#bundle = readBundle(record);
      this.#old = old;
      if (this.#words === ENGLISH) throw new Error("no words");
      this.#render();
    } catch {
      if (turn !== this.#started) return;
      this.#render("load.failed");
      this.#tell("error", { kind: "load" });
    }
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(`nearest-centre:${kind}`, { detail, bubbles: true, composed: true }));
  }

  #build() {
    if (this.#parts.box) return;
    // Only where there is a number to call without it: on a page of the directory itself.
    this.#bare =
      this.hasAttribute("search-only") && location.origin === HOME && !!document.querySelector("a[href^='tel:']");
    const parts = this.#parts;
    const out = { class: "button exit", part: "exit", rel: "noreferrer", target: "_top", "aria-describedby": "hint" };
    parts.exit = make("a", out);
    parts.exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave(this.exitTarget);
    });
    parts.hint = make("p", { id: "hint", class: "hint" });
    parts.helplines = make("section", { class: "helplines", part: "helplines", "aria-labelledby": "dial" });
    parts.search = make("div", { class: "search" });
    parts.position = make("div", { class: "position" });
    parts.message = make("div", { class: "message", part: "message", role: "status", id: "said" });
    parts.results = make("div", { class: "results", part: "results" });
    parts.foot = make("div", { class: "foot soft" });
    const { exit, hint, helplines, search, message, position, results, foot } = parts;
    const bar = make("div", { class: "bar", part: "bar" }, exit);
    const [above, below] = this.#bare ? [[], []] : [[bar, hint, helplines], [foot]];
    const inside = [...above, search, message, position, results, ...below];
    parts.box = make("div", { class: "box", part: "box" }, inside);
    this.#root.append(parts.box);
    dress(this.#root);
    this.#render();
  }

  #render(state = "loading") {
    const { box, exit, hint, helplines, search, message, position, foot } = this.#parts;
    box.lang = this.#words.tag;
    box.dir = this.#words.direction;
    exit.href = this.exitTarget;
    exit.textContent = this.#say("exit.button");
    hint.replaceChildren(this.#put("span", "exit.hint", { class: "keys" }), " ", this.#put("span", "exit.history"));
    const lines = this.#bundle?.helplines.length ? this.#bundle.helplines : LAST_RESORT;
    helplines.replaceChildren(
      this.#put("h2", "helplines.heading", { id: "dial" }),
      make("ul", {}, lines.map((line) => this.#helpline(line))),
    );
    for (const part of [message, position, foot]) part.replaceChildren();
    if (!this.#bundle || this.#words === ENGLISH) {
      this.forget();
      // What the page's own author put between the tags stays until there is something better.
      search.replaceChildren(make("slot"));
      message.replaceChildren(this.#put("p", state));
      if (state !== "loading") message.append(this.#button("retry.button", () => this.#start()));
      return;
    }
    const typed = this.#parts.input?.value ?? "";
    if (this.#bare) search.replaceChildren(this.#form(), make("slot"));
    else search.replaceChildren(this.#put("h2", "heading"), this.#form());
    position.replaceChildren(...this.#position());
    this.#parts.input.value = typed;
    foot.replaceChildren(...this.#notices());
    if (this.#origin) this.#show(false);
  }

  #button(key, deed, attributes = {}) {
    const button = this.#put("button", key, { ...PLAIN, ...attributes });
    button.addEventListener("click", deed);
    return button;
  }

  #helpline(line) {
    const known = this.#text(line.name);
    const name = known ? make("span", {}, known) : this.#put("span", `helpline.${line.kind}`);
    const hours = line.hours === "24/7" && !known ? this.#put("p", "hours.always", { class: "soft" }) : null;
    const note = this.#text(line.note) ? make("p", { class: "soft" }, this.#text(line.note)) : null;
    const address = web(this.#text(line.url_translations, line.url));
    const reach = line.number ? this.#call(line) : address && this.#link(address);
    return make("li", { part: "helpline" }, reach, make("div", {}, name, hours, note));
  }

  /** A number to tap, as it is dialled. */
  #call({ number, display }) {
    const shown = (display ?? number).replaceAll(" ", "\u00a0"); // in one line
    return this.#put("a", "call", { class: "button", part: "call", href: `tel:${number}` }, { number: shown });
  }

  #link(address) {
    const shown = address.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "");
    // A frame cannot show most other sites.
    const target = window.top === window ? null : "_blank";
    return make("a", { href: address, rel: "noreferrer noopener", target, dir: "ltr" }, shown);
  }

  #form() {
    const example = this.#bundle.places.keys().next().value ?? "";
    // No form: a sandboxed frame could not send it. The browser keeps nothing of it.
    const input = make("input", {
      id: "postcode", part: "input", type: "text", autocomplete: "off", autocapitalize: "characters",
      spellcheck: "false", autocorrect: "off", translate: "no", dir: "ltr", maxlength: LONGEST, enterkeyhint: "search",
      inputmode: /^[0-9]+$/.test(example) ? "numeric" : null, "aria-describedby": "said help private",
    });
    this.#parts.input = input;
    const button = this.#put("button", "find.button", { type: "button", class: "button", part: "button" });
    button.addEventListener("click", () => this.#find(input.value));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) button.click();
    });
    return make(
      "div",
      { role: "search", part: "form" },
      this.#put("label", "postcode.label", { for: "postcode" }),
      this.#put("p", "postcode.help", { id: "help", class: "soft" }, { example }),
      make("div", { class: "row" }, input, button),
      this.#put("p", "privacy.device", { id: "private", class: "soft" }),
    );
  }

  #position() {
    const button = this.#button("position.button", () => this.#locate(), { "aria-describedby": "asks" });
    const help = this.#put("p", "position.help", { id: "asks", class: "soft" });
    return [button, help];
  }

  #notices() {
    const notices = [];
    if (!this.#words.reviewed) {
      const english = this.#button("notice.english", () => {
        this.#english = true;
        this.#start();
      });
      notices.push(this.#put("p", "notice.unreviewed"), english);
    }
    const names = this.#bundle.attribution.map((source) => source.name).join("; ");
    if (names && !this.hasAttribute("compact")) {
      const sources = this.#put("p", "attribution", {}, { sources: names });
      const summary = this.#put("summary", "attribution", {}, { sources: "" });
      // "Data: {sources}" without the colon and what isolates the sources.
      summary.textContent = summary.textContent.replace(/[\s:：\u2066-\u2069]+$/, "");
      notices.push(make("details", {}, summary, sources));
    }
    return notices;
  }

  #find(typed) {
    this.#asked += 1;
    const { place, error, suggestions, countries } = resolve(this.#bundle, typed);
    if (place) {
      this.#origin = { ...place, isPostcode: true };
      this.#show(true);
    } else this.#refuse(error, suggestions, countries);
  }

  #refuse(kind, suggestions, countries) {
    const { input, results } = this.#parts;
    this.#origin = null;
    results.replaceChildren();
    this.#states = [];
    const said = [];
    if (kind === "postcode-foreign") {
      const names = countries.map((country) => this.#format("DisplayNames", { type: "region" }).of(country));
      said.push(make("p", {}, `${names.join(" / ")}? `, this.#put("span", "error.country-unsupported")));
      said.push(this.#put("p", "outside.dial"));
    } else if (kind !== "postcode-malformed" || !suggestions.length) said.push(this.#put("p", `error.${kind}`));
    if (suggestions.length) {
      said.push(this.#put("p", "suggestions.label"));
      said.push(make("div", { class: "row" }, suggestions.map((place) => this.#suggestion(place))));
    }
    this.#parts.message.replaceChildren(...said);
    input.setAttribute("aria-invalid", "true");
    input.focus();
    this.#parts.message.scrollIntoView?.({ block: "nearest" }); // a phone shows little beside its keyboard
    this.#tell("error", { kind });
  }

  #suggestion(place) {
    const button = make("button", { ...PLAIN, class: "button plain typed" }, `${place.code} ${place.name}`);
    button.addEventListener("click", () => {
      this.#parts.input.value = place.code;
      this.#find(place.code);
    });
    return button;
  }

  #locate() {
    const turn = (this.#asked += 1);
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#lost("unsupported");
      return;
    }
    this.#parts.message.replaceChildren(this.#put("p", "position.waiting"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (turn !== this.#asked) return;
        this.#parts.input.value = "";
        this.#origin = { lat: coords.latitude, lon: coords.longitude, accuracy: Math.ceil(coords.accuracy) };
        this.#show(true);
      },
      (problem) => {
        if (turn === this.#asked) this.#lost(["unavailable", "denied", "unavailable", "slow"][problem.code]);
      },
      { maximumAge: 60000, timeout: POSITION_MS },
    );
  }

  #lost(reason) {
    this.#parts.message.replaceChildren(this.#put("p", `position.${reason}`));
    this.#tell("error", { kind: `position-${reason}` });
  }

  #show(asked) {
    this.#parts.results.replaceChildren();
    try {
      this.#list(asked);
    } catch {
      this.#parts.message.replaceChildren(this.#put("p", "load.failed"));
    }
  }

  #list(asked) {
    const { input, message, results } = this.#parts;
    const filters = this.#filters;
    const { hits, certain } = nearest(this.#bundle, this.#origin, filters, this.hasAttribute("compact") ? 1 : LIMIT);
    input.removeAttribute("aria-invalid");
    message.replaceChildren();
    this.#states = [];
    const level = this.#bare && 2; // below the heading of the page
    const heading = this.#put("h3", "results.heading", { tabindex: "-1", "aria-level": level });
    const shown = hits.map((hit, at) => this.#centre(hit, certain || at > 1 ? at : null));
    results.replaceChildren(heading, ...this.#circumstances(hits, certain), ...shown);
    this.#tick();
    if (asked) heading.focus();
    this.#tell("result", { centres: hits.map((hit) => hit.centre.id), certain });
  }

  /** What the page asks for; a code that the directory does not have is a slip, and leaves nobody out. */
  get #filters() {
    const known = ([name, value]) => value && (name === "language" || this.#say(`${name}.${value}`));
    const asked = FILTERS.map((name) => [name, this.getAttribute(name)]);
    return Object.fromEntries(this.#unfiltered ? [] : asked.filter(known));
  }

  /** Who is left out, so that nobody takes the closest of some for the closest of all. */
  #chosen() {
    const { language, service, audience } = this.#filters;
    const named = [language && this.#name(language), service && this.#say(`service.${service}`)];
    return [...named, audience && this.#say(`audience.${audience}`)].filter(Boolean).join(" · ");
  }

  #circumstances(hits, certain) {
    const { isPostcode, code, name, lat, lon } = this.#origin;
    const { coverage, country, made } = this.#bundle;
    const said = [];
    const from = isPostcode ? this.#put("p", "results.from", { class: "soft typed" }, { place: `${code} ${name}` }) : "";
    if (this.#old || !navigator.onLine) {
      const date = this.#format("DateTimeFormat", { dateStyle: "long", timeZone: "UTC" }).format(Date.parse(made));
      said.push(this.#put("p", "offline", {}, { date }));
    }
    if (isPostcode ? !coverage.countries.includes(country) : isOutside(this.#bundle, lat, lon)) {
      said.push(this.#put("p", "outside"), this.#put("p", "outside.dial"));
    }
    const chosen = this.#chosen();
    if (chosen) {
      const all = this.#button("filter.clear", () => {
        this.#unfiltered = true;
        this.#tell("all", {});
        this.#show(true);
      });
      const only = make("p", {}, this.#put("span", "filters.label"), `: ${chosen}`);
      said.push(hits.length ? only : this.#put("p", "empty"), all);
    }
    if (!certain) {
      const why = this.#put("span", isPostcode ? "uncertain.postcode" : "uncertain.position");
      said.push(make("p", {}, why, " ", this.#put("span", "uncertain.both")));
    }
    return [from, said.length ? make("div", { class: "message" }, said) : ""];
  }

  /** One centre; its rank is null where it is not certain. */
  #centre({ centre, distance: metres }, rank) {
    const kilometres = metres / 1000;
    const km = this.#format("NumberFormat", { maximumFractionDigits: kilometres < 10 ? 1 : 0 }).format(kilometres);
    const state = make("span", { class: "state" });
    const change = make("span", {});
    this.#states.push({ centre, state, change });
    const phones = (centre.phones ?? []).filter((phone) => phone.kind !== "fax");
    const name = this.#text(centre.name_translations, centre.name);
    return make(
      "article",
      { class: "centre", part: "centre" },
      rank === null ? null : this.#put("p", rank ? "result.next" : "result.nearest", { class: "rank" }),
      make("h4", { part: "name", "aria-level": this.#bare && 3 }, name),
      make("p", { class: "facts" }, this.#put("span", "distance", {}, { km }), make("span", {}, state, " ", change)),
      phones.length ? make("div", { class: "calls" }, phones.flatMap((phone) => this.#phone(phone))) : null,
      make("dl", {}, this.#details(centre)),
      isConfirmed(centre) ? null : this.#put("p", "record.unconfirmed", { class: "soft" }),
    );
  }

  #phone(phone) {
    const what = phone.kind === "main" ? "" : this.#put("span", `phone.${phone.kind}`, { class: "soft" });
    return [this.#call(phone), what];
  }

  #details(centre) {
    const rows = [];
    const row = (key, ...inside) => rows.push(this.#put("dt", key), make("dd", {}, ...inside));
    const spoken = centre.languages ?? [];
    if (spoken.length) {
      const doubt = isConfirmed(centre) ? null : this.#put("p", "spoken.unconfirmed", { class: "soft" });
      row("spoken.label", make("ul", {}, spoken.map((each) => this.#spoken(each))), doubt ?? "");
    }
    if (centre.email) row("email", make("a", { href: `mailto:${centre.email}`, dir: "ltr" }, centre.email));
    if (web(centre.website)) row("website", this.#link(centre.website));
    row("address", centre.address_visibility === "hidden" ? this.#put("span", "address.hidden") : this.#place(centre));
    const services = (centre.services ?? []).filter((service) => this.#say(`service.${service}`));
    if (services.length && !this.hasAttribute("compact")) {
      row("services.label", make("ul", {}, services.map((service) => this.#put("li", `service.${service}`))));
    }
    return rows;
  }

  #place({ address }) {
    const street = this.#text(address.street_translations, address.street);
    const town = this.#text(address.locality, Object.values(address.locality ?? {})[0]);
    const parts = [street, `${address.postal_code ?? ""} ${town ?? ""}`.trim()];
    return make("bdi", { translate: "no" }, parts.filter(Boolean).join(", "));
  }

  /** A language by its own name. */
  #name(code) {
    try {
      const own = new Intl.DisplayNames([code, "en"], { type: "language", fallback: "none" });
      return own.of(code) ?? new Intl.DisplayNames("en", { type: "language" }).of(code);
    } catch {
      return code; // a tag that this browser refuses
    }
  }

  #spoken({ code, interpreter }) {
    const name = this.#name(code);
    if (interpreter) return this.#put("li", "spoken.interpreter", {}, { language: name });
    return make("li", {}, make("bdi", { lang: code }, name));
  }

  /** Say anew who is open. */
  #tick() {
    for (const { centre, state, change } of this.#states) {
      const { word, next } = opening(this.#bundle, centre, Date.now());
      const key = { open: "open.now", closed: "open.closed", unknown: "open.unknown" }[word];
      let time = "";
      try {
        time = next && this.#time(next, centre.timezone);
      } catch {} // a time zone that this browser does not have
      const moves = time ? this.#say(word === "open" ? "open.closes" : "open.opens", { time }) : "";
      // Who is in danger at night may still call.
      const duty = word === "closed" && centre.services?.includes(DUTY) ? this.#say(`service.${DUTY}`) : "";
      const then = [moves, duty].filter(Boolean).join(" · ");
      // Untouched while it says the same: nothing is read out twice.
      if (state.textContent !== this.#say(key)) state.textContent = this.#say(key);
      if (change.textContent !== then) change.textContent = then;
      state.dataset.word = word;
    }
  }

  /** A time on the centre's own clock. */
  #time(moment, timeZone) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    const day = this.#format("DateTimeFormat", { dateStyle: "short", timeZone });
    const date = moment - Date.now() > WEEKDAY_MS && { day: "numeric", month: "long" };
    const isToday = day.format(moment) === day.format(Date.now());
    return this.#format("DateTimeFormat", isToday ? clock : { weekday: "long", ...date, ...clock }).format(moment);
  }

  /** The partner's colour: for words as far as it can be read. */
  #color() {
    const { style } = this.#parts.box;
    const names = ["--accent", "--on-accent", "--accent-light", "--accent-dark"];
    names.forEach((name) => style.removeProperty(name));
    style.color = this.getAttribute("accent") ?? "";
    const rgb = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(style.color && getComputedStyle(this.#parts.box).color);
    style.color = "";
    if (!rgb) return;
    const accent = rgb.slice(1).map(Number);
    const onAccent = contrast(accent, WHITE) >= ENOUGH ? WHITE : BLACK; // one of the two always is
    const mixes = [accent, onAccent, readable(accent, LIGHT_WASH, BLACK), readable(accent, DARK_WASH, WHITE)];
    mixes.forEach((mix, at) => style.setProperty(names[at], `rgb(${mix.join(" ")})`));
  }
}

// A page may hold the module twice, under its name and under its hash.
if (!customElements.get("nearest-centre")) customElements.define("nearest-centre", NearestCentre);
