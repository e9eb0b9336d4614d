"""Answers with centres: the input of every serialiser."""

from collections.abc import Callable
from dataclasses import dataclass

from directory_api.domain.model.helplines import PlaceHelplines
from directory_api.domain.model.records import Centre
from directory_api.domain.query import NearestAnswer, RankedCentre
from directory_api.formats.json_pieces import JsonPieces
from directory_api.formats.selection import WHOLE, Selection


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
