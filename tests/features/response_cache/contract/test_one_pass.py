"""The answers that are made in one pass are those of the route, byte for byte."""

import random
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.response_cache.coordinates import CoordinateAnswers, question
from directory_api.search.query import NearestQuery
from tests.support.amount import tried
from tests.support.moments import EXAMPLES_AT
from tools.bench.centres import BELGIUM, BOX, write_store

pytestmark = pytest.mark.nightly


@pytest.mark.parametrize("count", [3, 1_000, 5_000])
def test_the_short_way_writes_what_the_route_writes(tmp_path: Path, count: int) -> None:
    """To random coordinates in Belgium and Europe, and anywhere, with different precision."""
    write_store(tmp_path / "store.db", count)
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/store.db"))
    directory.open()
    edition = directory.editions(lambda: EXAMPLES_AT).current()
    answers = CoordinateAnswers(edition)
    chance = random.Random(count)
    for _ in range(tried(20_000)):
        # Far away geopy measures hundreds of centres.
        boxes = [*[BELGIUM] * 60, *[BOX] * 39, (-89, 89, -99, 99)]
        south, north, west, east = chance.choice(boxes)
        decimals = chance.choice([0, 2, 4, 5, 5, 5])
        lat, lon = chance.uniform(south, north), chance.uniform(west, east)
        limit = chance.choice(["", "", "", "&limit=1", "&limit=10"])
        asked = question(f"lat={lat:.{decimals}f}&lon={lon:.{decimals}f}{limit}")
        assert asked
        query = NearestQuery(asked.place, limit=asked.options.limit)
        assert answers.answer(asked) == edition.pieces.nearest(edition.nearest(query))
