"""Two centres, of which the farther one passes every filter, and what to ask."""

from tests.support.records import made_up_centre

PASSES = {
    "languages": [{"code": "ar"}],
    "services": ["legal"],
    "audiences": ["children"],
    "opening_hours": "24/7",
    "timezone": "Europe/Brussels",
}
FAILS = {
    "languages": [{"code": "fr"}],
    "services": ["medical"],
    "audiences": ["victims"],
    "opening_hours": "Sa 10:00-10:30",
    "timezone": "Europe/Brussels",
}
# The parameter of each filter. A filter without one here filters nothing.
ASKED: dict[str, tuple[str, str]] = {
    "speaks": ("speaks", "ar"),
    "service": ("service", "legal"),
    "audience": ("audience", "children"),
    "opening": ("open_at", "2026-11-24T12:00:00Z"),
}
PLACE = {"lat": 50.8, "lon": 4.3}
CENTRES = [made_up_centre(1, **FAILS), made_up_centre(2, **PASSES)]
