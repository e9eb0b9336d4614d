"""Removes the folder of a country whose records are gone."""

import shutil
from pathlib import Path

from directory_api.countries.known import FILE
from directory_api.text.errors import FileUnreadable


def remove(folder: Path) -> None:
    """Delete the folder of a country. What is cut off can be repeated. Raises FileUnreadable."""
    try:
        if folder.is_symlink():
            folder.unlink()
            return
        # Without it, the rest is the folder of no country.
        (folder / FILE).unlink(missing_ok=True)
        shutil.rmtree(folder)
    except OSError as error:
        raise FileUnreadable(f"{folder}: cannot be deleted ({error.strerror})") from None
