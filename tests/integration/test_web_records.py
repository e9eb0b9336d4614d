"""Records created, changed, removed, restored and confirmed over HTTP: the answers, and what is
public afterwards. test_ways_to_edit.py has what holds on every way to edit.
"""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.merge_patch import merged
from tests.support.api_client import faults, problem
from tests.support.cited import without_old_sources
from tests.support.maintainer_app import (
    CENTRE,
    HIDDEN,
    RECORDS,
    MaintainerApp,
    create_maintainer_app,
    public,
)
from tests.support.moments import NOW, TODAY
from tests.support.openapi_document import COMMITTED
from tests.support.records import made_up_centre, shipped_records

JSON = "application/json"
SHIPPED = {
    record["id"]: record for kind in ("centres", "helplines") for record in shipped_records()[kind]
}


def _examples() -> dict[str, Any]:
    """The bodies that openapi.yaml shows, by operationId."""
    examples = COMMITTED["components"]["examples"]
    contents = {
        operation["operationId"]: next(iter(operation["requestBody"]["content"].values()))
        for path in COMMITTED["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    }
    return {
        operation: examples[name]["value"]
        for operation, content in contents.items()
        for name in content.get("examples", {})
    }


@pytest.mark.parametrize("kind", RECORDS)
def test_a_created_record_is_there(maintainer_app: MaintainerApp, kind: str) -> None:
    """POST answers 201 with Location, the ETag and the result; without a reason the history says
    how it was sent.
    """
    centre = made_up_centre(1, languages=[{"code": "nl", "interpreter": True}])
    sent = centre if kind == "centre" else {**SHIPPED["be-101"], "id": "be-new"}
    path = f"/v1/records/{kind}s/{sent['id']}"
    response = maintainer_app.send("POST", f"/v1/records/{kind}s", json=sent)
    assert (response.status_code, response.headers["Location"]) == (201, path)
    outcome = response.get_json()
    assert (outcome["status"], outcome["revision"], outcome["record"]) == ("applied", "2", sent)
    assert maintainer_app.record(path) == sent
    assert maintainer_app.public(path)["name"] == sent["name"]
    assert response.headers["ETag"] == maintainer_app.etag(path)
    (entry,) = maintainer_app.history(path)
    assert (entry["action"], bool(entry["reason"])) == ("added", True)


@pytest.mark.parametrize("path", RECORDS.values())
def test_an_id_is_never_used_twice(maintainer_app: MaintainerApp, path: str) -> None:
    """An id that a record has, or had before it was removed, is 409 and changes nothing."""
    record, (collection, identity) = maintainer_app.record(path), path.rsplit("/", 1)
    problem(maintainer_app.send("POST", collection, json=record), 409, "id-taken")
    query = {"confirm_number": record.get("number", "")}
    assert maintainer_app.write("DELETE", path, query_string=query).status_code == 200
    before = maintainer_app.everything()
    body = problem(maintainer_app.send("POST", collection, json=record), 409, "id-taken")
    assert "never used again" in body["detail"]
    assert maintainer_app.everything() == before
    assert identity


@pytest.mark.parametrize(
    "body", [{}, [], "pag-asa", 7, None, {"id": None}, {"id": 7}, {"id": ["pag-asa"]}]
)
def test_a_record_without_an_id_is_refused(maintainer_app: MaintainerApp, body: Any) -> None:
    """What has no id to create it under is told that it needs one."""
    sent = json.dumps(body).encode()
    told = problem(
        maintainer_app.send("POST", "/v1/records/centres", data=sent, content_type=JSON),
        400,
        "request-invalid",
    )
    assert faults(told) == ["/id"]


@pytest.mark.parametrize("media", ["application/merge-patch+json", "application/json"])
def test_a_patch_is_a_json_merge_patch(maintainer_app: MaintainerApp, media: str) -> None:
    """null removes a member, objects are merged, lists are replaced, the rest stays (RFC 7396)."""
    before = maintainer_app.send("GET", CENTRE).get_json()
    spoken = [{"code": "ro", "interpreter": True}]
    patch = {
        "audiences": None,
        "address": {"street": "Kerkstraat 1"},
        "languages": spoken,
        "sources": None,
    }
    response = maintainer_app.write("PATCH", CENTRE, json=patch, content_type=media)
    assert response.status_code == 200
    after = maintainer_app.send("GET", CENTRE).get_json()
    assert after == merged(before, patch) == response.get_json()["record"]
    assert "audiences" not in after
    assert after["address"]["postcode"] == before["address"]["postcode"]


@pytest.mark.parametrize("body", [[], ["name"], "name", 7, None, True])
def test_what_is_no_object_is_refused(maintainer_app: MaintainerApp, body: Any) -> None:
    """RFC 7396 would replace the whole record by it; no client wants that."""
    sent, before = json.dumps(body).encode(), maintainer_app.everything()
    patched = maintainer_app.write("PATCH", CENTRE, data=sent, content_type=JSON)
    assert "JSON object" in problem(patched, 400, "request-invalid")["detail"]
    put = maintainer_app.write("PUT", CENTRE, data=sent, content_type=JSON)
    problem(put, 400, "request-invalid")
    assert maintainer_app.everything() == before


@pytest.mark.parametrize(
    "media", ["text/plain", "application/json-patch+json", "multipart/form-data", ""]
)
def test_another_media_type_is_told_what_to_send(maintainer_app: MaintainerApp, media: str) -> None:
    """415 names the media types in the text and, of a PATCH, in Accept-Patch (RFC 5789)."""
    response = maintainer_app.write(
        "PATCH", CENTRE, data=b'{"name": "X"}', content_type=media or None
    )
    body = problem(response, 415, "media-type-unsupported")
    assert response.headers["Accept-Patch"] == "application/merge-patch+json, application/json"
    assert "application/merge-patch+json or application/json" in body["detail"]
    put = maintainer_app.write("PUT", CENTRE, data=b"{}", content_type=media or None)
    assert (
        "Content-Type: application/json." in problem(put, 415, "media-type-unsupported")["detail"]
    )
    assert "Accept-Patch" not in put.headers


@pytest.mark.parametrize("collection", ["centres", "helplines"])
@pytest.mark.parametrize(
    "move", ["PUT", "PATCH", "DELETE", "restore", "verify", "record", "history"]
)
def test_what_is_not_there_is_not_found(
    maintainer_app: MaintainerApp, collection: str, move: str
) -> None:
    """Every route under an unknown id is 404, whatever version is meant, and writes nothing."""
    before, path = maintainer_app.everything(), f"/v1/records/{collection}/nobody"
    bodies: dict[str, Any] = {
        "PUT": {"id": "nobody"},
        "PATCH": {},
        "restore": {"revision": 1},
        "verify": {"how": "x"},
    }
    for match in ("*", '"1-abc"'):
        if move in ("PUT", "PATCH", "DELETE"):
            response = maintainer_app.write(move, path, match=match, json=bodies.get(move))
        elif move in ("restore", "verify"):
            response = maintainer_app.write(
                "POST", f"{path}/{move}", match=match, json=bodies[move]
            )
        else:
            response = maintainer_app.send("GET", f"{path}/{move}".removesuffix("/record"))
        problem(response, 404, f"{collection[:-1]}-unknown")
        assert "nobody" not in response.text
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("identity", ["payoke", "nobody", None, 7, "PAG-ASA", ["pag-asa"]])
def test_a_record_keeps_its_id(maintainer_app: MaintainerApp, identity: Any) -> None:
    """PUT and PATCH with another id than the URL's, or none, are refused at /id; no record is
    touched.
    """
    before = maintainer_app.everything()
    record = {**maintainer_app.record(), "id": identity}
    assert faults(
        problem(maintainer_app.write("PUT", CENTRE, json=record), 400, "request-invalid")
    ) == ["/id"]
    assert faults(problem(maintainer_app.patch(id=identity), 400, "request-invalid")) == ["/id"]
    assert maintainer_app.everything() == before


def test_the_examples_of_the_contract_are_accepted(maintainer_app: MaintainerApp) -> None:
    """Each example body of openapi.yaml for maintainers works, one after the other."""
    examples, collection = _examples(), CENTRE.rpartition("/")[0]
    path = f"{collection}/{examples['add_record']['id']}"
    added = maintainer_app.send("POST", collection, json=examples["add_record"])
    assert added.status_code == 201
    replaced = maintainer_app.write("PUT", path, json=examples["replace_record"])
    assert replaced.get_json()["status"] == "unchanged"
    patched = maintainer_app.write("PATCH", path, json=examples["patch_record"])
    assert patched.get_json()["status"] == "applied"
    for action in ("verify", "restore"):
        done = maintainer_app.write("POST", f"{CENTRE}/{action}", json=examples[f"{action}_record"])
        assert done.status_code == 200


def test_there_are_records_of_two_kinds(maintainer_app: MaintainerApp) -> None:
    """Any other is a path at which there is nothing."""
    for path in ("/v1/records/sources/x", "/v1/records/centre/pag-asa", "/v1/records/directory/x"):
        problem(maintainer_app.send("GET", path), 404, "not-found")
        problem(maintainer_app.send("GET", f"{path}/history"), 404, "not-found")
        problem(maintainer_app.write("DELETE", path, match="*"), 404, "not-found")


@pytest.mark.parametrize("kind", RECORDS)
def test_what_get_gave_can_be_edited_and_put(maintainer_app: MaintainerApp, kind: str) -> None:
    """Unedited it changes nothing; edited it is saved, with the next ETag."""
    path = RECORDS[kind]
    read, before = maintainer_app.send("GET", path), maintainer_app.everything()
    tag, record = read.headers["ETag"], read.get_json()
    same = maintainer_app.write("PUT", path, json=record)
    assert (same.status_code, same.get_json()["status"]) == (200, "unchanged")
    assert (same.headers["ETag"], maintainer_app.everything()) == (tag, before)
    for text in ("First", "Second"):
        name = text if kind == "centre" else {"en": text}
        response = maintainer_app.write("PUT", path, match=tag, json={**record, "name": name})
        assert (response.status_code, response.get_json()["status"]) == (200, "applied")
        assert maintainer_app.public(path)["name"] == name
        assert response.headers["ETag"] == maintainer_app.etag(path) != tag
        tag = response.headers["ETag"]


def test_a_hidden_address_is_edited_from_its_record_alone(tmp_path: Path) -> None:
    """Only who edits gets it. The public ETag is no version of it: 412, with the right one; edited
    it stays stored and hidden.
    """
    app, path = create_maintainer_app(tmp_path, more=[HIDDEN]), "/v1/records/centres/sheltered"
    street = HIDDEN["address"]["street"]
    read, kept = app.api.get(public(path)), app.send("GET", path)
    assert kept.get_json() == HIDDEN
    assert street not in read.text
    assert street not in app.send("GET", path, by=None).text
    refused = app.send("GET", path, by="rita")
    assert street not in problem(refused, 403, "scope-missing")
    before, tag = app.everything(), kept.headers["ETag"]
    for method in ("PUT", "PATCH", "DELETE"):
        response = app.write(method, path, match=read.headers["ETag"], json=read.get_json())
        problem(response, 412, "record-changed")
        assert response.headers["ETag"] == tag
    assert app.everything() == before
    renamed = {**HIDDEN, "name": "Renamed"}
    response = app.write("PUT", path, match=tag, json=renamed)
    assert response.status_code == 200
    after = app.send("GET", path)
    assert (after.get_json(), after.headers["ETag"]) == (renamed, response.headers["ETag"])
    shown = app.public(path)
    assert (shown["name"], "street" in shown["address"]) == ("Renamed", False)


def _last(maintainer_app: MaintainerApp, path: str) -> tuple[str, str]:
    """The action and the reason of a record's last change."""
    newest = maintainer_app.history(path)[0]
    return newest["action"], newest["reason"]


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
    assert maintainer_app.api.get(public(path)).status_code == 404
    assert _last(maintainer_app, path) == ("removed", "by mistake")
    back = maintainer_app.write(
        "POST", f"{path}/restore", match="*", json={"revision": 1, "reason": "it was one"}
    )
    assert (back.status_code, back.headers["ETag"]) == (200, maintainer_app.etag(path))
    assert maintainer_app.public(path) == before
    assert _last(maintainer_app, path) == ("added", "it was one")


def test_a_revision_at_which_it_was_not_there_is_refused(maintainer_app: MaintainerApp) -> None:
    """A record cannot be what it was before it was added, nor while it was gone."""
    maintainer_app.send("POST", "/v1/records/centres", json=made_up_centre(1))
    path = "/v1/records/centres/made-up-001"
    restore = {"path": f"{path}/restore", "match": "*"}
    problem(maintainer_app.write("POST", **restore, json={"revision": 1}), 404, "revision-unknown")
    maintainer_app.write("DELETE", path)
    for revision in (3, 99):
        sent = maintainer_app.write("POST", **restore, json={"revision": revision})
        problem(sent, 404, "revision-unknown")
    assert maintainer_app.write("POST", **restore, json={"revision": 2}).status_code == 200


def test_the_history_tells_who_when_why_and_what(maintainer_app: MaintainerApp) -> None:
    """Newest first; each entry has author, time, reason, sentences, and the record before and
    after.
    """
    before = maintainer_app.send("GET", CENTRE).get_json()
    maintainer_app.write("PATCH", f"{CENTRE}?reason=new+sign+at+the+door", json={"name": "Renamed"})
    newest, oldest = maintainer_app.history()
    assert (newest["revision"], oldest["revision"]) == ("2", "1")
    assert (newest["author"], newest["approved_by"], newest["reason"]) == (
        "anna",
        None,
        "new sign at the door",
    )
    assert (newest["action"], newest["differences"]) == (
        "changed",
        [
            f"name changed: {before['name']} → Renamed",
            "sources of name dropped with the old value: myria, unhcr",
        ],
    )
    after = without_old_sources(before, {**before, "name": "Renamed"})
    assert (newest["before"], newest["after"]) == (before, after)
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


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        *(("restore", {"revision": each}, ["/revision"]) for each in (0, "x", None, 1.5)),
        ("restore", {}, ["/revision"]),
        ("verify", {"why": "x", "reason": "<b>"}, ["", "/how", "/reason"]),
    ],
)
def test_what_is_missing_or_wrong_in_a_request_is_said_all_at_once(
    maintainer_app: MaintainerApp, path: str, body: dict[str, Any], expected: list[str]
) -> None:
    """A revision for a restore, and for a confirmation how it was made."""
    sent = maintainer_app.write("POST", f"{CENTRE}/{path}", json=body)
    assert faults(problem(sent, 400, "request-invalid")) == expected


def test_of_a_confirmation_only_the_day_is_public(maintainer_app: MaintainerApp) -> None:
    """Who confirmed it and how is stored; the record is fresh."""
    response = maintainer_app.write("POST", f"{CENTRE}/verify", json={"how": "called"})
    assert response.status_code == 200
    stored = response.get_json()["record"]["verified"]
    told = {"on": TODAY.isoformat(), "by": "anna", "how": "called"}
    assert stored == {**told, "digest": stored["digest"]}
    public = maintainer_app.public()
    assert (public["verified"], public["freshness"]) == ({"on": told["on"]}, "fresh")
    assert response.headers["ETag"] == maintainer_app.etag()
