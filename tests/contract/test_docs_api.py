"""docs/api.md and openapi.yaml explain what an answer to a search says."""

import re
from typing import Any

import pytest

from tests.support.openapi_document import COMMITTED
from tests.support.servers import ROOT

# What each is, its own name says.
EVIDENT = {"revision", "results", "distance_m", "centre", "attribution", "origin"}


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = COMMITTED["components"]["schemas"]
    return schemas


@pytest.mark.parametrize("name", ["NearestDocument", "ResultDocument"])
def test_the_guide_explains_each_member_of_an_answer(name: str) -> None:
    guide = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    members = _schemas()[name]["properties"].keys() - EVIDENT
    assert {member for member in members if not re.search(rf"`{member}`", guide)} == set()


def test_the_contract_says_what_responsible_and_tied_mean() -> None:
    """Where they come from, and what to show."""
    schemas = _schemas()
    responsible = schemas["NearestDocument"]["properties"]["responsible"]["description"]
    assert "`coverage`" in responsible
    assert "at any distance" in responsible
    tied = schemas["ResultDocument"]["properties"]["tied"]["description"]
    assert "Neither is closer" in tied
    assert schemas["BatchResultDocument"]["properties"]["tied"]["description"] == tied


def test_the_contract_says_of_when_the_open_state_speaks() -> None:
    schemas = _schemas()
    assert "`open_at`" in schemas["CentreDocument"]["properties"]["open_state"]["description"]
    for name in ("NearestDocument", "BatchAnswerDocument", "CentresDocument"):
        assert "`open_state`" in schemas[name]["properties"]["open_at"]["description"]
