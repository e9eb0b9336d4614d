"""Removes the folder of a country whose records are gone."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from directory_api.countries.known import FILE
from directory_api.text.errors import FileUnreadable


def records_of(country: str, records: Mapping[str, Any]) -> Iterator[str]:
    """Yield the kind and id of each record of a country (ISO 3166-1) in a whole directory: its
    helplines, the centres in it, and those that are responsible for a part of it.
    """
    for line in records.get("helplines", ()):
        if country in line.get("countries", ()):
            yield f"helpline {line['id']}"
    for centre in records.get("centres", ()):
        areas = (centre.get("address", {}).get("country"), *centre.get("coverage", ()))
        if any(area and area.partition("-")[0] == country for area in areas):
            yield f"centre {centre['id']}"


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
