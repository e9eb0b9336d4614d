"""What is left when the feature is deleted."""

from pathlib import Path

from tests.support.command_line import command
from tests.support.deleted_features import copy_without, run
from tests.support.tampering import spoil


def test_a_store_is_created_read_and_verified(tmp_path: Path) -> None:
    """Damage is found when the store is opened; the feature names it."""
    folder = copy_without(["maintenance"], tmp_path)
    database = folder / "directory.db"
    created, shown, check = run(folder, ["init"], ["show", "payoke"], ["check"])
    assert (created.code, shown.code, "Payoke" in shown.output) == (0, 0, True)
    assert "No such command 'check'" in check.output
    spoil(database, "UPDATE records SET record = 'x' WHERE id = 'surya'")
    (refused,) = run(folder, ["show", "payoke"])
    assert (refused.code, "damaged" in refused.output) == (1, True)
    found = command("check", database=database)
    assert (found.exit_code, "centre surya" in found.stdout) == (1, True)
