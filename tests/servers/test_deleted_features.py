"""The core does without each feature, and without all of them: the folder and its line are deleted.

`make test WITHOUT="pages admin"` runs the tests that are left without some.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from directory_api.feature import GROUP, SHIPPED
from tests.support.deleted_features import copy_without, environment
from tests.support.servers import ROOT

pytestmark = pytest.mark.nightly

_PROGRAM = """
import json, sys
from directory_api.bootstrap import open_directory
from directory_api.cli import main
from directory_api.config import Settings
from directory_api.web.app import create_app

directory = open_directory(Settings.from_environment())
directory.open()
client = create_app(directory).test_client()
near = client.get("/v1/nearest?postcode=1000")
refused = client.get("/v1/nearest?postcode=9999")
missing = client.get("/nowhere", headers={"Accept": "text/html"})
values = {"postcode": "1000", "country": "BE", "lat": "50.8", "lon": "4.4", "prefix": "10"}
links = [link.format_map(values) for link in client.get("/v1/").json["links"].values()]
types = {client.get(path).json["type"] for path in ("/v1/nearest", "/v1/nowhere", "/v1/centres/x")}
print(json.dumps({
    "closest": near.json["results"][0]["id"],
    "helplines": [each.get("number") for each in near.json["helplines"]],
    "refused": [refused.status_code, [each.get("number") for each in refused.json["helplines"]]],
    "dead": [link for link in links if client.get(link).status_code == 404],
    "unexplained": [
        each
        for each in types - {"about:blank"}
        if f'id="{each.partition("#")[2]}"' not in client.get(each.partition("#")[0]).text
    ],
    "missing": [missing.status_code, "112" in missing.text],
    "ready": client.get("/readyz").json["status"],
    "commands": sorted(main.commands),
    "loaded": sorted(
        {name.split(".")[2] for name in sys.modules if name.startswith("directory_api.features.")}
    ),
}))
"""

# Without each of these features: commands of one process, and what is in the output of those that
# are refused.
_COMMANDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "desk": (
        ("init", ""),
        ("verify payoke --how call", ""),
        ("show payoke", ""),
        *((name, "No such command") for name in ("validate", "diff", "import", "export")),
    ),
    "operations": (("init", ""), ("show payoke", ""), ("check", "No such command")),
    "postgres": (
        *((name, "") for name in ("init", "check", "backup b.db", "restore-backup b.db --yes")),
        # It is not repeated.
        ("--database postgresql://kanarie@example.org/x check", "DIRECTORY_DATABASE_URL: write "),
    ),
}
_RUN = """
import json, os, sys
from click.testing import CliRunner
from directory_api.cli import main
own = os.environ["DIRECTORY_DATABASE_URL"]
for line in json.loads(sys.argv[1]):
    words, url = line.split(), own
    if words[0] == "--database":
        _, url, *words = words
    result = CliRunner().invoke(main, words, env={"DIRECTORY_DATABASE_URL": url})
    print(json.dumps([result.exit_code, result.output]))
"""


@pytest.mark.needs("desk", "operations")
@pytest.mark.parametrize("deleted", _COMMANDS)
def test_commands_without_a_feature_work_or_say_what_is_missing(
    deleted: str, tmp_path: Path
) -> None:
    """Only what the feature adds is missing."""
    folder = copy_without([deleted], tmp_path)
    lines = [line for line, _ in _COMMANDS[deleted]]
    ended = subprocess.run(
        [sys.executable, "-c", _RUN, json.dumps(lines)],
        cwd=folder,
        env=environment(folder, f"sqlite:///{folder}/directory.db"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for (line, refused), told in zip(_COMMANDS[deleted], ended.stdout.splitlines(), strict=True):
        code, output = json.loads(told)
        assert (code == 0) == (refused == ""), (line, output)
        assert refused in output, line
        assert "kanarie" not in output


@pytest.mark.parametrize("deleted", [*((name,) for name in SHIPPED), SHIPPED], ids="-".join)
def test_the_core_answers_without_features(
    deleted: tuple[str, ...], tmp_path: Path, loaded_database: Path
) -> None:
    """The application starts and answers with the closest centre; every error has the helplines;
    every link of /v1/ and every `type` of a problem leads somewhere.
    """
    folder = copy_without(deleted, tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=folder,
        env=environment(folder, f"sqlite:///{loaded_database}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    answered = json.loads(ended.stdout.splitlines()[-1])
    assert answered["closest"] == "pag-asa"
    assert {"112", "101"} <= {*answered["helplines"]}
    assert answered["refused"][0] == 404
    assert "112" in answered["refused"][1]
    assert (answered["dead"], answered["unexplained"]) == ([], [])
    assert answered["missing"] == [404, True]
    assert answered["ready"] == "ready"
    assert {"serve", "nearest", "load"} <= {*answered["commands"]}
    assert {*answered["loaded"]} == {*SHIPPED} - {*deleted}


def test_the_core_names_features_in_the_list_alone() -> None:
    """No module of the core imports a feature, also not by its name in a text."""
    for path in (ROOT / "directory_api").rglob("*.py"):
        inside = path.relative_to(ROOT / "directory_api")
        if inside.parts[0] != "features" and inside.name != "feature.py":
            assert GROUP not in path.read_text("utf-8"), inside


def test_each_feature_says_what_it_is_and_is_listed() -> None:
    """Its first file begins with a sentence about it; a folder that is not listed is dead."""
    folders = {path.parent.name for path in (ROOT / "directory_api/features").glob("*/__init__.py")}
    assert folders == {*SHIPPED}
