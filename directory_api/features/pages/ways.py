"""The ways to reach help (record/ways.py) for what a visitor can say, ready in a language.

Only a way with an address that a tap can open or call counts. What no source says never counts as
safe, and neither does a way for some people alone. Where the language of the page has no text that
says whom a way is for, it is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from directory_api.features.pages.presenters import CentreView, PageTranslator, night_line
from directory_api.record.centre_in_words import TEMPORARY, CentreInWords
from directory_api.record.helpline_in_words import HelplineInWords
from directory_api.record.records import Centre
from directory_api.record.ways import Way, ways
from directory_api.text.translations import country_names

MOST = 4
# Reached with a browser or an app, which needs internet.
_ONLINE = frozenset({"chat", "app", "form", "email", "website"})
# In a call people speak, here they write.
_WRITTEN = ("sms", "chat", "form", "email")
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


@dataclass(frozen=True, slots=True)
class WayView:
    """A way to reach a centre or a helpline: what a tap opens or calls, as a verb; the name of what
    it reaches, with its country if that has to be named; and `words`, `trace` and `note`, what it
    costs. `is_web` tells whether it opens another site. `until` are the last days of its temporary
    values; `sources` say all this.
    """

    href: str
    verb: Markup
    is_web: bool
    name: Markup
    country_names: str | None
    words: tuple[Markup, ...]
    trace: Markup | None
    hours: Markup | None
    eligibility: str | None
    note: str | None
    until: tuple[str, ...]
    contested: tuple[Markup, ...]
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a way leads to: its name, its country if that has to be named, and whether it is for
    people under 18. `country` (ISO 3166-1) has its public holidays; `told` is a centre.
    """

    name: Markup
    country: str
    country_names: str | None = None
    is_for_minors: bool = False
    in_words: CentreInWords | None = None


# How well a way fits what a visitor says, from 0, which is best; None if it does not.
_Fit = Callable[[Way, _Owner], int | None]


def _fits_mute(way: Way, _owner: _Owner) -> int | None:
    return _WRITTEN.index(way.kind) if way.kind in _WRITTEN else None


def _fits_minor(_way: Way, owner: _Owner) -> int | None:
    return 0 if owner.is_for_minors else None


def _fits_credit(way: Way, _owner: _Owner) -> int | None:
    return 0 if way.cost == "free" and way.kind not in _ONLINE else None


def _fits_watched(way: Way, _owner: _Owner) -> int | None:
    """A site stays in the history of the browser, which can be emptied; a message on the phone."""
    if way.kind in ("call", "chat", "form") and not way.needs_account:
        is_off_bill = way.on_phone_bill is False
        return 0 if is_off_bill else None if way.kind == "call" else 1
    return None


_CHOICES: Mapping[str, _Fit] = MappingProxyType(
    {
        "mute": _fits_mute,
        "minor": _fits_minor,
        "credit": _fits_credit,
        "watched": _fits_watched,
    }
)


def ways_for_choices(
    lines: Sequence[HelplineInWords],
    centres: Iterable[CentreView],
    sources: Mapping[str, Mapping[str, str]],
    translator: PageTranslator,
) -> Mapping[str, tuple[WayView, ...]]:
    """Return the ways to reach some helplines and open centres by what a visitor says, each at most
    MOST; and `all`.

    The line that answers day and night and the emergency number are always among them, as the last
    ones. Web sites of centres are left out: they are not known to answer anyone.
    """
    owned = [
        (way, owner, href)
        for way, owner in (*_of_lines(lines, translator), *_of_centres(centres))
        if (href := _target(way, translator.tag))
        and translator.tag in (way.eligibility or {translator.tag})
    ]
    always = [
        each
        for line in dict.fromkeys((night_line(lines).href, lines[0].href))
        for each in owned
        if each[2] == line and each[0].kind == "call"
    ]
    views = {id(each[0]): _view(*each, sources, translator) for each in owned}
    chosen = {}
    for name, fit in _CHOICES.items():
        ranked = [
            (rank, each)
            for each in owned
            if each not in always
            and not each[0].eligibility
            and (rank := fit(each[0], each[1])) is not None
        ]
        ranked.sort(key=lambda pair: pair[0])
        best = [each for _, each in ranked[: MOST - len(always)]]
        chosen[name] = tuple(views[id(each[0])] for each in (*best, *always))
    return {**chosen, "all": tuple(views.values())}


