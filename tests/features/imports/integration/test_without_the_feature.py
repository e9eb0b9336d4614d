"""What is left when the feature is deleted."""

from pathlib import Path

from tests.support.deleted_features import copy_without, run


def test_a_directory_is_created_and_changed_without_files(tmp_path: Path) -> None:
    """Only the commands that read and write whole files are missing."""
    folder = copy_without(["imports"], tmp_path)
    created, verified, shown, *missing = run(
        folder,
        ["init"],
        ["verify", "payoke", "--how", "a call"],
        ["show", "payoke"],
        *([command] for command in ("validate", "diff", "import", "export")),
    )
    assert (created.code, verified.code, shown.code) == (0, 0, 0), (created, verified, shown)
    for ended in missing:
        assert "No such command" in ended.output
