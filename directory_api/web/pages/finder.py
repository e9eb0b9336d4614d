"""The page for visitors: `/`, and the same for a partner's iframe at `/embed`.

It is complete without JavaScript; static/page.js replaces the form with the component. A place is
sent by POST only, so that no URL contains it. A refused input is never shown again, and an answer
shows its postcode on the screen but not in print. Answers, filters and refusals are those of the
API, from the same finder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException

from directory_api.domain import errors
from directory_api.domain.errors import Suggestion
from directory_api.domain.geo.postcode import rule_for
from directory_api.domain.model.records import Centre
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES
from directory_api.domain.query import NearestAnswer
from directory_api.formats import as_vcard
from directory_api.i18n.translations import language_name, languages, words
from directory_api.search.snapshot import Snapshot
from directory_api.services.editions import Edition, EditionCache
from directory_api.services.finder import Finder
from directory_api.web.http import problems, responses
from directory_api.web.http.negotiation import choose
from directory_api.web.pages import embed, presenters
from directory_api.web.pages.map import Drawing
from directory_api.web.pages.map import drawing as map_of
from directory_api.web.pages.presenters import PageOptions, PageTranslator
from directory_api.web.schemas import requests

# A postcode, four choices and their names; a larger body does not come from the form.
FORM_BYTES = 4096
MOST_PRINTED = 10
_ASKED = ("postcode", "country", "language", "service", "audience")
# A neutral name, because other people who use the device may see it.
CARD_NAME = "contact.vcf"


@dataclass(frozen=True, slots=True)
class FormError:
    """An error as keys of texts; `suggestions` are postcodes to try."""

    keys: tuple[str, ...]
    status: int
    suggestions: tuple[Suggestion, ...] = ()


class Pages:
    """The pages of one base path: empty for the finder, `/embed` for the frame."""

    def __init__(
        self,
        finder: Finder,
        editions: EditionCache,
        options: PageOptions,
        base: str,
    ) -> None:
        self._finder = finder
        self._editions = editions
        self._options = options
        self.base = base
        self._fields = requests.NearestFields()

    def blank(self) -> Response:
        """Return the page with the form."""
        chosen = {
            name: value for name, value in _chosen(request.args).items() if name != "postcode"
        }
        return self._page(self._editions.current(), chosen)

    def answer(self) -> Response:
        """Return the answer to the form."""
        chosen = _chosen(request.form)
        edition = self._editions.current()
        kept = {name: value for name, value in chosen.items() if name != "postcode"}
        # Only the language was changed.
        if "postcode" not in request.form:
            return self._page(edition, kept)
        if "postcode" not in chosen:
            return self._page(edition, kept, trouble=FormError(("error.nothing-typed",), 400))
        try:
            given = self._fields.load(chosen)
            query = requests.nearest_query(
                given, given, self._finder.country, requests.filters(given, None)
            )
            return self._page(edition, kept, answer=self._finder.nearest(query, edition.snapshot))
        except ma.ValidationError:
            return self._page(edition, {}, trouble=FormError(("error.other",), 400))
        except errors.PlaceRefused as refused:
            return self._page(edition, kept, trouble=self._refused(refused, edition.snapshot))

    @staticmethod
    def _refused(refused: errors.PlaceRefused, snapshot: Snapshot) -> FormError:
        kind = problems.kind_of(refused)
        tries = tuple(one for one in refused.suggestions if one.postcode)
        keys: tuple[str, ...] = (f"error.{kind.name}",)
        if isinstance(refused, errors.PostcodeForeign) and len(snapshot.gazetteer.sizes) == 1:
            # There is no other country to choose.
            keys = ("error.country-unsupported", "outside.dial")
        elif isinstance(refused, errors.PostcodeMalformed) and tries:
            # The list of suggestions is explanation enough.
            keys = ()
        return FormError(keys, kind.status, tries)

    def printed(self) -> Response:
        """Return a page to print with the chosen centres, without the requested place."""
        edition, speaker = self._editions.current(), _speaker()
        wanted = dict.fromkeys(request.form.getlist("centre")[:MOST_PRINTED])
        centres = [edition.snapshot.by_id[one] for one in wanted if one in edition.snapshot.by_id]
        now = self._now(edition, centres)
        shown = [
            presenters.centre_shown(number, one, now, speaker, None)
            for number, one in enumerate(centres, 1)
        ]
        return self._render(
            "finder/print.html", speaker, shown=shown, neutral="neutral" in request.form
        )

    def contact(self) -> Response:
        """Return a centre as a vCard."""
        speaker = _speaker()
        centre = self._finder.centre(request.form.get("contact", ""))
        neutral = _neutral(speaker, centre) if "neutral" in request.form else None
        body = as_vcard.vcards([centre], speaker.words.language.tag, neutral)
        response = Response(body, content_type=f"{as_vcard.MEDIA_TYPE}; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{CARD_NAME}"'
        return response

    def error(self, status: int, *, read: bool) -> Response:
        """Return a page for an error that the visitor did not cause; it needs no data.

        With `read` false the request's body is not read: it may never arrive.
        """
        return self._render("finder/error.html", _speaker(read=read), status)

    def _page(
        self,
        edition: Edition,
        chosen: Mapping[str, str],
        answer: NearestAnswer | None = None,
        trouble: FormError | None = None,
    ) -> Response:
        speaker, snapshot = _speaker(), edition.snapshot
        drawing = map_of(edition)
        static_site = self._options.static_site
        if static_site:
            shown = self._all_shown(edition, speaker, drawing)
        elif answer:
            seen = [*(hit.centre for hit in answer.hits), *answer.responsible]
            shown = presenters.centres_shown(answer, self._now(edition, seen), speaker, drawing)
        else:
            shown = ()
        # A map without numbers labels the towns of all centres.
        marked = frozenset(() if static_site else (one.centre.id for one in shown))
        return self._render(
            "finder/page.html",
            speaker,
            trouble.status if trouble else 200,
            answer=answer,
            shown=shown,
            trouble=trouble,
            chosen=chosen,
            choices=self._choices(speaker, snapshot),
            drawing=drawing,
            dots=presenters.dots(snapshot, drawing, speaker, marked),
            attributions=snapshot.attributions,
            static_site=static_site,
            choose_language=static_site and "lang" not in request.args,
            module=embed.module().path,
        )

    def _render(
        self, template: str, speaker: PageTranslator, status: int = 200, **values: Any
    ) -> Response:
        lines = [
            presenters.line_shown(line, speaker.words.language.tag)
            for line in self._finder.always_helplines
        ]
        body = render_template(
            template,
            say=speaker,
            language=speaker.words.language,
            languages=languages(),
            lines=lines,
            base=self.base,
            action=self.base or "/",
            exit_url=self._options.exit_url,
            here=responses.origin(),
            address_in=partial(self._options.address_in, self.base or "/"),
            home=self._finder.country,
            example=rule_for(self._finder.country).example,
            **values,
        )
        response = Response(body, status, mimetype="text/html")
        response.vary.add("Accept-Language")
        return responses.compressed(response)

    def _now(self, edition: Edition, centres: list[Centre]) -> presenters.Now:
        states = {centre.id: edition.timetable.state(centre, edition.since) for centre in centres}
        return presenters.Now(
            states, edition.since, self._finder.fresh_days, self._options.static_site
        )

    def _all_shown(
        self, edition: Edition, speaker: PageTranslator, drawing: Drawing | None
    ) -> tuple[presenters.CentreShown, ...]:
        """Return every centre, for a page without a form."""
        centres = list(edition.snapshot.listed)
        now = self._now(edition, centres)
        return tuple(
            presenters.centre_shown(number, one, now, speaker, drawing)
            for number, one in enumerate(centres, 1)
        )

    def _choices(
        self, speaker: PageTranslator, snapshot: Snapshot
    ) -> dict[str, list[tuple[str, str]]]:
        """Return the options of each field as value and text; countries only if several."""
        countries = sorted(snapshot.gazetteer.sizes)
        return {
            "country": [(code, speaker.country(code)) for code in countries]
            if len(countries) > 1
            else [],
            "language": [(code, language_name(code, code)) for code in self._finder.languages()],
            "service": [(code, speaker.plain(f"service.{code}")) for code in SERVICES],
            "audience": [(code, speaker.plain(f"audience.{code}")) for code in AUDIENCES],
        }


def blueprint(pages: Pages, name: str) -> Blueprint:
    """Return the routes below a base path."""
    base = pages.base
    routes = Blueprint(name, __name__, template_folder="templates")

    @routes.before_request
    def bound() -> None:
        request.max_content_length = FORM_BYTES

    routes.add_url_rule(base or "/", "blank", pages.blank, methods=["GET"])
    routes.add_url_rule(base or "/", "answer", pages.answer, methods=["POST"])
    routes.add_url_rule(f"{base}/print", "print", pages.printed, methods=["POST"])
    routes.add_url_rule(f"{base}/contact", "contact", pages.contact, methods=["POST"])
    return routes


def _speaker(*, read: bool = True) -> PageTranslator:
    try:
        asked = request.form.get("lang") if read else None
    # The body is too large; use `?lang=` or Accept-Language.
    except HTTPException:
        asked = None
    asked = asked or request.args.get("lang")
    return PageTranslator(words(choose(request.headers.get("Accept-Language", ""), asked)))


def _chosen(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the visitor's input, without empty fields."""
    return {name: sent[name].strip() for name in _ASKED if sent.get(name, "").strip()}


def _neutral(speaker: PageTranslator, centre: Centre) -> str:
    """Return a neutral name with the town, which distinguishes two offices in one address book."""
    return " ".join(filter(None, (speaker.plain("neutral.name"), presenters.town(centre, speaker))))
