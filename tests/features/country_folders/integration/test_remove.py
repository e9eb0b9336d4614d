"""A country is removed from a directory, and nothing of it is left."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.features.country_folders.support import load, make
from tests.support.servers import SERVE, Served, environment, run_process, serving_as_it_is

NEEDS = ("device", "hsds", "operations", "pages")
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
    paths += ["/v1/postcodes?q=Esch", "/v1/bundle/LU", "/v1/bundle/names/LU", "/no-such-page"]
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

    shutil.rmtree(data / "countries/lu")
    assert "postcodes of LU" not in run("load").stdout
    _change(data, _without_luxembourg)
    done = run("load")
    assert "postcodes of LU: removed" in done.stdout
    assert "boundary of LU: removed" in done.stdout
    assert run("check").returncode == 0
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        outputs = _outputs(served)
    assert len(outputs) > 25
    assert _with_signs(outputs) == {}
