"""Answers with centres in the directory's own JSON, from finished parts.

The JSON of a centre is made once, when it is published (record/published.py). An edition adds
the members that depend on the time, and an answer its own few numbers.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from orjson import Fragment

from directory_api.answer.as_json import dump, notice, suggestion
from directory_api.answer.selection import WHOLE, Selection
from directory_api.hours.timetable import Timetable
from directory_api.record.helplines import Helplines, PlaceHelplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, freshness
from directory_api.search.query import CentresPage, Hit, NearestAnswer, Origin
from directory_api.text.errors import Suggestion

# Writes a centre into an answer: its JSON, its selected members, or its id.
WriteCentre = Callable[[PublishedCentre], Any]


class BatchProblem(NamedTuple):
    """The members of a problem in a batch, and the helplines for its place."""

    members: Mapping[str, Any]
    helplines: PlaceHelplines


class JsonPieces:
    """The cached JSON parts of one snapshot at one moment (UTC): freshness depends on the day,
    open_state on the time.
    """

    def __init__(
        self,
        helplines: Helplines,
        attributions: Sequence[Mapping[str, str]],
        fresh_days: int,
        timetable: Timetable,
        moment: datetime,
    ) -> None:
        self._of_places = helplines
        self.timetable = timetable
        self.fresh_days = fresh_days
        self._moment = moment
        # The computed members of each centre that was shown, as the end of an object that has other
        # members.
        self._suffixes: dict[PublishedCentre, bytes] = {}
        # By the countries of a place and the selection.
        self._helplines: dict[tuple[Hashable, ...], bytes] = {}
        self.attributions = tuple(attributions)

    @property
    def today(self) -> date:
        """The day of the moment (UTC)."""
        return self._moment.date()

    def centre(self, centre: PublishedCentre) -> Fragment:
        """Return one centre with its freshness and open state."""
        return Fragment(b"".join(self.parts(centre)))

    def parts(self, centre: PublishedCentre) -> tuple[bytes, bytes]:
        """Return the JSON of a centre in two parts, which are finished: no part is serialised
        again.
        """
        suffix = self._suffixes.get(centre)
        if suffix is None:
            suffix = b"," + dump(self.computed(centre.centre))[1:]
            self._suffixes[centre] = suffix
        return centre.json[:-1], suffix

    def end(self, countries: tuple[str, ...], beside: tuple[str, ...]) -> bytes:
        """Return the end of an answer to a place in these countries, from its helplines on; those
        of the countries `beside` follow.
        """
        lines = self._lines_of((countries, beside), self._of_places.at(countries, beside), WHOLE)
        return b'"helplines":%b,"attribution":%b}' % (lines, dump(self.attributions))

    def helplines(self, answer: NearestAnswer | None = None) -> PlaceHelplines:
        """Return the helplines for the place of an answer; without one, those of the directory's
        own country.
        """
        if answer is None:
            return self._of_places.here
        return self._of_places.at(answer.countries, answer.beside_countries)

    def _helplines_in(self, selection: Selection, answer: NearestAnswer | None = None) -> Fragment:
        """Return the helplines for the place of an answer, with a selection."""
        key = () if answer is None else (answer.countries, answer.beside_countries)
        if selection is not WHOLE:
            key = (*key, bool(selection.paths), selection.language)
        return Fragment(self._lines_of(key, self.helplines(answer), selection))

    def _lines_of(
        self, key: tuple[Hashable, ...], lines: PlaceHelplines, selection: Selection
    ) -> bytes:
        json = self._helplines.get(key)
        if json is None:
            records = [selection.helpline(line.to_record()) for line in lines.all]
            json = self._helplines[key] = dump(records)
        return json

    def _writer(self, selection: Selection) -> WriteCentre:
        """Return the function that writes a centre."""
        if selection is WHOLE:
            return self.centre
        return lambda centre: selection.centre(self._members(centre.centre))

    def alone(self, centre: Centre, selection: Selection = WHOLE) -> bytes:
        """Return the response of /v1/centres/{id}, not cached: the centre, which may differ from
        the snapshot's, and the helplines.
        """
        members: Mapping[str, Any] = self._members(centre)
        if selection is not WHOLE:
            members = selection.centre(members)
        return dump({**members, "helplines": self._helplines_in(selection)})

    def _members(self, centre: Centre) -> dict[str, Any]:
        return {**centre.to_record(), **self.computed(centre)}

    def computed(self, centre: Centre) -> dict[str, str]:
        """Return the members that depend on the record and the current time."""
        state = self.timetable.state(centre.open_hours, self._moment)
        word = freshness(centre.verified, self._moment.date(), self.fresh_days)
        members = {"freshness": word, "open_state": state.word}
        if state.next_change and state.next_word and centre.timezone:
            local_time = state.next_change.astimezone(ZoneInfo(centre.timezone))
            members |= {"next_change": local_time.isoformat(), "next_state": state.next_word}
        return members

    def nearest(self, answer: NearestAnswer, selection: Selection = WHOLE) -> bytes:
        """Return the response of /v1/nearest."""
        return dump(
            {
                "revision": str(answer.revision),
                **_of_origin(answer, self._writer(selection), selection),
                "helplines": self._helplines_in(selection, answer),
                "attribution": self.attributions,
            }
        )

    def batch(
        self,
        revision: int,
        answers: Iterable[NearestAnswer | BatchProblem],
        selection: Selection = WHOLE,
    ) -> bytes:
        """Return the response of /v1/nearest/batch, made of answers and problems.

        It has each centre once, by id, and the answers refer to it; so do they to the helplines.
        """
        centres: dict[str, Any] = {}
        lines = {line.id: line for line in self.helplines().all}
        write = self._writer(selection)

        def refer(centre: PublishedCentre) -> str:
            if centre.id not in centres:
                centres[centre.id] = write(centre)
            return centre.id

        def answered(answer: NearestAnswer | BatchProblem) -> dict[str, Any]:
            members: Mapping[str, Any]
            if isinstance(answer, BatchProblem):
                members, of_place = {"problem": answer.members}, answer.helplines
            else:
                members = _of_origin(answer, refer, selection)
                of_place = self.helplines(answer)
            lines.update((line.id, line) for line in of_place.all)
            return {**members, "helplines": [line.id for line in of_place.all]}

        written = list(map(answered, answers))
        return dump(
            {
                "revision": str(revision),
                "helplines": [selection.helpline(line.to_record()) for line in lines.values()],
                "answers": written,
                "centres": centres,
                "attribution": self.attributions,
            }
        )

    def page(self, page: CentresPage, following: str | None, selection: Selection = WHOLE) -> bytes:
        """Return one page of /v1/centres; `following` is the path of the next page."""
        return dump(
            {
                "revision": str(page.revision),
                "total": page.total,
                "helplines": self._helplines_in(selection),
                "centres": list(map(self._writer(selection), page.centres)),
                **open_then(page),
                "next": following,
            }
        )


def open_then(answer: NearestAnswer | CentresPage) -> dict[str, Any]:
    """Return the time of a filter by opening hours (RFC 3339, UTC), and how many centres it leaves
    out for unknown hours; nothing without that filter.
    """
    if answer.open_at is None:
        return {}
    at = answer.open_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"open_at": at, "hours_unknown": answer.hours_unknown}


def _of_origin(answer: NearestAnswer, write: WriteCentre, selection: Selection) -> dict[str, Any]:
    """Return what an answer says of its origin."""

    def result(hit: Hit) -> dict[str, Any]:
        published, metres, tied = hit
        return {"distance_m": round(metres), "tied": tied, "centre": write(published)}

    members: dict[str, Any] = {
        "origin": origin(answer.origin, selection),
        **alternatives(answer.origin, selection),
        **exchanged(answer),
        **certainty(answer),
        "countries": answer.countries,
        "outside_coverage": answer.outside_coverage,
    }
    if answer.outside_coverage:
        members["notice"] = dict(selection.text(notice(swapped=answer.swapped)))
    # As `result` makes each, without a call.
    members["results"] = [
        {"distance_m": round(metres), "tied": tied, "centre": write(published)}
        for published, metres, tied in answer.hits
    ]
    members |= open_then(answer)
    members |= beside_results(answer, result)
    members["responsible"] = [write(centre) for centre in answer.responsible]
    if answer.temporarily_closed:
        members["temporarily_closed"] = list(map(result, answer.temporarily_closed))
    return members


def origin(start: Origin, selection: Selection = WHOLE) -> dict[str, Any]:
    """Return the starting point of a search, with its name in the selected language."""
    at = start.point
    point = {"lat": at.lat, "lon": at.lon, "accuracy_m": start.accuracy_m}
    if start.place is None:
        return {"kind": "coordinate", **point}
    also_in = {"also_in": list(start.also_in)} if start.also_in else {}
    if start.town is not None:
        return {
            "kind": "place",
            "country": start.place.country,
            "place": start.town.names.get(selection.language or "", start.town.name),
            "postcodes": [place.code for place in start.town.places],
            **point,
            **also_in,
        }
    return {
        "kind": "postcode",
        "country": start.place.country,
        "postcode": start.place.code,
        "place": start.place.names.get(selection.language or "", start.place.name),
        **point,
        **also_in,
    }


def alternatives(start: Origin, selection: Selection = WHOLE) -> dict[str, Any]:
    """Return the other places that have the name of a municipality, with their names in the
    selected language; nothing if there are none.
    """
    told = [suggestion(each.in_language(selection.language)) for each in start.alternatives]
    return {"alternatives": told} if told else {}


_EXCHANGED = Suggestion(
    "Did you mean lat and lon the other way round? The latitude is lat, such as lat=50.85; the "
    "longitude is lon, such as lon=4.35."
)


def exchanged(answer: NearestAnswer) -> dict[str, Any]:
    """Return the suggestion for a coordinate that would be covered with latitude and longitude
    exchanged; nothing for another one.
    """
    return {"suggestions": [suggestion(_EXCHANGED)]} if answer.swapped else {}


def certainty(answer: NearestAnswer) -> dict[str, Any]:
    """Return whether the first result is certainly the closest and, if not, the ids of the two that
    may be. Nothing for an answer without results.
    """
    if answer.certain:
        return {"certain": True} if answer.hits else {}
    if answer.rival is None:
        return {"certain": False}
    return {"certain": False, "undecided": [hit.published.id for hit in answer.undecided]}


def beside_results(
    answer: NearestAnswer, result: Callable[[Hit], dict[str, Any]]
) -> dict[str, Any]:
    """Return what the filters left out, and the closest centre of a preferred language, as far as
    the answer has them; `result` writes a centre with its distance.
    """
    members: dict[str, Any] = {}
    if answer.left_out is not None:
        members["left_out"] = dict(answer.left_out)
    if answer.closest:
        members["closest"] = result(answer.closest)
    if answer.preferred:
        rank = {} if answer.preferred.rank is None else {"rank": answer.preferred.rank}
        language = {"language": answer.preferred.language}
        members["preferred"] = {**result(answer.preferred.hit), **language, **rank}
    return members
