"""What the benchmark reads from its clients, computes, and writes."""

import random

import pytest
from geopy.distance import geodesic

from tests.support.amount import tried
from tools.bench import exactness, report, rounds, wrk

OUTPUT = """Running 2s test @ http://127.0.0.1:1/
  1 threads and 16 connections
BENCH {"requests": 3000, "microseconds": 2000000, "bytes": 600000, "p50": 250, "p99": 900, \
"p999": 1500, "refused": 2, "broken": 1}
"""


def test_a_round_is_read_from_the_line_that_the_client_prints() -> None:
    """Microseconds become requests a second and milliseconds."""
    measured = wrk.parsed(OUTPUT)
    assert measured == wrk.Round(1500.0, 0.25, 0.9, 1.5, 3000, 200.0, 2, 1)


def test_a_client_without_a_result_is_an_error_with_what_it_printed() -> None:
    """Silence would be a row of zeros."""
    with pytest.raises(ValueError, match="unable to connect"):
        wrk.parsed("unable to connect to 127.0.0.1:1")


def test_a_result_is_the_median_of_its_rounds_and_counts_all_errors() -> None:
    """One slow round changes nothing, and one error stays visible."""
    measured = [
        wrk.Round(speed, 1, 2, 3, 100, 10, refused, 0)
        for speed, refused in ((100, 0), (900, 1), (110, 0))
    ]
    result = rounds.Result.of("ours", measured, [30.0, 10.0, 11.0])
    assert (result.per_second, result.errors, result.processor) == (110, 1, 11.0)


def test_a_part_of_the_page_is_replaced_between_its_markers() -> None:
    """Writing twice leaves one copy, and the rest of the page as it is."""
    page = "Before\n<!-- http -->\nold\n<!-- end of http -->\nAfter\n"
    once = report.replaced(page, "http", "new")
    assert once == "Before\n<!-- http -->\n\nnew\n\n<!-- end of http -->\nAfter\n"
    assert report.replaced(once, "http", "new") == once
    with pytest.raises(ValueError, match="once"):
        report.replaced("no markers", "http", "new")


def test_the_page_has_some_columns_and_rows_of_a_table() -> None:
    """In their order; a note stays with the printed table."""
    table = report.Table(("a", "b", "c"), [("x", "1", "2"), ("y", "3", "4")], ["a note"])
    assert table.only(("a", "c"), ("y", "z")) == report.Table(("a", "c"), [["y", "4"]])


@pytest.mark.parametrize("name", [name for name, _ in exactness.DISTRIBUTIONS])
def test_the_search_equals_the_scan_of_the_benchmark(name: str) -> None:
    """A few queries of each distribution; the benchmark sends 20,000."""
    wrong, off_mm = exactness.differences(dict(exactness.DISTRIBUTIONS)[name], 20, 60)
    assert wrong == 0
    assert off_mm < 1


def test_the_scan_of_the_benchmark_leaves_out_nothing_that_is_near() -> None:
    """Its answers are those of a scan that measures every centre, also at poles and antipodes."""
    chance = random.Random(1)

    def anywhere() -> tuple[float, float]:
        return chance.uniform(-90, 90), chance.uniform(-180, 180)

    points = [(*anywhere(), f"c{number:03}") for number in range(100)]
    points += [(90.0, 0.0, "pole"), (0.0, 180.0, "antimeridian"), (0.1, 179.9, "beside")]
    scan = exactness.BruteForce(points)
    for lat, lon in [
        (90.0, 10.0),
        (0.0, 0.0),
        (0.0, -180.0),
        *(anywhere() for _ in range(tried(100))),
    ]:
        whole = sorted(
            (round(geodesic((lat, lon), (other_lat, other_lon)).meters, 3), identity)
            for other_lat, other_lon, identity in points
        )
        nearest = scan.nearest(lat, lon)
        assert [(round(metres, 3), identity) for metres, identity in nearest] == whole[:3]


def test_a_peer_is_wrong_in_its_order_or_in_a_distance() -> None:
    """A metre of difference is rounding, and a wrong order is counted once."""
    nearest = [(100.4, "a"), (200.0, "b")]
    counts = exactness.Wrong()
    for found in (
        [(100, "a"), (200, "b")],
        [(100, "a"), (202, "b")],
        [(200, "b"), (100, "a")],
        [(100, "a")],
    ):
        results = [{"distance_m": metres, "id": name} for metres, name in found]
        counts.count({"results": results}, nearest)
    assert str(counts) == "2 / 1"
