"""A country is removed from a directory, and nothing of it is left."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.country_folders.removing import remove
from directory_api.text.errors import FileUnreadable
from tests.features.country_folders.support import add_centre, load, make
from tests.support.command_line import RunCommand
from tests.support.frozen import DATA
from tests.support.servers import SERVE, Served, environment, run_process, serving_as_it_is

NEEDS = ("device", "hsds", "maintenance", "pages")
# Written in what is shown of Luxembourg; Luxembourg itself is also a province of Belgium.
SIGNS = ('"LU"', "(LU)", "L-1111", "lu-112", "/LU", "Esch-sur-Alzette", "Weiswampach")
# Examples of the contract.
LEFT_OUT = ("/openapi", "/docs")


def _change(data: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = data / "centres.json"
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def _without_luxembourg(records: dict[str, Any]) -> None:
    records["helplines"] = [each for each in records["helplines"] if "LU" not in each["countries"]]


def _outputs(served: Served) -> dict[str, str]:
    """Every public read without a parameter, the pages, and answers about places."""
    described = served.ask("/openapi.json").json()["paths"]
    paths = [path for path, each in described.items() if "get" in each and "{" not in path]
    paths += ["/?lang=en", "/partners", "/embed/", "/sitemap.xml", "/v1/bundle/BE"]
    paths += [f"/v1/nearest?postcode={code}" for code in ("1000", "6700", "1012", "6211")]
    paths += ["/v1/nearest?lat=49.6&lon=6.1", "/v1/nearest?postcode=L-1111", "/v1/postcodes?q=1111"]
    paths += ["/v1/postcodes?q=Esch", "/v1/bundle/LU", "/v1/bundle/postcodes/LU", "/no-such-page"]
    return {
        path: served.ask(path).body.decode()
        for path in dict.fromkeys(paths)
        if not path.startswith(LEFT_OUT)
    }


def _with_signs(outputs: dict[str, str]) -> dict[str, list[str]]:
    found = {path: [sign for sign in SIGNS if sign in text] for path, text in outputs.items()}
    return {path: signs for path, signs in found.items() if signs}


def test_nothing_of_a_removed_country_is_left(tmp_path: Path) -> None:
    """Neither in choices, attributions, counts and bundles nor among the neighbours of others."""
    data, database = tmp_path / "data", tmp_path / "directory.db"
    environ = environment(database, data=str(data))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return run_process(("directory_api", *words), environ)

    assert run("country", "new", "BE", "--out", str(data)).returncode == 0
    for country in ("NL", "LU"):
        make(tmp_path, data, country)
    load(data, database)
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        before = _with_signs(_outputs(served))
    assert {"/v1/bundle", "/v1/helplines", "/?lang=en"} <= {*before}

    refused = run("country", "remove", "LU", "--yes")
    assert refused.returncode == 1
    for place in (data / "centres.json", database):
        assert f"{place}: helpline lu-112\n" in refused.stderr
    _change(data, _without_luxembourg)
    refused = run("country", "remove", "LU", "--yes")
    assert refused.returncode == 1
    assert str(database) in refused.stderr
    assert str(data) not in refused.stderr
    load(data, database)
    removed = run("country", "remove", "LU", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert not (data / "countries/lu").exists()
    done = run("load")
    assert "postcodes of LU: removed" in done.stdout
    assert "boundary of LU: removed" in done.stdout
    assert run("check").returncode == 0
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        outputs = _outputs(served)
    assert len(outputs) > 25
    assert _with_signs(outputs) == {}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped data, and the Netherlands."""
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    make(tmp_path, folder, "NL")
    return folder


def test_the_home_country_stays(
    data: Path, run_without_store: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the folder, or that of the settings."""
    words = ("country", "remove")
    refused = run_without_store(*words, "BE", "--out", data, "--yes")
    assert refused.exit_code == 1
    assert "BE is the directory's own country" in refused.stderr
    monkeypatch.setenv("DIRECTORY_COUNTRY", "NL")
    assert "NL is the directory's own" in run_without_store(*words, "NL", "--out", data).stderr
    assert "there are records of BE" in run_without_store(*words, "BE", "--out", data).stderr
    assert (data / "countries/be/country.toml").exists()


def test_a_country_is_deleted_after_asking(data: Path, run_without_store: RunCommand) -> None:
    """Once its records are gone; the rest of one that was cut off is, too."""
    _change(data, lambda records: records.update(helplines=records["helplines"][:1], centres=[]))
    folder, words = data / "countries/nl", ("country", "remove", "NL", "--out", data)
    add_centre(data, "NL", "Europe/Amsterdam")
    assert "centres.json: centre example-nl" in run_without_store(*words, "--yes").stderr
    _change(data, lambda records: records.update(centres=[]))
    asked = run_without_store(*words)
    assert asked.exit_code == 1
    assert (folder / "country.toml").exists()
    (folder / "country.toml").unlink()
    assert run_without_store(*words, "--yes").exit_code == 0
    assert not folder.exists()
    assert f"{folder} is not there" in run_without_store(*words, "--yes").stderr


def test_a_link_to_a_folder_is_removed_and_not_the_folder(tmp_path: Path) -> None:
    """It may belong to another directory."""
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "country.toml").touch()
    (tmp_path / "nl").symlink_to(folder)
    remove(tmp_path / "nl")
    assert not (tmp_path / "nl").exists()
    assert (folder / "country.toml").exists()


def test_what_cannot_be_deleted_is_named(tmp_path: Path) -> None:
    """Here it is no folder."""
    (tmp_path / "nl").touch()
    with pytest.raises(FileUnreadable, match="nl: cannot be deleted"):
        remove(tmp_path / "nl")
