"""The texts for maintainers in the code, as `make admin-texts` extracts them."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests.support.servers import ROOT


@cache
def extracted() -> tuple[Message, ...]:
    """Return the texts."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "messages.pot")
        options = [
            "--quiet",
            "extract",
            f"--mapping-file={ROOT}/pyproject.toml",
            f"--output={path}",
        ]
        command: Any = CommandLineInterface()
        command.run(["pybabel", *options, f"{ROOT}/directory_api"])
        return of_catalogue(path)


def of_catalogue(path: Path) -> tuple[Message, ...]:
    """Return the texts of a file of gettext, without its head. Raises PoFileError."""
    return tuple(message for message in catalogue(path) if message.id)


def catalogue(path: Path) -> Catalog:
    """Read a file of gettext. Raises PoFileError."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)
