"""Many made-up centres that differ in all that lists ask for."""

from typing import Any

from tests.support.amount import EVERY_CASE
from tests.support.records import made_up_centre

COUNT = 1000 if EVERY_CASE else 300
STATUSES = ("active", "active", "active", "temporarily_closed", "closed")
COVERAGES: tuple[list[str], ...] = ([], ["BE"], ["BE-BRU"], ["BE-VAN", "LU"])
VISIBILITIES = ("public", "public", "locality", "hidden", "public", "public", "public")


def varied(number: int) -> dict[str, Any]:
    """A made-up centre that differs from its neighbours in all that lists ask for."""
    return made_up_centre(
        number,
        status=STATUSES[number % 5],
        coverage=COVERAGES[number % 4],
        address_visibility=VISIBILITIES[number % 7],
        audiences=["victims"] if number % 3 else ["children", "professionals"],
        phones=[{"number": "+3225116464", "kind": "main"}],
        **(
            {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}
            if number % 2
            else {}
        ),
    )
