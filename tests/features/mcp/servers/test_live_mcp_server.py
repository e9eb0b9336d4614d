"""The assistant's door as a process of its own, over standard input and output and over HTTP."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.amount import some
from tests.support.mcp_client import (
    LIST,
    NEAREST,
    SHOW,
    TALKATIVE,
    ChangeView,
    call,
    over_http,
    over_stdio,
)
from tests.support.records import load, made_up_centre
from tests.support.servers import ROOT, Served, create, environment, eventually, serving, unread_log
from tests.support.write_side import unmeasured

STDIO = [sys.executable, "-m", "directory_api", "mcp"]
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
ON_HTTP = ("--http", "--port", "{port}")
SIGN = ("/mcp", 405)  # it takes POST only
MODES = ["auto", "legacy"]
CALLS: list[tuple[str, dict[str, Any]]] = [
    (NEAREST, {"place": "9881"}),
    (NEAREST, {"place": "9379"}),
    (NEAREST, {"place": "Canarydorp", "open_at": "x"}),
    (NEAREST, {"place": "50.918273,4.647382"}),
    (NEAREST, {"place": "50.918273", "Canarydorp": 4.647382}),
    (NEAREST, {"place": ["9881"], "country": "Canarydorp"}),
    (SHOW, {"id": "Canarydorp"}),
    (LIST, {"country": "Canarydorp"}),
]
MARKS = [
    "9881",
    "9379",
    "50.918273",
    "4.647382",
    "Canarydorp",
    "Bellem",
    "127.0.0.1",
    "203.0.113.199",
]
MARKED = re.compile(rf"(?<![0-9])({'|'.join(map(re.escape, MARKS))})(?![0-9])", re.IGNORECASE)
# Messages that the SDK cannot read, and would log.
UNREADABLE = (
    b'"9881"',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"9881"}',
    b"Canarydorp" * 9000,
)


async def all_calls(client: Client) -> list[ChangeView]:
    """Places, good and bad, through each tool, and a tool that there is not."""
    told = [await call(client, tool, arguments) for tool, arguments in CALLS]
    assert (await call(client, "Canarydorp", {"place": "9881"})).refused
    return told


def _refused(told: list[ChangeView]) -> list[bool]:
    return [each.refused for each in told]


@pytest.mark.parametrize("mode", some(MODES, 2))
def test_nothing_of_a_place_leaves_the_process_beside_its_answers(
    tmp_path: Path, mode: str
) -> None:
    """Over standard input and output, with all library logs on, no place is written to standard
    error.
    """
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as written:
        told = over_stdio(TALKATIVE, create(tmp_path / "directory.db"), written, all_calls, mode)
    assert _refused(told) == [False, True, True, False, True, True, True, True]
    assert MARKED.search(told[0].text + str(told[0].body))
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.startswith("Waiting for an assistant")


def test_over_http_only_the_route_is_logged(tmp_path: Path) -> None:
    """Over HTTP, with all library logs on, a request is one line without place and address."""
    with serving((*TALKATIVE, *ON_HTTP), tmp_path, SIGN) as served:
        for mode in MODES:
            assert _refused(over_http(served.port, all_calls, mode))[:2] == [False, True]
        for body in UNREADABLE:
            _post(served, body, {"X-Forwarded-For": "203.0.113.199"})
        for headers in (
            {"Host": "canarydorp.example:9881"},
            {"Origin": "https://canarydorp.example"},
        ):
            _post(served, b"{}", headers)
        served.send_raw(b"GET /Canarydorp HTTP/1.1\r\nCanarydorp 9881\r\n\r\n")
        assert served.stop() == 0
    first, *lines = served.logged().splitlines()
    assert first.startswith("Serving assistants at http://127.0.0.1:")
    assert MARKED.findall("\n".join(lines)) == []
    assert {json.loads(line)["route"] for line in lines} == {
        "/v1/nearest",
        "/v1/centres/<id>",
        "/v1/helplines",
    }
    assert {frozenset(json.loads(line)) for line in lines} == {
        frozenset({"event", "method", "route", "status", "ms", "at"})
    }


def _post(served: Served, body: bytes, headers: dict[str, str]) -> Any:
    sent = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        **headers,
    }
    return served.ask("/mcp", "POST", body, sent)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The door over HTTP, behind one proxy, where each caller may call five tools an hour."""
    folder = tmp_path_factory.mktemp("door")
    settings = {"rate_limit": "5/hour", "trusted_proxies": "1"}
    with serving(("directory_api", "mcp", *ON_HTTP), folder, SIGN, **settings) as served:
        yield served


ASKED = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": NEAREST, "arguments": {"place": "1000"}},
    }
).encode()


def test_callers_are_counted_by_the_address_that_the_proxy_saw(door: Served) -> None:
    """Callers are counted separately; over the limit a caller is refused with the helplines."""
    one, other = ({"X-Forwarded-For": address} for address in ("203.0.113.1", "203.0.113.2"))
    results = [_post(door, ASKED, one).json()["result"] for _ in range(6)]
    assert [result.get("isError", False) for result in results] == [False] * 5 + [True]
    assert json.loads(results[5]["content"][0]["text"])["helplines"]
    assert not _post(door, ASKED, other).json()["result"].get("isError", False)


