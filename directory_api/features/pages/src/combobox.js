// A list of places below the field while one types, which covers what is below and moves nothing:
// the combobox of https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ with a list.

/** @import { Offered, SearchOrigin } from "./types.js" */

import { create } from "./dom.js";

/**
 * @param {HTMLInputElement} input
 * @param {(text: string) => Offered[]} suggest
 * @param {(origin: SearchOrigin) => void} choose
 */
export function offerPlaces(input, suggest, choose) {
  /** @type {Offered[]} */
  let offered = [];
  let active = -1;
  const label = input.labels?.[0]?.textContent;
  const list = create("ul", { id: "places", class: "typed", role: "listbox", "aria-label": label });
  input.after(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  /** @param {Offered[]} places */
  const show = (places) => {
    offered = places;
    list.replaceChildren(
      ...places.map((place, index) => {
        const option = create("li", { id: `places-${index}`, role: "option" });
        option.append(create("bdi", {}, place.label));
        option.addEventListener("click", () => take(place));
        return option;
      }),
    );
    list.hidden = places.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    activate(-1);
  };

  /** @param {number} index */
  const activate = (index) => {
    active = index;
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(at === index));
    }
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index]?.scrollIntoView({ block: "nearest" });
  };

  /** @param {Offered} place */
  const take = (place) => {
    show([]);
    choose(place.origin);
  };

  show([]);
  // Only while one types: what comes later would open under a finger.
  input.addEventListener("input", () => show(suggest(input.value)));
  input.addEventListener("blur", () => show([]));
  // The field keeps the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const { key } = event;
    const count = offered.length;
    if (count === 0 || event.isComposing) return;
    if (key === "ArrowDown") activate((active + 1) % count);
    else if (key === "ArrowUp") activate(active > 0 ? active - 1 : count - 1);
    else if (key === "Escape") show([]);
    else if (key === "Enter" && active >= 0) take(offered[active]);
    else {
      if (key === "Enter") show([]);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  // Before what else listens to Enter.
  input.addEventListener("keydown", onKey, true);
}
