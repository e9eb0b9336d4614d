"""One broken part leaves the rest alone: each way to break an extension or a file is a row.

One process meets all rows of a table together, so a row also shows that the others are left out one
by one.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from directory_api.config import shipped
from directory_api.feature import SHIPPED
from tests.servers.broken_parts import EXTENSIONS, HOOKS, IMPORTS, LATER, install, serve_once
from tests.support.deleted_features import copy_without, environment
from tests.support.servers import ROOT, SERVE, serving

# In whose postcodes and names nothing may be logged.
_ASKED = ["/v1/nearest?postcode=1000", "/v1/nearest?postcode=9999", "/v1/helplines", "/", "/livez"]
_COMMANDS = ["--help", "doctor --no-server --json", "restore-backup --help", "features"]


def _environment(database: Path, path: Path = ROOT, **settings: str) -> dict[str, str]:
    return {**environment(path, f"sqlite:///{database}"), **settings}


def _assert_serves(said: dict[str, Any]) -> None:
    """Everything but the broken parts answers, with the helplines."""
    answers = said["answers"]
    assert [answers[path][0] for path in _ASKED] == [200, 404, 200, 200, 200]
    assert json.loads(answers[_ASKED[0]][1])["results"][0]["id"] == "pag-asa"
    for path in _ASKED[:-1]:
        assert '"112"' in answers[path][1] or "tel:112" in answers[path][1]
    assert said["ready"]["status"] == "degraded"
    for words, (code, printed) in said["ended"].items():
        assert "Traceback" not in printed
        assert code == (1 if words.startswith("doctor") else 0), printed
    assert {"Brussel", "1000"}.isdisjoint(said["log"].replace('"', " ").split())


def _named_by_doctor(said: dict[str, Any]) -> str:
    # Lines of the log may be before the document, and a warning after it.
    printed = f"\n{said['ended'][_COMMANDS[1]][1]}"
    document, _ = json.JSONDecoder().raw_decode(printed[printed.index("\n{\n") + 1 :])
    return " ".join(each["text"] for each in document["findings"] if each["level"] == "fault")


@pytest.fixture(scope="module")
def with_extensions(
    tmp_path_factory: pytest.TempPathFactory, loaded_database: Path
) -> dict[str, Any]:
    """What is served with all broken extensions."""
    folder = tmp_path_factory.mktemp("extensions")
    install(folder, {**IMPORTS, **HOOKS, **LATER})
    environ = _environment(loaded_database, folder, DIRECTORY_CHECKED="value")
    environ["PYTHONPATH"] += f"{os.pathsep}{ROOT}"
    return serve_once([*_ASKED, "/admin", "/fails", "/works"], _COMMANDS, environ)


def test_a_server_with_broken_extensions_answers(with_extensions: dict[str, Any]) -> None:
    """Also with those that fail later, and one that works is not left out."""
    _assert_serves(with_extensions)
    assert with_extensions["answers"]["/works"] == [200, "it works"]
    status, text = with_extensions["answers"]["/fails"]
    assert status == 500
    assert '"112"' in text
    left_out = with_extensions["left_out"]
    assert {*left_out} - {f"extension {name}" for name in EXTENSIONS} == {
        "setting DIRECTORY_CHECKED",
        "what is below /fails",
    }


@pytest.mark.parametrize("name", EXTENSIONS)
def test_a_broken_extension_is_left_out_and_named(
    with_extensions: dict[str, Any], name: str
) -> None:
    """By /readyz, `doctor` and `features`, and in the log."""
    part = f"extension {name}"
    # The store is a file of SQLite, so the server has not asked for an engine.
    is_asked = name != "engines_raise"
    assert (part in with_extensions["ready"]["reason"]) == is_asked
    assert f"{part} cannot be used" in _named_by_doctor(with_extensions)
    listed = with_extensions["ended"]["features"][1]
    assert name in SHIPPED or f"\n{name}\tleft out (" in listed
    assert (f'"part": "{part}"' in with_extensions["log"]) == is_asked
    assert "Brussel" not in with_extensions["left_out"][part]


# Ways to break the file of a country; the row is the code of a made-up neighbour that has it.
_COUNTRY_FILES: Mapping[str, Callable[[str], str]] = {
    "aa": lambda text: text[: len(text) // 2],
    "ab": lambda text: text[: len(text) // 3],
    "ac": lambda text: text[:7],
    "ad": lambda _text: "",
    "ae": lambda text: text + "\0",
    "af": lambda text: text.replace('name = "', 'name = 1 # "', 1),
    "ag": lambda text: text.replace("name =", "nam =", 1),
    "ah": lambda text: text.replace("(?P<key>", "(", 1),
    "ai": lambda text: text.replace("(?P<key>", "(((?P<key>", 1),
    "aj": lambda text: text.replace("shape =", "shap =", 1),
    "ak": lambda text: text.replace("example =", "example = 'x' #", 1),
    "al": lambda text: text.replace("[postcode]", "[post]", 1),
    "am": lambda text: text + "\nname = 'twice'\n",
    "an": lambda text: "near = 5\n" + text,
    "ao": lambda text: text.replace("[holidays]", "[holiday]", 1),
    "ap": lambda text: text.replace("easter+1", "13-40", 1),
    "aq": lambda text: text + "\n[[about]]\nsource = 1\n",
    "ar": lambda text: "{" + text,
    "as": lambda _text: "\udce9",
    "at": lambda _text: "<<<<<<< ours\n",
}


@pytest.fixture(scope="module")
def with_files(tmp_path_factory: pytest.TempPathFactory, loaded_database: Path) -> dict[str, Any]:
    """What is served with all broken files of neighbours and languages."""
    folder = copy_without((), tmp_path_factory.mktemp("files"))
    data = folder / "files"
    shutil.copytree(shipped("data"), data)
    whole = (data / "countries/fr/country.toml").read_text(encoding="utf-8")
    for code, broken in _COUNTRY_FILES.items():
        path = data / "countries" / code / "country.toml"
        path.parent.mkdir()
        path.write_bytes(broken(whole).encode(errors="surrogateescape"))
    (data / "countries/ie/country.toml").unlink()
    (data / "countries/ie/country.toml").mkdir()
    for path, content in _tables(data):
        path.write_bytes(content)
    for tag, content in _LANGUAGES.items():
        (folder / f"directory_api/text/locale/{tag}.json").write_bytes(content)
    cut = folder / "directory_api/features/desk/locale/fr/LC_MESSAGES/messages.po"
    cut.write_bytes(cut.read_bytes()[:-100])
    environ = _environment(loaded_database, folder, DIRECTORY_DATA=str(data))
    near = ["/v1/nearest?postcode=6211&country=NL", "/v1/nearest?lat=50.63&lon=3.06"]
    return serve_once([*_ASKED, *near], _COMMANDS, environ, folder)


def _tables(data: Path) -> list[tuple[Path, bytes]]:
    be = data / "countries/be"
    read = {path.name: path.read_bytes() for path in (be / "neighbours").iterdir()}
    return [
        (be / "regions.csv", (be / "regions.csv").read_bytes()[:-20]),
        (be / "neighbours/fr.csv", read["fr.csv"][:-30]),
        (be / "neighbours/lu.csv", b""),
        (be / "neighbours/de.csv", b"\xff" + read["de.csv"]),
        (be / "neighbours/names.csv", read["names.csv"].replace(b"country", b"land", 1)),
        (data / "centres.json", b"{"),
        # What is read when a directory is loaded is in the store.
        (be / "postcodes.csv", b"code"),
        (be / "municipalities.csv", b"\xff"),
        (be / "names.csv", b""),
        (be / "boundary.geojson", b"{"),
    ]


_LANGUAGES = {
    "ar": b"",
    "bg": b"{",
    "de": b"[]",
    "es": b'{"name": "x"}',
    "fr": b'{"name": "x", "reviewed": true, "words": {"call": 1}}',
    "hi": b"\xff\xfe",
    "nl": b'{"name": "x", "reviewed": "no", "words": {}}',
    "pl": b'{"name": 1, "reviewed": true, "words": {}}',
    "ro": b'{"name": "x", "reviewed": true, "words": []}',
    "ru": b'{"name": "x", "reviewed": true, "words": {}',
    "uk": b"null",
}
_FILES = {
    **{f"country {code.upper()}": f"countries/{code}" for code in _COUNTRY_FILES},
    "country IE": "countries/ie",
    **{
        f"language file directory_api/text/locale/{tag}.json": f"locale/{tag}.json"
        for tag in _LANGUAGES
    },
    "regions": "be/regions.csv",
    **{f"neighbours {name}": f"neighbours/{name}.csv" for name in ("fr", "lu", "de", "names")},
}


def test_a_server_with_broken_files_answers(with_files: dict[str, Any]) -> None:
    """Those of the directory's own country are in the store."""
    _assert_serves(with_files)
    assert [with_files["answers"][path][0] for path in [*with_files["answers"]][-2:]] == [200, 200]


