"""Answers with centres: the input of every serialiser."""

from collections.abc import Callable
from dataclasses import dataclass

from directory_api.answer.json_pieces import JsonPieces
from directory_api.answer.selection import DEFAULT, Selection
from directory_api.record.centre_in_words import CentreInWords, describe_centre
from directory_api.record.helplines import PlaceHelplines
from directory_api.record.records import Centre
from directory_api.record.speaker import Speaker
from directory_api.search.query import NearestAnswer, Result
from directory_api.text.translations import words


@dataclass(frozen=True, slots=True)
class Listing:
    """The input of every format.

    `pieces` has the helplines and writes cards. `to_json` returns the same in the directory's
    own JSON. `nearest` is the answer to a search from a place; None for other lists. `prefix` is
    the path below which everything is.
    """

    results: tuple[Result, ...]
    pieces: JsonPieces
    to_json: Callable[[], bytes]
    selection: Selection = DEFAULT
    nearest: NearestAnswer | None = None
    prefix: str = ""

    @property
    def language(self) -> str:
        """The language of its texts (BCP 47)."""
        return self.selection.language

    @property
    def helplines(self) -> PlaceHelplines:
        """The helplines for the place of the answer."""
        return self.pieces.helplines(self.nearest)

    @property
    def say(self) -> Speaker:
        """What says its texts. A language file is read on first use."""
        return Speaker(words(self.language), self.pieces.today)

    def in_words(self, centre: Centre) -> CentreInWords:
        """Return a centre in the language of the answer."""
        return describe_centre(centre, self.say, self.pieces.fresh_days)
