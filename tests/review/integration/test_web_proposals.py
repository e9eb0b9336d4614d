"""/v1/proposals: what waits, what is sent once more, and what of it is public."""

from typing import Any
from xml.etree import ElementTree

import pytest

from directory_api.edit.editor import Edit
from directory_api.record.token import Actor
from tests.support.api_client import problem
from tests.support.cited import without_old_sources
from tests.support.maintainer_app import CENTRE, MaintainerApp
from tests.support.records import made_up_centre

PHONES = [{"number": "+3225116400", "kind": "main"}]
TITLES = "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title"


def _waits(app: MaintainerApp) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = app.send("GET", "/v1/proposals").get_json()["proposals"]
    return found


@pytest.mark.needs("desk")
def test_what_needs_review_waits_and_the_rest_is_in_force(review_app: MaintainerApp) -> None:
    """A language takes effect and a phone waits; the phone alone is 202; repeated, it is
    proposed once.
    """
    whole = review_app.file()
    first, second = whole["centres"][0], whole["centres"][1]
    first["languages"].append({"code": "uk"})
    second["phones"] = PHONES
    response = review_app.send("POST", "/v1/import", json=whole)
    assert (response.status_code, response.get_json()["status"]) == (200, "partially_applied")
    assert review_app.public(f"/v1/centres/{first['id']}")["languages"][-1] == {"code": "uk"}
    again = review_app.send("POST", "/v1/import", json=whole)
    assert (again.status_code, again.get_json()["status"]) == (202, "pending")
    assert len(_waits(review_app)) == 1


def test_a_proposal_tells_what_would_change(review_app: MaintainerApp) -> None:
    """List and single view agree: who, in words and in full, and whether it is outdated."""
    before = review_app.send("GET", CENTRE).get_json()
    (proposed,) = review_app.patch(phones=PHONES).get_json()["proposals"]
    (listed,) = _waits(review_app)
    path = f"/v1/proposals/{proposed['id']}"
    assert review_app.send("GET", path).get_json() == listed
    assert (listed["id"], listed["author"], listed["outdated"]) == (proposed["id"], "anna", False)
    assert listed["change"]["differences"]
    sides = (listed["change"]["before"], listed["change"]["after"])
    assert sides == (before, without_old_sources(before, {**before, "phones": PHONES}))
    (other,) = review_app.patch(phones=None, email=None).get_json()["proposals"]
    review_app.send("POST", f"/v1/proposals/{other['id']}/approve", by="bert")
    assert review_app.send("GET", path).get_json()["outdated"] is True
    assert [each["outdated"] for each in _waits(review_app)] == [True]


def test_a_proposal_shows_the_new_sources_that_are_approved_with_it(
    review_app: MaintainerApp,
) -> None:
    """In the list and alone: no other row has them, and the approval publishes them."""
    source = {"id": "page", "title": "Our contacts", "url": "https://payoke.be/us"}
    record = review_app.send("GET", CENTRE).get_json()
    cited = {**record["sources"], "email": ["page"]}
    editor, actor = review_app.directory.editor, Actor("token:x", "anna", ("edit",))
    editor.replace(
        Edit(actor, "centre", record["id"], "they told me"),
        {**record, "email": "new@payoke.be", "sources": cited},
        stated_by=[source],
    )
    (listed,) = _waits(review_app)
    assert listed["new_sources"] == [source]
    path = f"/v1/proposals/{listed['id']}"
    assert review_app.send("GET", path).get_json() == listed
    assert review_app.send("POST", f"{path}/approve", by="bert").status_code == 200
    assert source in review_app.public("/v1/sources")["sources"]


def test_what_waits_is_proposed_and_decided_once(review_app: MaintainerApp) -> None:
    """A request that is repeated with its key has the same answer, without Location."""
    for number, verb in enumerate(("approve", "reject"), start=1):

        def twice(path: str, key: str, **rest: Any) -> list[tuple[int, bytes]]:
            headers = {"Idempotency-Key": key}
            sent = [review_app.send("POST", path, headers=headers, **rest) for _ in range(2)]
            assert not any("Location" in each.headers for each in sent)
            return [(each.status_code, each.data) for each in sent]

        first, second = twice("/v1/records/centres", f"new-{verb}", json=made_up_centre(number))
        assert (first, first[0]) == (second, 202)
        (waits,) = _waits(review_app)
        path = f"/v1/proposals/{waits['id']}/{verb}"
        first, second = twice(path, verb, by="bert")
        assert (first, first[0]) == (second, 200)
        problem(review_app.send("POST", path, by="bert"), 404, "proposal-unknown")


@pytest.mark.needs("device")
def test_what_waits_is_no_change_for_the_public(review_app: MaintainerApp) -> None:
    """It is in the feed when it is approved, and not before."""

    def titles() -> list[str | None]:
        feed = ElementTree.fromstring(review_app.api.get("/v1/changes.atom").data)
        return [each.text for each in feed.findall(TITLES)]

    before, shown = titles(), review_app.public()
    (waits,) = review_app.patch(phones=PHONES).get_json()["proposals"]
    assert (titles(), review_app.public()) == (before, shown)
    review_app.send("POST", f"/v1/proposals/{waits['id']}/approve", by="bert")
    assert len(titles()) == len(before) + 1
