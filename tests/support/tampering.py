"""Changes of the database by SQL, as a person with a SQLite shell or a faulty disk makes them."""

import sqlite3
from contextlib import closing
from pathlib import Path

LINKED = ("salt", "records", "postcodes", "history", "link")


def spoil(path: Path, *statements: str) -> None:
    """Execute statements on a database."""
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
