"""What the benchmark reads from its clients, computes, and writes."""

import random
from collections import Counter

import pytest
from geopy.distance import geodesic

from tests.support.amount import tried
from tools.bench import causes, exactness, load, memory, report, rounds, search_times, wrk
from tools.bench.__main__ import PARTS, PRINTED_ONLY
from tools.bench.http_cases import table

OUTPUT = """Running 2s test @ http://127.0.0.1:1/
  1 threads and 16 connections
BENCH {"requests": 3000, "microseconds": 2000000, "bytes": 600000, "p50": 250, "p99": 900, \
"p999": 1500, "refused": 2, "broken": 1}
"""


def _result(name: str, per_second: float, many: rounds.Result | None = None) -> rounds.Result:
    return rounds.Result(name, per_second, 1.0, 2.5, 8000.0, 0, 20_000 / per_second, many)


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


def test_the_table_has_the_ratios_to_the_floor_and_to_the_flask_route() -> None:
    """The first two rows are what the others are compared with."""
    floor, flask = _result("floor", 1000), _result("flask", 250)
    rows = table([floor, flask, _result("ours", 500, _result("ours", 400))]).rows
    assert rows[2][:4] == ("ours", "500", "0.500", "2.00")
    assert rows[2][4:6] == ("40.0", "0.500")
    assert rows[2][8] == "2.5"
    assert rows[1][7:9] == ("", "")


def test_a_table_is_markdown_with_its_notes_below() -> None:
    """A bar in a cell does not end the cell."""
    text = report.Table(("a", "b"), (("x|y", "1"),), ("Note.",)).markdown()
    assert text == "| a | b |\n|---|---:|\n| x\\|y | 1 |\n\nNote."


def test_prose_is_wrapped_and_tables_are_not() -> None:
    """The pages have at most 100 columns, except in tables."""
    row = "| " + "x " * 80 + "|"
    lines = report.wrapped(f"{'word ' * 30}\n\n{row}").splitlines()
    assert lines[-1] == row
    assert max(map(len, lines[:-1])) <= 100


def test_a_part_of_the_page_is_replaced_between_its_markers() -> None:
    """Writing twice leaves one copy, and the rest of the page as it is."""
    page = "Before\n<!-- http -->\nold\n<!-- end of http -->\nAfter\n"
    once = report.replaced(page, "http", "new")
    assert once == "Before\n<!-- http -->\n\nnew\n\n<!-- end of http -->\nAfter\n"
    assert report.replaced(once, "http", "new") == once
    with pytest.raises(ValueError, match="once"):
        report.replaced("no markers", "http", "new")


def test_the_page_has_the_markers_of_every_part() -> None:
    """`ARGS=--write` can write each of them."""
    page = report.PAGE.read_text(encoding="utf-8")
    for name in ("machine", "peers", *sorted(set(PARTS) - set(PRINTED_ONLY))):
        assert f"<p>{name}</p>" in report.replaced(page, name, f"<p>{name}</p>")


def test_the_growth_of_times_is_fitted_as_a_power_of_the_centres() -> None:
    """Four times the centres in twice the time are N to the power of a half."""
    times = [(1000, 1.0), (4000, 2.0), (16000, 4.0)]
    assert search_times.exponent(times) == pytest.approx(0.5)
    assert search_times.exponent(times[:1]) == 0.0


def test_the_growth_of_memory_is_the_slope_of_its_readings() -> None:
    """One reading has no slope."""
    assert load.slope([(0, 1.0), (1, 2.0), (2, 3.0)]) == pytest.approx(1.0)
    assert load.slope([(0, 1.0)]) == 0.0


def test_a_campaign_day_is_mostly_different_postcodes() -> None:
    """Each coordinate is sent once, and the bundle with the tag that the device has."""
    lines = load.requests(["1000", "2000", "3000"], '"tag"', 2000)
    coordinates = [line for line in lines if "lat=" in line]
    assert 0.87 < sum("postcode=" in line for line in lines) / 2000 < 0.93
    assert len(set(coordinates)) == len(coordinates) > 50
    assert {line.split("\t")[1] for line in lines if "/bundle/" in line} == {'"tag"'}


def test_import_times_are_added_up_by_package() -> None:
    """Modules of the standard library are one row."""
    output = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   _io\n"
        "import time:       200 |        300 | json.decoder\n"
        "import time:        50 |         50 |   flask.app\n"
        "import time:        25 |         25 |   flask\n"
    )
    assert memory.import_microseconds(output) == {"the standard library": 300, "flask": 75}


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
        results = [{"distance_m": metres, "centre": {"id": name}} for metres, name in found]
        counts.count({"results": results}, nearest)
    assert str(counts) == "2 / 1"


def test_memory_is_added_up_by_file_with_the_rest_in_one_row() -> None:
    """The rows add up to the whole."""
    sizes = Counter({"a.py": 3_000_000, "b.py": 2_000_000, "c.py": 1_000_000})
    assert causes.by_file(sizes, 1) == [("a.py", 3.0), ("all others", 3.0)]


def test_a_file_is_named_below_its_package() -> None:
    """No path of a machine is in a table."""
    assert causes.short("/a/lib/site-packages/flask/app.py") == "flask/app.py"
    assert causes.short("/home/x/directory_api/search/y.py") == "directory_api/search/y.py"
    assert causes.short("/usr/lib/python3.11/json/decoder.py") == "json/decoder.py"
    assert causes.short("<string>").startswith("code made at run time")


def test_a_run_on_a_busy_machine_says_so() -> None:
    """Its figures are not those of the directory alone."""
    assert report.other_work(0.1) == ""
    assert "load average 4.2" in report.other_work(4.2)
