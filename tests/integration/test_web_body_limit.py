"""Bodies that break off, lie about their size, come slowly or come in a flood."""

import io
import threading
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden
from werkzeug.test import Client, TestResponse

from directory_api.text.strict_json import BODY_BYTES
from directory_api.web.middleware import body_limit
from directory_api.web.middleware.body_limit import BodyLimitMiddleware
from directory_api.web.wsgi.application import by_body
from tests.support.api_client import ApiClient, error_renderer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HELPLINES = {"112", "101"}


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
    assert response.headers["Connection"] == "close"
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


def test_when_all_places_are_taken_a_body_is_told_to_wait_and_a_get_is_answered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If all places for bodies are taken, another body is 503 with helplines; without a body it
    works.
    """
    entered, leave = threading.Event(), threading.Event()

    def inner(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            entered.set()
            leave.wait(10)
        start_response("200 OK", [])
        return [b""]

    bodies = BodyLimitMiddleware(inner, error_renderer(app).refuse, most=1)
    client = Client(by_body(bodies, inner))
    slow = threading.Thread(target=client.post, args=("/v1/nearest",), kwargs={"data": b"{}"})
    slow.start()
    assert entered.wait(10)
    monkeypatch.setattr(body_limit, "TURNOVER_SECONDS", 0.0)
    refused = client.post("/v1/nearest", data=b"{}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.headers["Connection"] == "close"
    problem = refused.get_json() or {}
    assert problem["type"] == "/problems#busy"
    # A GET would put the place into an address.
    assert "GET" not in problem["detail"]
    assert client.get("/v1/nearest").status_code == 200
    leave.set()
    slow.join()
    assert client.post("/v1/nearest", data=b"{}").status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(10.0, 200), (0.01, 503)])
def test_a_body_waits_a_moment_for_a_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    """A burst of quick senders is answered; if no place is given back, the wait ends."""
    monkeypatch.setattr(body_limit, "TURNOVER_SECONDS", seconds)
    entered, leave = threading.Event(), threading.Event()

    def inner(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not entered.is_set():
            entered.set()
            leave.wait(10)
        start_response("200 OK", [])
        return [b""]

    client = Client(BodyLimitMiddleware(inner, error_renderer(app).refuse, most=1))
    first = threading.Thread(target=client.post, args=("/v1/nearest",), kwargs={"data": b"{}"})
    first.start()
    assert entered.wait(10)
    if status == 200:
        threading.Timer(0.05, leave.set).start()
    assert client.post("/v1/nearest", data=b"{}").status_code == status
    leave.set()
    first.join()


@pytest.mark.parametrize("headers", [{"Content-Length": "2"}, {"Transfer-Encoding": "chunked"}])
def test_the_place_of_a_body_is_free_once_it_has_been_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    """However long the answer takes: a write may wait for the database."""
    monkeypatch.setattr(body_limit, "TURNOVER_SECONDS", 0.0)
    entered, leave = threading.Event(), threading.Event()

    def inner(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        if not entered.is_set():
            entered.set()
            leave.wait(10)
        start_response("200 OK", [])
        return [body]

    client = Client(BodyLimitMiddleware(inner, error_renderer(app).refuse, most=1))

    def post() -> TestResponse:
        return client.post("/v1/nearest", input_stream=io.BytesIO(b"{}"), headers=headers)

    first = threading.Thread(target=post)
    first.start()
    assert entered.wait(10)
    assert [(answer.status_code, answer.data) for answer in (post(), post())] == [(200, b"{}")] * 2
    leave.set()
    first.join()


def _unread(app: Flask, most: int = 2) -> tuple[Client, BodyLimitMiddleware]:
    """A client of an application that answers without reading, and its middleware."""

    def inner(_: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response("404 NOT FOUND", [("Content-Length", "6")])
        return [b"answer"]

    limit = BodyLimitMiddleware(inner, error_renderer(app).refuse, most)
    return Client(limit), limit


def _post(client: Client, body: io.BytesIO, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/nearest", input_stream=body, headers=named)


def test_what_was_not_read_of_a_body_is_read_after_the_answer(app: Flask) -> None:
    """The connection goes on: servers close it over a body that was not read."""
    body = io.BytesIO(b"x" * 60_000)
    response = _post(_unread(app)[0], body, Content_Length="60000")
    assert (body.tell(), response.headers.get("Connection")) == (0, None)
    response.close()
    assert body.tell() == 60_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Length": "1048577"},
        # RFC 9110, section 10.1.1: its sender may send no body.
        {"Content_Length": "9", "Expect": "100-continue"},
    ],
)
def test_an_answer_whose_body_will_not_be_read_ends_the_connection(
    app: Flask, headers: dict[str, str]
) -> None:
    """The answer says so."""
    body = io.BytesIO(b"x" * 2_000_000)
    response = _post(_unread(app)[0], body, **headers)
    response.close()
    assert (body.tell(), response.headers["Connection"]) == (0, "close")


@pytest.mark.parametrize(
    ("limit", "most", "read"),
    [("MOST_DRAINED_BYTES", 10_000, 12_288), ("MOST_DRAINED_SECONDS", 0.0, 0)],
)
def test_a_body_is_not_drained_without_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch, limit: str, most: float, read: int
) -> None:
    """A sender cannot keep a thread by sending on: 4 kB are read at a time up to a limit, and for
    some seconds.
    """
    monkeypatch.setattr(body_limit, limit, most)
    body = io.BytesIO(b"x" * 2_000_000)
    client, _ = _unread(app)
    client.post("/v1/nearest", environ_overrides=_chunked(body)).close()
    assert body.tell() == read


def test_no_body_is_drained_without_a_place(app: Flask) -> None:
    """A caller whose other requests hold the places: of two answers one body is read, and the
    answers to more requests end the connection, also those of other middleware.
    """
    client, limit = _unread(app, most=1)
    bodies = [io.BytesIO(b"x" * 9) for _ in range(2)]

    class Draining(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            responses[1].close()
            refusal = _post(Client(partial(limit.refuse, Forbidden())), io.BytesIO(b"x"))
            assert (refusal.status_code, refusal.headers["Connection"]) == (403, "close")
            return super().read(size)

    first = Draining(b"x" * 9)
    responses = [_post(client, body, Content_Length="9") for body in (first, bodies[1])]
    responses[0].close()
    assert (first.tell(), bodies[1].tell()) == (9, 0)
    # A caller who is refused by other middleware takes no place, even if there is one.
    refusal = _post(Client(partial(limit.refuse, Forbidden())), bodies[1])
    assert (refusal.status_code, refusal.headers["Connection"]) == (403, "close")
    refusal.close()
    assert bodies[1].tell() == 0


def test_files_do_not_get_all_places(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the places are left for small bodies, such as a search or a form."""
    monkeypatch.setattr(body_limit, "TURNOVER_SECONDS", 0.0)
    entered, leave = threading.Semaphore(0), threading.Event()

    def inner(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            entered.release()
            leave.wait(10)
        start_response("200 OK", [])
        return [b""]

    client = Client(BodyLimitMiddleware(inner, error_renderer(app).refuse, 4))

    def post(path: str, length: int) -> int:
        return client.post(path, data=b"x" * length).status_code

    small, large = body_limit.SMALL_BYTES, body_limit.SMALL_BYTES + 1
    slow = [threading.Thread(target=post, args=("/slow", large)) for _ in range(2)]
    for each in slow:
        each.start()
        assert entered.acquire(timeout=10)
    in_chunks = client.post("/quick", environ_overrides=_chunked(io.BytesIO(b"{}")))
    assert [post("/quick", large), post("/quick", small), in_chunks.status_code] == [503, 200, 503]
    more = [threading.Thread(target=post, args=("/slow", small)) for _ in range(2)]
    for each in more:
        each.start()
        assert entered.acquire(timeout=10)
    assert post("/quick", small) == 503
    leave.set()
    for each in (*slow, *more):
        each.join()
    assert [post("/quick", large), post("/quick", small)] == [200, 200]


def test_a_flood_of_faults_is_counted_and_the_first_are_listed(api: ApiClient) -> None:
    """Thousands of unknown parameters or origins are refused at once, with a small answer."""
    many = "&".join(f"x{number}=1" for number in range(49))
    answer = api.get(f"/v1/nearest?postcode=1000&{many}").get_json()
    assert answer["detail"] == "There are 49 errors in the request. The first 20 are listed."
    assert len(answer["errors"]) == 20
    flood = api.get("/v1/nearest?" + "&".join(f"x{number}=1" for number in range(3000)))
    assert (flood.status_code, len(flood.get_json()["errors"])) == (400, 1)
    origins = api.post("/v1/nearest/batch", json={"origins": [1] * 20_000})
    assert [fault["pointer"] for fault in origins.get_json()["errors"]] == ["/origins"]


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
