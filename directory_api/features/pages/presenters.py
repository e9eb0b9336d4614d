"""Presenters: centres and helplines as texts in the visitor's language, ready for a template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from directory_api.countries.known import SourceText, known
from directory_api.features.pages.map import Drawing, Spot, TownName, town_names
from directory_api.hours.in_words import day_names
from directory_api.hours.rules import CLOSED, OPEN, UNKNOWN
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.hours.timetable import OpenState
from directory_api.record.centre_in_words import CentreInWords, describe_centre
from directory_api.record.helpline_in_words import HelplineInWords, describe_helpline
from directory_api.record.helplines import EUROPEAN, PlaceHelplines
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import TextsByLanguage, localized, text_in
from directory_api.record.verified import confirmed_on
from directory_api.record.vocabulary import DUTY
from directory_api.search.query import RESPONSIBLE, NearestAnswer, Result
from directory_api.text import translations
from directory_api.text.translations import locale_of
from directory_api.web.http import responses

_NEXT_LINE = Markup("<br>")
_IN = Markup('<span lang="{}" dir="{}">{}</span>')
_WEEK = 7
_FOR_THE_WORRIED = ("reporting_site", "national_line")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PageTranslator(Speaker):
    """Texts in one language, as HTML; a text in another language has a `lang` attribute (WCAG
    3.1.2).
    """

    def __call__(self, key: str, **values: str) -> Markup:
        """Return the text of a key, as HTML."""
        return self._marked(key, self.words.say(key, **values))

    def plain(self, key: str, **values: str) -> str:
        """Return the text of a key for an attribute, which cannot have a `lang` of its own."""
        return self.words.say(key, **values)

    def fill(self, key: str, **values: str | None) -> Markup:
        """Return the text of a key with HTML in its placeholders."""
        return self._marked(key, Markup("{}").format(self.words[key]).format(**values))

    def _marked(self, key: str, text: str) -> Markup:
        """Return the text of a key with the language that it is in, if that is another one."""
        language = self.words.language_of(key)
        if language.tag == self.tag:
            return Markup("{}").format(text)
        return _IN.format(language.tag, language.direction, text)

    def record_text(self, texts: TextsByLanguage) -> Markup | None:
        """Return a record's text in this language, else in another one; None without a text."""
        text = localized(texts, self.tag)
        if text is None:
            return None
        is_same = text.tag == self.tag
        return (
            Markup("{}").format(text.text) if is_same else _IN.format(text.tag, "auto", text.text)
        )

    def own_text(self, texts: TextsByLanguage) -> str | None:
        """Return a record's text in this language; None without one."""
        return texts.get(self.tag)

    def join_lines(self, lines: Iterable[str]) -> Markup:
        """Return lines below each other."""
        # Names of days and months of CLDR, times, and texts that are escaped.
        return _NEXT_LINE.join(map(Markup, lines))

    def text(self, text: str | Mapping[str, str]) -> Markup | None:
        """Return the text of a key, or a text by language."""
        return self(text) if isinstance(text, str) else self.record_text(text)

    def place_name(self, names: Mapping[str, str], name: str) -> str:
        """Return the name of a place in this language, else the name that is displayed."""
        return names.get(self.tag, name)

    def region(self, names: Mapping[str, str]) -> str:
        """Return the name of a region in this language, else its local name, which is the first."""
        return names.get(self.tag) or next(iter(names.values()))

    def country(self, code: str) -> str:
        """Return the name of a country (ISO 3166-1) in this language."""
        return str(locale_of(self.tag).territories.get(code, code))

    def km(self, metres: float) -> str:
        """Return a distance in kilometres, with one decimal below ten."""
        return translations.km(metres, self.tag)

    def moment(self, moment: datetime, now: datetime) -> str:
        """Return a time as `09:00`, `Monday, 09:00` or with its date, on the 24-hour clock.

        `moment` and `now` have the same time zone.
        """
        clock = f"{moment:%H:%M}"
        days = (moment.date() - now.date()).days
        if days == 0:
            return clock
        if days < _WEEK:
            return f"{day_names(self.tag)[moment.weekday()]}, {clock}"
        return f"{self.day(moment)}, {clock}"

    @property
    def spoken_name(self) -> str:
        """Return the language in itself, without its script."""
        primary = self.tag.partition("-")[0]
        return translations.language_name(primary, primary)

    @property
    def is_partly_english(self) -> bool:
        """Return whether some texts have no translation yet."""
        return bool(self.words.english_keys)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the pages; the URL is empty if there is none."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What all pages need: where “Leave this page” leads, who runs them, and whether they are a
    static site.

    A page of a static site has no form and one file for each language. It may be read days later,
    so it shows every centre with its hours, not whether it is open.
    """

    exit_url: str
    static_site: bool = False
    operator: Operator | None = None

    def address_in(
        self, page: str, tag: str, chosen: Mapping[str, str] = _NOTHING, scheme: str = ""
    ) -> str:
        """Return the link to a page in a language, with the visitor's choices and the colour scheme
        of a frame.
        """
        return responses.link(self.path_in(page, tag, chosen, scheme))

    def path_in(
        self, page: str, tag: str, chosen: Mapping[str, str] = _NOTHING, scheme: str = ""
    ) -> str:
        """Return the same below the path of the directory."""
        if self.static_site:
            return f"{page.rstrip('/')}/index.{tag}.html"
        coloured = {"scheme": scheme} if scheme else {}
        return f"{page}?{urlencode({**chosen, **coloured, 'lang': tag})}"


def emergency_number(lines: Iterable[Helpline]) -> str:
    """Return the first emergency number of the helplines, else the European one."""
    return next(
        (line.number for line in lines if line.kind == "emergency" and line.number), EUROPEAN
    )


@dataclass(frozen=True, slots=True)
class AboutView:
    """What one source says (countries.known.About), in the page's language."""

    source: Mapping[str, str]
    sentences: tuple[Markup, ...]
    line: Markup | None
    signs: tuple[Markup, ...]
    worried: tuple[Markup, ...]
    work: tuple[Markup, ...]


