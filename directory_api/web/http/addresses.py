"""What holds for the addresses that begin alike: the only table of paths.

A feature adds the rows of its own addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.feature import rows
from directory_api.web.http.header_fields import FORMATTED, OPERATIONS, PUBLIC

_ROOT = "/"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that begin with `prefix`; `/` is only that address itself.

    `headers` are the headers of their answers. `is_counted` is whether the rate limit counts their
    requests: what a finder loads before it can search does not spend what the searches need.
    `is_for_operators` is whether they are asked for by programs of the operator, beside the path
    below which everything else is. `is_compressed` is false where a secret is beside what a request
    sent (ADR 13). `ends_in_json` is whether each may have the suffix `.json`. `has_pages` is
    whether a person in a browser reads their errors as a page.
    """

    prefix: str
    headers: Mapping[str, str]
    is_counted: bool = True
    is_for_operators: bool = False
    is_compressed: bool = True
    ends_in_json: bool = False
    has_pages: bool = True


def _api(prefix: str, headers: Mapping[str, str], *, is_counted: bool = True) -> Addresses:
    return Addresses(prefix, headers, is_counted, ends_in_json=True, has_pages=False)


def operations(prefix: str) -> Addresses:
    """Return the row of an address for programs of the operator, which must be answered while the
    server is busy.
    """
    return Addresses(prefix, OPERATIONS, is_counted=False, is_for_operators=True)


_CORE = (
    _api("/v1/nearest/batch", PUBLIC),
    _api("/v1/nearest", FORMATTED),
    _api("/v1/centres", FORMATTED),
    _api("/v1/helplines", PUBLIC, is_counted=False),
    _api("/v1", PUBLIC),
    operations("/livez"),
    operations("/readyz"),
)
_OTHERS = Addresses("", PUBLIC)


# The first row applies.
_TABLE = {
    row.prefix: row
    for row in rows(
        lambda feature: feature.addresses(), Addresses, lambda row: (row.prefix,), _CORE
    )
}
_AT_ROOT = _TABLE.pop(_ROOT, _OTHERS)
# These are whole addresses.
FOR_OPERATORS = frozenset(row.prefix for row in _TABLE.values() if row.is_for_operators)
_FREE = tuple(row.prefix for row in _TABLE.values() if not (row.is_counted or row.is_for_operators))
IN_JSON = tuple(f"{row.prefix}/" for row in _TABLE.values() if row.ends_in_json)


def row_of_path(path: str) -> Addresses:
    """Return the row of a path, which begins with /."""
    if not path.strip("/"):  # the router treats // as /, too
        return _AT_ROOT
    return next((row for prefix, row in _TABLE.items() if path.startswith(prefix)), _OTHERS)


def is_counted(path: str) -> bool:
    """Return whether the rate limit counts the requests for a path."""
    return path not in FOR_OPERATORS and not path.startswith(_FREE)
