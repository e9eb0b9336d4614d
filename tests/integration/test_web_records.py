"""Records created and changed over HTTP: the answers, and what is public afterwards."""

import json
from typing import Any

import pytest

from directory_api.change.merge_patch import merged
from tests.support.api_client import faults, problem
from tests.support.maintainer_app import CENTRE, LINE, RECORDS, MaintainerApp
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
        "helplines": maintainer_app.public("/v1/helplines?country=BE")["helplines"],
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
    query = {"confirm_number": record.get("number", "")}
    assert maintainer_app.write("DELETE", path, query_string=query).status_code == 200
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
    told = problem(response, 415, "media-type-unsupported")
    assert response.headers["Accept-Patch"] == "application/merge-patch+json, application/json"
    assert "application/merge-patch+json or application/json" in told["detail"]
    put = maintainer_app.write("PUT", CENTRE, data=b"{}", content_type=media or None)
    assert (
        "Content-Type: application/json." in problem(put, 415, "media-type-unsupported")["detail"]
    )
    assert "Accept-Patch" not in put.headers


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
        problem(response, 404, f"{collection[:-1]}-unknown")
        assert "nobody" not in response.text
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("identity", ["payoke", "nobody", None, 7, "PAG-ASA", ["pag-asa"]])
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
