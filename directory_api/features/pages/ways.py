"""The ways to reach help (record/ways.py) in words, with the facts by which ways.js sorts them.

A fact is an attribute only if it is known: from the kind of the way, or because a source says it.
Which way fits a choice is decided in ways.js alone, where an absent fact never fits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from directory_api.features.pages.presenters import CentreView, PageTranslator
from directory_api.record.centre_in_words import TEMPORARY, CentreInWords
from directory_api.record.helpline_in_words import HelplineInWords
from directory_api.record.records import Centre, Helpline, Spoken
from directory_api.record.ways import Way, ways
from directory_api.text.translations import country_names, language_name

# What a visitor can choose, in the order of the page: keys of texts (`way.mute`).
CHOICES = ("mute", "credit", "watched", "minor", "language")
# Reached with a browser or an app, which needs internet.
_ONLINE = frozenset({"chat", "app", "form", "email", "website"})
# In a call people speak, here they write. What an app, a relay service, a web site or a visit asks
# for is not known from its kind.
_SPEECH: Mapping[str, str] = MappingProxyType(
    {"call": "yes", "sms": "no", "chat": "no", "form": "no", "email": "no"}
)
# What stays on the device: the key of the sentence.
_TRACES: Mapping[str, str] = MappingProxyType(
    {
        "call": "way.trace_call",
        "sms": "way.trace_message",
        "email": "way.trace_message",
        "app": "way.trace_message",
        "chat": "way.trace_web",
        "form": "way.trace_web",
        "website": "way.trace_web",
    }
)
# The vocabulary's kinds that have a text of their own elsewhere.
_LABELS: Mapping[str, str] = MappingProxyType({"email": "email", "website": "website"})
_FOR_ALL = ("emergency", "police")


@dataclass(frozen=True, slots=True)
class WayView:
    """A way to reach a centre or a helpline.

    `facts` are the values of `data-` attributes: what is known, without the rest. `words` are the
    same facts as texts, which say of cost and bill also that they are not known. `href` is empty
    if it cannot be opened or called; `is_web` tells whether it opens another site. `spoken` has
    each language as its code and its own name. `until` are the last days of its temporary values.
    """

    name: Markup
    where: str | None
    label: Markup
    href: str
    display: str
    is_web: bool
    facts: Mapping[str, str]
    words: tuple[Markup, ...]
    trace: Markup | None
    hours: Markup | None
    for_whom: Markup | None
    note: Markup | None
    until: tuple[str, ...]
    contested: tuple[Markup, ...]
    spoken: tuple[tuple[str, str], ...]
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a way leads to: its name, its country if that has to be named, its address in one line,
    and whether it is for people under 18 (`own`: for them alone; empty if that is not known).
    `languages` are those that a source names for all its ways. `country` (ISO 3166-1) has its
    public holidays.
    """

    name: Markup
    country: str
    where: str | None = None
    place: str = ""
    minor: str = ""
    languages: tuple[Spoken, ...] = ()
    told: CentreInWords | None = None


# The members of a centre that a way shows, of which each can be temporary.
_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"call": ("phones",), "in_person": ("address", "opening_hours")}
)


def way_views(
    lines: Iterable[HelplineInWords],
    centres: Iterable[CentreView],
    sources: Mapping[str, Mapping[str, str]],
    translator: PageTranslator,
) -> tuple[WayView, ...]:
    """Return the ways to reach some helplines and open centres, in their order.

    Web sites of centres are left out: they are beside the centres, and not known to answer anyone.
    """
    return tuple(
        _view(way, owner, sources, translator)
        for way, owner in (*_of_lines(lines, translator), *_of_centres(centres))
    )


