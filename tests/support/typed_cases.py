"""What people type for a place in Belgium, and what each text means: one table for the search in
this process, for the API and for the device (tests/cases/typed_places.yaml).
"""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

from tests.support.servers import ROOT


class Case(NamedTuple):
    """A text and what it means; the file says what each member is."""

    text: str
    codes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problem: str = ""
    offered: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def _cases() -> Iterator[Case]:
    table = (ROOT / "tests/cases/typed_places.yaml").read_text(encoding="utf-8")
    for entry in yaml.load(table, yaml.CSafeLoader):
        problem, codes = entry.pop("problem", ""), entry.pop("codes", "")
        texts = entry.pop("texts")
        lists = {name: tuple(places) for name, places in entry.items()}
        yield from (Case(text, tuple(codes.split()), problem=problem, **lists) for text in texts)
    for long in ("1" * 81, "Q" * 10_000, "Gent" * 30):
        yield Case(long, problem="place-unknown")


CASES = tuple(_cases())


def name_of(case: Case) -> str:
    """Return a name for the test of a case."""
    return ascii(case.text)[1:40]
