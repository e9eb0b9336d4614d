"""The optional parts: whether each can be used."""

from collections.abc import Iterator

from directory_api.bootstrap import Directory
from directory_api.cli.features import use_every_part
from directory_api.config import PREFIX
from directory_api.feature import without
from directory_api.features.operations.doctor.finding import FAULT, HINT, OK, Finding
from directory_api.left_out import left_out

_ABOUT = "parts"


def examine(directory: Directory | None) -> Iterator[Finding]:
    """Yield what a server with these settings leaves out; all of it is made and read for that."""
    use_every_part(directory)
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
