"""Faults of a record that is sent: each with its name and place, and nothing is written."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_api.record.schemas import CentreSchema
from tests.support.amount import tried
from tests.support.api_client import faults, problem
from tests.support.maintainer_app import CENTRE, MaintainerApp
from tests.support.records import made_up_centre

JSON, PATCH = "application/json", "application/merge-patch+json"
HTML, UNSEEN = "sign <", "invisible characters"
# What is sent as a member, where the fault is, and what it is called.
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "HTML in a name": ({"name": "<b>PAG-ASA</b>"}, "/name", HTML),
    "HTML in a description": ({"description": {"en": "a <script>"}}, "/description/en", HTML),
    "HTML in a street": ({"address": {"street": "<i>"}}, "/address/street", HTML),
    "HTML in a note": ({"phones": [{"number": "+3225116464", "kind": "main", "note": {"en": "<"}}]},
                       "/phones/0/note/en", HTML),
    "a line break": ({"name": "two\nlines"}, "/name", UNSEEN),
    "a null byte": ({"name": "nul\x00"}, "/name", UNSEEN),
    "an escape": ({"address": {"street": "\x1b[31mred"}}, "/address/street", UNSEEN),
    "a turned direction": ({"name": "ab\u202ecd"}, "/name", UNSEEN),
    "a name that is too long": ({"name": "x" * 121}, "/name", "120"),
    "a description that is too long": (
        {"description": {"en": "x" * 1001}}, "/description/en", "1000",
    ),
    "a street that is too long": ({"address": {"street": "x" * 201}}, "/address/street", "200"),
    "a blank name": ({"name": "  "}, "/name", "must not be empty"),
    "a name that is a number": ({"name": 7}, "/name", "text"),
    "an unknown member": ({"phnes": []}, "/phnes", "does not exist"),
    "an unknown member of a member": (
        {"address": {"stret": "x"}}, "/address/stret", "does not exist",
    ),
    "a number that nobody has": (
        {"phones": [{"number": "+3200", "kind": "main"}]}, "/phones/0/number", "",
    ),
    "an e-mail without a domain": ({"email": "info"}, "/email", ""),
    "a web address of a house": ({"website": "https://192.168.0.1/"}, "/website", ""),
    "a web address without TLS": ({"website": "http://www.pag-asa.be/"}, "/website", "https"),
    "hours that nobody can read": ({"opening_hours": "always"}, "/opening_hours", ""),
    "a language that is none": ({"languages": [{"code": "!"}]}, "/languages/0/code", "BCP 47"),
    "another status": ({"status": "open"}, "/status", "active"),
    "a latitude off the Earth": ({"location": {"lat": 91}}, "/location/lat", "90"),
    "a list that is an object": ({"phones": {"number": "1"}}, "/phones", "list"),
    "a source that there is not": ({"sources": {"name": ["nowhere"]}}, "/sources/name/0", "source"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place(maintainer_app: MaintainerApp, name: str) -> None:
    """PATCH and PUT agree: 422, the pointer into the record, the fault; nothing is written."""
    members, pointer, word = FAULTS[name]
    before = maintainer_app.everything()
    record = {**maintainer_app.record(), **members}
    for member in ("address", "location"):
        if member in members:
            record[member] = {**maintainer_app.record()[member], **members[member]}
    for response in (maintainer_app.write("PATCH", CENTRE, json=members, content_type=PATCH),
                     maintainer_app.write("PUT", CENTRE, json=record)):  # fmt: skip
        body = problem(response, 422, "records-invalid")
        assert faults(body) == [pointer]
        assert word in body["errors"][0]["detail"]
        assert "pag-asa" not in body["errors"][0]["detail"]
    assert maintainer_app.everything() == before


def test_all_faults_are_told_at_once(maintainer_app: MaintainerApp) -> None:
    """A record with a fault in every member reports all of them, for a new record and an
    old one.
    """
    wrong = {name: {"\x00": "<"} for name in CentreSchema().fields if name != "id"}
    body = problem(
        maintainer_app.send("POST", "/v1/records/centres", json={"id": "new", **wrong}),
        422,
        "records-invalid",
    )
    assert {pointer.split("/")[1] for pointer in faults(body)} == set(wrong)
    assert body["detail"].startswith(f"There are {len(body['errors'])} errors")
    assert faults(problem(maintainer_app.patch(**wrong), 422, "records-invalid"))


def test_a_new_record_lacks_members(maintainer_app: MaintainerApp) -> None:
    """Each required member that is missing is named."""
    body = problem(
        maintainer_app.send("POST", "/v1/records/centres", json={"id": "new"}),
        422,
        "records-invalid",
    )
    required = {
        f"/{name}"
        for name, field in CentreSchema().fields.items()
        if field.required and name != "id"
    }
    assert set(faults(body)) == required


def test_the_pointer_does_not_depend_on_the_other_records(maintainer_app: MaintainerApp) -> None:
    """No fault is reported for a neighbour, whatever the order of the ids."""
    for identity in ("aaa", "pag-asb", "zzz"):
        sent = made_up_centre(1, id=identity, name="<")
        assert faults(
            problem(
                maintainer_app.send("POST", "/v1/records/centres", json=sent),
                422,
                "records-invalid",
            )
        ) == ["/name"]


def test_a_helpline_is_told_in_the_same_way(maintainer_app: MaintainerApp) -> None:
    """Faults of a helpline have their place in the helpline."""
    body = problem(
        maintainer_app.patch("/v1/records/helplines/be-101", number="abc", countries=[], hourz="x"),
        422,
        "records-invalid",
    )
    assert faults(body) == ["/countries", "/hourz", "/number"]


@pytest.mark.parametrize(
    "body", [b"[]", b'"pag-asa"', b"7", b"null", b"[[]]", b'[{"id": "pag-asa"}]']
)
def test_what_is_no_object_is_no_record(maintainer_app: MaintainerApp, body: bytes) -> None:
    """PUT of another JSON value is refused as a whole; null, above all, is no removal."""
    before = maintainer_app.everything()
    told = problem(
        maintainer_app.write("PUT", CENTRE, data=body, content_type=JSON), 400, "request-invalid"
    )
    assert "JSON object" in told["detail"]
    assert maintainer_app.everything() == before


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "half a surrogate": (b'{"name": "\\ud83d"}', "surrogate"),
    "half a surrogate in a name": (b'{"\\udc00": 1}', "surrogate"),
    "the same name twice": (b'{"name": "A", "name": "B"}', "twice"),
    "the same name twice, below": (b'{"address": {"street": "A", "street": "B"}}', "twice"),
    "too deep": (b'{"a":' * 21 + b"1" + b"}" * 21, "more than 20 levels"),
    "much too deep": (b"[" * 30_000, "more than 20 levels"),
    "no JSON": (b"name: X", "line 1, column 1"),
    "half of it": (b'{"name": "X"', "line 1"),
    "nothing": (b"", "line 1"),
    "no number": (b'{"name": NaN}', "NaN"),
    "no UTF-8": (b'{"name": "\xff"}', "UTF-8"),
    "too many digits": (b'{"name": ' + b"1" * 5000 + b"}", "digits"),
}


JSON_TAKEN = [("PATCH", ""), ("PUT", ""), ("POST", "/verify"), ("POST", "/restore")]


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_not_json_is_refused_by_name(maintainer_app: MaintainerApp, name: str) -> None:
    """One JSON reader: half surrogates, duplicate names, depth and broken text have their own
    faults.
    """
    body, word = UNREADABLE[name]
    before = maintainer_app.everything()
    answers = [
        maintainer_app.write(method, CENTRE + end, data=body, content_type=JSON)
        for method, end in JSON_TAKEN
    ]
    answers.append(maintainer_app.send("POST", "/v1/records/centres", data=body, content_type=JSON))
    for answer in answers:
        assert word in problem(answer, 400, "request-invalid")["detail"]
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", CENTRE), ("PUT", CENTRE), ("POST", "/v1/records/centres")]
)
def test_a_body_of_more_than_64_kb_is_refused(
    maintainer_app: MaintainerApp, method: str, path: str, chunked: bool
) -> None:
    """65 KB are 413, also without Content-Length; 64 KB are read and refused for their content."""
    match = None if path != "/v1/records/centres" else "*"

    def sent(size: int) -> dict[str, Any]:
        body = (
            json.dumps({"id": "x", "name": ""}).replace('""', f'"{"y" * size}"')[: size - 2] + '"}'
        )
        environ = (
            {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}
        )
        return {"data": body.encode(), "content_type": JSON, "environ_overrides": environ}

    told = problem(
        maintainer_app.write(method, path, match=match, **sent(65 * 1024)), 413, "too-large"
    )
    assert "64 KB" in told["detail"]
    assert maintainer_app.write(method, path, match=match, **sent(64 * 1024)).status_code in (
        400,
        422,
    )


@pytest.mark.needs("desk")
@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("<b>", HTML),
        ("two\nlines", UNSEEN),
        ("nul\x00", UNSEEN),
        ("\u202eturned", UNSEEN),
        ("x" * 301, "300"),
        (" ", "must not be empty"),
        ("", "must not be empty"),
    ],
)
def test_a_reason_is_plain_text(maintainer_app: MaintainerApp, reason: str, word: str) -> None:
    """A reason that would break a page or a log is refused by its name, in a query and in a
    body.
    """
    before = maintainer_app.everything()
    for method, path, body in (
        ("PATCH", CENTRE, {"name": "X"}),
        ("PUT", CENTRE, maintainer_app.public()),
        ("DELETE", CENTRE, None),
        ("POST", "/v1/import", maintainer_app.file()),
    ):
        told = problem(
            maintainer_app.write(method, path, query_string={"reason": reason}, json=body),
            400,
            "request-invalid",
        )
        assert faults(told) == ["reason"]
        assert word in told["errors"][0]["detail"]
    for path, more in ((f"{CENTRE}/verify", {"how": "x"}), (f"{CENTRE}/restore", {"revision": 1})):
        told = problem(
            maintainer_app.write("POST", path, json={**more, "reason": reason}),
            400,
            "request-invalid",
        )
        assert faults(told) == ["/reason"]
    assert maintainer_app.everything() == before


@pytest.mark.needs("desk")
def test_unknown_parameters_are_refused(maintainer_app: MaintainerApp) -> None:
    """A misspelt parameter is no silent success: `dryrun` must not import."""
    whole = {**maintainer_app.file(), "centres": []}
    body = problem(
        maintainer_app.send("POST", "/v1/import?dryrun=true", by="dora", json=whole),
        400,
        "request-invalid",
    )
    assert (faults(body), "dry_run" in body["errors"][0]["detail"]) == (["dryrun"], True)
    body = problem(maintainer_app.write("DELETE", f"{CENTRE}?force=true"), 400, "request-invalid")
    assert faults(body) == [""]
    body = problem(
        maintainer_app.write("DELETE", f"{CENTRE}?reason=a&reason=b"), 400, "request-invalid"
    )
    assert faults(body) == ["reason"]
    assert maintainer_app.revision == "1"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3)
    ),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(sorted(CentreSchema().fields)) | st.text(max_size=8)


@settings(
    max_examples=tried(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(patch=st.dictionaries(_MEMBERS, _VALUES, min_size=1, max_size=3))
def test_whatever_is_patched_is_taken_or_told(
    maintainer_app: MaintainerApp, patch: dict[str, Any]
) -> None:
    """Any object is 200, 400 or 422 as documented; a refused one writes nothing, and faults have
    places.
    """
    revision = maintainer_app.revision
    response = maintainer_app.write("PATCH", CENTRE, json=patch, content_type=PATCH)
    assert response.status_code in (200, 400, 422)
    if response.status_code != 200:
        body = response.get_json()
        assert maintainer_app.revision == revision
        assert "surrogate" in body["detail"] or all(
            fault["pointer"].startswith("/") for fault in body["errors"]
        )
