"""Answers with centres, without a server around them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from directory_api.answer.answer import Answer
from directory_api.answer.json_pieces import JsonPieces
from directory_api.hours.timetable import Timetable
from directory_api.place.geometry import Point
from directory_api.record.helplines import Helplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, Helpline
from directory_api.search.query import Hit, NearestAnswer, Origin, RankedCentre
from tests.support.moments import EXAMPLES_AT
from tests.support.records import shipped_records

SHIPPED = tuple(
    Helpline.from_record(record).published() for record in shipped_records()["helplines"]
)
LINES = tuple(line for line in SHIPPED if "BE" in line.countries)


def pieces(lines: Sequence[Helpline] = LINES, moment: datetime = EXAMPLES_AT) -> JsonPieces:
    """Helplines and a clock."""
    helplines = Helplines(lines, "BE", {"BE"})
    return JsonPieces(helplines, (), 180, Timetable(moment.replace(hour=0)), moment)


def of(
    centres: Iterable[Centre], language: str = "en", lines: Sequence[Helpline] = LINES
) -> Answer:
    """A list of centres."""
    return Answer(
        1,
        tuple(RankedCentre(PublishedCentre(centre)) for centre in centres),
        pieces(lines),
        lambda: b"{}",
        language,
    )


def hit(centre: Centre, metres: float) -> Hit:
    """Return a centre at a distance."""
    return Hit(PublishedCentre(centre), metres)


def near(hits: Sequence[Hit], language: str = "en", **members: object) -> Answer:
    """An answer to a coordinate: certain, inside the coverage, without responsible centres by
    default. If it is not certain, the last centre may be the closest, too.
    """
    told = {
        "countries": ("BE",),
        "certain": True,
        "outside_coverage": False,
        "responsible": (),
        **members,
    }
    if not told["certain"]:
        told["rival"] = hits[-1]
    answer = NearestAnswer(1, Origin(Point(50.85, 4.35), 10), hits=tuple(hits), **told)  # type: ignore[arg-type]
    return of_place(answer, language)


def of_place(answer: NearestAnswer, language: str = "en") -> Answer:
    """The answer to a search from a place."""
    parts = pieces()
    return Answer(1, answer.shown, parts, lambda: parts.nearest(answer), language, answer)
