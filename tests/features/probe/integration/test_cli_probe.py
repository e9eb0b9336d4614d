"""`probe` asks a server for a number that is known, and says in words what is wrong."""

import io
import json
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from directory_api.web.wsgi.application import Application
from tests.support.browser import serving_app
from tests.support.command_line import RunCommand, fails
from tests.support.moments import NOW
from tests.support.servers import free_port

NEEDS = ("pages",)
Change = Callable[[Response], Response | None]


@contextmanager
def _serving(app: Application, **changes: Change) -> Iterator[str]:
    """The app with some answers changed, by their step; the address of its server."""
    paths = {"/readyz": "health", "/v1/nearest": "answer", "/": "page"}

    @Request.application
    def altered(request: Request) -> Response:
        body = io.BytesIO(request.get_data())
        answer = Response.from_app(app, {**request.environ, "wsgi.input": body}, buffered=True)
        change = changes.get(paths.get(request.path, ""))
        return (change(answer) if change else None) or answer

    with serving_app(altered) as origin:
        yield origin


def _json(change: Callable[[Any], object]) -> Change:
    """A change of the body of an answer."""

    def changed(answer: Response) -> Response:
        body = answer.get_json()
        change(body)
        return Response(json.dumps(body), answer.status_code)

    return changed


def _number(before: str, after: str) -> Change:
    """Another number on the page."""
    return lambda answer: Response(
        answer.get_data(as_text=True).replace(f'href="tel:{before}"', f'href="tel:{after}"'),
        mimetype="text/html",
    )


def _once(run: RunCommand, origin: str, *options: object) -> Result:
    return run("probe", origin, "--tries", "1", *options)


def _samples(file: Path) -> dict[str, float]:
    """The value of each sample of a file, by its name and step."""
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(file.read_text(encoding="utf-8"))
        for sample in family.samples
    }


def test_a_server_with_the_right_numbers_passes(
    app: Application, run_without_store: RunCommand, tmp_path: Path
) -> None:
    """The numbers are those of the records that come with the software; no store is opened."""
    with _serving(app) as origin:
        result = _once(run_without_store, f"{origin}/")
    assert (result.exit_code, result.stdout) == (
        0,
        "Visitors get the right numbers: 112, +3278055800.\n",
    )
    assert [*tmp_path.iterdir()] == []


def test_the_outcome_is_a_file_for_node_exporter(
    app: Application, run_without_store: RunCommand, tmp_path: Path
) -> None:
    """It has neither the address of the server nor the place; others may read it."""
    file = tmp_path / "probe.prom"
    with _serving(app) as origin:
        assert _once(run_without_store, origin, "--textfile", file).exit_code == 0
    samples = _samples(file)
    for step in ("health", "answer", "page"):
        assert samples[f"directory_probe_step_success {step}"] == 1
        assert 0 < samples[f"directory_probe_step_seconds {step}"] < 10
    assert samples["directory_probe_success"] == 1
    assert samples["directory_probe_revision"] == 1
    assert samples["directory_probe_timestamp_seconds"] == NOW.timestamp()
    text = file.read_text(encoding="utf-8")
    assert "127.0.0.1" not in text
    # A time may have these digits, too.
    assert not re.search(r'="[^"]*1000', text)
    assert file.stat().st_mode & 0o044 == 0o044


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda body: body["helplines"][0].update(number="113"),
            "has no emergency number 112, and the emergency number 113, which is not known.",
        ),
        (
            lambda body: body["helplines"].append(
                {"kind": "emergency", "number": "113", "countries": ["BE"]}
            ),
            "has the emergency number 113, which is not known.",
        ),
        (lambda body: body["helplines"].pop(2), "has no national line +3278055800."),
        (lambda body: body["results"].clear(), "has no centre."),
        (lambda body: body.pop("helplines"), "is not one of this software."),
    ],
)
def test_a_wrong_answer_is_said_in_words(
    app: Application, run_without_store: RunCommand, change: Callable[[Any], object], says: str
) -> None:
    """The exit code is 1."""
    with _serving(app, answer=_json(change)) as origin:
        result = _once(run_without_store, origin)
    fails(
        result,
        1,
        f"The answer for the postcode 1000 (BE) {says}",
        "Visitors may not get the right numbers.",
    )


def test_another_national_line_is_no_fault(app: Application, run_without_store: RunCommand) -> None:
    """Maintainers may add one; an emergency number that is not known misleads."""
    other = {"kind": "national_line", "number": "+3225116464", "countries": ["BE"]}
    added = _json(lambda body: body["helplines"].append(other))
    with _serving(app, answer=added) as origin:
        assert _once(run_without_store, origin).exit_code == 0


