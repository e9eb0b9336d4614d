"""Visits to the finder in whole browsers, whose profile is a folder that can be searched.

Each journey has a place and a closest centre of its own, so that one start of a browser serves all
journeys, and what is found on disk says which of them left it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tests.support.profile_search import number_forms, written_forms
from tests.support.records import made_up_centre

# Of each journey: a postcode, its place, a word that is in no other file, and the point.
_PLACES = {
    "arrival": ("1160", "Auderghem", "Quorvelinde", 50.8167, 4.4333),
    "postcode": ("3020", "Herent", "Brumqeltoven", 50.8986, 4.6461),
    "town": ("3520", "Zonhoven", "Zwijrnakkel", 50.9906, 5.3681),
    "form": ("5377", "Somme-Leuze", "Ghistarqou", 50.2904, 5.3387),
    "position": ("6717", "Attert", "Vlaqstermuur", 49.739, 5.7201),
    "language": ("7743", "Pecq", "Drimwoskaan", 50.6655, 3.3483),
    "print": ("8830", "Hooglede", "Pelqundraai", 50.9833, 3.0833),
    "contact": ("9860", "Oosterzele", "Ruftwommelin", 50.971, 3.817),
    "copy": ("9881", "Aalter", "Jolvaqspriet", 51.0912, 3.4877),
    "call": ("2990", "Wuustwezel", "Knerfdollaqin", 51.3917, 4.5958),
    "component": ("3800", "Sint-Truiden", "Wolqbrantsij", 50.8162, 5.1865),
    "frame": ("4900", "Spa", "Tarnqwosselin", 50.4921, 5.8644),
    "exit": ("8660", "De Panne", "Ozwiqlennaar", 51.0994, 2.5894),
}


@dataclass(frozen=True)
class Journey:
    """What one visitor does. Each text about them is in no other file of the product."""

    name: str
    number: int
    postcode: str
    town: str
    word: str
    lat: float
    lon: float

    @property
    def typed(self) -> str:
        """What is typed: no table has the postcode or the town in this form."""
        if self.name == "town":
            return "zônhovén"
        return f"B-{self.postcode}"

    @property
    def phone(self) -> str:
        """The number of the centre, as E.164."""
        return f"+32320116{20 + self.number}"

    @property
    def centre(self) -> dict[str, Any]:
        """The closest centre: it is at the place."""
        shown = f"+32 3 201 16 {20 + self.number}"
        return made_up_centre(
            self.number,
            name=f"Huis {self.word}",
            address={
                "street": f"{self.word}straat 4{self.number}",
                "postal_code": self.postcode,
                "locality": {"nl": self.town},
                "country": "BE",
            },
            location={"lat": self.lat, "lon": self.lon, "precision": "street"},
            phones=[{"number": self.phone, "display": shown, "kind": "main"}],
        )

    @property
    def marks(self) -> Mapping[str, set[bytes]]:
        """What is searched for: the place as typed, answered and measured, and the centre."""
        last = 20 + self.number
        numbers = f"32320116{last}", f"3 201 16 {last}", f"03/201.16.{last}", f"03 201 16 {last}"
        return {
            f"{self.name} place": {
                *written_forms(self.typed),
                *written_forms(f"{self.postcode} {self.town}"),
                *number_forms(self.lat + 0.00123),
                *number_forms(self.lon + 0.00123),
            },
            f"{self.name} centre": {
                *written_forms(self.word),
                *(form for number in numbers for form in written_forms(number)),
            },
        }


JOURNEYS = {
    name: Journey(name, number, *place) for number, (name, place) in enumerate(_PLACES.items())
}


class Visitor(Protocol):
    """A person in a browser with tabs; selectors also find what is in a shadow tree."""

    def open(self, address: str) -> None:
        """Open a page in a new tab."""

    def frame(self) -> None:
        """Use the frame of the page from now on."""

    def type(self, selector: str, text: str) -> None:
        """Type into the first field that is visible."""

    def click(self, selector: str) -> None:
        """Click the first that is visible."""

    def sees(self, selector: str) -> None:
        """Wait until one is visible."""

    def title(self, title: str) -> None:
        """Wait until the tab has a title."""

    def send_plain(self, address: str, typed: str) -> None:
        """Open a page in a new tab without scripts, and send its form."""

    def close(self) -> None:
        """Close the tab."""


FIELD, FIND = "input#postcode", "button.main"


@dataclass(frozen=True)
class Sites:
    """Where the finder is, a partner's pages with the component and the frame, and a service that
    knows the position of the device.
    """

    finder: str
    partner: str
    positions: str


def visit(visitor: Visitor, journey: Journey, sites: Sites) -> None:
    """Do a journey in a new tab, which stays open."""
    address = f"{sites.finder}/?lang=en"
    if journey.name == "form":
        visitor.send_plain(address, journey.typed)
        _sees_answer(visitor, journey)
        return
    if journey.name in {"component", "frame"}:
        visitor.open(f"{sites.partner}/{journey.name}")
        if journey.name == "frame":
            visitor.frame()
    else:
        visitor.open(address)
    visitor.sees("input#postcode" if journey.name == "component" else ".search.enhanced")
    if journey.name == "arrival":
        return
    if journey.name == "position":
        visitor.click("[data-position]")
    else:
        visitor.type(FIELD, journey.typed)
        visitor.click(FIND)
    _sees_answer(visitor, journey)
    if journey.name in AFTERWARDS:
        AFTERWARDS[journey.name](visitor, journey)


def _sees_answer(visitor: Visitor, journey: Journey) -> None:
    visitor.sees(".origin.known")
    visitor.sees(f"a[href='tel:{journey.phone}']")


def _language(visitor: Visitor, journey: Journey) -> None:
    visitor.click(".languages summary")
    visitor.click(".languages [lang=fr]")
    visitor.sees("html[lang=fr] .origin.known")
    _sees_answer(visitor, journey)


def _print(visitor: Visitor, _: Journey) -> None:
    visitor.click("[data-print-page]")
    visitor.sees("section.printed")


def _contact(visitor: Visitor, journey: Journey) -> None:
    visitor.click(f"article[data-centre={journey.centre['id']}] .share summary")
    visitor.click(f"[name=contact][value={journey.centre['id']}]")


def _copy(visitor: Visitor, journey: Journey) -> None:
    visitor.click(f"article[data-centre={journey.centre['id']}] .share summary")
    visitor.click(f"article[data-centre={journey.centre['id']}] [data-share=copy]")


def _call(visitor: Visitor, journey: Journey) -> None:
    visitor.click(f"article a[href='tel:{journey.phone}']")


def _exit(visitor: Visitor, _: Journey) -> None:
    visitor.click(".exit")
    visitor.title("Elsewhere")


AFTERWARDS: dict[str, Callable[[Visitor, Journey], None]] = {
    "language": _language,
    "print": _print,
    "contact": _contact,
    "copy": _copy,
    "call": _call,
    "exit": _exit,
}
