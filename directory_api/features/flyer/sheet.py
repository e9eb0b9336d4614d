"""A flyer in one language: HTML that is whole in itself, for paper.

It loads nothing: the style is in it, and its own Content-Security-Policy allows only that.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from directory_api.countries.known import Said
from directory_api.features.flyer.flyer import Flyer, contested, numbers
from directory_api.features.flyer.qr import qr
from directory_api.features.flyer.sizes import EMAIL, HOURS, WEBSITE
from directory_api.hours.in_words import hours_lines
from directory_api.hours.syntax import ALWAYS
from directory_api.record.answered import is_for_emergencies
from directory_api.record.helplines import IN_DANGER
from directory_api.record.records import Centre, Helpline, Phone, address_line, localized, text_in
from directory_api.text.translations import Words, long_date, words

CARDS, STRIPS = 10, 10
# The style of all flyers, and its hash as a source of a Content-Security-Policy.
_CSS = (files(__package__) / "static/flyer.css").read_text(encoding="utf-8")
_STYLE = Markup(_CSS)  # noqa: S704  # a file of ours
STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()}"
_SAID_BY_KIND = (*IN_DANGER, "national_line")


@dataclass(frozen=True, slots=True)
class Where:
    """The public address of the directory, without / at its end, or nothing if there is none.

    A static site has a file for each language, and one page about all prints.
    """

    url: str
    static_site: bool = False

    @classmethod
    def of(cls, url: str, *, static_site: bool = False) -> "Where":
        """Return it for an address; nothing for one of this machine, which no phone can open."""
        is_public = urlsplit(url).hostname not in (None, "localhost", "127.0.0.1")
        return cls(url if is_public else "", static_site)

    def page(self, tag: str) -> str:
        """Return the address of the page without a place, in a language."""
        return f"{self.url}/index.{tag}.html" if self.static_site else f"{self.url}/?lang={tag}"

    def check(self, flyer: Flyer) -> str:
        """Return the address at which people see whether a flyer is still right, as printed."""
        path = "f/" if self.static_site else f"f/{flyer.code}"
        return f"{self.short}/{path}"

    @property
    def short(self) -> str:
        """The address as people type it."""
        return self.url.partition("://")[2]


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline: what to call or to open, as a link and on paper; what it is; and whether it is
    said to be answered day and night.
    """

    kind: str
    href: str
    display: str
    label: str
    is_always: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a centre, with its label unless it is the main one, and what is said about it."""

    display: str
    label: str | None
    answered: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A centre on paper; `notes` are what to know before one calls or goes."""

    name: str
    town: str | None
    numbers: tuple[Number, ...]
    address: str | None
    lines: tuple[str, ...]
    email: str | None
    website: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """What is on the back: signs of exploitation with what is said about them, and what to do, a
    paragraph for each source; and who says it.
    """

    signs: tuple[Markup, ...]
    about_signs: tuple[tuple[Markup, ...], ...]
    advice: tuple[tuple[Markup, ...], ...]
    publishers: tuple[str, ...]


def html(flyer: Flyer, tag: str, where: Where) -> str:
    """Return a flyer in a language (BCP 47)."""
    say = words(tag)
    lines = [line_of(line, tag) for line in flyer.helplines]
    places = [_place(flyer, centre, tag) for centre in flyer.centres]
    template = "card" if flyer.size.name == "card" else "poster"
    return (
        _templates()
        .get_template(f"flyer/{template}.html")
        .render(
            flyer=flyer,
            say=say,
            danger=[line for line in lines if line.kind in IN_DANGER],
            national=[line for line in lines if line.kind == "national_line"],
            others=[line for line in lines if line.kind not in _SAID_BY_KIND],
            places=places,
            back=_back(flyer, say) if flyer.back else None,
            style=_STYLE,
            style_hash=STYLE_HASH,
            qr=qr(where.page(tag), flyer.size.qr_mm) if where.url else None,
            where=where,
            check=where.check(flyer) if where.url else None,
            cards=CARDS,
            strips=STRIPS,
            torn=_torn(lines, places),
            date=long_date(flyer.today, tag),
        )
    )


def line_of(line: Helpline, tag: str) -> Line:
    """Return a helpline in a language: the words for its kind, else its name."""
    say = words(tag)
    url = line.url_translations.get(tag, line.url or "")
    display = line.display or line.number or _site(url)
    href = f"tel:{line.number}" if line.number else url
    if line.kind in _SAID_BY_KIND or tag not in line.name:
        return Line(line.kind, href, display, say[f"helpline.{line.kind}"], line.hours == ALWAYS)
    # The name says what the words for the kind do not, and when it is answered.
    return Line(line.kind, href, display, line.name[tag], is_always=False)


