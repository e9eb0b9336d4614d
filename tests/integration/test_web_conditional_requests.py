"""If-Match and Idempotency-Key: no one's work is overwritten unseen, and nothing is done twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.support.amount import tried
from tests.support.api_client import faults, problem
from tests.support.maintainer_app import CENTRE, LINE, MaintainerApp
from tests.support.records import made_up_centre

WRITES: dict[str, tuple[str, str, Any]] = {
    "put": ("PUT", CENTRE, {"id": "pag-asa"}),
    "patch": ("PATCH", CENTRE, {"name": "X"}),
    "delete": ("DELETE", CENTRE, None),
    "verify": ("POST", f"{CENTRE}/verify", {"how": "called"}),
    "restore": ("POST", f"{CENTRE}/restore", {"revision": 1}),
    "put a helpline": ("PUT", LINE, {"id": "be-101"}),
    "patch a helpline": ("PATCH", LINE, {"hours": "24/7"}),
    "delete a helpline": ("DELETE", LINE, None),
    "restore a helpline": ("POST", f"{LINE}/restore", {"revision": 1}),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_must_say_which_version_it_is_about(
    maintainer_app: MaintainerApp, name: str
) -> None:
    """Without If-Match every write is 428, and nothing is changed."""
    method, path, body = WRITES[name]
    before = maintainer_app.everything()
    told = problem(maintainer_app.send(method, path, json=body), 428, "precondition-missing")
    assert "If-Match" in told["detail"]
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("name", WRITES)
def test_a_stale_version_is_told_the_one_of_now(maintainer_app: MaintainerApp, name: str) -> None:
    """412 has the ETag of the present GET, so that the client can continue; nothing is changed."""
    method, path, body = WRITES[name]
    record = LINE if path.startswith(LINE) else CENTRE
    stale = maintainer_app.etag(record)
    maintainer_app.patch(record, name="Renamed" if record == CENTRE else {"en": "Renamed"})
    before, now = maintainer_app.everything(), maintainer_app.etag(record)
    response = maintainer_app.write(method, path, match=stale, json=body)
    problem(response, 412, "record-changed")
    assert response.headers["ETag"] == now != stale
    assert maintainer_app.everything() == before


ACCEPTED: dict[str, Callable[[str], str]] = {
    "the ETag": lambda etag: etag,
    "any version": lambda _: "*",
    "several": lambda etag: f'"0-aa", {etag}, "7"',
    "several without spaces": lambda etag: f'"0-aa",{etag}',
    "one among weak ones": lambda etag: f'W/"9-bb", {etag}',
    "that of a compressed answer": lambda etag: f'{etag[:-1]}-gzip"',
}
REFUSED: dict[str, Callable[[str], str]] = {
    "weak (RFC 9110, 13.1.1: strong comparison)": lambda etag: f"W/{etag}",
    "another revision": lambda _: '"2-abc"',
    "several others": lambda _: '"0", "2", "3"',
    "an empty tag": lambda _: '""',
    "nothing": lambda _: " ",
    "more after the ETag": lambda etag: f'{etag[:-1]}junk"',
    "the hash alone": lambda etag: f'"{etag[1:-1].partition(".")[2]}"',
    "words": lambda _: "whatever",
    "a star in a tag": lambda _: '"*"',
    "a minus": lambda _: '"-1"',
    "other digits": lambda _: '"\u0661"'.encode().decode("latin-1"),
    "very long": lambda _: f'"{"1" * 5000}"',
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_version_that_was_seen_is_accepted(maintainer_app: MaintainerApp, name: str) -> None:
    """A strong ETag of the record as it is, alone or among others, or `*`."""
    assert (
        maintainer_app.write(
            "PATCH", CENTRE, match=ACCEPTED[name](maintainer_app.etag()), json={"name": "X"}
        ).status_code
        == 200
    )
    assert maintainer_app.public()["name"] == "X"


@pytest.mark.parametrize("name", REFUSED)
def test_a_version_that_was_not_seen_is_refused(maintainer_app: MaintainerApp, name: str) -> None:
    """Everything else is 412 with the ETag of now, and changes nothing."""
    etag, before = maintainer_app.etag(), maintainer_app.everything()
    response = maintainer_app.write("PATCH", CENTRE, match=REFUSED[name](etag), json={"name": "X"})
    problem(response, 412, "record-changed")
    assert response.headers["ETag"] == etag
    assert maintainer_app.everything() == before


@settings(
    max_examples=tried(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    match=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60).filter(
        lambda t: "1" not in t
    )
)
def test_no_text_that_lacks_the_revision_overwrites(
    maintainer_app: MaintainerApp, match: str
) -> None:
    """Whatever If-Match contains: without the record's revision (1 here) or `*` alone, it
    is 412.
    """
    if match.strip() != "*":
        problem(
            maintainer_app.write("PATCH", CENTRE, match=match, json={"name": "X"}),
            412,
            "record-changed",
        )
    assert maintainer_app.revision == "1"


def test_a_stale_version_of_a_record_that_is_gone_is_refused(maintainer_app: MaintainerApp) -> None:
    """Restoring a record that another person removed meanwhile is refused first; it has no ETag
    then.
    """
    etag = maintainer_app.etag()
    maintainer_app.write("DELETE", CENTRE)
    response = maintainer_app.write("POST", f"{CENTRE}/restore", match=etag, json={"revision": 1})
    problem(response, 412, "record-changed")
    assert "ETag" not in response.headers
    assert maintainer_app.send("GET", CENTRE).status_code == 404


def test_an_edit_of_another_record_makes_nothing_stale(maintainer_app: MaintainerApp) -> None:
    """A version is one of the record, not of the directory."""
    etag = maintainer_app.etag()
    maintainer_app.patch("/v1/records/centres/surya", name="Renamed")
    assert maintainer_app.etag() == etag
    assert maintainer_app.write("PATCH", CENTRE, match=etag, json={"name": "X"}).status_code == 200


def _again(maintainer_app: MaintainerApp, **request: Any) -> tuple[TestResponse, TestResponse]:
    """The same request twice."""
    return maintainer_app.send(**request), maintainer_app.send(**request)


def _post(path: str, key: str, match: str = "", **rest: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} | ({"If-Match": match} if match else {})
    return {"method": "POST", "path": path, "headers": headers, **rest}


def _posts(maintainer_app: MaintainerApp) -> dict[str, dict[str, Any]]:
    whole = maintainer_app.file()
    whole["centres"][0]["name"] = "Imported"
    return {
        "create": _post("/v1/records/centres", "k1", json=made_up_centre(1)),
        "verify": _post(f"{CENTRE}/verify", "k2", maintainer_app.etag(), json={"how": "called"}),
        "import": _post("/v1/import?reason=again", "k3", json=whole),
    }


@pytest.mark.needs("desk")
@pytest.mark.parametrize("name", ["create", "verify", "import"])
def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(
    maintainer_app: MaintainerApp, name: str
) -> None:
    """Status, body, ETag and Location are equal to the byte; one revision, one history entry."""
    request = _posts(maintainer_app)[name]
    first, second = _again(maintainer_app, **request)
    assert first.status_code == second.status_code == (201 if name == "create" else 200)
    assert first.data == second.data
    for header in ("ETag", "Location", "Content-Type"):
        assert first.headers.get(header) == second.headers.get(header)
    assert maintainer_app.revision == "2"


def test_a_restore_is_done_once(maintainer_app: MaintainerApp) -> None:
    """A repeated restore with its stale If-Match is not 412: it is the answer of the first."""
    maintainer_app.patch(name="Renamed")
    first, second = _again(
        maintainer_app,
        **_post(f"{CENTRE}/restore", "k", maintainer_app.etag(), json={"revision": 1}),
    )
    assert (first.status_code, first.data, first.headers["ETag"]) == (
        200,
        second.data,
        second.headers["ETag"],
    )
    assert maintainer_app.revision == "3"


def test_a_repeated_answer_is_about_the_version_it_was(maintainer_app: MaintainerApp) -> None:
    """After a later edit, the repeated answer still has the old record with the old ETag."""
    request = _post(f"{CENTRE}/verify", "k", maintainer_app.etag(), json={"how": "called"})
    first = maintainer_app.send(**request)
    assert maintainer_app.patch(name="Renamed").status_code == 200
    second = maintainer_app.send(**request)
    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    problem(
        maintainer_app.write("PATCH", CENTRE, match=second.headers["ETag"], json={"name": "X"}),
        412,
        "record-changed",
    )


@pytest.mark.needs("desk")
def test_a_key_is_for_one_request(maintainer_app: MaintainerApp) -> None:
    """The same key with another body, address, query or version is 422 and does nothing."""
    etag = maintainer_app.etag()
    assert (
        maintainer_app.send(
            **_post(f"{CENTRE}/verify", "k", etag, json={"how": "called"})
        ).status_code
        == 200
    )
    before = maintainer_app.everything()
    for other in (
        _post(f"{CENTRE}/verify", "k", etag, json={"how": "wrote"}),
        _post(f"{CENTRE}/verify", "k", maintainer_app.etag(), json={"how": "called"}),
        _post("/v1/records/centres/surya/verify", "k", etag, json={"how": "called"}),
        _post("/v1/records/centres", "k", json=made_up_centre(1)),
        _post("/v1/import?dry_run=true", "k", json=maintainer_app.file()),
    ):
        problem(maintainer_app.send(**other), 422, "idempotency-key-reused")
    assert maintainer_app.everything() == before


def test_a_key_is_one_maintainers_own(maintainer_app: MaintainerApp) -> None:
    """Two maintainers who choose the same key do not meet."""
    request = _post("/v1/records/centres", "k")
    assert maintainer_app.send(**request, json=made_up_centre(1), by="anna").status_code == 201
    assert maintainer_app.send(**request, json=made_up_centre(2), by="bert").status_code == 201


def test_a_refused_request_may_be_mended_under_its_key(maintainer_app: MaintainerApp) -> None:
    """A key is kept with what was done, not with what was refused."""
    assert (
        maintainer_app.send(**_post("/v1/records/centres", "k", json={"id": "x"})).status_code
        == 422
    )
    assert (
        maintainer_app.send(**_post("/v1/records/centres", "k", json=made_up_centre(1))).status_code
        == 201
    )


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "caf\u00e9", "tab\there"])
def test_a_key_is_short_and_visible(maintainer_app: MaintainerApp, key: str) -> None:
    """An empty, long or invisible key is a fault of that header, and nothing is done."""
    body = problem(
        maintainer_app.send(**_post("/v1/records/centres", key, json=made_up_centre(1))),
        400,
        "request-invalid",
    )
    assert faults(body) == ["Idempotency-Key"]
    assert maintainer_app.revision == "1"


def test_the_longest_key_is_taken(maintainer_app: MaintainerApp) -> None:
    """255 characters are not too long."""
    assert (
        maintainer_app.send(
            **_post("/v1/records/centres", "~" * 255, json=made_up_centre(1))
        ).status_code
        == 201
    )


def test_no_key_is_kept_as_it_was_sent(maintainer_app: MaintainerApp, tmp_path: Path) -> None:
    """The store keeps a hash of a key: what a client chose may reveal something."""
    maintainer_app.send(**_post("/v1/records/centres", "canary-key-4711", json=made_up_centre(1)))
    assert b"canary-key-4711" not in (tmp_path / "directory.db").read_bytes()
