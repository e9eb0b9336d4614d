"""Plots as SVG: a few lines over a number of centres, both axes logarithmic."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

# Distinct for people who see few colours (Okabe and Ito), on white.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_DASHES = ("", "7 4", "2 3", "9 3 2 3")
_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 170, 46, 54
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Line:
    """A line of a plot: its name, and its points with values above 0."""

    name: str
    points: Sequence[tuple[float, float]]


def svg(title: str, across: str, up: str, lines: Sequence[Line]) -> str:
    """Return a plot. Raises ValueError without a point."""
    drawn = [(line.name, [(x, y) for x, y in line.points if x > 0 and y > 0]) for line in lines]
    points = [point for _, line in drawn for point in line]
    if not points:
        raise ValueError("a plot needs points")
    left, right = _decades([x for x, _ in points])
    low, high = _decades([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        along = (math.log10(x) - left) / (right - left)
        above = (math.log10(y) - low) / (high - low)
        return (
            _LEFT + along * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - above * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="title" font-family="sans-serif" font-size="13">',
        f'<title id="title">{escape(title)}</title>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        _text(_LEFT, 26, title, "start", size=15),
        *_grid(left, right, low, high, place),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, across, "middle"),
        f'<g transform="translate(18 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)">'
        f"{_text(0, 0, up, 'middle')}</g>",
    ]
    # The names stand beside the ends of the lines, from the highest to the lowest.
    ends = sorted((place(*line[-1])[1], number) for number, (_, line) in enumerate(drawn) if line)
    lowest = 0.0
    for end, number in ends:
        name, line = drawn[number]
        colour = _COLOURS[number % len(_COLOURS)]
        dash = _DASHES[number % len(_DASHES)]
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in line)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dash}"/>'
        )
        for point in line:
            x, y = place(*point)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        lowest = max(end + 4, lowest + 17)
        parts.append(_text(_WIDTH - _RIGHT + 10, lowest, name, "start", colour=colour))
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _grid(
    left: int, right: int, low: int, high: int, place: Callable[[float, float], tuple[float, float]]
) -> list[str]:
    parts = []
    for power in range(left, right + 1):
        x, bottom = place(10.0**power, 10.0**low)
        _, top = place(10.0**power, 10.0**high)
        parts.append(_rule(x, bottom, x, top))
        parts.append(_text(x, bottom + 20, _label(power), "middle"))
    for power in range(low, high + 1):
        x, y = place(10.0**left, 10.0**power)
        end, _ = place(10.0**right, 10.0**power)
        parts.append(_rule(x, y, end, y))
        parts.append(_text(x - 8, y + 4, _label(power), "end"))
    return parts


def _label(power: int) -> str:
    if 0 <= power <= 6:
        return f"{10**power:,}"
    if -3 <= power < 0:
        return f"{10.0**power:.{-power}f}"
    return f"10{str(power).translate(_SUPERSCRIPT)}"


def _rule(x: float, y: float, other_x: float, other_y: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{other_x:.1f}" y2="{other_y:.1f}" '
        f'stroke="#ccc" stroke-width="1"/>'
    )


def _text(
    x: float, y: float, text: str, anchor: str, *, size: int = 13, colour: str = "#222"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
