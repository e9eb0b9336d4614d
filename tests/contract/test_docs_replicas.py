"""The arithmetic of docs/replicas.md follows from what docs/PERFORMANCE.md has measured."""

import math
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "replicas.md").read_text(encoding="utf-8")
MEASURED = (DOCS / "PERFORMANCE.md").read_text(encoding="utf-8")
MILLION = 1_000_000


def _per_second(request: str) -> int:
    """Return the measured requests per second of a worker on one core."""
    row = re.search(rf"^\| {re.escape(request)} \| ([\d,]+) \|", MEASURED, re.MULTILINE)
    assert row
    return int(row[1].replace(",", ""))


def _rows(word: str) -> list[tuple[int, int]]:
    """Return requests per second of a worker, and workers, of the rows for a kind of requests."""
    rows = re.findall(rf"^\| {word}, .* \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    return [
        (int(rate.split()[-1].replace(",", "")), int(workers.split()[-1])) for rate, workers in rows
    ]


def test_the_number_of_workers_follows_from_the_measured_throughput() -> None:
    """Each worker half loaded, with the limit in the proxy, and in memory."""
    for word, request in (
        ("postcodes", "postcode"),
        ("coordinates", "different coordinates, 3 centres"),
    ):
        rates = (_per_second(f"{request}, limit off"), _per_second(request))
        assert _rows(word) == [(rate, math.ceil(MILLION / (rate / 2))) for rate in rates]


def test_the_memory_follows_from_that_of_a_worker() -> None:
    """For the number of workers that the page names."""
    worker = re.search(
        r"^\| worker with the shipped centres of Belgium \| ([\d.]+) \|", MEASURED, re.MULTILINE
    )
    shown = re.search(r"Memory: (\d+) MB for each, so (\d+) workers take (\d+) GB", PAGE)
    assert worker
    assert shown
    assert int(shown[1]) == round(float(worker[1]))
    assert int(shown[3]) == round(int(shown[1]) * int(shown[2]) / 1000)
