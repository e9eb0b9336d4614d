"""Answers with centres: the input of every serialiser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from directory_api.answer.json_pieces import JsonPieces
from directory_api.answer.selection import WHOLE, Selection
from directory_api.record.helplines import PlaceHelplines
from directory_api.record.records import Centre, LocalizedText, localized
from directory_api.search.query import NearestAnswer, RankedCentre
from directory_api.text.translations import long_date


@dataclass(frozen=True, slots=True)
class Translator:
    """A language of the interface (BCP 47) and its translations: `say("distance", km="50")`."""

    language: str
    say: Callable[..., str]

    def standing(self, centre: Centre, today: date) -> str | None:
        """Return the text for a centre that is closed temporarily or permanently; None for any
        other centre.
        """
        if centre.status == "active":
            return None
        until = centre.closed_through(today)
        if until is None:
            return self.say(f"status.{centre.status}")
        return self.say("status.closed_until", date=long_date(until, self.language))

    def until(self, centre: Centre, member: str) -> str | None:
        """Return the text for the last day of a temporary value; None if a member has none now."""
        day = centre.shown_until(member)
        return self.say("temporary.until", date=long_date(day, self.language)) if day else None

    def warnings(self, centre: Centre, today: date) -> Iterator[str]:
        """Yield what to know before going to a centre, without what its record says: that it is
        closed, and what sources disagree about.
        """
        if standing := self.standing(centre, today):
            yield standing
        yield from (self.say(entry.key) for entry in centre.contested)

    def notices(self, centre: Centre, today: date) -> Iterator[LocalizedText]:
        """Yield the same with what the record says about it, in this language or another one."""
        if standing := self.standing(centre, today):
            yield LocalizedText(self.language, standing)
        if reason := localized(centre.closed_reason, self.language):
            yield reason
        for entry in centre.contested:
            yield LocalizedText(self.language, self.say(entry.key))
            if note := localized(entry.note, self.language):
                yield note


@dataclass(frozen=True, slots=True)
class Answer:
    """The input of every format.

    `pieces` has the helplines and computes the members that depend on the time. `own` returns the
    same answer in the directory's own JSON. `nearest` is the answer to a search from a place; None
    for other lists. `prefix` is the path below which everything is. `selection` is for the formats
    that have the record of a centre.
    """

    revision: int
    shown: tuple[RankedCentre, ...]
    pieces: JsonPieces
    own: Callable[[], bytes]
    translator: Translator
    nearest: NearestAnswer | None = None
    prefix: str = ""
    selection: Selection = WHOLE

    @property
    def helplines(self) -> PlaceHelplines:
        """The helplines for the place of the answer."""
        return self.pieces.helplines(self.nearest)
