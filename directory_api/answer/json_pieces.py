"""Answers with centres in the directory's own JSON, from finished parts.

A card is written once in an edition, in each language in which it is asked for. An answer adds its
own few members.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from orjson import Fragment

from directory_api.answer.as_json import dump, notice, suggestion
from directory_api.answer.cards import cards_of_helplines, centre_card, office
from directory_api.answer.selection import OTHER_HELPLINES, Selection
from directory_api.hours.timetable import Timetable
from directory_api.record.helplines import Helplines, PlaceHelplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.verified import freshness
from directory_api.search.query import CentresPage, NearestAnswer, Origin, Result
from directory_api.text.errors import Suggestion
from directory_api.text.translations import ENGLISH, words

# Cards that an edition keeps, of 0.5 to 5 kB each; a caller chooses the language and what is
# included.
_MOST_CARDS = 10_000
# A card without the end of the object, and the rest of it: members are added between them.
_Card = tuple[bytes, bytes]
_EXCHANGED = (
    "Did you mean lat and lon the other way round? The latitude is lat, such as lat=50.85; the "
    "longitude is lon, such as lon=4.35."
)


class BatchProblem(NamedTuple):
    """The members of a problem in a batch, and the helplines for its place."""

    members: Mapping[str, Any]
    helplines: PlaceHelplines


class JsonPieces:
    """The JSON parts of one snapshot at one moment (UTC): a confirmation grows old by the day, and
    offices open and close. `revision` is that of the snapshot, `licence` the name of the licence
    of the data.
    """

    def __init__(
        self,
        helplines: Helplines,
        revision: int,
        licence: str,
        fresh_days: int,
        timetable: Timetable,
        moment: datetime,
    ) -> None:
        self._of_places = helplines
        self._revision = revision
        self._licence = licence
        self.timetable = timetable
        self.fresh_days = fresh_days
        self._moment = moment
        self._cards: dict[tuple[PublishedCentre, str, frozenset[str]], _Card] = {}
        self._helplines: dict[tuple[object, ...], Fragment] = {}

    @property
    def today(self) -> date:
        """The day of the moment (UTC)."""
        return self._moment.date()

    def helplines(self, answer: NearestAnswer | None = None) -> PlaceHelplines:
        """Return the helplines for the place of an answer; without one, those of the directory's
        own country.
        """
        if answer is None:
            return self._of_places.for_home
        return self._of_places.for_countries(answer.origin.countries, answer.beside_countries)

    def nearest(self, answer: NearestAnswer, selection: Selection, prefix: str = "") -> bytes:
        """Return the response of /v1/nearest. `prefix` is the path below which everything is."""
        return dump(
            {
                **about_place(answer, selection.language),
                "helplines": self.helpline_cards(answer, selection),
                "results": [self.result(each, selection) for each in answer.results],
                **self.attribution(prefix),
            }
        )

    def batch(
        self,
        answers: Iterable[NearestAnswer | BatchProblem],
        selection: Selection,
        prefix: str = "",
    ) -> bytes:
        """Return the response of /v1/nearest/batch, made of answers and problems.

        It has each centre once, by id, and the answers refer to it; so do they to the helplines. A
        place has the name by which it was understood, and no point.
        """
        centres: dict[str, Fragment] = {}
        lines = {line.id: line for line in self._listed(self.helplines(), selection)}

        def members_of(answer: NearestAnswer | BatchProblem) -> dict[str, Any]:
            members: dict[str, Any]
            if isinstance(answer, BatchProblem):
                members, of_place = {"problem": answer.members}, answer.helplines
            else:
                members = about_place(answer, selection.language)
                # Who sends a hundred places knows where they are.
                for name in ("kind", "lat", "lon", "accuracy_m"):
                    del members["place"][name]
                members["results"] = [
                    {"id": each.published.id, **_of_result(each)} for each in answer.results
                ]
                for each in answer.results:
                    centres[each.published.id] = self.card(each.published, selection)
                of_place = self.helplines(answer)
            listed = self._listed(of_place, selection)
            lines.update((line.id, line) for line in listed)
            return {**members, "helplines": [line.id for line in listed]}

        written = list(map(members_of, answers))
        return dump(
            {
                **self.attribution(prefix),
                "helplines": cards_of_helplines(lines.values(), self._speaker(selection.language)),
                "centres": centres,
                "answers": written,
            }
        )

    def page(
        self, page: CentresPage, following: str | None, selection: Selection, prefix: str = ""
    ) -> bytes:
        """Return one page of /v1/centres; `following` is the path of the next page."""
        return dump(
            {
                "total": page.total,
                **open_then(page),
                "helplines": self.helpline_cards(None, selection),
                "centres": [self.card(each, selection) for each in page.centres],
                "next": following,
                **self.attribution(prefix),
            }
        )

    def full_centre(self, centre: Centre, selection: Selection) -> bytes:
        """Return the response of /v1/centres/{id}, not cached: the record in all languages, which
        may differ from the snapshot's, what is computed from it, and the helplines.
        """
        state = self.timetable.state(centre.open_hours, self._moment)
        return dump(
            {
                **centre.to_record(),
                "freshness": freshness(centre.verified, self.today, self.fresh_days),
                "office": office(centre, state),
                "helplines": self.helpline_cards(None, selection),
            }
        )

    def card(self, centre: PublishedCentre, selection: Selection) -> Fragment:
        """Return the card of a centre."""
        return Fragment(b"".join(self._card(centre, selection)))

    def result(self, result: Result, selection: Selection) -> Fragment:
        """Return the card of a centre with why it is shown, and its distance, if it is in the
        answer to a search from a place.
        """
        if not result.shown_because:
            return self.card(result.published, selection)
        start, rest = self._card(result.published, selection)
        # Without the braces of an object.
        return Fragment(b"%b,%b%b" % (start, dump(_of_result(result))[1:-1], rest))

    def _card(self, centre: PublishedCentre, selection: Selection) -> _Card:
        # A selection itself takes longer to look up.
        key = (centre, selection.language, selection.include)
        card = self._cards.get(key)
        if card is None:
            if len(self._cards) >= _MOST_CARDS:
                self._cards.clear()
            members = centre_card(
                centre.centre,
                self._speaker(selection.language),
                self.timetable.state(centre.centre.open_hours, self._moment),
                self.fresh_days,
                selection.include,
            )
            named = len(dump({"id": members["id"], "name": members["name"]})) - 1
            whole = dump(members)
            card = self._cards[key] = whole[:named], whole[named:]
        return card

    def _speaker(self, language: str) -> Speaker:
        return Speaker(words(language), self.today)

    def helpline_cards(self, answer: NearestAnswer | None, selection: Selection) -> Fragment:
        """Return the helplines for the place of an answer."""
        countries = answer.origin.countries if answer else ()
        where = () if answer is None else (countries, answer.beside_countries)
        key = (where, selection.language, OTHER_HELPLINES in selection.include)
        found = self._helplines.get(key)
        if found is None:
            listed = self._listed(self.helplines(answer), selection)
            cards = cards_of_helplines(listed, self._speaker(selection.language), countries)
            # Few combinations of countries are near each other.
            found = self._helplines[key] = Fragment(dump(cards))
        return found

    @staticmethod
    def _listed(lines: PlaceHelplines, selection: Selection) -> tuple[Helpline, ...]:
        return lines.all if OTHER_HELPLINES in selection.include else lines.brief.all

    def attribution(self, prefix: str) -> dict[str, str]:
        """Return the revision, and where the sources that have to be named are."""
        # With the suffix, so that the address is the same on a published site.
        attribution = f"{self._licence}: {prefix}/v1.json".removeprefix(": ")
        return {"attribution": attribution, "revision": str(self._revision)}


def open_then(answer: NearestAnswer | CentresPage) -> dict[str, Any]:
    """Return the time of a filter by opening hours (RFC 3339, UTC), and how many centres it leaves
    out for unknown hours; nothing without that filter.
    """
    if answer.open_at is None:
        return {}
    at = answer.open_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"open_at": at, "hours_unknown": answer.hours_unknown}


def about_place(answer: NearestAnswer, language: str) -> dict[str, Any]:
    """Return what an answer says of its place, as far as it says something."""
    members: dict[str, Any] = {
        "place": _place(answer.origin, language),
        "certain": answer.certain,
        "covered": answer.covered,
    }
    if not answer.covered:
        notices = notice(swapped=answer.swapped)
        members["notice"] = notices.get(language, notices[ENGLISH])
    suggestions = answer.origin.alternatives
    if answer.swapped:
        lon, lat = answer.origin.point.lat, answer.origin.point.lon
        suggestions = (Suggestion(_EXCHANGED, values={"lat": str(lat), "lon": str(lon)}),)
    if suggestions:
        members["did_you_mean"] = [suggestion(each, language) for each in suggestions]
    if answer.left_out is not None:
        members["left_out"] = dict(answer.left_out)
    return members | open_then(answer)


def _of_result(result: Result) -> dict[str, Any]:
    members: dict[str, Any] = {"shown_because": result.shown_because}
    if result.has_distance:
        members["distance_m"] = round(result.distance_m)
    if result.tied:
        members["tied"] = True
    if result.does_not_match:
        members["does_not_match"] = result.does_not_match
    return members


def _place(start: Origin, language: str) -> dict[str, Any]:
    """Return the place that a search starts from, with its name in a language."""
    point = {"lat": start.point.lat, "lon": start.point.lon, "accuracy_m": start.accuracy_m}
    if start.place is None:
        # In one country, perhaps in one of several, or the country is unknown.
        countries = start.countries
        where = {"country": countries[0]} if len(countries) == 1 else {"countries": countries}
        return {"kind": "coordinate", **(where if countries else {}), **point}
    also_in = {"also_in": start.also_in} if start.also_in else {}
    if start.town is not None:
        return {
            "kind": "place",
            "country": start.place.country,
            "name": start.town.names.get(language, start.town.name),
            "postcodes": [each.code for each in start.town.places],
            **point,
            **also_in,
        }
    return {
        "kind": "postcode",
        "country": start.place.country,
        "postcode": start.place.code,
        "name": start.place.names.get(language, start.place.name),
        **point,
        **also_in,
    }
