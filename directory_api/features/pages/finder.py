"""The page for visitors: `/`, and the same for a partner's iframe at `/embed`.

It is complete without JavaScript; static/page.js searches on the device and writes into the same
elements. A place is sent by POST only, so that no URL contains it. A refused input is never shown
again, and an answer shows its postcode on the screen but not in print. Answers, filters and
refusals are those of the API, from the same edition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from itertools import chain
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from directory_api.answer.registry import FORMATS
from directory_api.countries.languages import listed_languages, own_languages
from directory_api.feature import use_each
from directory_api.features.pages import embed, presenters
from directory_api.features.pages.answered_numbers import answered_numbers
from directory_api.features.pages.cards_file import template
from directory_api.features.pages.map import Drawing
from directory_api.features.pages.map import dots as map_dots
from directory_api.features.pages.map import drawing as map_of
from directory_api.features.pages.presenters import PageOptions, PageTranslator
from directory_api.features.pages.ways import ways_for_choices
from directory_api.live.editions import Edition, EditionCache
from directory_api.place.postcode import rule_for
from directory_api.record.centre_in_words import describe_centre
from directory_api.record.helpline_in_words import HelplineInWords, describe_helpline
from directory_api.record.helplines import EUROPEAN, PlaceHelplines
from directory_api.record.published import published
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search.query import Filters, NearestAnswer, NearestQuery, requested_place
from directory_api.search.typed_place import asks_for_help
from directory_api.text import errors
from directory_api.text.errors import Suggestion
from directory_api.text.translations import language_name, words
from directory_api.web.http import responses
from directory_api.web.http.negotiation import choose
from directory_api.web.schemas import requests

# A postcode, four choices and their names; a larger body does not come from the form.
FORM_BYTES = 4096
MOST_PRINTED = 10
# So many centres are shown before the first search.
MOST_SHOWN = 5
_SCHEMES = ("light", "dark")
# The value and the text of an option.
_Option = tuple[str, str]
_FIELDS = ("postcode", "country", "language", "service", "audience")
# Their names in the API, where these differ.
_IN_API = {"postcode": "place", "language": "speaks"}
# A neutral name, because other people who use the device may see it.
CARD_NAME = "contact.vcf"


@dataclass(frozen=True, slots=True)
class FormError:
    """An error as keys of texts; `suggestions` are postcodes to try; if it `is_ambiguous`, they are
    to choose from. `is_abroad` tells whether the place is in another country. With `asks_country`,
    the visitor can choose one; `abroad` are neighbours that may be meant, each with what to search
    for there. `countries` (ISO 3166-1) are those in which the place may be, and `danger` has their
    numbers for danger. It `is_wrong` if there is no such place; only then it is red.
    """

    keys: tuple[str, ...]
    status: int
    suggestions: tuple[Suggestion, ...] = ()
    is_abroad: bool = False
    asks_country: bool = False
    abroad: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    danger: tuple[HelplineInWords, ...] = ()
    is_ambiguous: bool = False
    is_wrong: bool = False


class Pages:
    """The pages of one base path: empty for the finder, `/embed` for the frame."""

    def __init__(
        self,
        editions: EditionCache,
        options: PageOptions,
        base: str,
    ) -> None:
        self._editions = editions
        self._options = options
        self.base = base
        self._fields: ma.Schema = requests.NearestFields()
        self._card = next((each.card for each in FORMATS if each.card), None)
        # A postcode of the directory's own country.
        self._example = rule_for(editions.home).example

    def blank(self) -> Response:
        """Return the page with the form."""
        edition = self._editions.current()
        return self._page(edition, self._choices(_form_fields(request.args), edition))

    def results(self) -> Response:
        """Return the page with the results for the form."""
        fields = _form_fields(request.form)
        edition = self._editions.current()
        selection = self._choices(fields, edition)
        # Only the language was changed.
        if "postcode" not in request.form:
            return self._page(edition, selection)
        if "postcode" not in fields:
            return self._page(
                edition, selection, form_error=FormError(("error.nothing-typed",), 400)
            )
        try:
            params = self._fields.load(_as_in_api(fields))
            place = requested_place(params, edition.home)
            query = NearestQuery.from_request(params, place, Filters.from_request(params, None))
            if query.filters.speaks is None:
                query = query._replace(prefer_speaks=(_translator().words.language.tag,))
            answer = edition.nearest(query)
            country = answer.origin.place.country if answer.origin.place else edition.home
            if country != edition.home:
                selection["country"] = country
            return self._page(edition, selection, answer=answer)
        except ma.ValidationError:
            return self._page(edition, {}, form_error=FormError(("error.other",), 400))
        except errors.PlaceRefused as refused:
            form_error = _refused(refused, fields["postcode"], selection, edition)
            return self._page(edition, selection, form_error=form_error)

    def _choices(self, fields: Mapping[str, str], edition: Edition) -> dict[str, str]:
        """Return the fields but the postcode, without values that the API does not know."""
        return {
            name: known
            for name, value in fields.items()
            if name != "postcode" and (known := self._known(name, value, edition))
        }

    def _known(self, name: str, value: str, edition: Edition) -> str | None:
        """Return a value as the API reads it; None if it is not known."""
        if name == "country":
            is_known = value in edition.snapshot.gazetteer.sizes
            return value if is_known or value in edition.places.neighbours.places else None
        try:
            return str(self._fields.fields[_IN_API.get(name, name)].deserialize(value))
        except ma.ValidationError:
            return None

    def printed(self) -> Response:
        """Return a page to print with the chosen centres, without the requested place."""
        edition = self._editions.current()
        translator = _translator(edition)
        ids = dict.fromkeys(request.form.getlist("centre")[:MOST_PRINTED])
        by_id = edition.snapshot.index.by_id
        centres = [by_id[identity].centre for identity in ids if identity in by_id]
        views = self._views(edition, centres, translator, None)
        return self._render(
            "finder/print.html", translator, views=views, neutral="neutral" in request.form
        )

    def contact(self) -> Response:
        """Return a centre, or a helpline, for an address book."""
        if self._card is None:
            abort(HTTPStatus.NOT_FOUND)
        edition = self._editions.current()
        translator = _translator(edition)
        tag, is_neutral = translator.words.language.tag, "neutral" in request.form
        if "helpline" in request.form:
            line = edition.helplines.get(request.form["helpline"])
            if not line.number:
                abort(HTTPStatus.NOT_FOUND)
            name = translator.plain("neutral.name") if is_neutral else None
            body = self._card.write_helpline(line, tag, name)
        else:
            centre = edition.snapshot.centre(request.form.get("contact", "")).centre
            name = _neutral(translator, centre) if is_neutral else None
            say = Speaker(words(tag), edition.pieces.today)
            in_words = describe_centre(centre, say, edition.pieces.fresh_days)
            body = self._card.write(in_words, name)
        response = Response(body, content_type=f"{self._card.media_type}; charset=utf-8")
        return responses.to_save(response, CARD_NAME)

    def card(self, kind: str, record: Record, *, tag: str, has_slots: bool) -> Markup:
        """Return a stored centre or helpline (`kind`) as visitors see it in a language (BCP 47):
        the content of a shadow root, perhaps with a slot for each part.
        """
        edition = self._editions.current()
        translator = PageTranslator(words(tag), edition.since.date())
        if kind == "helpline":
            view = describe_helpline(Helpline.from_record(record).published(), translator)
            html = template("helpline_card").render(say=translator, view=view, slots=has_slots)
            return Markup(html)  # noqa: S704  # the template has escaped every value
        whole = published(Centre.from_record(record), edition.snapshot.gazetteer)
        centre = whole.effective_at(edition.since)
        now = self._now(edition, [centre])
        html = template("card").render(
            say=translator,
            view=presenters.centre_view(0, centre, now, translator, None),
            sources=edition.snapshot.sources,
            slots=has_slots,
        )
        return Markup(html)  # noqa: S704  # the template has escaped every value

    def error(self, status: int, *, read: bool) -> Response:
        """Return a page for an error that the visitor did not cause; it needs no data.

        With `read` false the request's body is not read: it may never arrive.
        """
        return self._render("finder/error.html", _translator(read=read), status)

    def unavailable(self) -> Response:
        """Return the page that a web server shows while this one is away: it loads nothing."""
        style, script = embed.inline("finder.css"), embed.inline("exit.js")
        return self._render("finder/unavailable.html", _translator(), style=style, script=script)

    @property
    def is_static_site(self) -> bool:
        """Return whether the pages are for a published folder."""
        return self._options.static_site

    def _page(
        self,
        edition: Edition,
        selection: Mapping[str, str],
        answer: NearestAnswer | None = None,
        form_error: FormError | None = None,
    ) -> Response:
        translator, snapshot = _translator(edition), edition.snapshot
        drawing = map_of(edition)
        static_site = self._options.static_site
        chosen = self._chosen(translator, selection)
        if answer:
            now = self._now(edition, [each.centre for each in answer.results])
            views = presenters.centre_views(answer, now, translator, drawing)
            unmatched = presenters.unmatched_views(answer, now, translator)
            preferred = presenters.preferred_view(answer, now, translator, views)
            names = {view.centre.id: view.in_words.name for view in (*unmatched, *views)}
            undecided = [names[each.published.id] for each in answer.undecided]
            nearer = {each.published.id for each in answer.closed_nearer if answer.matching}
        else:
            filters = Filters.from_request(_as_in_api(selection), None)
            matches = snapshot.index.search(filters)
            if len(matches) > MOST_SHOWN and not static_site:
                matches, chosen = [], []
            centres = [each.centre for each in matches]
            views = self._views(edition, centres, translator, drawing)
            preferred, unmatched = None, ()
            undecided, nearer = [], set()
        dots = map_dots(snapshot, drawing, frozenset(view.centre.id for view in views))
        if answer:
            whole = edition.pieces.helplines(answer)
        else:
            whole = edition.helplines.of_refused(form_error.countries if form_error else ())
        return self._render(
            "finder/page.html",
            translator,
            form_error.status if form_error else 200,
            whole.brief,
            answer=answer,
            views=views,
            undecided=undecided,
            unmatched=unmatched,
            preferred=preferred,
            closed_nearer=[view for view in views if view.centre.id in nearer],
            spoken_name=translator.spoken_name,
            form_error=form_error,
            selection=selection,
            options=self._field_options(translator, edition, selection, form_error),
            drawing=drawing,
            whereabouts=_whereabouts(answer.origin.countries, edition.home, translator)
            if answer
            else None,
            has_card=self._card is not None and not static_site,
            dots=dots,
            marks=presenters.marks(views, drawing, dots, translator),
            caveats=presenters.caveats(views),
            chosen=chosen,
            is_long=len(snapshot.listed) > MOST_SHOWN,
            about=presenters.about_views(edition.home, snapshot.sources, translator),
            worried_lines=presenters.lines_of_the_worried(
                edition.home, edition.helplines.for_home.all, snapshot.sources, translator
            ),
            materials=() if static_site else _materials(),
            ways=ways_for_choices(
                presenters.helpline_views(whole, translator),
                views[:MOST_SHOWN],
                snapshot.sources,
                translator,
            ),
            sources=snapshot.sources,
            operator=self._options.operator,
            attributions=snapshot.attributions,
            static_site=static_site,
            language_script=embed.inline("language.js")
            if static_site and "lang" not in request.args
            else None,
        )

    def _render(
        self,
        template: str,
        translator: PageTranslator,
        status: int = 200,
        lines: PlaceHelplines | None = None,
        **values: Any,
    ) -> Response:
        """Return a page with some helplines, by default those of the directory's own country."""
        if lines is None:
            lines = self._editions.helplines().for_home.brief
        views = presenters.helpline_views(lines, translator)
        # Only a frame has a page around it.
        wanted = request.args.get("scheme", "") if self.base else ""
        scheme = wanted if wanted in _SCHEMES else ""
        body = render_template(
            template,
            say=translator,
            language=translator.words.language,
            languages=listed_languages(),
            lines=views,
            danger=[view for view in views if view.is_local_danger],
            night_line=presenters.night_line(views),
            emergency=presenters.emergency_number(lines.all),
            european=EUROPEAN,
            base=self.base,
            action=responses.link(self.base or "/") + (f"?scheme={scheme}" if scheme else ""),
            scheme=scheme,
            exit_url=self._options.exit_url,
            here=responses.public_home(),
            address_in=partial(self._options.address_in, self.base or "/", scheme=scheme),
            home=self._editions.home,
            example=self._example,
            **values,
        )
        response = Response(body, status, mimetype="text/html")
        response.vary.add("Accept-Language")
        return response

    def _now(self, edition: Edition, centres: list[Centre]) -> presenters.PageTime:
        states = {
            centre.id: edition.timetable.state(centre.open_hours, edition.since)
            for centre in centres
        }
        numbers = {
            centre.id: answered_numbers(centre, edition.timetable, edition.since)
            for centre in centres
        }
        return presenters.PageTime(states, numbers, edition.since, edition.pieces.fresh_days)

    def _views(
        self,
        edition: Edition,
        centres: list[Centre],
        translator: PageTranslator,
        drawing: Drawing | None,
    ) -> tuple[presenters.CentreView, ...]:
        """Return centres without a distance."""
        now = self._now(edition, centres)
        return tuple(
            presenters.centre_view(number, centre, now, translator, drawing)
            for number, centre in enumerate(centres, 1)
        )

    @staticmethod
    def _chosen(translator: PageTranslator, selection: Mapping[str, str]) -> list[str]:
        """Return the names of the filters, so that no one takes the closest of some for the
        closest of all.
        """
        language, service, audience = map(selection.get, ("language", "service", "audience"))
        names = (
            language and language_name(language, language),
            service and translator.plain(f"service.{service}"),
            audience and translator.plain(f"audience.{audience}"),
        )
        return [name for name in names if name]

    def _field_options(
        self,
        translator: PageTranslator,
        edition: Edition,
        selection: Mapping[str, str],
        form_error: FormError | None,
    ) -> dict[str, Sequence[_Option]]:
        """Return the options of each field as value and text; countries only if several.

        A language that an address asks for is among the options, so that a search keeps it. The
        neighbouring countries are among them only for a visitor who needs one.
        """
        snapshot = edition.snapshot
        countries = sorted(snapshot.gazetteer.sizes)
        is_asked = form_error is not None and form_error.asks_country
        # A country that is selected is known.
        if is_asked or selection.get("country") not in (None, *countries):
            countries = sorted({*countries, *edition.places.neighbours.places})
        languages_of_centres = edition.cached(
            "languages of centres", lambda: snapshot.index.counts("language")
        )
        own = own_languages()
        spoken = sorted(
            {*languages_of_centres, *filter(None, [selection.get("language")])},
            key=lambda code: (own.index(code) if code in own else len(own), code),
        )
        return {
            "country": [(code, translator.country(code)) for code in countries]
            if len(countries) > 1
            else [],
            "language": [(code, language_name(code, code)) for code in spoken],
            **_vocabulary_options(translator.words.language.tag),
        }