def about_views(
    home: str, sources: Mapping[str, Mapping[str, str]], translator: PageTranslator
) -> tuple[AboutView, ...]:
    """Return what the sources of a country say, as far as the records have them."""

    def texts(source_texts: Iterable[SourceText]) -> tuple[Markup, ...]:
        return tuple(filter(None, map(translator.text, source_texts)))

    listed = known()[home].about if home in known() else ()
    return tuple(
        AboutView(
            sources[each.source],
            texts(each.sentences),
            translator.text(each.line) if each.line else None,
            *map(texts, (each.signs, each.worried, each.work)),
        )
        for each in listed
        if each.source in sources
    )


def lines_of_the_worried(
    home: str,
    lines: Sequence[Helpline],
    sources: Mapping[str, Mapping[str, str]],
    translator: PageTranslator,
) -> tuple[HelplineInWords, ...]:
    """Return the helplines for people who are worried about another person, of those of the
    directory's own country: first where they can report it, last the line for children.
    """
    listed = known()[home].about if home in known() else ()
    also = {id for each in listed if each.source in sources for id in each.lines}
    chosen = [line for kind in _FOR_THE_WORRIED for line in lines if line.kind == kind]
    chosen += [line for line in lines if line.id in also and line not in chosen]
    chosen += [line for line in lines if line.kind == "child_line" and line not in chosen]
    views = (describe_helpline(line, translator) for line in chosen)
    # Only its name, which the language lacks, says whom such a line is for.
    return tuple(view for view in views if not view.original)


def helpline_views(
    lines: PlaceHelplines, translator: PageTranslator
) -> tuple[HelplineInWords, ...]:
    """Return the helplines for a place for a page in a language."""
    return (
        *(describe_helpline(line, translator) for line in lines.own),
        *(describe_helpline(line, translator, is_abroad=True) for line in lines.abroad),
    )