def facts(way: Way, minor: str = "", languages: Iterable[Spoken] = ()) -> dict[str, str]:
    """Return what is known of a way, by the name of its attribute without `data-`.

    `speech`, `bill`, `account` and `sound` are `yes` or `no`, `cost` is a word of
    vocabulary.COSTS, and `languages` are codes (BCP 47) with spaces between them, by default those
    of all ways of the record. `only` says that the way is for some people alone, and `reach` that
    a tap opens or calls it.
    """
    known = {
        "kind": way.kind,
        "speech": _SPEECH.get(way.kind),
        "cost": way.cost,
        "bill": _yes(way.on_bill),
        "account": _yes(way.needs_account),
        "sound": _yes(way.makes_sound),
        "minor": minor,
        "languages": " ".join(each.code for each in way.languages or languages),
        "only": "yes" if way.for_whom else None,
        "reach": "yes" if _target(way, "")[0] else None,
    }
    return {name: value for name, value in known.items() if value}


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _of_lines(
    lines: Iterable[HelplineInWords], translator: PageTranslator
) -> Iterator[tuple[Way, _Owner]]:
    tag = translator.words.language.tag
    for view in lines:
        line: Helpline = view.helpline
        # A short number is another service in another country.
        is_short = line.number is not None and not line.number.startswith("+")
        where = country_names(line.countries, tag) if is_short else view.where
        minor = {"child_line": "own", **dict.fromkeys(_FOR_ALL, "yes")}.get(line.kind, "")
        # In a language that has no text for it, only the name says whom a line is for.
        name = Markup(" · ").join(filter(None, (view.name, view.original)))
        country = next(iter(line.countries), "")
        for way in ways(line):
            yield way, _Owner(name, country, where, minor=minor)


def _of_centres(centres: Iterable[CentreView]) -> Iterator[tuple[Way, _Owner]]:
    for view in centres:
        centre: Centre = view.centre
        minor = "yes" if "children" in centre.audiences else ""
        name = Markup("<bdi>{}</bdi>").format(view.told.name)
        country = centre.address.country
        place, spoken = view.told.address, centre.languages
        owner = _Owner(name, country, None, place, minor, spoken, view.told)
        if centre.status == "active":
            yield from ((way, owner) for way in ways(centre) if way.kind != "website")


def _view(
    way: Way,
    owner: _Owner,
    sources: Mapping[str, Mapping[str, str]],
    translator: PageTranslator,
) -> WayView:
    href, display = _target(way, translator.words.language.tag)
    is_place = way.kind == "in_person"
    return WayView(
        name=owner.name,
        where=owner.where,
        label=translator(_LABELS.get(way.kind, f"way.{way.kind}")),
        href=href,
        display=owner.place if is_place and not way.address else display,
        is_web=href.startswith("http"),
        facts=facts(way, owner.minor, owner.languages),
        words=tuple(map(translator, _words(way))),
        trace=translator(_TRACES[way.kind]) if way.kind in _TRACES else None,
        hours=_hours(way, owner, translator),
        for_whom=translator.of(way.for_whom or {}),
        note=translator.of(way.note or {}),
        until=tuple(_until(way, owner.told)),
        contested=tuple(
            translator(key) for key in dict.fromkeys(each.key for each in way.contested)
        ),
        spoken=tuple(
            (each.code, language_name(each.code, each.code))
            for each in way.languages or owner.languages
        ),
        sources=tuple(sources[id] for id in way.sources if id in sources),
    )


def _hours(way: Way, owner: _Owner, translator: PageTranslator) -> Markup | None:
    lines = translator.lines(way.hours, owner.country) if way.hours else ()
    return translator.joined(lines) if lines else None


def _until(way: Way, told: CentreInWords | None) -> Iterator[str]:
    numbers = {phone.number for phone in told.numbers} if told else set()
    if told and (way.kind != "call" or way.address in numbers):
        days = told.about(*_SHOWN.get(way.kind, ()), kind=TEMPORARY)
        yield from dict.fromkeys(day.text for day in days)


def _target(way: Way, tag: str) -> tuple[str, str]:
    """Return what a tap opens or calls, and how that is written."""
    address = way.translations.get(tag, way.address or "")
    if not address or address.startswith(("https:", "http:")):
        return address, address.partition("://")[2].partition("/")[0].removeprefix("www.")
    if way.kind == "email":
        return f"mailto:{address}", address
    scheme = {"call": "tel", "sms": "sms"}.get(way.kind)
    # A number of an app or a relay service is not one to call.
    return f"{scheme}:{address}" if scheme else "", way.display or address


def _words(way: Way) -> Iterator[str]:
    """Yield the keys of what is said of a way."""
    speech = _SPEECH.get(way.kind)
    if speech:
        yield "way.speak" if speech == "yes" else "way.written"
    is_online = way.kind in _ONLINE
    if is_online:
        yield "way.internet"
    if way.cost:
        yield f"way.{way.cost}"
    elif not is_online and way.kind != "in_person":
        yield "way.cost_unknown"
    if way.on_bill is not None:
        yield "way.on_bill" if way.on_bill else "way.off_bill"
    elif way.kind in ("call", "sms", "relay"):
        yield "way.bill_unknown"
    if way.needs_account is not None:
        yield "way.account" if way.needs_account else "way.no_account"
    if way.makes_sound:
        yield "way.sound"