def _of_lines(
    lines: Iterable[HelplineInWords], translator: PageTranslator
) -> Iterator[tuple[Way, _Owner]]:
    for view in lines:
        line = view.helpline
        # A short number is another service in another country.
        is_short = line.number is not None and not line.number.startswith("+")
        where = country_names(line.countries, translator.tag) if is_short else view.country_names
        # Only its name, which the language lacks, says whom the line is for.
        if view.original:
            continue
        name = Markup("{}").format(view.name)
        country = next(iter(line.countries), "")
        for way in ways(line):
            yield way, _Owner(name, country, where, line.kind == "child_line")


def _of_centres(centres: Iterable[CentreView]) -> Iterator[tuple[Way, _Owner]]:
    for view in centres:
        centre: Centre = view.centre
        name = Markup("<bdi>{}</bdi>").format(view.in_words.name)
        is_for_minors = "children" in centre.audiences
        owner = _Owner(name, centre.address.country, None, is_for_minors, view.in_words)
        if centre.status == "active":
            yield from ((way, owner) for way in ways(centre) if way.kind != "website")


def _view(
    way: Way,
    owner: _Owner,
    href: str,
    sources: Mapping[str, Mapping[str, str]],
    translator: PageTranslator,
) -> WayView:
    return WayView(
        href=href,
        verb=_verb(way, href, translator),
        is_web=href.startswith("http"),
        name=owner.name,
        country_names=owner.country_names,
        words=tuple(map(translator, _words(way))),
        trace=translator(_TRACES[way.kind]) if way.kind in _TRACES else None,
        hours=_hours(way, owner, translator),
        eligibility=(way.eligibility or {}).get(translator.tag),
        note=(way.note or {}).get(translator.tag),
        until=tuple(_until(way, owner.in_words)),
        contested=tuple(
            translator(key) for key in dict.fromkeys(each.key for each in way.contested)
        ),
        sources=tuple(sources[id] for id in way.sources if id in sources),
    )


def _verb(way: Way, href: str, translator: PageTranslator) -> Markup:
    shown = way.display or way.address or ""
    if href.startswith("http"):
        shown = href.partition("://")[2].partition("/")[0].removeprefix("www.")
    display = Markup('<bdi dir="ltr">{}</bdi>').format(shown)
    if way.kind == "call":
        return translator.fill("call", number=display)
    key = "website" if way.kind == "website" else f"way.{way.kind}"
    return Markup("{} {}").format(translator(key), display)


def _hours(way: Way, owner: _Owner, translator: PageTranslator) -> Markup | None:
    lines = translator.lines(way.hours, owner.country) if way.hours else ()
    return translator.join_lines(lines) if lines else None


def _until(way: Way, in_words: CentreInWords | None) -> Iterator[str]:
    """Yield the last days of the temporary numbers of a centre."""
    if (
        in_words
        and way.kind == "call"
        and way.address in {phone.number for phone in in_words.numbers}
    ):
        yield from dict.fromkeys(day.text for day in in_words.about("phones", kind=TEMPORARY))


def _target(way: Way, tag: str) -> str:
    """Return what a tap opens or calls; empty if it opens nothing: a number of an app or of a relay
    service is not one to call.
    """
    address = way.translations.get(tag, way.address or "")
    if not address or address.startswith(("https:", "http:")):
        return address
    scheme = {"call": "tel", "sms": "sms", "email": "mailto"}.get(way.kind)
    return f"{scheme}:{address}" if scheme else ""


def _words(way: Way) -> Iterator[str]:
    """Yield the keys of what is said of a way."""
    if way.kind == "call":
        yield "way.speak"
    if way.audible:
        yield "way.sound"
    if way.cost:
        yield f"way.{way.cost}"
    elif way.kind in ("call", "sms"):
        yield "way.cost_unknown"
    if way.on_phone_bill is not None:
        yield "way.on_bill" if way.on_phone_bill else "way.off_bill"
    elif way.kind in ("call", "sms"):
        yield "way.bill_unknown"
    if way.needs_account is not None:
        yield "way.account" if way.needs_account else "way.no_account"
