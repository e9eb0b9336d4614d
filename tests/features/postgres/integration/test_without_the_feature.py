"""What is left when the feature is deleted."""

from pathlib import Path

import pytest

from tests.support.deleted_features import Ended, copy_without, run

NEEDS = ("maintenance",)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package without PostgreSQL."""
    return copy_without(["postgres"], tmp_path_factory.mktemp("copy"))


def test_a_file_of_sqlite_is_created_and_maintained(folder: Path) -> None:
    """Check, and a backup that is restored."""
    ended = run(
        folder, ["init"], ["check"], ["backup", "b.db"], ["restore-backup", "b.db", "--yes"]
    )
    assert [each.code for each in ended] == [0, 0, 0, 0], ended


def test_a_url_of_postgresql_is_refused_with_what_to_write(folder: Path) -> None:
    """As any other that no engine opens; it is not repeated."""
    sentence = "write sqlite:/// and a path, for example sqlite:///var/directory.db\n"
    assert run(folder, ["check"], url="postgresql://kanarie@example.org/directory") == [
        Ended(2, f"Error: DIRECTORY_DATABASE_URL: {sentence}")
    ]
