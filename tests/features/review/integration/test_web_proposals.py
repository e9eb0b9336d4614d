"""/v1/proposals, and the imports that wait there."""

from pathlib import Path
from typing import Any

from tests.support.api_client import problem
from tests.support.maintainer_app import CENTRE, MaintainerApp

PHONES = [{"number": "+3225116400", "kind": "main"}]


def _waits(maintainer_app: MaintainerApp) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = maintainer_app.send("GET", "/v1/proposals").get_json()[
        "proposals"
    ]
    return found


def _propose(maintainer_app: MaintainerApp) -> str:
    response = maintainer_app.patch(phones=PHONES)
    assert response.status_code == 202
    return str(response.get_json()["proposals"][0]["id"])


def test_what_needs_review_waits_and_the_rest_is_in_force(review_app: MaintainerApp) -> None:
    """A language takes effect and a phone waits; the phone alone is 202; repeated, it is
    proposed once.
    """
    whole = review_app.file()
    first, second = whole["centres"][0], whole["centres"][1]
    first["languages"].append({"code": "uk"})
    second["phones"] = PHONES
    response = review_app.send("POST", "/v1/import", json=whole)
    assert (response.status_code, response.get_json()["result"]) == (200, "partly_waiting")
    assert review_app.public(f"/v1/centres/{first['id']}")["languages"][-1] == {"code": "uk"}
    again = review_app.send("POST", "/v1/import", json=whole)
    assert (again.status_code, again.get_json()["result"]) == (202, "waiting")
    assert len(_waits(review_app)) == 1


def test_a_proposal_tells_what_would_change(review_app: MaintainerApp) -> None:
    """List and single view agree: who, when, why, expiry, in words and in full, and not
    outdated.
    """
    before = review_app.send("GET", f"{CENTRE}/record").get_json()
    identity = _propose(review_app)
    (listed,) = _waits(review_app)
    assert review_app.send("GET", f"/v1/proposals/{identity}").get_json() == listed
    assert (listed["id"], listed["author"], listed["outdated"]) == (identity, "anna", False)
    assert listed["change"]["differences"]
    assert (listed["change"]["before"], listed["change"]["after"]) == (
        before,
        {**before, "phones": PHONES},
    )
    assert review_app.public()["phones"] == before["phones"]


def test_somebody_else_approves(review_app: MaintainerApp) -> None:
    """An approval publishes the change with its author's and its approver's name; the list is
    empty.
    """
    identity = _propose(review_app)
    response = review_app.send("POST", f"/v1/proposals/{identity}/approve", by="bert")
    assert (response.status_code, response.get_json()["result"]) == (200, "done")
    assert review_app.public()["phones"] == PHONES
    newest = review_app.history()[0]
    assert (newest["author"], newest["approved_by"]) == ("anna", "bert")
    assert _waits(review_app) == []


def test_nobody_approves_their_own(review_app: MaintainerApp) -> None:
    """Who proposed a change may not approve it, nor may who lacks the scope; it waits on."""
    response = review_app.write("PATCH", CENTRE, json={"phones": PHONES}, by="bert")
    path = f"/v1/proposals/{response.get_json()['proposals'][0]['id']}/approve"
    problem(review_app.send("POST", path, by="bert"), 403, "proposal-own")
    problem(review_app.send("POST", path, by="anna"), 403, "scope-missing")
    problem(review_app.send("POST", path, by="rita"), 403, "scope-missing")
    assert len(_waits(review_app)) == 1
    assert review_app.send("POST", path, by="carl").status_code == 200


def test_a_proposal_is_rejected_or_withdrawn(review_app: MaintainerApp) -> None:
    """A person who may approve can reject, the author can withdraw, others neither; no record
    changes.
    """
    phones = review_app.public()["phones"]
    for name in ("carl", "anna"):
        path = f"/v1/proposals/{_propose(review_app)}/reject?reason=wrong+number"
        problem(review_app.send("POST", path, by="rita"), 403, "scope-missing")
        assert review_app.send("POST", path, by=name).status_code == 200
        problem(review_app.send("POST", path, by=name), 404, "proposal-unknown")
    assert (_waits(review_app), review_app.public()["phones"]) == ([], phones)


def test_an_outdated_proposal_is_not_approved(review_app: MaintainerApp) -> None:
    """If the record has changed since, it is shown as outdated, and can only be rejected."""
    identity = _propose(review_app)
    other = review_app.patch(phones=[{"number": "+3225116469", "kind": "main"}]).get_json()[
        "proposals"
    ][0]["id"]
    assert review_app.send("POST", f"/v1/proposals/{other}/approve", by="bert").status_code == 200
    assert review_app.send("GET", f"/v1/proposals/{identity}").get_json()["outdated"] is True
    problem(
        review_app.send("POST", f"/v1/proposals/{identity}/approve", by="bert"),
        409,
        "proposal-outdated",
    )
    assert review_app.public()["phones"][0]["number"] == "+3225116469"
    assert review_app.send("POST", f"/v1/proposals/{identity}/reject", by="bert").status_code == 200


def test_a_proposal_that_is_not_there_is_not_found(review_app: MaintainerApp) -> None:
    """Show, approve and reject of an unknown proposal are 404."""
    for method, path in (("GET", ""), ("POST", "/approve"), ("POST", "/reject")):
        problem(
            review_app.send(method, f"/v1/proposals/nothing{path}", by="bert"),
            404,
            "proposal-unknown",
        )


def test_a_confirmation_and_a_service_do_not_wait(review_app: MaintainerApp) -> None:
    """A change that cannot mislead is in force at once, also with review."""
    services = review_app.public()["services"]
    assert review_app.patch(services=services[::-1]).status_code == 200
    assert review_app.write("POST", f"{CENTRE}/verify", json={"how": "called"}).status_code == 200
    assert _waits(review_app) == []


def test_two_pairs_of_eyes_by_themselves(tmp_path: Path) -> None:
    """By default changes wait once two tokens may approve: bert and carl, or dora with all scopes;
    also after these were revoked.
    """
    from tests.support.maintainer_app import create_maintainer_app

    maintainer_app = create_maintainer_app(tmp_path, second_look="auto")
    assert maintainer_app.patch(phones=PHONES).status_code == 202
    for token in maintainer_app.directory.tokens.list()[2:]:
        maintainer_app.directory.tokens.revoke(token.id)
    assert maintainer_app.patch(phones=PHONES).status_code == 202