def test_an_unread_log_does_not_stop_it(tmp_path: Path) -> None:
    """While standard error is not read, every call is answered."""
    create(tmp_path / "directory.db")
    server = ("directory_api", "mcp", *ON_HTTP)
    with unread_log(server, tmp_path, SIGN, rate_limit="") as (served, _):
        assert {_post(served, ASKED, {}).status for _ in range(100)} == {200}
        assert served.stop() == 0


def test_a_caller_cannot_be_somebody_else(tmp_path: Path) -> None:
    """Without a trusted proxy, a caller's X-Forwarded-For has no effect. SIGINT ends the process
    with exit status 0.
    """
    with serving(("directory_api", "mcp", *ON_HTTP), tmp_path, SIGN, rate_limit="1/hour") as served:
        results = [
            _post(served, ASKED, {"X-Forwarded-For": f"203.0.113.{n}"}).json()["result"]
            for n in (1, 2)
        ]
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(timeout=15) == 0
        assert "Traceback" not in served.logged()
    assert [result.get("isError", False) for result in results] == [False, True]


def test_nothing_is_kept_of_a_call(door: Served) -> None:
    """There is no session, and no cache may keep an answer."""
    reply = _post(door, ASKED, {"X-Forwarded-For": "203.0.113.3"})
    assert reply.status == 200
    assert "mcp-session-id" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"
    assert "server" not in reply.headers


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Host": "evil.example"}, ASKED, 421),
        ({"Host": "evil.example:8765"}, ASKED, 421),
        ({"Host": "127.0.0.1.evil.example:8765"}, ASKED, 421),
        ({"Origin": "https://evil.example"}, ASKED, 403),
        ({"Origin": "null"}, ASKED, 403),
        ({"Content-Type": "text/plain"}, ASKED, 400),
        ({}, b" " * 65_537, 413),
    ],
)
def test_a_page_of_another_site_and_a_large_body_are_refused(
    door: Served, headers: dict[str, str], body: bytes, status: int
) -> None:
    """Host and Origin must be this machine's, the body JSON of at most 64 KB."""
    reply = _post(door, body, headers)
    assert reply.status == status


def test_a_change_by_another_process_is_in_the_next_answer(door: Served, tmp_path: Path) -> None:
    """The door notices that the store has moved on."""
    database = door.log.parent / "directory.db"
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    load(directory, [made_up_centre(7)])
    params = {"name": SHOW, "arguments": {"id": "made-up-007"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    callers = (f"203.0.113.{number}" for number in range(100, 255))

    def there() -> bool:
        headers = {"X-Forwarded-For": next(callers)}
        return not _post(door, body.encode(), headers).json()["result"].get("isError", False)

    eventually(30.0, there)


def test_the_process_ends_with_its_input(tmp_path: Path) -> None:
    """At the end of its input the process exits, with nothing but the protocol in its output."""
    sent = b"Canarydorp\n" + PING
    environ = environment(create(tmp_path / "directory.db"))
    ended = subprocess.run(
        STDIO, input=sent, env=environ, cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 0
    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == [1]
    assert ended.stderr.count(b"\n") == 1


# A call of each tool.
EACH: list[tuple[str, dict[str, Any]]] = [
    (NEAREST, {"place": "2018"}),
    (SHOW, {"id": "payoke"}),
    (LIST, {"country": "BE"}),
]


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_without_its_store_it_tells_what_it_knows_until_the_store_is_back(
    tmp_path: Path, harm: str
) -> None:
    """The last good snapshot, else the helplines, as `serve` does; standard error says so."""
    database, log = tmp_path / "directory.db", tmp_path / "log"
    if harm == "damaged":
        directory = open_directory(Settings(database_url=f"sqlite:///{create(database)}"))
        directory.open()  # writes the last good snapshot
        database.write_bytes(b"x" * 9000)

    async def calls(client: Client) -> list[ChangeView]:
        without = [await call(client, tool, arguments) for tool, arguments in EACH]
        database.unlink(missing_ok=True)
        create(database)
        with anyio.fail_after(10):
            while (await call(client, *EACH[0])).refused:
                await anyio.sleep(0.1)
        return without

    with log.open("w", encoding="utf-8") as written:
        told = over_stdio(("directory_api", "mcp"), database, written, calls, "auto")
    assert _refused(told) == [harm == "missing"] * 3
    first = log.read_text(encoding="utf-8").splitlines()[0]
    answers = "only with the helplines" if harm == "missing" else "with the last good snapshot"
    assert first.startswith(f"warning: {database}: ")
    assert f"The server answers {answers} until the directory can be read." in first


def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    """SIGINT ends a process that waits for its next line, without a traceback."""
    environ = {
        **unmeasured(),
        "DIRECTORY_DATABASE_URL": f"sqlite:///{create(tmp_path / 'directory.db')}",
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        STDIO, env=environ, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(PING)
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == -signal.SIGINT
        assert process.stderr.read().count(b"\n") == 1
