"""Answers with centres: in the directory's own JSON, of parts that are written once, and what the other formats get.

Centres and helplines are written once for a revision, a day and a change of who is open, so that a nearest answer
costs no more than its own few numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from directory_api.domain.hours.timetable import Timetable
from directory_api.domain.model.centre import Centre, freshness
from directory_api.domain.model.helpline import Helpline
from directory_api.domain.query import CentresPage, NearestAnswer, Shown
from directory_api.formats.as_json import dump, origin

OUTSIDE = {
    "en": "This place seems to lie outside the countries of this directory. "
    "In danger, call the emergency number of the country you are in; in Europe it is 112.",
    "nl": "Deze plaats lijkt buiten de landen van deze gids te liggen. "
    "Bel bij gevaar het noodnummer van het land waar u bent; in Europa is dat 112.",
    "fr": "Ce lieu semble se trouver hors des pays de ce répertoire. "
    "En cas de danger, appelez le numéro d’urgence du pays où vous êtes ; en Europe, c’est le 112.",
    "de": "Dieser Ort liegt anscheinend außerhalb der Länder dieses Verzeichnisses. "
    "Rufen Sie bei Gefahr die Notrufnummer des Landes an, in dem Sie sind; in Europa ist es die 112.",
}

_SWAPPED = {
    "en": "Perhaps latitude and longitude are the wrong way round.",
    "nl": "Misschien zijn breedtegraad en lengtegraad verwisseld.",
    "fr": "La latitude et la longitude sont peut-être inversées.",
    "de": "Vielleicht sind Breitengrad und Längengrad vertauscht.",
}


def notice(answer: NearestAnswer) -> Mapping[str, str]:
    """What to say where the place lies outside the coverage, by language."""
    return {tag: f"{text} {_SWAPPED[tag]}" for tag, text in OUTSIDE.items()} if answer.swapped else OUTSIDE


# What the answer to /v1/centres/{id} holds beside the record.
ADDED = ("freshness", "open_state", "next_change", "helplines")


class JsonPieces:
    """The finished pieces of one snapshot at one moment (UTC): freshness depends on the day, open_state on the hour."""

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
        self._centres: dict[str, bytes] = {}
        self._helplines = dump([line.to_record() for line in helplines])
        self.attributions = tuple(attributions)
        self._attributions = dump(attributions)

    def centre(self, centre: Centre) -> bytes:
        """One centre, with its freshness and whether it is open."""
        piece = self._centres.get(centre.id)
        if piece is None:
            piece = self._centres[centre.id] = self.fresh_centre(centre)
        return piece

    def fresh_centre(self, centre: Centre) -> bytes:
        """One centre that may be another than the snapshot's."""
        return dump({**centre.to_record(), **self.computed(centre)})

    def alone(self, piece: bytes) -> bytes:
        """The answer to /v1/centres/{id}, of the finished piece: the helplines belong to it."""
        return b'%s,"helplines":%s}' % (piece.removesuffix(b"}"), self._helplines)

    def computed(self, centre: Centre) -> dict[str, str]:
        """What follows from the record and the clock."""
        state = self.timetable.state(centre, self._moment)
        word = freshness(centre.verified, self._moment.date(), self._fresh_days)
        known = {"freshness": word, "open_state": state.word}
        if state.next_change and centre.timezone:
            known["next_change"] = state.next_change.astimezone(ZoneInfo(centre.timezone)).isoformat()
        return known

    def nearest(self, answer: NearestAnswer) -> bytes:
        """The answer to /v1/nearest."""
        hits = b",".join(
            b'{"distance_m":%d,"tied":%s,"centre":%s}'
            % (round(hit.distance_m), b"true" if hit.tied else b"false", self.centre(hit.centre))
            for hit in answer.hits
        )
        return (
            b'{"revision":"%d","origin":%s,"certain":%s,"outside_coverage":%s,%s"results":[%s],%s"responsible":[%s],%s}'
            % (
                answer.revision,
                dump(origin(answer.origin)),
                b"true" if answer.certain else b"false",
                b"true" if answer.outside_coverage else b"false",
                b'"notice":%s,' % dump(notice(answer)) if answer.outside_coverage else b"",
                hits,
                _hours_unknown(answer.hours_unknown),
                self._join(answer.responsible),
                b'"helplines":%s,"attribution":%s' % (self._helplines, self._attributions),
            )
        )

    def batch(self, revision: int, answers: Iterable[bytes]) -> bytes:
        """The answer to /v1/nearest/batch, of finished answers and problems."""
        return b'{"revision":"%d","answers":[%s]}' % (revision, b",".join(answers))

    def page(self, page: CentresPage, following: str | None) -> bytes:
        """One page of /v1/centres; `following` is the path of the next."""
        return b'{"revision":"%d","total":%d,"helplines":%s,"centres":[%s],%s"next":%s}' % (
            page.revision,
            page.total,
            self._helplines,
            self._join(page.centres),
            _hours_unknown(page.hours_unknown),
            dump(following),
        )

    def _join(self, centres: Iterable[Centre]) -> bytes:
        return b",".join(map(self.centre, centres))


def _hours_unknown(count: int | None) -> bytes:
    return b"" if count is None else b'"hours_unknown":%d,' % count


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
