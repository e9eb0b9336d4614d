"""Edits over HTTP: each route, its answer, the public answers afterwards, and the history."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.domain.changes.change import merged
from directory_api.formats import as_json
from tests.support import fast_yaml
from tests.support.api_client import OPENAPI_YAML, faults, problem
from tests.support.maintainer_app import CENTRE, HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import made_up_centre, shipped_records

JSON = "application/json"
LINE = "/v1/helplines/be-101"
SHIPPED = {
    record["id"]: record for kind in ("centres", "helplines") for record in shipped_records()[kind]
}
RECORDS = {"centre": CENTRE, "helpline": LINE}


@pytest.fixture
def sheltered(tmp_path: Path) -> MaintainerApp:
    """An app with a centre whose address is hidden."""
    return create_maintainer_app(tmp_path, more=[HIDDEN])


def _examples() -> dict[str, Any]:
    """The bodies that openapi.yaml shows, by operationId."""
    document = fast_yaml.load(OPENAPI_YAML.read_text(encoding="utf-8"))
    examples = document["components"]["examples"]
    contents = {
        operation["operationId"]: next(iter(operation["requestBody"]["content"].values()))
        for path in document["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    }
    return {
        operation: examples[name]["value"]
        for operation, content in contents.items()
        for name in content.get("examples", {})
    }


def _last(maintainer_app: MaintainerApp, path: str) -> tuple[str, str]:
    """The deed and the reason of a record's last change."""
    newest = maintainer_app.history(path)[0]
    return newest["deed"], newest["reason"]


def test_a_created_centre_is_there(maintainer_app: MaintainerApp) -> None:
    """POST answers 201 with Location, the new record's ETag and the result; GET returns the
    record.
    """
    sent = made_up_centre(1, languages=[{"code": "nl", "interpreter": True}])
    response = maintainer_app.send("POST", "/v1/centres?reason=opened+today", json=sent)
    assert (response.status_code, response.headers["Location"]) == (201, "/v1/centres/made-up-001")
    outcome = response.get_json()
    assert (outcome["result"], outcome["revision"], outcome["record"]) == ("done", "2", sent)
    assert outcome["changes"][0]["differences"] == ["added: Centre Énée 1"]
    assert maintainer_app.public(response.headers["Location"]) == {
        **sent,
        "freshness": "unverified",
        "open_state": "unknown",
        "helplines": maintainer_app.public("/v1/helplines")["helplines"],
    }
    assert response.headers["ETag"] == maintainer_app.etag(response.headers["Location"])
    assert maintainer_app.revision == "2"


def test_a_created_helpline_is_there(maintainer_app: MaintainerApp) -> None:
    """Helplines are created in the same way, under their own address."""
    sent = {**SHIPPED["be-101"], "id": "be-new"}
    response = maintainer_app.send("POST", "/v1/helplines", json=sent)
    assert (response.status_code, response.headers["Location"]) == (201, "/v1/helplines/be-new")
    assert maintainer_app.public("/v1/helplines/be-new") == sent
    assert response.headers["ETag"] == maintainer_app.etag("/v1/helplines/be-new")


@pytest.mark.parametrize("path", RECORDS.values())
def test_an_id_is_never_used_twice(maintainer_app: MaintainerApp, path: str) -> None:
    """An id that a record has, or had before it was removed, is 409 and changes nothing."""
    record, (collection, identity) = maintainer_app.public(path), path.rsplit("/", 1)
    problem(maintainer_app.send("POST", collection, json=record), 409, "id-taken")
    assert maintainer_app.write("DELETE", path).status_code == 200
    before = maintainer_app.everything()
    told = problem(maintainer_app.send("POST", collection, json=record), 409, "id-taken")
    assert "never used again" in told["detail"]
    assert maintainer_app.everything() == before
    assert identity


@pytest.mark.parametrize(
    "body", [{}, [], "pag-asa", 7, None, {"id": None}, {"id": 7}, {"id": ["pag-asa"]}]
)
def test_a_record_without_an_id_is_refused(maintainer_app: MaintainerApp, body: Any) -> None:
    """What has no id to create it under is told that it needs one."""
    sent = json.dumps(body).encode()
    told = problem(
        maintainer_app.send("POST", "/v1/centres", data=sent, content_type=JSON),
        400,
        "request-invalid",
    )
    assert faults(told) == ["/id"]


