// Keeps the exit of the component in sight on a partner's page.

const CHECK_MS = 250;
// From its corner to its end: the points at which a finger must meet it.
const POINTS = [0.2, 0.5, 0.8];

/**
 * While any of the component is in sight, look whether the page covers the exit, or has scrolled it
 * away. If so it is shown in the top layer of the browser, above everything and at the top of the
 * window, until the component is out of sight.
 *
 * @param {HTMLElement} component
 * @param {HTMLElement} exit
 * @returns {() => void} Called to stop.
 */
export function keepInSight(component, exit) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const check = () => {
    const rect = exit.getBoundingClientRect();
    // Below the window it is still to come, with all that is below it.
    if (rect.bottom > innerHeight || exit.hasAttribute("popover") || isMet(exit, rect)) return;
    exit.setAttribute("popover", "manual");
    exit.showPopover?.(); // a browser before 2024 puts it above what it can
  };
  const putBack = () => {
    clearInterval(timer);
    exit.removeAttribute("popover");
  };
  const observer = new IntersectionObserver((entries) => {
    putBack();
    if (!entries.at(-1)?.isIntersecting) return;
    check();
    timer = setInterval(check, CHECK_MS);
  });
  observer.observe(component);
  return () => {
    observer.disconnect();
    putBack();
  };
}

/**
 * Whether all of the exit is in the window, and nothing covers it.
 *
 * @param {HTMLElement} exit
 * @param {DOMRect} rect
 */
function isMet(exit, { left, top, right, width, height }) {
  return (
    Math.min(left, top, innerWidth - right) >= 0 &&
    POINTS.every((part) =>
      exit.contains(elementAt(left + width * part, top + height * part)),
    )
  );
}

/**
 * What a finger meets, also within a component. Firefox does not tell a shadow root what covers it,
 * so the search begins at the document.
 *
 * @param {number} x
 * @param {number} y
 * @param {DocumentOrShadowRoot} root
 * @returns {Element | null}
 */
function elementAt(x, y, root = document) {
  const element = root.elementFromPoint(x, y);
  const inner = element?.shadowRoot;
  return inner && inner !== root ? elementAt(x, y, inner) : element;
}
