"""The texts of a language, as a person reviews them, and as Weblate has them."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import ROOT
from tools.locale import LOCALE
from tools.speakers import exported, imported

ENGLISH = json.loads((LOCALE / "en.json").read_text(encoding="utf-8"))["words"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the texts."""
    return Path(shutil.copytree(LOCALE, tmp_path / "locale"))


def _changed(path: Path, **texts: str) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | texts), encoding="utf-8")


def _locale(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_the_component_for_weblate_reads_what_is_exported(tmp_path: Path) -> None:
    """Its mask finds each file, its base is English, and its flag finds the values in braces."""
    (component,) = json.loads(
        (ROOT / "docs/examples/weblate/component.json").read_text(encoding="utf-8")
    )
    exported(LOCALE, tmp_path)
    found = {path.name for path in tmp_path.glob(component["filemask"])}
    assert found == {path.name for path in LOCALE.glob("*.json")}
    assert json.loads((tmp_path / component["template"]).read_text(encoding="utf-8")) == ENGLISH
    flag = re.fullmatch(r'placeholders:r"(.+)"', component["check_flags"])
    assert flag
    assert re.findall(flag[1], ENGLISH["call"]) == ["{number}"]
    assert component["enforced_checks"] == ["placeholders"]


def test_what_comes_back_unchanged_changes_no_file(folder: Path, tmp_path: Path) -> None:
    """Byte for byte, in every language."""
    exported(folder, tmp_path / "weblate")
    assert imported(tmp_path / "weblate", folder) == []
    for path in LOCALE.glob("*.json"):
        assert (folder / path.name).read_bytes() == path.read_bytes()


def test_a_text_that_was_missing_takes_its_place(folder: Path, tmp_path: Path) -> None:
    """It is in the order of English, and no longer among the unsure ones; an emptied one is. The
    language is still not reviewed.
    """
    exported(folder, tmp_path / "weblate")
    _changed(tmp_path / "weblate/am.json", **{"route": "መንገድ", "retry.button": ""})
    assert imported(tmp_path / "weblate", folder) == []
    locale = _locale(folder / "am.json")
    assert locale["words"]["route"] == "መንገድ"
    assert [*locale["words"]] == [key for key in ENGLISH if key in locale["words"]]
    assert "route" not in locale["unsure"]
    assert "retry.button" in locale["unsure"]
    assert locale["reviewed"] is False


@pytest.mark.parametrize(
    ("tag", "texts", "said"),
    [
        ("tr", {"call": "Ara"}, "tr: call: write the same values in braces"),
        ("tr", {"no.such": "x"}, "tr: no.such: English has no such key"),
        ("nl", {"call": ""}, "nl: call: this language has every key"),
        ("xx", {}, "xx: there is no such language"),
    ],
)
def test_a_wrong_text_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, tag: str, texts: dict[str, str], said: str
) -> None:
    """Each fault is said with its language and key."""
    source = tmp_path / "weblate"
    exported(folder, source)
    (source / f"{tag}.json").touch()
    if tag == "xx":
        (source / "xx.json").write_text("{}", encoding="utf-8")
    _changed(source / f"{tag}.json", **texts)
    _changed(source / "vi.json", heading="Other")
    (fault,) = imported(source, folder)
    assert fault.startswith(said)
    assert (folder / "vi.json").read_bytes() == (LOCALE / "vi.json").read_bytes()