@pytest.mark.parametrize("name", _FILES)
def test_a_broken_file_is_left_out_and_named(with_files: dict[str, Any], name: str) -> None:
    """By `doctor`; a country that is as it should be stays."""
    assert _FILES[name] in _named_by_doctor(with_files)
    assert not {"country FR", "country NL", "country BE"} & {*with_files["left_out"]}


@pytest.mark.parametrize("broken", [_COUNTRY_FILES["aa"], _COUNTRY_FILES["ap"], None])
def test_a_broken_file_of_the_own_country_leaves_the_directory_served(
    broken: Any, tmp_path: Path, loaded_database: Path
) -> None:
    """With postcodes, helplines and centres of the store."""
    path = tmp_path / "data/countries/be/country.toml"
    shutil.copytree(shipped("data"), tmp_path / "data")
    if broken:
        text = broken(path.read_text(encoding="utf-8"))
        path.write_bytes(text.encode(errors="surrogateescape"))
    else:
        path.unlink()
    environ = _environment(loaded_database, DIRECTORY_DATA=str(tmp_path / "data"))
    said = serve_once(_ASKED, _COMMANDS[:2], environ)
    _assert_serves(said)
    assert "country BE cannot be used" in _named_by_doctor(said)


def test_serve_answers_with_a_broken_extension_and_a_cut_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process goes on with the rest, and ends when it is stopped."""
    install(tmp_path, {"raises": IMPORTS["raises"], "routes_raise": HOOKS["routes_raise"]})
    shutil.copytree(shipped("data"), tmp_path / "data")
    cut = tmp_path / "data/countries/fr/country.toml"
    cut.write_text(cut.read_text(encoding="utf-8")[:200], encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    with serving(SERVE, tmp_path, data=str(tmp_path / "data")) as served:
        assert "112" in served.ask("/v1/nearest?postcode=1000").body.decode()
        ready = served.ask("/readyz").json()
        assert ready["status"] == "degraded"
        assert served.stop() == 0
    for part in ("extension raises", "extension routes_raise", "country FR"):
        assert part in ready["reason"]
        # Lines are written in the background, and all of them before the server ends.
        assert f'"part": "{part}"' in served.logged()