def test_a_wrong_number_on_the_page_is_found(
    app: Application, run_without_store: RunCommand, tmp_path: Path
) -> None:
    """Also while the answer of the API is right; the metrics say which step it was."""
    file = tmp_path / "probe.prom"
    with _serving(app, page=_number("112", "113")) as origin:
        result = _once(run_without_store, origin, "--textfile", file)
    fails(result, 1, "The page for visitors does not show 112.\n")
    samples = _samples(file)
    assert samples["directory_probe_success"] == 0
    assert samples["directory_probe_step_success page"] == 0
    assert samples["directory_probe_step_success answer"] == 1


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('href="tel:112"', 'href="tel:113"', "The first number of the page for visitors is not"),
        (">112<", ">113<", "The page for visitors shows another number where 112 is called."),
    ],
)
def test_a_wrong_number_at_the_top_of_the_page_is_found(
    app: Application, run_without_store: RunCommand, before: str, after: str, says: str
) -> None:
    """Also where the right one is further below, among the other ways and countries."""

    def once(answer: Response) -> Response:
        body = answer.get_data(as_text=True)
        assert body.count(before) > 1
        return Response(body.replace(before, after, 1), mimetype="text/html")

    with _serving(app, page=once) as origin:
        fails(_once(run_without_store, origin), 1, says)


def test_countries_of_a_helpline_that_are_no_list_are_a_wrong_answer(
    app: Application, run_without_store: RunCommand
) -> None:
    """The command goes on: it says what is missing."""
    change = _json(lambda body: body["helplines"][0].update(countries=None))
    with _serving(app, answer=change) as origin:
        fails(_once(run_without_store, origin), 1, "has no emergency number 112.")


def test_what_a_server_says_cannot_write_lines_or_codes_of_a_terminal(
    app: Application, run_without_store: RunCommand
) -> None:
    """It may be another server at that address."""
    said = "\x1b[2Jwell\nVisitors get the right numbers: 113." + "x" * 10_000
    change = _json(lambda body: body.update(status="degraded", reason=said))
    with _serving(app, health=change) as origin:
        result = _once(run_without_store, origin)
    assert result.exit_code == 3
    assert "\x1b" not in result.output
    assert "\nVisitors get the right numbers: 113" not in result.output
    assert "x" * 300 not in result.output


@contextmanager
def _dripping() -> Iterator[str]:
    """A server that sends a header now and then, and never its last one; its address."""
    gone = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not gone.wait(0.1):
                connection.sendall(b"X-More: x\r\n")

    def accept(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                answer(server.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, args=(server,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            gone.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_server_that_sends_a_little_now_and_then_is_not_waited_for(
    run_without_store: RunCommand,
) -> None:
    """The time is that of the whole answer."""
    with _dripping() as origin:
        result = _once(run_without_store, origin, "--timeout", "0.5")
    fails(result, 1, "The server did not answer within 0.5 seconds.\n")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Response("broken", 502), "has the status 502.\n"),
        (
            Response("", 301, {"Location": "https://other.example.org/"}),
            "has the status 301, which leads to another address.\n",
        ),
        (Response("<html>", 200), "is not one of this software.\n"),
        (Response("[]", 200), "is not one of this software.\n"),
    ],
)
def test_an_answer_that_is_none_is_a_fault(
    app: Application, run_without_store: RunCommand, answer: Response, says: str
) -> None:
    """A redirection is not followed: another host may have other numbers."""
    with _serving(app, answer=lambda _: answer) as origin:
        fails(_once(run_without_store, origin), 1, says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            _json(lambda body: body.update(status="degraded", reason="the disk is full")),
            "The server is degraded: the disk is full.\n",
        ),
        (
            _json(lambda body: body.update(writes="unavailable", writes_reason="it is locked")),
            "Nothing can be edited: it is locked.\n",
        ),
        (
            lambda _: Response('{"detail": "Nothing is loaded."}', 503),
            "The server is not ready (status 503): Nothing is loaded.\n",
        ),
    ],
)
def test_bad_health_with_the_right_numbers_has_an_exit_code_of_its_own(
    app: Application, run_without_store: RunCommand, tmp_path: Path, change: Change, says: str
) -> None:
    """3; the visitors are served."""
    file = tmp_path / "probe.prom"
    with _serving(app, health=change) as origin:
        result = _once(run_without_store, origin, "--textfile", file)
    fails(result, 3, says)
    assert "Visitors get the right numbers" in result.stdout
    samples = _samples(file)
    assert samples["directory_probe_success"] == 1
    assert samples["directory_probe_step_success health"] == 0


def test_an_address_without_health_is_no_fault(
    app: Application, run_without_store: RunCommand
) -> None:
    """A proxy may pass on only the path below which everything else is."""
    with _serving(app, health=lambda _: Response("", 404)) as origin:
        assert _once(run_without_store, origin).exit_code == 0


