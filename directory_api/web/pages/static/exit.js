// "Leave this page": clears the page at once and replaces it with a neutral one, so that Back does
// not return. Shift pressed three times does the same. Without this script the link still works.
// Nothing is counted or stored.
(() => {
  const TIMES = 3;
  const WITHIN_MS = 2000;
  let taps = [];
  let target = null;
  let known = null; // the link's target, in case the page loses the link

  const look = () => (known = document.querySelector("a[data-exit]")?.href ?? known);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
  // The page mentions the keys only if this script runs. The class is on the root element, because
  // page.js replaces the body.
  document.documentElement.classList.add("keyboard");

  const leave = (address) => {
    target = address;
    for (const field of document.querySelectorAll("input, select, textarea")) field.value = "";
    document.title = "\u00a0";
    document.documentElement.replaceChildren();
    go();
  };

  const go = () => {
    try {
      // In a frame, leave the page around it: browsers allow this after a tap or a key press.
      window.top.location.replace(target);
    } catch {
      // The sandbox lacks allow-top-navigation: empty the frame at least.
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

  // Says to a screen reader how many presses are missing. After the key is released, so that the
  // exit is not delayed and capital letters are not announced.
  let silence;
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || taps.length === 0) return;
    const status = document.querySelector("[data-presses]");
    const words = document.querySelector(`[data-presses-left="${TIMES - taps.length}"]`);
    if (!status || !words) return;
    status.replaceChildren(words.content.cloneNode(true));
    clearTimeout(silence);
    silence = setTimeout(() => status.replaceChildren(), WITHIN_MS);
  }, true);

  // Some browsers restore a page from a cache on Back; leave it again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && target) go();
  });
})();
