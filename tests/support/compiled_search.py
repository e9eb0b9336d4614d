"""The search as the build compiles it, beside its source."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.made_once import made_once
from tests.support.servers import ROOT

sys.path.insert(0, str(ROOT))
import hatch_build  # beside pyproject.toml, where the build looks for it


def compiled_search(factory: pytest.TempPathFactory) -> ModuleType:
    """Return directory_api.place.kd, compiled once in a run."""

    def make(folder: Path) -> None:
        folder.mkdir()
        shutil.copy(hatch_build.compiled(ROOT, folder), folder / "kd.so")

    path = made_once(factory, "compiled", make) / "kd.so"
    spec = importlib.util.spec_from_file_location("kd", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
