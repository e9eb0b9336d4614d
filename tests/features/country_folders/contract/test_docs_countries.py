"""docs/countries.md does what it says, as it is written."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from directory_api.hours.holidays import days_of
from tests.features.country_folders.support import boundary_file, postal_file, towns_file
from tests.support.servers import ROOT, RUN_SECONDS, environment

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)\n\1```$", re.DOTALL | re.MULTILINE)


def _blocks(heading: str) -> list[tuple[str, str]]:
    """The examples below a heading, each with its language."""
    text = (ROOT / "docs/countries.md").read_text(encoding="utf-8")
    section = f"\n{text}".partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    return [
        (language, dedent(f"{indent}{code}")) for indent, language, code in _BLOCK.findall(section)
    ]


def _run(folder: Path, lines: str) -> str:
    """Run lines of a shell in a folder, with yes to what they ask; what they print. None of them
    may fail.
    """
    command = f'directory-api() {{ "{sys.executable}" -m directory_api "$@" <<< y; }}'
    done = subprocess.run(
        ["bash", "-ec", f"{command}\n{lines}"],
        cwd=folder,
        env={**environment(folder / "unnamed.db"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for the files of GeoNames and the boundaries."""
    for country in ("AT", "NL", "LU"):
        postal_file(tmp_path, country)
        boundary_file(tmp_path, country)
        towns_file(tmp_path)
    return tmp_path


def test_a_directory_of_a_new_country_is_served(folder: Path) -> None:
    """With its examples of records, a search finds the centre."""
    (_, making), (_, serving) = _blocks("# Another country")
    (_, police), (_, centre) = _blocks("## The files and records")
    _run(folder, making)
    path = folder / "our-data/centres.json"
    records = json.loads(path.read_text(encoding="utf-8"))
    records["helplines"].append(json.loads(police))
    records["centres"].append(json.loads(centre))
    path.write_text(json.dumps(records), encoding="utf-8")
    assert "\ndirectory-api serve" in serving
    said = _run(folder, serving.replace("directory-api serve", "directory-api nearest 8010"))
    assert f"Created a new directory at {folder}/our-data.db with the data in our-data." in said
    assert "Beispielgasse 1" in said


def test_several_countries_are_made_changed_and_removed(folder: Path) -> None:
    """Belgium as it is shipped, and two others."""
    (_, making), (_, changing) = (
        *_blocks("## Several countries in one directory"),
        *_blocks("## Update postcodes, or remove a country"),
    )
    settings = "export DIRECTORY_DATA=our-data DIRECTORY_DATABASE_URL=sqlite:///our-data.db"
    _run(folder, f"{making}\n{settings}\ndirectory-api load")
    path = folder / "our-data/centres.json"
    records = json.loads(path.read_text(encoding="utf-8"))
    lines = [each for each in records["helplines"] if "LU" not in each["countries"]]
    path.write_text(json.dumps({**records, "helplines": lines}), encoding="utf-8")
    postcodes = folder / "NL.txt"
    postcodes.write_text(
        postcodes.read_text(encoding="utf-8").replace("\t9711\t", "\t9712\t"), encoding="utf-8"
    )
    said = _run(folder, f"{settings}\n{changing}\ndirectory-api nearest 6211")
    assert "+9712,Groningen" in said
    assert "postcodes of LU: removed" in said
    assert "Sürya" in said


def test_the_days_of_the_example_are_holidays() -> None:
    """Each form has a day in the year of the single one."""
    ((_, _), (language, text)) = _blocks("## The folder of a country")
    assert language == "toml"
    for day in tomllib.loads(text)["holidays"]["public"]:
        assert days_of([day], 2028)
