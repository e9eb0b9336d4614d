"""The schemas of bodies say which members exclude or need each other, as the routes do."""

import json
from itertools import chain, combinations
from typing import Any

import marshmallow as ma
import pytest
from jsonschema import Draft202012Validator

from directory_api.text import strict_json
from directory_api.web.schemas.request_fields import PlaceFields
from directory_api.web.schemas.requests import NearestFields
from tests.support.openapi_document import COMMITTED

PLACE = {"postcode": "1000", "country": "BE", "lat": 50.85, "lon": 4.35}
BODIES: dict[type[ma.Schema], dict[str, Any]] = {
    PlaceFields: PLACE,
    NearestFields: {**PLACE, "prefer_speaks": "fr"},
}


@pytest.mark.parametrize("fields", BODIES, ids=lambda fields: fields.__name__)
def test_a_schema_allows_the_members_that_the_route_accepts_together(
    fields: type[ma.Schema],
) -> None:
    """Of all sets of these members, the same ones."""
    validator = Draft202012Validator(COMMITTED["components"]["schemas"][fields.__name__])
    members, faults = BODIES[fields], fields().validate
    sets = chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))
    outcomes = {
        names: (validator.is_valid(body), not faults(strict_json.parse(json.dumps(body).encode())))
        for names in sets
        for body in [{name: members[name] for name in names}]
    }
    assert {
        names for names, (allowed, accepted) in outcomes.items() if allowed != accepted
    } == set()
    assert {accepted for _, accepted in outcomes.values()} == {True, False}


def test_an_address_that_is_too_long_is_in_the_contract() -> None:
    """The server in front answers with a 414 without a body, as each operation that takes
    parameters in its address says.
    """
    assert "content" not in COMMITTED["components"]["responses"]["AddressTooLong"]
    for path, operations in COMMITTED["paths"].items():
        for method in operations.keys() & {"get", "post", "put", "patch", "delete"}:
            operation = operations[method]
            of_address = [*operations.get("parameters", ()), *operation.get("parameters", ())]
            has_some = any(each["in"] in ("query", "path") for each in of_address)
            assert ("414" in operation["responses"]) == has_some, (method, path)
