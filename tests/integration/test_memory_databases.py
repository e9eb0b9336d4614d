"""Databases in memory that several threads share: the last one that lets go closes them.

From Python 3.13 on, one that is only forgotten is a ResourceWarning, which fails any test.
"""

import gc
import sqlite3
from typing import Any

import pytest

from directory_api.place.rows import rows_of
from directory_api.search.text_index import TextIndex


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens to databases in memory: `opened` and `closed`."""
    heard: list[str] = []
    connect = sqlite3.connect

    def note(database: str, **options: Any) -> Any:
        if database != ":memory:":
            return connect(database, **options)
        factory = options.pop("factory", sqlite3.Connection)

        def close(connection: sqlite3.Connection) -> None:
            heard.append("closed")
            factory.close(connection)

        heard.append("opened")
        noted = type("Noted", (factory,), {"close": close})
        return connect(database, factory=noted, **options)

    monkeypatch.setattr(sqlite3, "connect", note)
    return heard


def test_the_words_of_an_index_are_closed_with_the_last_index(
    in_memory: list[str],
) -> None:
    """The index of the next revision uses the same table."""
    index = TextIndex([(0, "first")])
    later = index.changed({0: "first"}, {1: "second"})
    del index
    gc.collect()
    assert in_memory == ["opened"]
    assert list(rows_of(later.rows("sec"))) == [1]
    del later
    gc.collect()
    assert in_memory == ["opened", "closed"]