def test_a_server_that_is_away_or_silent_is_a_fault(
    app: Application, run_without_store: RunCommand, tmp_path: Path
) -> None:
    """Each says why; the file is written, too."""
    file = tmp_path / "probe.prom"
    result = _once(run_without_store, f"http://127.0.0.1:{free_port()}", "--textfile", file)
    fails(result, 1, "The server accepts no connections.\n")
    assert result.stderr.count("The server accepts no connections.") == 1
    assert _samples(file)["directory_probe_success"] == 0
    go_on = threading.Event()
    with _serving(app, answer=lambda _: Response(str(go_on.wait(60)))) as origin:
        try:
            result = _once(run_without_store, origin, "--timeout", "0.5")
        finally:
            go_on.set()
    fails(result, 1, "The server did not answer within 0.5 seconds.\n")


def test_what_is_wrong_once_is_asked_again(app: Application, run_without_store: RunCommand) -> None:
    """A connection that broke once is no alarm; what is wrong twice is a fault."""
    answers = iter([Response("", 502), Response("", 502)])
    with _serving(app, answer=lambda right: next(answers, right)) as origin:
        twice = run_without_store("probe", origin, "--wait", "0")
        once = run_without_store("probe", origin, "--wait", "0")
    fails(twice, 1, "has the status 502")
    assert once.exit_code == 0
    answers = iter([Response("", 502)])
    with _serving(app, answer=lambda right: next(answers, right)) as origin:
        assert run_without_store("probe", origin, "--wait", "0").exit_code == 0


@pytest.mark.parametrize("step", ["answer", "page"])
def test_a_wrong_number_is_not_made_good_by_a_right_one(
    app: Application, run_without_store: RunCommand, step: str
) -> None:
    """One of two servers behind a proxy may be wrong: half of the visitors get that number."""
    changes = {
        "answer": _json(lambda body: body["helplines"][0].update(number="113")),
        "page": _number("112", "113"),
    }
    wrong = iter([changes[step]])

    def once(right: Response) -> Response | None:
        return next(wrong, lambda _: None)(right)

    with _serving(app, **{step: once}) as origin:
        fails(run_without_store("probe", origin, "--wait", "0"), 1, "112")


def test_the_numbers_can_be_given(app: Application, run_without_store: RunCommand) -> None:
    """Where the directory has others than those that come with the software."""
    given = ("--number", "113", "--line", "+3225116464", "--postcode", "4000")
    with _serving(app) as origin:
        result = _once(run_without_store, origin, *given)
    fails(
        result,
        1,
        "The answer for the postcode 4000 (BE) has no emergency number 113, and the emergency "
        "number 112, which is not known, and no national line +3225116464.\n",
    )


def test_a_country_without_a_known_number_needs_one(run_without_store: RunCommand) -> None:
    """The exit code of every wrong use is 2."""
    fails(run_without_store("probe", "https://a.example", "--country", "AT"), 2, "--postcode")
    asked = ("probe", "https://a.example", "--country", "AT", "--postcode", "1010")
    fails(run_without_store(*asked), 2, "No emergency number of AT is known.")


@pytest.mark.parametrize("url", ["a.example", "http://a.example", "https://a:b@c.example", ""])
def test_only_the_address_of_a_directory_is_asked(run_without_store: RunCommand, url: str) -> None:
    """Over https, and over http this machine only."""
    fails(run_without_store("probe", url), 2, "write the address at which visitors open")


def test_of_a_static_site_only_the_page_is_asked_for(
    app: Application, run_without_store: RunCommand, tmp_path: Path
) -> None:
    """Without a place: the numbers of the country are on it."""
    file = tmp_path / "probe.prom"
    nothing = {"health": lambda _: Response("", 500), "answer": lambda _: Response("", 500)}
    with _serving(app, **nothing) as origin:
        result = _once(run_without_store, origin, "--static-site", "--textfile", file)
    assert result.exit_code == 0
    assert "directory_probe_step_success answer" not in _samples(file)


@contextmanager
def _encrypted(app: Application, folder: Path) -> Iterator[str]:
    """A server with a certificate for two days, `certificate.pem`; its address."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_certificate_is_checked_and_its_end_is_noted(
    app: Application,
    run_without_store: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is not trusted is a fault."""
    file = tmp_path / "probe.prom"
    with _encrypted(app, tmp_path) as origin:
        fails(_once(run_without_store, origin), 1, "has a certificate that is not valid (self")
        # OpenSSL reads which certificates to trust from this variable.
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert _once(run_without_store, origin, "--textfile", file).exit_code == 0
    ends = _samples(file)["directory_probe_certificate_end_timestamp_seconds"]
    printed = subprocess.run(
        ["openssl", "x509", "-in", str(tmp_path / "certificate.pem"), "-noout", "-enddate"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert ends == ssl.cert_time_to_seconds(printed.strip().removeprefix("notAfter="))