def _back(flyer: Flyer, say: Words) -> Back:
    def texts(said: Iterable[Said]) -> tuple[Markup, ...]:
        return tuple(filter(None, (_text(each, say) for each in said)))

    return Back(
        tuple(sign for about, _ in flyer.back for sign in texts(about.signs)),
        tuple(texts(about.worried) for about, _ in flyer.back if about.signs and about.worried),
        tuple(texts(about.worried) for about, _ in flyer.back if not about.signs),
        tuple(dict.fromkeys(publisher for _, publisher in flyer.back)),
    )


def _text(said: Said, say: Words) -> Markup | None:
    """Return the text of a key, or a text by language, with its language if that is another one."""
    if isinstance(said, str):
        own = say.language_of(said)
        tag, direction, text = own.tag, own.direction, say[said]
    else:
        found = localized(said, say.language.tag)
        if found is None:
            return None
        tag, direction, text = found.tag, "auto", found.text
    if tag == say.language.tag:
        return Markup("{}").format(text)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction, text)


def _place(flyer: Flyer, centre: Centre, tag: str) -> Place:
    say = words(tag)
    own_name = centre.name_translations.get(tag, centre.name)
    name = say["neutral.name"] if flyer.is_neutral else own_name
    lines: list[str] = []
    if HOURS in flyer.members and centre.opening_hours and centre.status == "active":
        hours = _hours(centre.opening_hours, flyer, centre, say) or say["open.unknown"]
        lines = [f"{say['hours.label']}: {hours}"]
    return Place(
        name,
        text_in(centre.address.locality, tag),
        tuple(_number(phone, flyer, centre, say) for phone in numbers(centre)),
        _address(flyer, centre, tag),
        tuple(lines),
        centre.email if EMAIL in flyer.members else None,
        _site(centre.website) if centre.website and WEBSITE in flyer.members else None,
        tuple(dict.fromkeys(_notes(flyer, centre, say))),
    )


def _address(flyer: Flyer, centre: Centre, tag: str) -> str | None:
    """Return the street, the postcode and the town, as far as they are public and have room."""
    place = centre.address
    if not flyer.says_address(centre) or not (place.street or place.postal_code):
        return None
    street = place.street_translations.get(tag, place.street)
    return address_line(street, place.postal_code, text_in(place.locality, tag))


def _notes(flyer: Flyer, centre: Centre, say: Words) -> Iterable[str]:
    tag = say.language.tag
    if centre.status != "active":
        until = centre.closed_through(flyer.today)
        yield (
            say.say("status.closed_until", date=long_date(until, tag))
            if until
            else say[f"status.{centre.status}"]
        )
    shown = ("phones", *sorted(flyer.members))
    for name in shown:
        until = centre.shown_until(name)
        if until and (name != "address" or flyer.says_address(centre)):
            part = say[{"phones": "phone.main", HOURS: "hours.label"}.get(name, "address")]
            yield f"{part}: {say.say('temporary.until', date=long_date(until, tag))}"
    if centre.address_visibility != "public" and flyer.says_address(centre):
        # That an address is secret tells what a centre is for.
        yield say["flyer.call_first" if flyer.is_neutral else "address.hidden"]
    for key in contested(centre, shown):
        is_address = key == "contested.address"
        yield say["flyer.call_first" if is_address and not flyer.says_address(centre) else key]


def _number(phone: Phone, flyer: Flyer, centre: Centre, say: Words) -> Number:
    answered = None
    if phone.hours == ALWAYS:
        limited = is_for_emergencies(centre, phone)
        answered = say["phone.emergencies" if limited else "phone.always"]
    elif phone.hours and (hours := _hours(phone.hours, flyer, centre, say)):
        answered = say.say("phone.hours", hours=hours)
    label = None if phone.kind == "main" else say[f"phone.{phone.kind}"]
    return Number(phone.display or phone.number, label, answered)


def _hours(expression: str, flyer: Flyer, centre: Centre, say: Words) -> str:
    """Return hours in one line; nothing if they are not known."""
    country = centre.address.country
    return " · ".join(hours_lines(expression, country, flyer.today, say.language.tag))


def _torn(lines: Iterable[Line], places: Iterable[Place]) -> str:
    """Return the number on the strips: the national line, else that of the first centre, else the
    first helpline.
    """
    national = [line.display for line in lines if line.kind == "national_line"]
    of_centres = [number.display for place in places for number in place.numbers]
    return [*national, *of_centres, *(line.display for line in lines)][0]


def _site(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined
    )
