"""What tools/peers uses of the benchmark, and nothing else: servers, load, tables and the scan."""

from tools.bench import centres, served
from tools.bench.exactness import BruteForce, Wrong
from tools.bench.http_cases import COORDINATE, FLASK, FLOOR, POSTCODE, paths, store
from tools.bench.report import Table, machine, wrapped
from tools.bench.rounds import Case, Result, interleaved
from tools.bench.served import (
    NEVER_REFUSED,
    ROOT,
    Server,
    clean_environment,
    pinned,
)
from tools.bench.wrk import Load

__all__ = [
    "COORDINATE",
    "FLASK",
    "FLOOR",
    "NEVER_REFUSED",
    "POSTCODE",
    "ROOT",
    "BruteForce",
    "Case",
    "Load",
    "Result",
    "Server",
    "Table",
    "Wrong",
    "centres",
    "clean_environment",
    "interleaved",
    "machine",
    "paths",
    "pinned",
    "served",
    "store",
    "wrapped",
]
