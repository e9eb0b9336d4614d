"""What a finger meets on a page: scripts that return it, and whether it has moved."""

# The numbers to call that a finger reaches without scrolling.
IN_REACH = """() => {
  const root = document.querySelector("nearest-centre")?.shadowRoot ?? document;
  const isInSight = (element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const x = (left + right) / 2;
    return [top + 1, bottom - 1].every((y) => {
      const target = y > 0 && y < innerHeight && root.elementFromPoint(x, y);
      return target && element.contains(target);
    });
  };
  const calls = [...root.querySelectorAll("a[href^='tel:']")].filter(isInSight);
  return calls.map(({ href }) => href);
}"""
# For each point of a grid the link or control under it, also within the component.
TAPPED = """() => {
  const CONTROLS = "a[href], button, input, select, summary";
  const at = (x, y, root = document) => {
    const met = root.elementFromPoint(x, y);
    return met?.shadowRoot && met !== root.host ? at(x, y, met.shadowRoot) : met;
  };
  const names = new Map();
  const name = (met) => {
    const control = met?.closest(CONTROLS);
    return control ? control.href?.baseVal ?? control.href ?? control.localName : "";
  };
  const points = [];
  for (let y = 3; y < innerHeight; y += 12)
    for (let x = 3; x < innerWidth; x += 12) {
      const met = at(x, y);
      if (!names.has(met)) names.set(met, name(met));
      points.push(names.get(met));
    }
  return points.join(" ");
}"""


def moved(before: list[str], now: list[str]) -> str:
    """What is wrong with the points of a page, compared with those before; empty if nothing is."""
    pairs = list(zip(before, now, strict=True))
    others = sum(1 for was, met in pairs if ":" in was and met != was)
    calls = sum(1 for was, met in pairs if met.startswith("tel:") and was not in ("", met))
    if others or calls:
        return f"{others} points have another link, {calls} a number to call"
    return ""
