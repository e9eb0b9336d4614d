"""Bodies that break off, lie about their size, are compressed or come in a flood."""

import io
from typing import Any

import pytest
from flask import Flask

from directory_api.text.strict_json import BODY_BYTES
from tests.support.api_client import ApiClient

HELPLINES = {"112", "+3278055800"}


class InvalidWorkbook(io.RawIOBase):
    """A body that cannot be read, as gunicorn reports a bad chunk."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise RuntimeError("bad chunk")


def _chunked(body: io.IOBase) -> dict[str, Any]:
    return {
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": "application/json",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (io.BytesIO(b'{"postcode":"1000"}'), 200),
        (io.BytesIO(b'{"postcode":"1000"}' + b" " * BODY_BYTES), 413),
        (io.BytesIO(b'{"postcode":"1000"}' + b" " * (BODY_BYTES - 19) + b"garbage"), 413),
        (io.BufferedReader(InvalidWorkbook()), 400),
    ],
)
def test_a_body_in_chunks_is_read_whole_or_refused(
    app: Flask, body: io.IOBase, status: int
) -> None:
    """A chunked body is answered; a longer one is 413, an interrupted one 400; none is cut."""
    response = app.test_client().post("/v1/nearest", environ_overrides=_chunked(body))
    assert response.status_code == status
    assert {line.get("number") for line in response.get_json()["helplines"]} >= HELPLINES


UNREAD = io.BufferedReader(InvalidWorkbook())


@pytest.mark.parametrize("coding", ["gzip", "identity, BR", "zstd"])
@pytest.mark.parametrize(
    "path", ["/v1/nearest", "/v1/import", "/", "/admin/login", "/hsds/services"]
)
def test_a_compressed_body_is_refused_unread(app: Flask, path: str, coding: str) -> None:
    """It was taken for JSON that is not valid; a reader of 415 learns what to send."""
    headers = {"Content-Encoding": coding, "Accept": "text/html" if path == "/" else "*/*"}
    response = app.test_client().post(path, headers=headers, environ_overrides=_chunked(UNREAD))
    assert (response.status_code, response.headers["Accept-Encoding"]) == (415, "identity")
    assert all(number in response.text for number in HELPLINES)
    if path.startswith(("/v1", "/hsds")):
        body = response.get_json()
        assert (body["code"], body["detail"]) == (
            "media-type-unsupported",
            "Send the body as it is, without Content-Encoding.",
        )


@pytest.mark.parametrize("coding", ["identity", " Identity ", ""])
def test_a_body_without_a_coding_may_say_so(app: Flask, coding: str) -> None:
    """RFC 9110 reserves the word for Accept-Encoding; some clients send it with a body."""
    sent = {"json": {"postcode": "1000"}, "headers": {"Content-Encoding": coding}}
    assert app.test_client().post("/v1/nearest", **sent).status_code == 200
    # Without a body there is nothing to decompress.
    coded = {"Content-Encoding": "gzip"}
    assert app.test_client().get("/v1/nearest?postcode=1000", headers=coded).status_code == 200


def test_a_flood_of_faults_is_counted_and_the_first_are_listed(api: ApiClient) -> None:
    """Thousands of unknown parameters or origins are refused at once, with a small answer."""
    many = "&".join(f"x{number}=1" for number in range(49))
    body = api.get(f"/v1/nearest?postcode=1000&{many}").get_json()
    assert body["detail"] == "There are 49 errors in the request. The first 20 are listed."
    assert len(body["errors"]) == 20
    flood = api.get("/v1/nearest?" + "&".join(f"x{number}=1" for number in range(3000)))
    assert (flood.status_code, len(flood.get_json()["errors"])) == (400, 1)
    origins = api.post("/v1/nearest/batch", json={"places": [1] * 20_000})
    assert [fault["pointer"] for fault in origins.get_json()["errors"]] == ["/places"]


def test_a_doubled_unknown_parameter_is_not_repeated(api: ApiClient) -> None:
    """A place sent as the name of a parameter, twice, does not come back."""
    response = api.get("/v1/nearest?50.8503,4.3517=1&50.8503,4.3517=2&4000=1&4000=2")
    assert response.status_code == 400
    assert "50.8503" not in response.text
    assert "4000" not in response.text


def test_an_if_match_on_a_read_changes_nothing(api: ApiClient) -> None:
    """If-Match is for writing; a GET with one is answered as without."""
    assert api.get("/v1/centres", headers={"If-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/nearest?postcode=9999", "/v1/postcodes/BE/9999", "/v1/centres?q=gent", "/nothing"]
)
def test_what_may_hold_a_place_is_kept_by_no_cache(api: ApiClient, path: str) -> None:
    """Refusals, whose URL may contain a place, and searches by words are no-store and noindex."""
    headers = api.get(path).headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
