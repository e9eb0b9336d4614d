"""Answers with centres: the directory's own JSON, made of cached parts, and the input of all other
serialisers.

Centres and helplines are serialised once for a revision, a day and a set of open centres, so a
nearest answer only adds its own few numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from orjson import Fragment

from directory_api.domain.hours import Timetable
from directory_api.domain.model.records import Centre, Helpline, freshness
from directory_api.domain.query import CentresPage, NearestAnswer, RankedCentre
from directory_api.formats.as_json import dump, origin
from directory_api.i18n.translations import COMPLETE, words


@cache
def notice(*, swapped: bool = False) -> Mapping[str, str]:
    """Return the notice for a place outside the coverage, by language.

    With `swapped` it asks whether latitude and longitude were exchanged.
    """
    keys = ("outside", "outside.dial", *(("outside.swapped",) if swapped else ()))
    return MappingProxyType({tag: " ".join(words(tag)[key] for key in keys) for tag in COMPLETE})


# Members that the response of /v1/centres/{id} adds to the record.
ADDED = ("freshness", "open_state", "next_change", "helplines")


class JsonPieces:
    """The cached JSON parts of one snapshot at one moment (UTC): freshness depends on the day,
    open_state on the time.
    """

    def __init__(
        self,
        helplines: Sequence[Helpline],
        attributions: Sequence[Mapping[str, str]],
        fresh_days: int,
        timetable: Timetable,
        moment: datetime,
    ) -> None:
        self.helplines = tuple(helplines)
        self.timetable = timetable
        self._fresh_days = fresh_days
        self._moment = moment
        self._centres: dict[str, Fragment] = {}
        self._helplines = Fragment(dump([line.to_record() for line in helplines]))
        self.attributions = tuple(attributions)
        self._attributions = Fragment(dump(attributions))

    def centre(self, centre: Centre) -> Fragment:
        """Return one centre with its freshness and open state, cached."""
        fragment = self._centres.get(centre.id)
        if fragment is None:
            fragment = self._centres[centre.id] = Fragment(dump(self._members(centre)))
        return fragment

    def alone(self, centre: Centre) -> bytes:
        """Return the response of /v1/centres/{id}, not cached: the centre, which may differ from the
        snapshot's, and the helplines.
        """
        return dump({**self._members(centre), "helplines": self._helplines})

    def _members(self, centre: Centre) -> dict[str, Any]:
        return {**centre.to_record(), **self.computed(centre)}

    def computed(self, centre: Centre) -> dict[str, str]:
        """Return the members that depend on the record and the current time."""
        state = self.timetable.state(centre, self._moment)
        word = freshness(centre.verified, self._moment.date(), self._fresh_days)
        members = {"freshness": word, "open_state": state.word}
        if state.next_change and centre.timezone:
            local_time = state.next_change.astimezone(ZoneInfo(centre.timezone))
            members["next_change"] = local_time.isoformat()
        return members

    def nearest(self, answer: NearestAnswer) -> bytes:
        """Return the response of /v1/nearest."""
        return dump(
            {
                "revision": str(answer.revision),
                "origin": origin(answer.origin),
                "certain": answer.certain,
                "outside_coverage": answer.outside_coverage,
                **(
                    {"notice": dict(notice(swapped=answer.swapped))}
                    if answer.outside_coverage
                    else {}
                ),
                "results": [
                    {
                        "distance_m": round(hit.distance_m),
                        "tied": hit.tied,
                        "centre": self.centre(hit.centre),
                    }
                    for hit in answer.hits
                ],
                **_hours_unknown(answer.hours_unknown),
                "responsible": self._each(answer.responsible),
                "helplines": self._helplines,
                "attribution": self._attributions,
            }
        )

    def batch(self, revision: int, answers: Iterable[bytes]) -> bytes:
        """Return the response of /v1/nearest/batch, made of serialised answers and problems."""
        return dump({"revision": str(revision), "answers": list(map(Fragment, answers))})

    def page(self, page: CentresPage, following: str | None) -> bytes:
        """Return one page of /v1/centres; `following` is the path of the next page."""
        return dump(
            {
                "revision": str(page.revision),
                "total": page.total,
                "helplines": self._helplines,
                "centres": self._each(page.centres),
                **_hours_unknown(page.hours_unknown),
                "next": following,
            }
        )

    def _each(self, centres: Iterable[Centre]) -> list[Fragment]:
        return list(map(self.centre, centres))


def _hours_unknown(count: int | None) -> dict[str, int]:
    return {} if count is None else {"hours_unknown": count}


@dataclass(frozen=True, slots=True)
class Translator:
    """A language of the interface (BCP 47) and its translations: `say("distance", km="0,8")`."""

    language: str
    say: Callable[..., str]

    def standing(self, centre: Centre) -> str | None:
        """Return the text for a centre that is closed temporarily or permanently; None for any
        other centre.
        """
        return None if centre.status == "active" else self.say(f"status.{centre.status}")


@dataclass(frozen=True, slots=True)
class Answer:
    """The input of every format.

    `pieces` has the helplines and computes the members that depend on the time. `own` returns the
    same answer in the directory's own JSON. `answer` is the answer to a search from a place; None
    for other lists.
    """

    revision: int
    shown: tuple[RankedCentre, ...]
    pieces: JsonPieces
    own: Callable[[], bytes]
    voice: Translator
    answer: NearestAnswer | None = None


def of_place(answer: NearestAnswer, pieces: JsonPieces, voice: Translator) -> Answer:
    """Return the listing of an answer to a search from a place."""
    return Answer(
        answer.revision, answer.shown, pieces, lambda: pieces.nearest(answer), voice, answer
    )


def of_centres(
    revision: int,
    centres: Iterable[Centre],
    pieces: JsonPieces,
    own: Callable[[], bytes],
    voice: Translator,
) -> Answer:
    """Return the listing of centres that are not the answer to a search from a place."""
    return Answer(revision, tuple(map(RankedCentre, centres)), pieces, own, voice)
