"""The optional parts: whether each can be used."""

from collections.abc import Iterator
from contextlib import suppress

from directory_api.bootstrap import Directory
from directory_api.config import PREFIX, expected_database_url
from directory_api.countries.known import known
from directory_api.feature import without
from directory_api.features.doctor.finding import FAULT, HINT, OK, Finding
from directory_api.left_out import leave_out, left_out
from directory_api.text.translations import languages
from directory_api.web.app import create_app

_ABOUT = "parts"


def examine(directory: Directory | None) -> Iterator[Finding]:
    """Yield what a server with these settings leaves out; all of it is made and read for that."""
    try:
        _use(directory)
    except Exception as error:
        leave_out("the application", error)
    found = [
        Finding(
            FAULT,
            _ABOUT,
            f"{part} cannot be used: {reason}.",
            f"Correct or update it, or leave it out by {PREFIX}WITHOUT if it is a feature or an "
            "extension. Then restart the server.",
        )
        for part, reason in left_out().items()
    ]
    if named := without():
        found.append(
            Finding(
                HINT,
                _ABOUT,
                f"{PREFIX}WITHOUT leaves out {', '.join(sorted(named))}.",
                "Remove a name there when the part can be used again.",
            )
        )
    yield from found or [Finding(OK, _ABOUT, "All features, extensions and files can be used.")]


def _use(directory: Directory | None) -> None:
    known()
    languages()
    expected_database_url()
    if directory is None:
        return
    tables = directory.neighbours.tables
    for country in tables.countries:
        tables.places(country)
    app = create_app(directory, log_requests=False)
    for path in app.paths_of_parts():
        with suppress(Exception):  # it is noted
            app.part(path)
