"""Imports and proposals over HTTP."""

import json
from typing import Any

import pytest

from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.features.desk.sheets import XLSX
from directory_api.text.strict_json import IMPORT_BYTES
from tests.support.api_client import faults, problem
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import made_up_centre

JSON = "application/json"


def _renamed(maintainer_app: MaintainerApp, name: str = "Imported") -> dict[str, Any]:
    whole = maintainer_app.file()
    next(centre for centre in whole["centres"] if centre["id"] == "pag-asa")["name"] = name
    return whole


def test_an_import_makes_the_directory_equal_to_the_file(maintainer_app: MaintainerApp) -> None:
    """Differences change, in words and in the history, in one revision; no record and no ETag is
    sent.
    """
    whole = _renamed(maintainer_app)
    whole["centres"].append(made_up_centre(1))
    response = maintainer_app.send("POST", "/v1/import?reason=from+the+spreadsheet", json=whole)
    outcome = response.get_json()
    assert (response.status_code, outcome["status"], outcome["revision"], outcome["record"]) == (
        200,
        "applied",
        "2",
        None,
    )
    assert [(change["id"], change["action"]) for change in outcome["changes"]] == [
        ("made-up-001", "added"),
        ("pag-asa", "changed"),
    ]
    assert "ETag" not in response.headers
    assert maintainer_app.public()["name"] == "Imported"
    assert maintainer_app.history()[0]["reason"] == "from the spreadsheet"


def test_a_dry_run_says_the_same_and_changes_nothing(maintainer_app: MaintainerApp) -> None:
    """`dry_run=true` returns the changes and warnings of the import, and the compared revision."""
    whole, before = _renamed(maintainer_app), maintainer_app.everything()
    tried = maintainer_app.send("POST", "/v1/import?dry_run=true", json=whole).get_json()
    assert (tried["revision"], maintainer_app.revision) == ("1", "1")
    assert maintainer_app.everything() == before
    done = maintainer_app.send("POST", "/v1/import?dry_run=false", json=whole).get_json()
    assert {**done, "revision": "1"} == tried


@pytest.mark.parametrize("value", ["", "1", "yes", "TRUE", "True", "false "])
@pytest.mark.parametrize("name", ["dry_run", "allow_removals"])
def test_a_flag_is_never_guessed(maintainer_app: MaintainerApp, name: str, value: str) -> None:
    """Only true and false are taken: a client that writes dry_run=1 must not import."""
    whole = _renamed(maintainer_app)
    told = problem(
        maintainer_app.send(
            "POST", "/v1/import", query_string={name: value}, json=whole, by="dora"
        ),
        400,
        "request-invalid",
    )
    assert faults(told) == [name]
    assert maintainer_app.revision == "1"


def test_an_import_may_have_5_mb(maintainer_app: MaintainerApp) -> None:
    """A file of more than 64 KB is read; one over 5 MB is 413, with or without Content-Length."""
    spaces = " " * (100 * 1024)
    sent = (json.dumps(_renamed(maintainer_app)) + spaces).encode()
    assert (
        maintainer_app.send("POST", "/v1/import", data=sent, content_type=JSON).status_code == 200
    )
    too_much = b" " * IMPORT_BYTES + b"{}"
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    for environ in ({}, chunked):
        for headers in ({}, {"Idempotency-Key": "k"}):
            response = maintainer_app.send(
                "POST",
                "/v1/import",
                data=too_much,
                content_type=JSON,
                environ_overrides=environ,
                headers=headers,
            )
            assert "5 MB" in problem(response, 413, "too-large")["detail"]


def test_an_import_under_a_key_may_be_large_too(maintainer_app: MaintainerApp) -> None:
    """An Idempotency-Key does not make the 5 MB 64 KB."""
    sent = (json.dumps(_renamed(maintainer_app)) + " " * (100 * 1024)).encode()
    answers = [
        maintainer_app.send(
            "POST", "/v1/import", data=sent, content_type=JSON, headers={"Idempotency-Key": "k"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data", None])
def test_an_import_of_another_media_type_is_told_which(
    maintainer_app: MaintainerApp, media: str | None
) -> None:
    """415 names JSON, CSV and the workbook."""
    told = problem(
        maintainer_app.send("POST", "/v1/import", data=b"{}", content_type=media),
        415,
        "media-type-unsupported",
    )
    assert all(name in told["detail"] for name in (JSON, "text/csv", XLSX))


def test_an_import_that_is_not_json_says_where(maintainer_app: MaintainerApp) -> None:
    """A file that is cut off is told by line and column, and by what it was sent as."""
    response = maintainer_app.send("POST", "/v1/import", data=b'{"publisher": ', content_type=JSON)
    assert (
        "the JSON: This is not valid JSON at line 1"
        in problem(response, 422, "file-unreadable")["detail"]
    )


def _table(maintainer_app: MaintainerApp) -> str:
    return exporter_of(maintainer_app.directory).export("csv").decode()


def test_a_fault_in_a_table_has_its_row_and_column(maintainer_app: MaintainerApp) -> None:
    """A refused cell is told by row and column in `errors`; nothing is written."""
    sent = _table(maintainer_app).replace("+3225116464", "+32")
    response = maintainer_app.send(
        "POST", "/v1/import", data=sent.encode(), content_type="text/csv"
    )
    told = problem(response, 422, "records-invalid")
    (fault,) = [fault for fault in told["errors"] if "number" in str(fault["column"])]
    lines = [
        number
        for number, line in enumerate(sent.splitlines(), start=1)
        if ",pag-asa," in f",{line}"
    ]
    assert fault["row"] in lines
    assert maintainer_app.revision == "1"


def test_a_broken_workbook_is_told_as_one(maintainer_app: MaintainerApp) -> None:
    """A body that is declared as a workbook, but is not one, is 422, without a crash."""
    for body in (b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0", b""):
        response = maintainer_app.send("POST", "/v1/import", data=body, content_type=XLSX)
        assert problem(response, 422, "file-unreadable")["detail"]
