"""What waits for review is not in the feed of changes."""

from xml.etree import ElementTree

import pytest

from tests.support.maintainer_app import MaintainerApp

ATOM = "{http://www.w3.org/2005/Atom}"


def _titles(review_app: MaintainerApp) -> list[str]:
    feed = ElementTree.fromstring(review_app.api.get("/v1/changes.atom").data)
    return [entry.findtext(f"{ATOM}title", "") for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.needs("device")
def test_what_waits_is_no_change(review_app: MaintainerApp) -> None:
    """A proposal appears when it is approved, and not before, though the revision moves."""
    since, before = review_app.revision, _titles(review_app)
    review_app.patch(phones=[{"number": "+3225116465", "kind": "main"}])
    assert int(review_app.revision) == int(since) + 1
    assert _titles(review_app) == before
    (waits,) = review_app.send("GET", "/v1/proposals", by="bert").get_json()["proposals"]
    review_app.send("POST", f"/v1/proposals/{waits['id']}/approve", by="bert")
    assert _titles(review_app)[0] == "PAG-ASA: phones, sources changed"