def night_line(views: Sequence[HelplineInWords]) -> HelplineInWords:
    """Return the first number of the place that answers day and night, else the first helpline."""
    own = (view for view in views if view.is_night_line and not view.is_abroad)
    return next(own, views[0])


@dataclass(frozen=True, slots=True)
class CentreView:
    """A centre: its number in the list (from 1; 0 beside it), its distance, and how to call or
    reach it.
    """

    number: int
    centre: Centre
    in_words: CentreInWords
    distance: str | None
    responsible: bool
    word: str
    open: str | None
    hours: str | None
    # The numbers that are answered now.
    answered_numbers: frozenset[str]
    duty: bool
    geo: str | None
    spoken: tuple[tuple[str, str, bool], ...]
    confirmed: str | None
    spot: tuple[int, int] | None

    @property
    def folded(self) -> tuple[str, ...]:
        """The keys of the labels of what is one tap away."""
        centre = self.centre
        parts = {
            "hours.label": self.hours,
            "spoken.label": self.spoken,
            "email": centre.email,
            "website": centre.website,
            "services.label": centre.services,
        }
        return tuple(key for key, value in parts.items() if value)


@dataclass(frozen=True, slots=True)
class PageTime:
    """What depends on the clock.

    That is the open states and the numbers that are answered by centre id, the time (UTC), and for
    how many days a record is fresh.
    """

    states: Mapping[str, OpenState]
    answered_numbers: Mapping[str, frozenset[str]]
    moment: datetime
    fresh_days: int


def centre_views(
    answer: NearestAnswer, now: PageTime, translator: PageTranslator, drawing: Drawing | None
) -> tuple[CentreView, ...]:
    """Return the centres of an answer that have a card: not those that the filters leave out, nor
    one that is there for its language alone.
    """
    carded = [each for each in answer.results if not each.does_not_match and not _only_speaks(each)]
    return tuple(
        _result_view(number, each, now, translator, drawing)
        for number, each in enumerate(carded, 1)
    )


def unmatched_views(
    answer: NearestAnswer, now: PageTime, translator: PageTranslator
) -> tuple[CentreView, ...]:
    """Return the closest centre, or those that may be it, if the filters leave them out."""
    return tuple(_result_view(0, each, now, translator, None) for each in answer.unmatched)


def preferred_view(
    answer: NearestAnswer,
    now: PageTime,
    translator: PageTranslator,
    cards: Sequence[CentreView],
) -> CentreView | None:
    """Return the closest centre that speaks the preferred language; None if that is the first card,
    or if no centre is known to speak it.
    """
    speaking = next((each for each in answer.results if each.spoken), None)
    if speaking is None:
        return None
    view = next((each for each in cards if each.centre is speaking.centre), None)
    if view is None:
        return centre_view(0, speaking.centre, now, translator, None)
    return None if view.number == 1 else view


def _only_speaks(result: Result) -> bool:
    return result.spoken is not None and len(result.shown_because) == 1


def _result_view(
    number: int,
    result: Result,
    now: PageTime,
    translator: PageTranslator,
    drawing: Drawing | None,
) -> CentreView:
    return centre_view(
        number,
        result.centre,
        now,
        translator,
        drawing,
        result.distance_m if result.has_distance else None,
        is_responsible=RESPONSIBLE in result.shown_because,
    )


