"""Whether the controls of a page stay still: a finger that is on its way meets what it was meant
for. Page and frame of Playwright, and a tab of WebDriver, are measured alike.
"""

from typing import Any, Protocol

# A finger needs so long from when the eye has seen a control.
FINGER_MS = 300
# For each frame that the browser paints, the control under each point of a grid, also within the
# component, and where it is. A control that can be tapped, and could be within the last FINGER_MS
# before it, is neither replaced at that point by another one, nor at another place. Between frames
# a page may be in a state that is never painted, so a timer does not look at it.
#
# The script runs before the clock of the page is installed: then frames go on while it is paused.
WATCH = f"""
const CONTROLS = "a[href], button, input:not([type=hidden]), select, summary, [role=button]";
const STEP = 20;
const frame = requestAnimationFrame.bind(window);
window.still = {{ wrong: new Set(), moments: [] }};
// A page is measured in a frame before observers of sizes change it, so the second one sees all.
still.painted = () => new Promise((done) => frame(() => frame(() => done(true))));
still.begin = async () => {{
  await still.painted();
  still.wrong.clear();
  still.moments = [];
  still.look();
}};
const under = (x, y, root = document) => {{
  const met = root.elementFromPoint(x, y);
  return met?.shadowRoot && met !== root.host ? under(x, y, met.shadowRoot) : met;
}};
const name = (control) => {{
  const {{ href, localName }} = control;
  return href?.baseVal ?? href ?? `${{localName}} ${{control.name || control.textContent.trim()}}`;
}};
const place = (control) => {{
  const {{ left, top, width, height }} = control.getBoundingClientRect();
  return [left, top, width, height];
}};
// What it says may become longer.
const isNear = ([left, top, width], [x, y, length]) =>
  Math.abs(top - y) <= 1 && left < x + length / 2 && left + width > x + length / 2;
still.look = () => {{
  if (!document.body) return;
  const points = new Map();
  const controls = new Map();
  for (let y = 3; y < innerHeight; y += STEP)
    for (let x = 3; x < innerWidth; x += STEP) {{
      const control = under(x, y)?.closest(CONTROLS);
      if (!control || control.disabled) continue;
      if (!controls.has(control)) controls.set(control, [name(control), place(control)]);
      points.set(`${{x}} ${{y}}`, control);
    }}
  const state = JSON.stringify([[...controls.values()], [...points.keys()]]);
  const at = performance.now();
  const last = still.moments.at(-1);
  if (last) last.until = at;
  if (last?.state === state && [...points].every(([point, met]) => last.points.get(point) === met))
    return;
  const known = still.moments.filter((moment) => at - moment.until < {FINGER_MS});
  for (const moment of known) {{
    for (const [point, was] of moment.points) {{
      const met = points.get(point);
      const [now, then] = [controls.get(met)?.[0], moment.controls.get(was)[0]];
      if (met && met !== was && now !== then) still.wrong.add(`${{then}} became ${{now}}`);
    }}
    for (const [control, [then, before]] of moment.controls) {{
      const same = [...controls].filter(([each, [now]]) => each === control || now === then);
      if (same.length > 0 && !same.some(([, [, after]]) => isNear(after, before)))
        still.wrong.add(`${{then}} moved`);
    }}
  }}
  still.moments = [...known, {{ until: at, state, points, controls }}];
}};
frame(function look() {{
  still.look();
  frame(look);
}});
"""
# A position that comes, or does not, when the test says so.
SLOW_POSITION = """
navigator.geolocation.getCurrentPosition = (found, failed) => {
  window.found = (latitude, longitude) => found({ coords: { latitude, longitude, accuracy: 9 } });
  window.failed = (code) => failed({ code });
};
"""


class Shown(Protocol):
    """A page in a browser that runs WATCH."""

    def evaluate(self, expression: str, /) -> Any:
        """The value of an expression in JavaScript, when its promise is kept."""


def begin(page: Shown) -> None:
    """From here on, after what the visitor has done, nothing may move."""
    page.evaluate("still.begin()")


def moved(page: Shown) -> list[str]:
    """What has moved since then."""
    wrong: list[str] = page.evaluate("still.painted().then(() => [...still.wrong])")
    return wrong


def tapped(page: Shown) -> list[str]:
    """The controls that can be tapped now."""
    page.evaluate("still.look()")
    controls: list[str] = page.evaluate(
        "[...still.moments.at(-1).controls.values()].map(([name]) => name)"
    )
    return controls
