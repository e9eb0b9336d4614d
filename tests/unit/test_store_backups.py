"""What counts as a backup in a folder."""

import os
from pathlib import Path

from directory_api.store.backups import Backups


def test_a_backup_is_a_file_with_its_digest(tmp_path: Path) -> None:
    """A file without a digest was not checked; a digest without its file restores nothing."""
    for at, name in enumerate(("old.db", "new.db", "gone.db"), start=1):
        digest = tmp_path / f"{name}.sha256"
        digest.touch()
        os.utime(digest, (at, at))
    for name in ("old.db", "new.db", "half.db"):
        (tmp_path / name).touch()
    backups = Backups(tmp_path)
    assert [each.path.name for each in backups.all()] == ["old.db", "new.db"]
    newest = backups.newest()
    assert newest
    assert newest.path.name == "new.db"
