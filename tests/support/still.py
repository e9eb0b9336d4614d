"""Whether the controls of a page stay still: a finger that is on its way meets what it was meant
for. Page and frame of Playwright, and a tab of WebDriver, are measured alike.
"""

from typing import Any, Protocol

# A finger needs so long from when the eye has seen a control.
FINGER_MS = 300
# For each moment the control under each point of a grid, also within the component, and where it
# is. A control that can be tapped, and could be within the last FINGER_MS before it, is neither
# replaced at that point by another one, nor at another place.
WATCH = f"""
const CONTROLS = "a[href], button, input:not([type=hidden]), select, summary, [role=button]";
const STEP = 20;
window.still = {{ wrong: new Set(), moments: [], begin() {{
  still.wrong.clear();
  still.moments = [];
  still.look();
}} }};
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
  const at = performance.now();
  const known = still.moments.filter((moment) => at - moment.at < {FINGER_MS});
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
  still.moments = [...known, {{ at, points, controls }}];
}};
setInterval(still.look, 75);
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
    wrong: list[str] = page.evaluate(
        "new Promise((done) => setTimeout(() => done([...still.wrong]), 150))"
    )
    return wrong


def tapped(page: Shown) -> list[str]:
    """The controls that can be tapped now."""
    page.evaluate("still.look()")
    controls: list[str] = page.evaluate(
        "[...still.moments.at(-1).controls.values()].map(([name]) => name)"
    )
    return controls
