"""`make locale` adds a key to each language, and writes nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from tools.locale import LOCALE, add

_TEXTS = {"en": "One", "nl": "Een", "fr": "Un", "de": "Eins"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the locale files."""
    return Path(shutil.copytree(LOCALE, tmp_path / "locale"))


def _read(folder: Path) -> dict[str, dict[str, object]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def test_each_language_has_the_key_in_its_place(folder: Path) -> None:
    """Behind the other one in English; with a text, or among the unsure ones. The rest stays."""
    before = _read(folder)
    assert add(folder, "trust.new", "trust.free", _TEXTS) == []
    for tag, locale in _read(folder).items():
        words, unsure = locale["words"], locale["unsure"]
        assert isinstance(words, dict)
        assert isinstance(unsure, list)
        assert {key: words[key] for key in words if key != "trust.new"} == before[tag]["words"]
        assert ("trust.new" in words) is (tag in _TEXTS), tag
        assert ("trust.new" in unsure) is (tag not in _TEXTS), tag
        if tag in _TEXTS:
            keys = [*words]
            assert keys[keys.index("trust.free") + 1] == "trust.new"


@pytest.mark.parametrize(
    ("key", "after", "fault"),
    [
        ("trust.free", "trust.source", "every language has this key"),
        ("trust.new", "trust.nothing", "no such key to follow"),
        ("Trust New", "trust.free", "write small letters"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(
    folder: Path, key: str, after: str, fault: str
) -> None:
    """The files stay as they are."""
    before = _read(folder)
    assert any(fault in each for each in add(folder, key, after, _TEXTS))
    assert _read(folder) == before