def blueprint(pages: Pages, name: str) -> Blueprint:
    """Return the routes below a base path."""
    base = pages.base
    routes = Blueprint(name, __name__, template_folder="templates")

    @routes.before_request
    def bound() -> None:
        request.max_content_length = FORM_BYTES

    routes.add_url_rule(base or "/", "blank", pages.blank, methods=["GET"])
    routes.add_url_rule(base or "/", "results", pages.results, methods=["POST"])
    routes.add_url_rule(f"{base}/print", "print", pages.printed, methods=["POST"])
    routes.add_url_rule(f"{base}/contact", "contact", pages.contact, methods=["POST"])
    if pages.is_static_site and not base:
        routes.add_url_rule("/unavailable", "unavailable", pages.unavailable)
    return routes


def _refused(
    refused: errors.PlaceRefused,
    typed: str,
    selection: Mapping[str, str],
    edition: Edition,
) -> FormError:
    country = selection.get("country", edition.home)
    suggestions = tuple(
        hint for hint in refused.suggestions if hint.postcode and hint.country == country
    )
    keys: tuple[str, ...] = (f"error.{refused.reason}",)
    is_abroad = isinstance(refused, errors.PostcodeForeign)
    neighbours = edition.places.neighbours.places
    choices = {*edition.snapshot.gazetteer.sizes, *neighbours}
    has_choice = any(hint.names_only_country(choices) for hint in refused.suggestions)
    # The name is that of the table, so that nothing else that was typed is repeated.
    abroad = tuple(
        (hint.country, text)
        for hint in refused.suggestions
        if hint.country
        and hint.names_only_country(neighbours)
        and (text := edition.places.written_abroad(typed, hint.country, edition.home))
    )
    is_unknown = isinstance(refused, errors.PlaceUnknown | errors.PlaceAmbiguous)
    is_help = asks_for_help(typed, edition.snapshot)
    if is_abroad and not has_choice:
        keys = (*keys, "error.search-in")
    elif is_help or (is_unknown and suggestions):
        # The numbers, or the list of suggestions with a sentence above it, say enough.
        keys = ()
    # With several, the page begins with the helplines of the directory's own country.
    in_danger = refused.countries if len(refused.countries) > 1 else (edition.home,) * is_help
    return FormError(
        keys,
        refused.status,
        suggestions,
        is_abroad,
        has_choice,
        abroad,
        refused.countries if len(refused.countries) == 1 else (),
        _in_danger(edition.helplines.of_refused(in_danger).brief) if in_danger else (),
        isinstance(refused, errors.PlaceAmbiguous),
        isinstance(refused, errors.PlaceUnknown | errors.PostcodeUnknown) and not is_help,
    )