@pytest.mark.parametrize("kind", RECORDS)
def test_what_get_gave_can_be_edited_and_put(maintainer_app: MaintainerApp, kind: str) -> None:
    """GET, change a member, PUT with the ETag: saved, and the answer has the next GET's ETag."""
    path = RECORDS[kind]
    read = maintainer_app.api.get(path)
    name = "Renamed" if kind == "centre" else {"en": "Renamed"}
    response = maintainer_app.write(
        "PUT", path, match=read.headers["ETag"], json={**read.get_json(), "name": name}
    )
    assert (response.status_code, response.get_json()["result"]) == (200, "done")
    assert maintainer_app.public(path)["name"] == name
    assert response.headers["ETag"] == maintainer_app.etag(path) != read.headers["ETag"]
    assert not {*as_json.ADDED} & {*response.get_json()["record"]}
    assert not {*as_json.ADDED} & {*(maintainer_app.history(path)[0]["after"] or {})}


@pytest.mark.parametrize("path", RECORDS.values())
def test_putting_back_what_get_gave_changes_nothing(
    maintainer_app: MaintainerApp, path: str
) -> None:
    """A PUT of the unedited answer is `unchanged`, writes nothing and keeps the ETag."""
    read, before = maintainer_app.api.get(path), maintainer_app.everything()
    response = maintainer_app.write("PUT", path, json=read.get_json())
    assert (response.status_code, response.get_json()["result"]) == (200, "unchanged")
    assert response.headers["ETag"] == read.headers["ETag"]
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("member", as_json.ADDED)
def test_what_get_added_is_taken_only_where_get_gave_it(
    maintainer_app: MaintainerApp, member: str
) -> None:
    """A computed member is ignored in a whole centre, and unknown in a patch, a helpline, an
    import.
    """
    created = maintainer_app.send(
        "POST", "/v1/centres", json={**made_up_centre(1), member: "fresh"}
    )
    assert (
        created.status_code,
        maintainer_app.public("/v1/centres/made-up-001").get(member) == "fresh",
    ) == (201, False)
    assert faults(problem(maintainer_app.patch(**{member: "fresh"}), 422, "records-invalid")) == [
        f"/{member}"
    ]
    line = {**maintainer_app.public(LINE), member: "fresh"}
    assert faults(
        problem(maintainer_app.write("PUT", LINE, json=line), 422, "records-invalid")
    ) == [f"/{member}"]
    whole = maintainer_app.file()
    whole["centres"][0][member] = "fresh"
    told = problem(maintainer_app.send("POST", "/v1/import", json=whole), 422, "records-invalid")
    assert faults(told) == [f"/centres/0/{member}"]


@pytest.mark.parametrize("media", ["application/merge-patch+json", "application/json"])
def test_a_patch_is_a_json_merge_patch(maintainer_app: MaintainerApp, media: str) -> None:
    """null removes a member, objects are merged, lists are replaced, the rest stays (RFC 7396)."""
    before = maintainer_app.send("GET", f"{CENTRE}/record").get_json()
    spoken = [{"code": "ro", "interpreter": True}]
    patch = {
        "audiences": None,
        "address": {"street": "Kerkstraat 1"},
        "languages": spoken,
        "sources": None,
    }
    response = maintainer_app.write("PATCH", CENTRE, json=patch, content_type=media)
    assert response.status_code == 200
    after = maintainer_app.send("GET", f"{CENTRE}/record").get_json()
    assert after == merged(before, patch) == response.get_json()["record"]
    assert "audiences" not in after
    assert after["address"]["postal_code"] == before["address"]["postal_code"]


@pytest.mark.parametrize("body", [[], ["name"], "name", 7, None, True])
def test_a_patch_that_is_no_object_is_refused(maintainer_app: MaintainerApp, body: Any) -> None:
    """RFC 7396 would replace the whole record by it; that is nobody's wish."""
    sent = json.dumps(body).encode()
    told = problem(
        maintainer_app.write("PATCH", CENTRE, data=sent, content_type=JSON), 400, "request-invalid"
    )
    assert "JSON object" in told["detail"]


@pytest.mark.parametrize(
    "media", ["text/plain", "application/json-patch+json", "multipart/form-data", ""]
)
def test_another_media_type_is_told_what_to_send(maintainer_app: MaintainerApp, media: str) -> None:
    """415 names the media types in the text and, of a PATCH, in Accept-Patch (RFC 5789)."""
    response = maintainer_app.write(
        "PATCH", CENTRE, data=b'{"name": "X"}', content_type=media or None
    )
    told = problem(response, 415, "media-type-unsupported")
    assert response.headers["Accept-Patch"] == "application/merge-patch+json, application/json"
    assert "application/merge-patch+json or application/json" in told["detail"]
    put = maintainer_app.write("PUT", CENTRE, data=b"{}", content_type=media or None)
    assert (
        "Content-Type: application/json." in problem(put, 415, "media-type-unsupported")["detail"]
    )
    assert "Accept-Patch" not in put.headers


