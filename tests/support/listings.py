"""Answers with centres, without a server around them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from directory_api.answer.json_pieces import JsonPieces
from directory_api.answer.listing import Listing
from directory_api.answer.selection import Selection
from directory_api.hours.timetable import Timetable
from directory_api.place.geometry import Point
from directory_api.record.helplines import Helplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, Helpline
from directory_api.search.query import CLOSEST, MAYBE_CLOSEST, NEAR, NearestAnswer, Origin, Result
from tests.support.moments import EXAMPLES_AT
from tests.support.records import shipped_records

SHIPPED = tuple(
    Helpline.from_record(record).published() for record in shipped_records()["helplines"]
)
LINES = tuple(line for line in SHIPPED if "BE" in line.countries)


def pieces(lines: Sequence[Helpline] = LINES, moment: datetime = EXAMPLES_AT) -> JsonPieces:
    """Helplines and a clock."""
    helplines = Helplines(lines, "BE", {"BE"})
    return JsonPieces(helplines, 1, "CC BY 4.0", 180, Timetable(moment.replace(hour=0)), moment)


def of(
    centres: Iterable[Centre], language: str = "en", lines: Sequence[Helpline] = LINES
) -> Listing:
    """A list of centres."""
    results = tuple(Result(PublishedCentre(centre)) for centre in centres)
    return Listing(results, pieces(lines), lambda: b"{}", Selection(language))


def hit(centre: Centre, metres: float) -> Result:
    """Return a centre at a distance."""
    return Result(PublishedCentre(centre), metres)


def near(
    hits: Sequence[Result], language: str = "en", *, certain: bool = True, **members: object
) -> Listing:
    """An answer to a coordinate, inside the coverage by default: the first centre is the closest,
    or each of them may be.
    """
    reasons = [CLOSEST if certain else MAYBE_CLOSEST, NEAR if certain else MAYBE_CLOSEST]
    results = tuple(
        each._replace(shown_because=(reasons[number > 0],)) if not each.shown_because else each
        for number, each in enumerate(hits)
    )
    told = {"countries": ("BE",), "covered": True, "results": results, **members}
    origin = Origin(Point(50.85, 4.35), 10, countries=told.pop("countries"))  # type: ignore[arg-type]
    answer = NearestAnswer(origin, **told)  # type: ignore[arg-type]
    return of_place(answer, language)


def of_place(answer: NearestAnswer, language: str = "en") -> Listing:
    """The answer to a search from a place."""
    parts, selection = pieces(), Selection(language)
    own = partial(parts.nearest, answer, selection)
    return Listing(answer.results, parts, own, selection, answer)
