"""What GET returned, put back: what it adds, and addresses that are hidden."""

from pathlib import Path

import pytest

from directory_api.answer import as_json
from tests.support.api_client import faults, problem
from tests.support.maintainer_app import (
    CENTRE,
    HIDDEN,
    LINE,
    RECORDS,
    MaintainerApp,
    create_maintainer_app,
)
from tests.support.records import made_up_centre


@pytest.fixture
def sheltered(tmp_path: Path) -> MaintainerApp:
    """An app with a centre whose address is hidden."""
    return create_maintainer_app(tmp_path, more=[HIDDEN])


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


@pytest.mark.needs("imports")
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


def test_what_get_returned_can_be_put_back(maintainer_app: MaintainerApp) -> None:
    """It has no `by` and no `how`: the stored ones stay. Another confirmation has to name both."""
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
    other = {**public, "verified": {"on": "2026-01-01"}}
    refused = problem(maintainer_app.write("PUT", CENTRE, json=other), 422, "records-invalid")
    assert faults(refused) == ["/verified/by", "/verified/how"]


def test_a_hidden_address_is_for_those_who_edit(sheltered: MaintainerApp) -> None:
    """GET shows no street; /record shows it to editors only."""
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