@pytest.mark.parametrize("path", RECORDS.values())
def test_a_removed_record_is_gone_and_comes_back(maintainer_app: MaintainerApp, path: str) -> None:
    """DELETE removes it from every answer; the history stays; restore with `If-Match: *` brings it
    back.
    """
    before = maintainer_app.public(path)
    removed = maintainer_app.write("DELETE", f"{path}?reason=by+mistake")
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
    problem(maintainer_app.write("POST", **restore, json={"revision": 3}), 404, "revision-unknown")
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
    """verify writes the day, the name of the token and how, and makes the record fresh. How is for
    maintainers only.
    """
    assert maintainer_app.public()["freshness"] == "unverified"
    response = maintainer_app.write(
        "POST", f"{CENTRE}/verify", json={"how": "called the main number"}
    )
    assert response.status_code == 200
    today = datetime.now(UTC).date().isoformat()
    confirmed = {"on": today, "by": "anna"}
    assert maintainer_app.public()["verified"] == confirmed
    stored = {**confirmed, "how": "called the main number"}
    assert response.get_json()["record"]["verified"] == stored
    assert maintainer_app.send("GET", f"{CENTRE}/record").get_json()["verified"] == stored
    assert maintainer_app.public()["freshness"] == "fresh"
    assert response.headers["ETag"] == maintainer_app.etag()
    assert maintainer_app.history()[0]["reason"] == "confirmed over the API"


def test_what_get_returned_can_be_put_back(maintainer_app: MaintainerApp) -> None:
    """It has no `how`: the stored one stays. Another confirmation has to say how."""
    maintainer_app.write("POST", f"{CENTRE}/verify", json={"how": "called the main number"})
    public = maintainer_app.public()
    revision = maintainer_app.revision
    public.pop("helplines")
    assert maintainer_app.write("PUT", CENTRE, json=public).get_json()["result"] == "unchanged"
    assert maintainer_app.revision == revision
    changed = {**public, "email": "help@pag-asa.be"}
    record = maintainer_app.write("PUT", CENTRE, json=changed).get_json()["record"]
    assert (record["email"], record["verified"]["how"]) == (
        "help@pag-asa.be",
        "called the main number",
    )
    other = {**public, "verified": {"on": "2026-01-01", "by": "anna"}}
    refused = problem(maintainer_app.write("PUT", CENTRE, json=other), 422, "records-invalid")
    assert faults(refused) == ["/verified/how"]


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
    assert abs(datetime.fromisoformat(newest["at"]) - datetime.now(UTC)).total_seconds() < 60


def test_a_reason_is_given_where_none_is_sent(maintainer_app: MaintainerApp) -> None:
    """An edit without a reason says by which door it came."""
    maintainer_app.patch(name="Renamed")
    assert maintainer_app.history()[0]["reason"] == "edited over the API"


@pytest.mark.parametrize("collection", ["centres", "helplines"])
@pytest.mark.parametrize(
    "move", ["PUT", "PATCH", "DELETE", "restore", "verify", "record", "history"]
)
def test_what_is_not_there_is_not_found(
    maintainer_app: MaintainerApp, collection: str, move: str
) -> None:
    """Every route under an unknown id is 404, whatever version is meant, and writes nothing."""
    before, path = maintainer_app.everything(), f"/v1/{collection}/nobody"
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
            response = maintainer_app.send("GET", f"{path}/{move}")
        expected = (
            "not-found"
            if (collection, move) == ("helplines", "verify")
            else f"{collection[:-1]}-unknown"
        )
        problem(response, 404, expected)
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("identity", ["payoke", "nobody", None, 7, "PAG-ASA"])
def test_a_record_keeps_its_id(maintainer_app: MaintainerApp, identity: Any) -> None:
    """PUT and PATCH with another id than the URL's, or none, are refused at /id; no record is
    touched.
    """
    before = maintainer_app.everything()
    record = {**maintainer_app.public(), "id": identity}
    assert faults(
        problem(maintainer_app.write("PUT", CENTRE, json=record), 400, "request-invalid")
    ) == ["/id"]
    assert faults(problem(maintainer_app.patch(id=identity), 400, "request-invalid")) == ["/id"]
    assert maintainer_app.everything() == before


def test_a_hidden_address_is_for_those_who_edit(sheltered: MaintainerApp) -> None:
    """GET shows no street; /record shows it to who may edit, and to nobody else."""
    path = "/v1/centres/sheltered"
    assert "Geheimstraat" not in sheltered.api.get(path).text
    kept = sheltered.send("GET", f"{path}/record")
    assert kept.get_json() == HIDDEN
    assert "Geheimstraat" not in problem(
        sheltered.send("GET", f"{path}/record", by="rita"), 403, "scope-missing"
    )
    assert "Geheimstraat" not in sheltered.send("GET", f"{path}/record", by=None).text


