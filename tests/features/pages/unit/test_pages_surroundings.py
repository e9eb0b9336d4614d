"""What is drawn around a point for maintainers."""

import re

from directory_api.features.pages.surroundings import MOST_TOWNS, surroundings
from directory_api.live.editions import Edition

# Around Brussels.
BOX = (4.26, 50.79, 4.43, 50.9)
UNITS = 320


def test_what_is_around_a_point_are_borders_and_the_largest_towns(edition: Edition) -> None:
    """No name twice; borders only where they are exact enough for the size."""
    drawn = surroundings(edition.snapshot, BOX, UNITS)
    names = re.findall(r">([^<>\n]+)</text>", drawn)
    assert {"Brussel", "Anderlecht"} <= {*names}
    assert len(names) == len({*names}) <= MOST_TOWNS
    # Several postcodes share one point and one town, whose names in other languages are no towns.
    antwerp = surroundings(edition.snapshot, (4.34, 51.18, 4.47, 51.26), UNITS)
    assert "Antwerpen" in antwerp
    assert "Anvers" not in antwerp
    assert drawn.count('class="border"') == 1
    close = surroundings(edition.snapshot, (4.3, 50.83, 4.4, 50.88), UNITS)
    assert 'class="border"' not in close
    sea = surroundings(edition.snapshot, (-30.0, 40.0, -29.8, 40.2), UNITS)
    assert sea == ""
