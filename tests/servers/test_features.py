"""The values with which features say what they add."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from directory_api import feature
from directory_api.feature import GROUP, Feature, Lazy, lazy
from directory_api.left_out import Unusable
from tests.support.deleted_features import copy_without, environment
from tests.support.servers import ROOT

_GUIDE = ROOT / "directory_api/features/README.md"
_FILE = re.compile(r"^`(\S+)`\n\n```python\n(.*?)```", re.M | re.S)


def test_the_example_of_the_guide_works(tmp_path: Path, loaded_database: Path) -> None:
    """Its files, and its name in the list, are a feature with a test that passes."""
    folder = copy_without((), tmp_path)
    for name, code in _FILE.findall(_GUIDE.read_text("utf-8")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(code, "utf-8")
    listed = folder / "directory_api/feature.py"
    text = listed.read_text("utf-8")
    listed.write_text(text.replace("SHIPPED = (\n", 'SHIPPED = (\n    "emergency",\n'), "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env=environment(folder, f"sqlite:///{loaded_database}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def test_a_wrong_name_or_value_fails_at_once() -> None:
    """With the name of the field, but not with its value."""
    with pytest.raises(TypeError, match="command"):
        Feature(summary="", command=())  # type: ignore[call-arg]
    with pytest.raises(Unusable, match="its routes is not a function"):
        Feature(summary="", routes=[])  # type: ignore[arg-type]
    with pytest.raises(Unusable, match="its settings is not a mapping"):
        Feature(summary="", settings=("flyer_url",))  # type: ignore[arg-type]


def test_a_lazy_function_is_imported_when_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes the arguments of the function."""
    (tmp_path / "lazily_imported.py").write_text("def double(number): return 2 * number\n")
    monkeypatch.syspath_prepend(tmp_path)
    double = lazy("lazily_imported:double")
    assert "lazily_imported" not in sys.modules
    assert double(4) == 8
    monkeypatch.delitem(sys.modules, "lazily_imported")


def _lazy(of: Feature) -> Iterator[tuple[str, str]]:
    """Yield the field and the name of each lazy function, and of each command."""
    for each in fields(of):
        value = getattr(of, each.name)
        values = value.values() if isinstance(value, Mapping) else [value]
        yield from ((each.name, found.name) for found in values if isinstance(found, Lazy))
    yield from (("commands", name) for name in of.commands)


def test_a_feature_names_its_own_modules_alone() -> None:
    """import-linter does not see the names in texts."""
    for name, value in feature._features().items():
        for _, named in _lazy(value):
            assert named.startswith(f"{GROUP}.{name}."), named


@pytest.mark.nightly
def test_the_types_of_lazy_functions_are_those_of_their_fields(tmp_path: Path) -> None:
    """mypy checks a module that has the functions themselves in the place of their names."""
    lines = ["import click", "from directory_api.feature import Feature"]
    for number, value in enumerate(feature._features().values()):
        for index, (field, named) in enumerate(_lazy(value)):
            module, _, function = named.partition(":")
            own = f"f_{number}_{index}"
            lines.append(f"from {module} import {function} as {own}")
            lines.append(
                f"c_{own}: click.Command = {own}"
                if field == "commands"
                else f"Feature(summary='', parts={{'/': {own}}})"
                if field == "parts"
                else f"Feature(summary='', {field}={own})"
            )
    checked = tmp_path / "checked_features.py"
    checked.write_text("\n".join(lines) + "\n", "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", checked],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
