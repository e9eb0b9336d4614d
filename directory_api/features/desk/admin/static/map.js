// The point on the map of a form moves by tap, by arrow keys, by buttons, and when it is typed or
// pasted. Without this script there is no map: the text is enough.

const UNITS = 320;
const UNIT_M = 12_000 / UNITS;
const STEP_M = 50;
const FAR_M = 500;
const DECIMALS = 5;
const STEPS = { north: [0, 1], west: [-1, 0], east: [1, 0], south: [0, -1] };
const KEYS = { ArrowUp: "north", ArrowLeft: "west", ArrowRight: "east", ArrowDown: "south" };
// A point as map sites copy it.
const BOTH =
  /^\s*(-?\d+(?:[.,]\d+)?)(?:\s*;\s*|,?\s+)(-?\d+(?:[.,]\d+)?)\s*$|^\s*(-?\d+\.\d+),(-?\d+\.\d+)\s*$/;

for (const map of document.querySelectorAll("[data-map]")) enhance(map);

function enhance(map) {
  const form = map.closest("form");
  const frame = map.closest("fieldset");
  const field = form.elements[map.dataset.map];
  const precision = form.elements[map.dataset.map.replace(/point$/, "precision")];
  const numbers = (text) => (text ? text.split(" ").map(Number) : null);
  const middle = numbers(map.dataset.middle);
  const metre = numbers(map.dataset.metre);
  const old = numbers(map.dataset.old);
  const pin = map.querySelector("[data-pin]");
  const status = frame.querySelector("[data-moves]");
  const ways = [...frame.querySelectorAll("[data-way]")].map((way) => way.content.textContent);

  // The point of the form as latitude and longitude; null if there is none.
  function point() {
    const both = BOTH.exec(field.value);
    return both && [both[1] ?? both[3], both[2] ?? both[4]].map((text) => Number(text.replace(",", ".")));
  }

  // East and north of a point, in metres.
  const away = (from, to) => [(to[1] - from[1]) / metre[1], (to[0] - from[0]) / metre[0]];

  function show() {
    const at = point();
    const [east, north] = at ? away(middle, at) : [Infinity, 0];
    const [x, y] = [UNITS / 2 + east / UNIT_M, UNITS / 2 - north / UNIT_M];
    if (x >= 0 && x <= UNITS && y >= 0 && y <= UNITS) {
      pin.removeAttribute("display");
      pin.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    } else {
      pin.setAttribute("display", "none");
    }
    status.textContent = at && old ? moved(away(old, at)) : "";
  }

  function moved([east, north]) {
    const metres = Math.round(Math.hypot(east, north));
    if (!metres) return "";
    const way = (Math.round(Math.atan2(east, north) / (Math.PI / 4)) + 8) % 8;
    const distance = metres < 10_000 ? `${metres} m` : `${Math.round(metres / 1000)} km`;
    return ways[way].replace("{distance}", distance);
  }

  function put(from, east, north) {
    const at = [from[0] + north * metre[0], from[1] + east * metre[1]];
    field.value = at.map((degrees) => degrees.toFixed(DECIMALS)).join(", ");
    // What a postcode brought is not as good as a place on the map.
    if (["", "postcode"].includes(precision.value)) precision.value = "street";
    show();
  }

  function move(direction, metres) {
    const [east, north] = STEPS[direction];
    put(point() ?? middle, east * metres, north * metres);
  }

  map.addEventListener("click", (event) => {
    // A press by the keyboard has no place.
    if (!event.detail) return;
    const box = map.querySelector("svg").getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width - 0.5) * UNITS * UNIT_M;
    const up = (0.5 - (event.clientY - box.top) / box.height) * UNITS * UNIT_M;
    put(middle, across, up);
  });
  map.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.altKey || event.metaKey) return;
    move(KEYS[event.key], event.shiftKey ? FAR_M : STEP_M);
    event.preventDefault();
  });
  for (const button of frame.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(button.dataset.move, STEP_M));
  }
  field.addEventListener("input", show);
}