def centre_view(
    number: int,
    centre: Centre,
    now: PageTime,
    translator: PageTranslator,
    drawing: Drawing | None,
    distance_m: float | None = None,
    *,
    is_responsible: bool = False,
) -> CentreView:
    """Return one centre for a page."""
    in_words = describe_centre(centre, translator, now.fresh_days)
    hours = (
        translator.join_lines(in_words.hours)
        if in_words.hours and centre.status == "active"
        else None
    )
    is_known = now.states[centre.id].word in (OPEN, CLOSED)
    return CentreView(
        number=number,
        centre=centre,
        in_words=in_words,
        distance=None if distance_m is None else translator.km(distance_m),
        responsible=is_responsible,
        word=now.states[centre.id].word if centre.status == "active" else centre.status,
        open=_open(in_words, now, translator) if is_known or not hours else None,
        hours=hours,
        answered_numbers=now.answered_numbers[centre.id],
        duty=_has_duty(centre),
        geo=_geo(in_words),
        spoken=tuple(
            (
                spoken.code,
                translations.language_name(spoken.code, spoken.code),
                bool(spoken.interpreter),
            )
            for spoken in centre.languages
        ),
        confirmed=_confirmed(centre, now, translator),
        spot=drawing.spot(centre.location.point) if drawing and centre.location else None,
    )


def marks(
    views: Sequence[CentreView],
    drawing: Drawing | None,
    dots: Sequence[Spot],
    translator: PageTranslator,
) -> list[tuple[CentreView, TownName | None]]:
    """Return the centres on a map, each with the name of its town; None without room for it."""
    shown = [(view, view.spot) for view in views if view.spot]
    towns = [(spot, town(view.centre, translator.tag) or "") for view, spot in shown]
    names = town_names(drawing, towns, dots) if drawing else []
    return [(view, name) for (view, _), name in zip(shown, names, strict=True)]


def _has_duty(centre: Centre) -> bool:
    """Return whether a person in danger at night may call, although the office is closed, and no
    phone says so.
    """
    return (
        DUTY in centre.services
        and centre.status == "active"
        and all(phone.hours != AROUND_THE_CLOCK for phone in centre.phones)
    )


def _geo(in_words: CentreInWords) -> str | None:
    """Return a link to a public address for the device's own map (RFC 5870, with the query that
    Android reads); None for an address that is not public.

    It does not name the centre, because the map may keep it in its history.
    """
    centre = in_words.centre
    if centre.address_visibility != "public" or centre.location is None:
        return None
    point = centre.location.point
    return f"geo:{point.lat:.5f},{point.lon:.5f}?q={quote(in_words.address)}"


def _open(in_words: CentreInWords, now: PageTime, translator: PageTranslator) -> str:
    """Return whether the office is open, and until when."""
    if in_words.closure:
        return in_words.closure.text
    centre = in_words.centre
    state = now.states[centre.id]
    if state.word not in (OPEN, CLOSED):
        return translator("open.unknown")
    # It may stay open, or closed, where the state is unknown.
    if state.next_change is None or state.next_word == UNKNOWN or centre.timezone is None:
        return translator("open.now" if state.word == OPEN else "open.closed")
    zone = ZoneInfo(centre.timezone)
    time = translator.moment(state.next_change.astimezone(zone), now.moment.astimezone(zone))
    return translator("open.now_until" if state.word == OPEN else "open.closed_until", time=time)


def _confirmed(centre: Centre, now: PageTime, translator: PageTranslator) -> str | None:
    """Return the day of the last confirmation; None if there is none, if it is old, or if the
    record has changed since.
    """
    day = confirmed_on(centre.verified, now.moment.date(), now.fresh_days)
    return translator.day(day) if day else None


def caveats(views: Sequence[CentreView]) -> list[tuple[str, list[str]]]:
    """Return what visitors should know about unconfirmed records. Each has the names of its
    centres; no names if it concerns every centre.
    """
    doubts = [
        (each.text, view.in_words.name) for view in views if (each := view.in_words.unconfirmed)
    ]
    concerned = {text: [name for other, name in doubts if other == text] for text, _ in doubts}
    return [(text, [] if len(names) == len(views) else names) for text, names in concerned.items()]


def town(centre: Centre, tag: str) -> str | None:
    """Return the town of a centre in a language."""
    return text_in(centre.address.locality, tag)
