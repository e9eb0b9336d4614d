"""A check for schemathesis, that a request which the schemas of openapi.yaml allow is accepted.

The check replaces positive_data_acceptance, which knows no exceptions within an operation.
schemathesis loads this module by the variable SCHEMATHESIS_HOOKS.
"""

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

# Why a request that the schemas allow is refused: by the beginning of a fault's text, and by the
# code of a problem. What a body may not have is in its schema.
REASONS_IN_A_QUERY: Mapping[str, str] = {
    "Send one of postcode, place, ": "OpenAPI cannot say that parameters exclude each other",
    "Use either minimal or full": "OpenAPI cannot say that parameters exclude each other",
    "Send a postcode, ": "OpenAPI cannot say that a parameter needs another one",
    "Send both l": "OpenAPI cannot say that a parameter needs another one",
    "Send it with lat and lon only": "OpenAPI cannot say that a parameter needs another one",
    "Write decimal degrees with the digits": "a query has no exponents, which a number may have",
    "Use a number of metres ": "a query has no exponents, which a number may have",
}
REASONS_OF_FAULTS: Mapping[str, str] = {
    "This is not a cursor ": "the cursors are data",
    "There is no language ": "the languages are data",
    "This is the code of a country": "the languages are data",
    "This day or time does not exist": "a pattern cannot say how many days a month has",
    "Name ": "the members of a record have more names than a pattern should list",
}
REASONS_OF_PROBLEMS: Mapping[str, str] = {
    "place-ambiguous": "the names of places are data",
    "place-unknown": "each country writes postcodes in its own way",
    "postcode-not-residential": "the postcodes are data",
    "postcode-foreign": "the postcodes are data",
    "country-unsupported": "the countries are data: one contract is that of every directory",
}
_REFUSED_FOR_ITS_DATA = frozenset({400, 422})


@schemathesis.check
def allowed_data_is_accepted(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request without invalid data is not refused, except for one of the reasons."""
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if response.status_code not in _REFUSED_FOR_ITS_DATA:
        return
    reasons = {**REASONS_OF_FAULTS, **(REASONS_IN_A_QUERY if case.method == "GET" else {})}
    problem = response.json()
    if problem["code"] in REASONS_OF_PROBLEMS:
        return
    unexplained = [
        fault["detail"]
        for fault in problem.get("errors", [problem])
        if not fault["detail"].startswith(tuple(reasons))
    ]
    assert not unexplained, f"allowed by its schema, and refused: {unexplained}"
