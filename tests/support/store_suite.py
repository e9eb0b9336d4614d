"""For the suite of the store, which runs on each engine: changes, places and programs."""

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory_api.change.change import Change, Stamp
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.store.sql.store import Store

OpenStore = Callable[[Path], Store]
STAMP = Stamp("anna", datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC), "a phone call")


def addition(identity: str, **record: Any) -> Change:
    """Return the change that adds a centre."""
    return Change("centre", identity, None, record)


def place_with_code(code: str, country: str = "BE") -> Place:
    """Return a place with a value in every field."""
    row = NamedPoint("Sint-Één", Point(50.123456, 4.0))
    return place_of(country, code, [row], {"nl": "Één"}, "BE-VAN", ["Autre"])


def program_on(code: str, url: str) -> str:
    """A Python program that runs the code with the store at a URL."""
    return textwrap.dedent("""
        import datetime, sys
        from directory_api.change.change import Change, Stamp
        from directory_api.store.state import Receipt
        from directory_api.store.stores import stores_at
        store = stores_at({url!r}).store
        stamp = Stamp("p", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "r")
    """).format(url=url) + textwrap.dedent(code)
