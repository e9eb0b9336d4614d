"""The addresses of /v1 that may be meant by one where nothing is.

A suggestion has an address of ours and the example of its documentation. It has nothing of the
address that was sent, which may be a place.
"""

from collections.abc import Collection, Mapping
from itertools import chain

from flask import Flask

from directory_api.countries.examples import is_shipped_country
from directory_api.text.errors import Suggestion
from directory_api.text.normalize import similar_name
from directory_api.web.api import Api

_BASE = "v1"
_MOST = 3
# A longer segment resembles none of ours, and takes long to compare.
_LONGEST_SEGMENT = 30
# The addresses by their first segment after /v1/, each with its example.
_Reads = Mapping[str, Mapping[str, str]]


def of_path(app: Flask, path: str) -> tuple[Suggestion, ...]:
    """Return at most three addresses whose first segment is that of a path, or is similar."""
    segments = path.strip("/").split("/")
    has_base = segments[0] == _BASE
    segments = segments[1:] if has_base else segments
    reads = _public_reads(app)
    first = _first(segments[0], reads, is_exact=not has_base) if segments else None
    return _suggested(reads[first], len(segments)) if first else ()


def of_id(app: Flask, identity: str) -> tuple[Suggestion, ...]:
    """Return the address that was sent as the id of a record, such as `nearest`."""
    examples = _public_reads(app).get(identity)
    return _suggested(examples, 1)[:1] if examples else ()


def _first(segment: str, known: Collection[str], *, is_exact: bool) -> str | None:
    if segment in known:
        return segment
    is_read = not is_exact and len(segment) <= _LONGEST_SEGMENT
    return similar_name(segment, known) if is_read else None


def _suggested(examples: Mapping[str, str], segments: int) -> tuple[Suggestion, ...]:
    """Return the addresses of so many segments; if there is none, others."""
    same = [each for each in examples if each.count("/") - 1 == segments]
    return tuple(_suggestion(each, examples[each]) for each in (same or [*examples])[:_MOST])


def _suggestion(address: str, example: str) -> Suggestion:
    shown = "" if example == address else f" For example {example}."
    has_names = "{" in address
    return Suggestion(f"Did you mean {address}?{shown}", href=None if has_names else address)


def _public_reads(app: Flask) -> _Reads:
    reads: dict[str, dict[str, str]] = {}
    tables = (each.routes for each in app.blueprints.values() if isinstance(each, Api))
    for route in chain.from_iterable(tables):
        _, base, first, *_ = [*route.path.split("/"), "", ""]
        if route.example and base == _BASE and first:
            address = route.path.replace("<", "{").replace(">", "}")
            # Elsewhere its postcodes and helplines are not there.
            example = route.example if is_shipped_country() else address
            reads.setdefault(first, {})[address] = example
    return reads
