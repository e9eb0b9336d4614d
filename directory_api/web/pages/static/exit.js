// "Leave this page": blanks it at once and puts a page that tells nothing in its place, so that Back does not return.
// Also three times Shift. Without this script the link itself still leads away. Nothing is counted and nothing is kept.
(() => {
  const TIMES = 3;
  const WITHIN_MS = 2000;
  let taps = [];
  let target = null;
  let known = null; // where the link leads, should the page lose it

  const look = () => (known = document.querySelector("a[data-exit]")?.href ?? known);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
  // The keys are told of only where they are heard; what stands at the root outlives an answer put in place.
  document.documentElement.classList.add("keys");

  const leave = (address) => {
    target = address;
    for (const field of document.querySelectorAll("input, select, textarea")) field.value = "";
    document.title = "\u00a0";
    document.documentElement.replaceChildren();
    go();
  };

  const go = () => {
    try {
      // In a frame it is the page around it that has to go; any page may say so to its top after a tap or a key.
      window.top.location.replace(target);
    } catch {
      // The frame is not allowed to (sandbox without allow-top-navigation): at least it is empty.
      window.location.replace("about:blank");
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-exit]");
    if (!link) return;
    event.preventDefault();
    leave(link.href);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      taps = [];
      return;
    }
    if (event.repeat) return;
    taps = [...taps, event.timeStamp].filter((moment) => event.timeStamp - moment < WITHIN_MS);
    if (taps.length >= TIMES && look()) leave(known);
  }, true);

  // Some browsers keep a page as it was, for Back. One that was left stays left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && target) go();
  });
})();
