"""Records removed, restored and confirmed over HTTP, and their history."""

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest

from tests.support.api_client import faults, problem
from tests.support.maintainer_app import CENTRE, RECORDS, MaintainerApp
from tests.support.moments import NOW, TODAY
from tests.support.records import made_up_centre


def _last(maintainer_app: MaintainerApp, path: str) -> tuple[str, str]:
    """The action and the reason of a record's last change."""
    newest = maintainer_app.history(path)[0]
    return newest["deed"], newest["reason"]


@pytest.mark.parametrize("path", RECORDS.values())
def test_a_removed_record_is_gone_and_comes_back(maintainer_app: MaintainerApp, path: str) -> None:
    """DELETE removes it from every answer; the history stays; restore with `If-Match: *` brings it
    back.
    """
    before = maintainer_app.public(path)
    removed = maintainer_app.write("DELETE", f"{path}?reason=by+mistake&confirm_number=101")
    assert (removed.status_code, removed.get_json()["record"], "ETag" in removed.headers) == (
        200,
        None,
        False,
    )
    assert maintainer_app.api.get(path).status_code == 404
    assert _last(maintainer_app, path) == ("removed", "by mistake")
    back = maintainer_app.write(
        "POST", f"{path}/restore", match="*", json={"revision": 1, "reason": "it was one"}
    )
    assert (back.status_code, back.headers["ETag"]) == (200, maintainer_app.etag(path))
    assert maintainer_app.public(path) == before
    assert _last(maintainer_app, path) == ("added", "it was one")


def test_an_earlier_version_comes_back(maintainer_app: MaintainerApp) -> None:
    """Restore brings back a record as it was after the given revision, whatever came in between."""
    names = ["First", "Second", "Third"]
    for name in names:
        assert maintainer_app.patch(name=name).status_code == 200
    for revision, name in [("3", "Second"), ("2", "First"), ("4", "Third")]:
        response = maintainer_app.write(
            "POST", f"{CENTRE}/restore", json={"revision": int(revision)}
        )
        assert (response.status_code, maintainer_app.public()["name"]) == (200, name)
    assert maintainer_app.history()[0]["reason"] == "restored over the API"


def test_a_revision_at_which_it_was_not_there_is_refused(maintainer_app: MaintainerApp) -> None:
    """A record cannot be what it was before it was added, nor while it was gone."""
    maintainer_app.send("POST", "/v1/centres", json=made_up_centre(1))
    path = "/v1/centres/made-up-001"
    restore = {"path": f"{path}/restore", "match": "*"}
    problem(maintainer_app.write("POST", **restore, json={"revision": 1}), 404, "revision-unknown")
    maintainer_app.write("DELETE", path)
    for revision in (3, 99):
        sent = maintainer_app.write("POST", **restore, json={"revision": revision})
        problem(sent, 404, "revision-unknown")
    assert maintainer_app.write("POST", **restore, json={"revision": 2}).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"revision": 0}, {"revision": "x"}, {"revision": None}, {"revision": 1.5}]
)
def test_a_restore_needs_a_revision(maintainer_app: MaintainerApp, body: dict[str, Any]) -> None:
    """A missing or impossible revision is a fault with its pointer."""
    told = problem(
        maintainer_app.write("POST", f"{CENTRE}/restore", json=body), 400, "request-invalid"
    )
    assert faults(told) == ["/revision"]


def test_a_confirmation_says_who_when_and_how(maintainer_app: MaintainerApp) -> None:
    """verify writes the day, the name of the token and how, and makes the record fresh. Only the
    day is public.
    """
    assert maintainer_app.public()["freshness"] == "unverified"
    response = maintainer_app.write(
        "POST", f"{CENTRE}/verify", json={"how": "called the main number"}
    )
    assert response.status_code == 200
    today = TODAY.isoformat()
    assert maintainer_app.public()["verified"] == {"on": today}
    stored = response.get_json()["record"]["verified"]
    told = {"on": today, "by": "anna", "how": "called the main number"}
    assert stored == {**told, "digest": stored["digest"]}
    assert maintainer_app.send("GET", f"{CENTRE}/record").get_json()["verified"] == stored
    assert maintainer_app.public()["freshness"] == "fresh"
    assert response.headers["ETag"] == maintainer_app.etag()
    assert maintainer_app.history()[0]["reason"] == "confirmed over the API"


def test_how_is_asked_for(maintainer_app: MaintainerApp) -> None:
    """A confirmation that does not say how is refused; so is a wrong member, all at once."""
    told = problem(
        maintainer_app.write("POST", f"{CENTRE}/verify", json={"why": "x", "reason": "<b>"}),
        400,
        "request-invalid",
    )
    assert faults(told) == ["", "/how", "/reason"]


def test_the_history_tells_who_when_why_and_what(maintainer_app: MaintainerApp) -> None:
    """Newest first; each entry has author, time, reason, sentences, and the record before and
    after.
    """
    before = maintainer_app.send("GET", f"{CENTRE}/record").get_json()
    maintainer_app.write("PATCH", f"{CENTRE}?reason=new+sign+at+the+door", json={"name": "Renamed"})
    newest, oldest = maintainer_app.history()
    assert (newest["revision"], oldest["revision"]) == ("2", "1")
    assert (newest["author"], newest["approved_by"], newest["reason"]) == (
        "anna",
        None,
        "new sign at the door",
    )
    assert (newest["deed"], newest["differences"]) == (
        "changed",
        [f"name changed: {before['name']} → Renamed"],
    )
    assert (newest["before"], newest["after"]) == (before, {**before, "name": "Renamed"})
    assert datetime.fromisoformat(newest["at"]) == NOW


@pytest.mark.sqlite_file
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history WHERE id = 'pag-asa' AND revision = 3",
        "UPDATE history SET id = 'surya' WHERE id = 'pag-asa' AND revision = 3",
    ],
)
def test_a_missing_row_of_history_is_not_taken_for_no_change(
    maintainer_app: MaintainerApp, statement: str
) -> None:
    """The record of revision 2, with its older number, is not restored as that of revision 3."""
    for name in ("First", "Second", "Third"):
        assert maintainer_app.patch(name=name).status_code == 200
    with closing(sqlite3.connect(maintainer_app.path)) as db, db:
        assert db.execute(statement).rowcount == 1
    restored = maintainer_app.write("POST", f"{CENTRE}/restore", json={"revision": 3})
    problem(restored, 503, "store-unavailable")
    problem(maintainer_app.send("GET", f"{CENTRE}/history"), 503, "store-unavailable")
    assert maintainer_app.public()["name"] == "Third"
