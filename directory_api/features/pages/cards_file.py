"""What the scripts show in a language, as the server writes it: texts, cards and helplines.

The scripts sort and number the cards, and add the distance and whether the office is open. Elements
are lists, not HTML, because a partner's page may forbid to make elements of text (Trusted Types).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from functools import cache
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, Template

from directory_api.features.pages.presenters import PageTime, PageTranslator, centre_view
from directory_api.hours.in_words import hours_words
from directory_api.hours.rules import UNKNOWN
from directory_api.hours.timetable import OpenState
from directory_api.live.editions import Edition
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.parts import REPLACED
from directory_api.record.records import Centre, Helpline
from directory_api.text.translations import words
from directory_api.web.http import responses

# The tag, the attributes, and the children, each an element or a text.
Element = list[Any]
_NEVER_CLOSED = ("br",)
_WITH_TEXT = ("a", "p", "span")
# Not the spaces of typography, which keep a number on one line.
_SPACE = re.compile(r"[ \n]+")
_UNKNOWN = OpenState(UNKNOWN, None, None)


@cache
def template(name: str) -> Template:
    """Return a template for what is shown elsewhere than in a page of this feature."""
    loader = PackageLoader("directory_api.features.pages")
    environment = Environment(loader=loader, autoescape=True)
    environment.globals["link"] = responses.link
    return environment.get_template(f"finder/{name}.html")


def words_record(tag: str) -> dict[str, Any]:
    """Return the texts in a language, and the names of days, as JSON."""
    week = hours_words(tag)
    return {
        **words(tag).to_record(),
        "week": {"days": week["days"], "range": week["range"]},
    }


def cards_record(tag: str, edition: Edition) -> dict[str, Any]:
    """Return the same with the cards and helplines of an edition. It is constant for a revision and
    a day.
    """
    translator = PageTranslator(words(tag), edition.pieces.today)
    midnight = edition.timetable.since
    return {
        **words_record(tag),
        "country": edition.home,
        "revision": str(edition.snapshot.revision),
        "generated_at": midnight.isoformat().replace("+00:00", "Z"),
        "lines": lines(edition.every_helpline, translator),
        **cards(
            edition.snapshot.listed,
            edition.snapshot.sources,
            edition.pieces.fresh_days,
            midnight,
            translator,
        ),
    }


def cards(
    centres: Iterable[Centre],
    sources: Any,
    fresh_days: int,
    midnight: datetime,
    translator: PageTranslator,
) -> dict[str, Any]:
    """Return `cards` by the id of their centre, and in `temporary` those with the values that a
    centre has for some days.
    """
    written = template("centre")

    def card(centre: Centre) -> Element:
        now = PageTime({centre.id: _UNKNOWN}, {centre.id: frozenset()}, midnight, fresh_days)
        view = centre_view(0, centre, now, translator, None)
        html = written.render(say=translator, view=view, sources=sources, is_on_device=True)
        return element_of(html)

    usual = list(map(_usual, centres))
    return {
        "cards": {centre.id: card(centre) for centre in usual},
        "temporary": {
            centre.id: card(_temporarily(centre)) for centre in usual if centre.temporary
        },
    }


def lines(helplines: Iterable[Helpline], translator: PageTranslator) -> dict[str, Any]:
    """Return helplines by their id, each with its link in its own country, and abroad."""
    link = template("parts").module.helpline  # type: ignore[attr-defined]
    return {
        line.id: {
            "kind": line.kind,
            "number": line.number or "",
            "countries": list(line.countries),
            **{
                name: element_of(
                    link(translator, describe_helpline(line, translator, is_abroad=is_abroad), "")
                )
                for name, is_abroad in (("own", False), ("abroad", True))
            },
        }
        for line in helplines
    }


def _usual(centre: Centre) -> Centre:
    """Return the centre with its permanent values."""
    permanent = centre.permanent
    if permanent is None:
        return centre
    values = {name: getattr(permanent, name) for name in REPLACED}
    return replace(centre, **values, permanent=None)


def _temporarily(centre: Centre) -> Centre:
    """Return the centre with its temporary values."""
    assert centre.temporary is not None
    zone = ZoneInfo(centre.timezone or "UTC")
    return centre.effective_at(datetime.combine(centre.temporary.until, time(), zone))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.path: list[Element] = [["", {}]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: Element = [tag, {name: value or "" for name, value in attrs}]
        self.path[-1].append(element)
        if tag not in _NEVER_CLOSED:
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        # Between blocks, the ends of lines of a template show nothing.
        tag, _, *before = self.path[-1]
        if data.strip() or "\n" not in data or (before and tag in _WITH_TEXT):
            self.path[-1].append(_SPACE.sub(" ", data))


def element_of(html: str) -> Element:
    """Return the first element of HTML that a template has written."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    root, *_ = (each for each in reader.path[0][2:] if not isinstance(each, str))
    return list(root)
