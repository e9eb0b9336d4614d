"""A second migration of a SQLite file, which is made up, to test how migrations are applied."""

from collections.abc import Callable

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from directory_api.store.sqlite import engine, schema


def add_notes(db: Database) -> None:
    """Add a column to the records: the id of each that is there."""
    db.execute("ALTER TABLE records ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
    db.execute("UPDATE records SET note = id")


def add_migration(
    monkeypatch: pytest.MonkeyPatch, migration: Callable[[Database], None] = add_notes
) -> None:
    """Add a migration to the code, after its own."""
    migrations = Migrations("directory")
    for own in schema.migrations._migrations:
        migrations(name=own.name)(own.fn)
    migrations(name="made_up")(migration)
    monkeypatch.setattr(schema, "migrations", migrations)
    monkeypatch.setattr(engine, "MIGRATIONS", (*engine.MIGRATIONS, "made_up"))
