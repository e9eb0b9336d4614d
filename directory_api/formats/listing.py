"""An answer as every format writes it: centres in their order, with the helplines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from directory_api.domain.centre import Centre
from directory_api.domain.query import NearestAnswer, Shown
from directory_api.formats.pieces import JsonPieces


@dataclass(frozen=True, slots=True)
class Voice:
    """A language of the interface (BCP 47), and what says its words: `say("distance", km="0,8")`."""

    language: str
    say: Callable[..., str]

    def standing(self, centre: Centre) -> str | None:
        """What to say of a centre that is closed for a time or for good; None of any other."""
        return None if centre.status == "active" else self.say(f"status.{centre.status}")


@dataclass(frozen=True, slots=True)
class Listing:
    """What every format can write.

    `pieces` hold the helplines and what follows from the clock; `own` gives the same answer in the directory's own
    JSON; `answer` is the one to a place, None where none was asked for.
    """

    revision: int
    shown: tuple[Shown, ...]
    pieces: JsonPieces
    own: Callable[[], bytes]
    voice: Voice
    answer: NearestAnswer | None = None


def of_place(answer: NearestAnswer, pieces: JsonPieces, voice: Voice) -> Listing:
    """The answer to a place."""
    return Listing(answer.revision, answer.shown, pieces, lambda: pieces.nearest(answer), voice, answer)


def of_centres(
    revision: int, centres: Iterable[Centre], pieces: JsonPieces, own: Callable[[], bytes], voice: Voice
) -> Listing:
    """Centres that no place was asked for."""
    return Listing(revision, tuple(map(Shown, centres)), pieces, own, voice)
