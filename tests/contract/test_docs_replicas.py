"""The arithmetic of docs/replicas.md follows from what docs/PERFORMANCE.md has measured."""

import math
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "replicas.md").read_text(encoding="utf-8")
MEASURED = (DOCS / "PERFORMANCE.md").read_text(encoding="utf-8")
MILLION = 1_000_000


def _per_second(path: str) -> int:
    row = re.search(rf"^\| {re.escape(path)} \| ([\d,]+) requests/s", MEASURED, re.MULTILINE)
    assert row
    return int(row[1].replace(",", ""))


def _rows(word: str) -> list[tuple[int, int]]:
    """Return requests per second of a worker, and workers, of the rows for a kind of requests."""
    rows = re.findall(rf"^\| {word}, .* \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    return [
        (int(rate.split()[-1].replace(",", "")), int(workers.split()[-1])) for rate, workers in rows
    ]


def test_the_number_of_workers_follows_from_the_measured_throughput() -> None:
    """Each worker half loaded, with and without the cost of the limit."""
    limit = re.search(r"a plain postcode costs about (\d+) µs more", MEASURED)
    assert limit
    assert f"a limit in memory adds {limit[1]} µs" in " ".join(PAGE.split())
    for word, path in (
        ("postcodes", "/v1/nearest?postcode=1000"),
        ("coordinates", "/v1/nearest?lat=50.85&lon=4.35"),
    ):
        bare = _per_second(path)
        limited = round(1 / (1 / bare + int(limit[1]) / 1e6))
        assert _rows(word) == [(rate, math.ceil(MILLION / (rate / 2))) for rate in (bare, limited)]


def test_the_memory_follows_from_that_of_a_worker() -> None:
    """For the number of workers that the page names."""
    worker = re.search(r"^\| memory of a worker \| (\d+) MB", MEASURED, re.MULTILINE)
    shown = re.search(r"Memory: (\d+) MB for each, so (\d+) workers take (\d+) GB", PAGE)
    assert worker
    assert shown
    assert shown[1] == worker[1]
    assert int(shown[3]) == round(int(shown[1]) * int(shown[2]) / 1000)
