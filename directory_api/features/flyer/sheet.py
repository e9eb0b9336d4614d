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

from directory_api.countries.known import SourceText
from directory_api.features.flyer.flyer import Flyer
from directory_api.features.flyer.qr import qr
from directory_api.features.flyer.sizes import ADDRESS, EMAIL, HOURS, WEBSITE
from directory_api.record.centre_in_words import (
    UNCONFIRMED,
    Caveat,
    CentreInWords,
    describe_centre,
)
from directory_api.record.helpline_in_words import HelplineInWords, describe_helpline
from directory_api.record.helplines import IN_DANGER
from directory_api.record.speaker import Speaker
from directory_api.record.texts import localized
from directory_api.text.translations import Words, long_date, words

CARDS, STRIPS = 10, 10
# The style of all flyers, and its hash as a source of a Content-Security-Policy.
_CSS = (files(__package__) / "static/flyer.css").read_text(encoding="utf-8")
_STYLE = Markup(_CSS)  # noqa: S704  # a file of ours
STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()}"
_SAID_BY_KIND = (*IN_DANGER, "national_line")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """The public address of the directory, without / at its end, or nothing if there is none.

    A static site has a file for each language, and one page about all prints.
    """

    url: str
    static_site: bool = False

    @classmethod
    def of(cls, url: str, *, static_site: bool = False) -> "PublicAddress":
        """Return it for an address; nothing for one of this machine, which no phone can open."""
        is_public = urlsplit(url).hostname not in (None, "localhost", "127.0.0.1")
        return cls(url if is_public else "", static_site)

    def page(self, tag: str) -> str:
        """Return the URL of the page without a place, in a language."""
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
class Place:
    """A centre on paper, with what the flyer has room for; `notes` are what to know before one
    calls or goes.
    """

    in_words: CentreInWords
    address: str | None
    hours: str | None
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


def html(flyer: Flyer, tag: str, where: PublicAddress) -> str:
    """Return a flyer in a language (BCP 47)."""
    say = words(tag)
    speaker = Speaker(say, flyer.today)
    lines = [line_of(describe_helpline(line, speaker)) for line in flyer.helplines]
    centres = [describe_centre(centre, speaker, flyer.fresh_days) for centre in flyer.centres]
    if flyer.is_neutral:
        centres = [each.neutral for each in centres]
    doubt = _doubt(flyer, centres)
    places = [_place(flyer, each, doubt) for each in centres]
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
            doubt=doubt,
            back=_back(flyer, say) if flyer.back else None,
            style=_STYLE,
            style_hash=STYLE_HASH,
            qr=qr(where.page(tag), flyer.size.qr_mm) if where.url else None,
            where=where,
            check=where.check(flyer) if where.url else None,
            cards=CARDS,
            strips=STRIPS,
            torn=_strip_number(lines, places),
            date=long_date(flyer.today, tag),
        )
    )


def line_of(in_words: HelplineInWords) -> Line:
    """Return a helpline: the words for its kind, else its name, which says what the words for the
    kind do not, and when it is answered.
    """
    kind, is_short = in_words.helpline.kind, in_words.helpline.kind in _SAID_BY_KIND
    return Line(
        kind,
        in_words.href,
        # On paper nobody can tap the rest of an address.
        in_words.display if in_words.helpline.number else _site(in_words.href),
        in_words.short if is_short else in_words.name,
        in_words.always and (is_short or in_words.is_kind),
    )


def _back(flyer: Flyer, say: Words) -> Back:
    def texts(source_texts: Iterable[SourceText]) -> tuple[Markup, ...]:
        return tuple(filter(None, (_text(each, say) for each in source_texts)))

    return Back(
        tuple(sign for about, _ in flyer.back for sign in texts(about.signs)),
        tuple(texts(about.worried) for about, _ in flyer.back if about.signs and about.worried),
        tuple(texts(about.worried) for about, _ in flyer.back if not about.signs),
        tuple(dict.fromkeys(publisher for _, publisher in flyer.back)),
    )


def _text(source_text: SourceText, say: Words) -> Markup | None:
    """Return the text of a key, or a text by language, with its language if that is another one."""
    if isinstance(source_text, str):
        own = say.language_of(source_text)
        tag, direction, text = own.tag, own.direction, say[source_text]
    else:
        found = localized(source_text, say.language.tag)
        if found is None:
            return None
        tag, direction, text = found.tag, "auto", found.text
    if tag == say.language.tag:
        return Markup("{}").format(text)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction, text)


def _place(flyer: Flyer, in_words: CentreInWords, doubt: str | None) -> Place:
    """Return a centre, without the doubt that is said of all of them."""
    centre, say = in_words.centre, in_words.say
    has_hours = HOURS in flyer.members and centre.opening_hours and centre.status == "active"
    # Its town is below its name already.
    has_address = flyer.says_address(centre) and (in_words.street or centre.address.postcode)
    notes = dict.fromkeys(
        _note(flyer, each, in_words)
        for each in flyer.relevant_caveats(centre, in_words.caveats)
        if each.kind != UNCONFIRMED or not doubt
    )
    return Place(
        in_words,
        in_words.address if has_address else None,
        f"{say('hours.label')}: {say.join_lines(in_words.hours_lines)}" if has_hours else None,
        in_words.email if EMAIL in flyer.members else None,
        _site(in_words.website) if in_words.website and WEBSITE in flyer.members else None,
        tuple(notes),
    )


def _note(flyer: Flyer, caveat: Caveat, in_words: CentreInWords) -> str:
    """Return a caveat; only that one has to call first, where there is no room for more."""
    has_room = HOURS in flyer.members
    is_short = not has_room and caveat.kind == UNCONFIRMED
    if is_short or (caveat.member == ADDRESS and not flyer.says_address(in_words.centre)):
        return in_words.say("flyer.call_first")
    return caveat.labelled(in_words.say)


def _doubt(flyer: Flyer, centres: Iterable[CentreInWords]) -> str | None:
    """Return the sentence about what is not confirmed, if it is the same of every centre."""
    notes = {_note(flyer, each.unconfirmed, each) if each.unconfirmed else None for each in centres}
    return notes.pop() if len(notes) == 1 else None


def _strip_number(lines: Iterable[Line], places: Iterable[Place]) -> str:
    """Return the number on the strips: the national line, else that of the first centre, else the
    first helpline.
    """
    national = [line.display for line in lines if line.kind == "national_line"]
    of_centres = [number.display for place in places for number in place.in_words.callable_numbers]
    return [*national, *of_centres, *(line.display for line in lines)][0]


def _site(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined
    )