def _whereabouts(countries: Sequence[str], home: str, translator: PageTranslator) -> Markup | None:
    """Return in which country a place is, or at which border; None in the directory's own."""
    first, *others = countries or ("",)
    if not first:
        return translator("outside")
    if not others:
        return translator("place.in", country=translator.country(first)) if first != home else None
    neighbours = (
        [country for country in countries if country != home] if home in countries else others
    )
    names = ", ".join(map(translator.country, neighbours))
    return translator("place.near-border", country=names)


def _in_danger(lines: PlaceHelplines) -> tuple[HelplineInWords, ...]:
    """Return the numbers for danger, without the one that all countries have."""
    views = presenters.helpline_views(lines, _translator())
    return tuple(view for view in views if view.is_local_danger)


@cache
def _vocabulary_options(tag: str) -> Mapping[str, Sequence[_Option]]:
    """Return the services and audiences with their names in a language of the interface."""
    say = words(tag).say
    return {
        "service": tuple((code, say(f"service.{code}")) for code in SERVICES),
        "audience": tuple((code, say(f"audience.{code}")) for code in AUDIENCES),
    }


@cache
def _materials() -> tuple[tuple[str, str], ...]:
    """Return the pages for people who help victims at work: path, and key of its text."""
    return tuple(chain.from_iterable(use_each(lambda feature: feature.materials)))


def _translator(edition: Edition | None = None, *, read: bool = True) -> PageTranslator:
    """Return the texts in the language asked for; an edition has the day of opening hours."""
    try:
        lang = request.form.get("lang") if read else None
    # The body is too large; use `?lang=` or Accept-Language.
    except HTTPException:
        lang = None
    lang = lang or request.args.get("lang")
    tag = choose(request.headers.get("Accept-Language", ""), lang)
    return PageTranslator(words(tag), edition.since.date() if edition else None)


def _form_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the form that are not empty, the country in capitals."""
    fields = {name: form[name].strip() for name in _FIELDS if form.get(name, "").strip()}
    if "country" in fields:
        fields["country"] = fields["country"].upper()
    return fields


def _as_in_api(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields of the form with the names of the API."""
    return {_IN_API.get(name, name): value for name, value in fields.items()}


def _neutral(translator: PageTranslator, centre: Centre) -> str:
    """Return a neutral name with the town, which distinguishes two offices in one address book."""
    return " ".join(
        filter(None, (translator.plain("neutral.name"), presenters.town(centre, translator.tag)))
    )