def test_who_saw_only_the_public_part_cannot_overwrite_a_hidden_address(
    sheltered: MaintainerApp,
) -> None:
    """The public ETag of such a centre is no version of its record: 412, with the ETag of
    /record.
    """
    path = "/v1/centres/sheltered"
    read, before = sheltered.api.get(path), sheltered.everything()
    for method in ("PUT", "PATCH", "DELETE"):
        response = sheltered.write(method, path, match=read.headers["ETag"], json=read.get_json())
        problem(response, 412, "record-changed")
        assert response.headers["ETag"] == sheltered.send("GET", f"{path}/record").headers["ETag"]
    assert sheltered.everything() == before


def test_a_hidden_address_is_edited_from_its_record(sheltered: MaintainerApp) -> None:
    """GET /record, edit, PUT with its ETag: the street stays stored and hidden, with the
    next ETag.
    """
    path = "/v1/centres/sheltered"
    kept = sheltered.send("GET", f"{path}/record")
    response = sheltered.write(
        "PUT", path, match=kept.headers["ETag"], json={**kept.get_json(), "name": "Renamed"}
    )
    assert response.status_code == 200
    after = sheltered.send("GET", f"{path}/record")
    assert (after.get_json(), after.headers["ETag"]) == (
        {**HIDDEN, "name": "Renamed"},
        response.headers["ETag"],
    )
    assert (sheltered.public(path)["name"], "street" in sheltered.public(path)["address"]) == (
        "Renamed",
        False,
    )


@pytest.mark.parametrize("path", RECORDS.values())
def test_the_etag_of_the_record_serves_as_well_as_the_public_one(
    maintainer_app: MaintainerApp, path: str
) -> None:
    """Where nothing is hidden, an edit may begin from GET or from /record."""
    kept = maintainer_app.send("GET", f"{path}/record")
    record = maintainer_app.public(path)
    assert kept.get_json() == {
        name: value for name, value in record.items() if name not in as_json.ADDED
    }
    name = "Renamed" if path == CENTRE else {"en": "Renamed"}
    assert (
        maintainer_app.write(
            "PATCH", path, match=kept.headers["ETag"], json={"name": name}
        ).status_code
        == 200
    )


def test_the_last_emergency_number_stays(maintainer_app: MaintainerApp) -> None:
    """A directory needs an emergency number: removing it or changing its kind is refused."""
    path, before = "/v1/helplines/be-112", maintainer_app.everything()
    assert "emergency" in str(
        problem(maintainer_app.write("DELETE", path), 422, "records-invalid")["errors"]
    )
    assert "emergency" in str(
        problem(
            maintainer_app.write("PATCH", path, json={"kind": "police"}), 422, "records-invalid"
        )["errors"]
    )
    assert maintainer_app.everything() == before


def test_112_waits_for_a_second_look(review_app: MaintainerApp) -> None:
    """Another emergency number is 202 and not public until another person approves it."""
    path = "/v1/helplines/be-112"
    etag = review_app.etag(path)
    response = review_app.write("PATCH", path, json={"number": "113"})
    outcome = response.get_json()
    assert (response.status_code, outcome["result"], outcome["record"]["number"]) == (
        202,
        "waiting",
        "112",
    )
    assert (review_app.public(path)["number"], review_app.etag(path), response.headers["ETag"]) == (
        "112",
        etag,
        etag,
    )
    approved = review_app.send(
        "POST", f"/v1/proposals/{outcome['proposals'][0]['id']}/approve", by="bert"
    )
    assert (approved.status_code, review_app.public(path)["number"]) == (200, "113")


def test_the_examples_of_the_contract_are_accepted(maintainer_app: MaintainerApp) -> None:
    """Each example body of openapi.yaml for maintainers works, one after the other."""
    examples = _examples()
    for kind in RECORDS:
        path = f"/v1/{kind}s/{examples[f'add_{kind}']['id']}"
        assert (
            maintainer_app.send("POST", f"/v1/{kind}s", json=examples[f"add_{kind}"]).status_code
            == 201
        )
        assert (
            maintainer_app.write("PUT", path, json=examples[f"replace_{kind}"]).get_json()["result"]
            == "unchanged"
        )
        assert (
            maintainer_app.write("PATCH", path, json=examples[f"patch_{kind}"]).get_json()["result"]
            == "done"
        )
    assert (
        maintainer_app.write("POST", f"{CENTRE}/verify", json=examples["verify_centre"]).status_code
        == 200
    )
    assert (
        maintainer_app.write(
            "POST", f"{CENTRE}/restore", json=examples["restore_centre"]
        ).status_code
        == 200
    )
    assert (
        maintainer_app.write(
            "POST", f"{LINE}/restore", json=examples["restore_helpline"]
        ).status_code
        == 200
    )


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
