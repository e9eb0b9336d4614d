"""The compiled search gives the answers of its source, and each wheel has it."""

import math
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

from directory_api.place import kd
from directory_api.place.geometry import Point
from tests.support.amount import tried
from tests.support.compiled_search import compiled_search
from tests.support.servers import ROOT

pytestmark = pytest.mark.nightly

sys.path.insert(0, str(ROOT))

Spots = Callable[[random.Random], Point]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module that the build compiles."""
    return compiled_search(tmp_path_factory)


def _globe(rng: random.Random) -> Point:
    return Point(rng.uniform(-90, 90), rng.uniform(-180, 180))


def _belgium(rng: random.Random) -> Point:
    return Point(rng.uniform(49.5, 51.5), rng.uniform(2.5, 6.4))


def _clusters(rng: random.Random) -> Point:
    lat, lon = rng.choice([(50.85, 4.35), (89.9, 0.0), (-16.5, 179.9), (0.0, 0.0)])
    return Point(lat + rng.uniform(-0.1, 0.1), math.remainder(lon + rng.gauss(0, 0.05), 360))


def _poles(rng: random.Random) -> Point:
    return Point(rng.choice([1, -1]) * rng.uniform(89.9, 90), rng.uniform(-180, 180))


def _antimeridian(rng: random.Random) -> Point:
    return Point(rng.uniform(-90, 90), math.remainder(180 + rng.gauss(0, 0.5), 360))


def _few_points(rng: random.Random) -> Point:
    return Point(rng.randint(48, 52), rng.randint(2, 6))


def _rows(rng: random.Random, spots: Spots, count: int) -> Mapping[Point, Sequence[int]]:
    rows: dict[Point, list[int]] = {}
    for row in range(count):
        rows.setdefault(spots(rng), []).append(row)
    return rows


@pytest.mark.parametrize("count", [3, 1_000, 5_000])
@pytest.mark.parametrize("spots", [_globe, _belgium, _clusters, _poles, _antimeridian, _few_points])
def test_the_compiled_search_gives_the_same_answers(
    compiled: ModuleType, spots: Spots, count: int
) -> None:
    """To the last bit, and it leaves the same questions undecided: with limits, a farthest
    distance and filters, also after changes.
    """
    rng = random.Random(count)
    rows = _rows(rng, spots, count)
    one, other = kd.PointTree(rows), compiled.PointTree(rows)
    decided = 0
    for number in range(tried(1_200)):
        if number % 100 == 99:
            moved = {spots(rng): [rng.randrange(count)] for _ in range(7)}
            gone: dict[Point, list[int]] = {point: [] for point in rng.sample([*rows], 2)}
            one, other = one.changed({**gone, **moved}), other.changed({**gone, **moved})
        origin = rng.choice([spots, _belgium])(rng)
        limit = rng.choice([1, 3, 50])
        farthest = rng.choice([math.inf, 10_000.0, 1_000_000.0])
        admitted = rng.choice([None, rng.randbytes(count // 8 + 1)])
        answer = one.nearest(origin, limit, farthest, admitted)
        assert other.nearest(origin, limit, farthest, admitted) == answer
        if answer is None:
            question = (origin, limit, farthest, admitted)
            assert other.candidates(*question) == one.candidates(*question)
        decided += answer is not None
    assert decided


def test_a_filter_that_is_too_short_is_an_error(compiled: ModuleType) -> None:
    """In the compiled search, too: it does not read beyond the bytes."""
    rows = {Point(50, 4 + row / 100): [row] for row in range(40)}
    for module in (kd, compiled):
        with pytest.raises(IndexError):
            module.PointTree(rows).nearest(Point(50, 4), 40, math.inf, b"\xff")


def _built(folder: Path, **settings: str) -> list[str]:
    """Build a wheel, and return the names of its files of the search."""
    for name in ("hatch_build.py", "pyproject.toml", "README.md", "LICENSE", "openapi.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data", "directory_api"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out", "."],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        check=True,
    )
    (wheel,) = (folder / "out").glob("*.whl")
    with ZipFile(wheel) as archive:
        return [wheel.name, *(name for name in archive.namelist() if "/place/kd." in name)]


def test_the_wheel_has_the_compiled_search(tmp_path: Path) -> None:
    """Beside its source, in a wheel for this kind of machine."""
    wheel, *files = _built(tmp_path, DIRECTORY_COMPILED="required")
    assert not wheel.endswith("-none-any.whl")
    assert sum(name.endswith(".so") for name in files) == 1
    assert "directory_api/place/kd.py" in files


def test_without_a_compiler_the_wheel_is_for_every_machine(tmp_path: Path) -> None:
    """It has the source, which runs as it is."""
    wheel, *files = _built(tmp_path, CC="false")
    assert wheel.endswith("-none-any.whl")
    assert not any(name.endswith(".so") for name in files)


def test_the_wheel_for_every_machine_is_built_where_a_compiler_is(tmp_path: Path) -> None:
    """As it is published beside those with the compiled search."""
    wheel, *files = _built(tmp_path, DIRECTORY_COMPILED="off")
    assert wheel.endswith("-none-any.whl")
    assert not any(name.endswith(".so") for name in files)


def test_an_unknown_choice_builds_nothing(tmp_path: Path) -> None:
    """A slip would publish a wheel without the compiled search."""
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _built(tmp_path, DIRECTORY_COMPILED="Required")
    assert b"DIRECTORY_COMPILED is 'Required'" in failed.value.stdout + failed.value.stderr


def test_what_is_published_is_not_built_without_a_compiler(tmp_path: Path) -> None:
    """The container and the published wheels say that they require it."""
    with pytest.raises(subprocess.CalledProcessError):
        _built(tmp_path, CC="false", DIRECTORY_COMPILED="required")
