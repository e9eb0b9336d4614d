// The reference is complete without this script, which finds in it and unfolds what a link leads to.

const field = document.getElementById("find");
const items = [...document.querySelectorAll("details:not(.fold)")];
const texts = items.map((item) => item.textContent.toLowerCase());

function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  items.forEach((item, number) => {
    item.hidden = !words.every((word) => texts[number].includes(word));
  });
  for (const group of document.querySelectorAll("section.group")) {
    group.hidden = !group.querySelector("details:not(.fold, [hidden])");
  }
  for (const fold of document.querySelectorAll("details.fold")) fold.open = words.length > 0;
  const found = items.filter((item) => !item.hidden).length;
  document.getElementById("found").textContent = words.length > 0 ? `${found} found` : "";
}

function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = [...document.querySelectorAll("details:not([open])")];
  const around = closed.filter((details) => details.contains(target));
  for (const details of around) details.open = true;
  if (around.length > 0) target.scrollIntoView();
}

if (field) {
  field.closest("p").hidden = false;
  field.addEventListener("input", find);
}
addEventListener("hashchange", unfold);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
unfold();
