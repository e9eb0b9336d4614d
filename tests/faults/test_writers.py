"""Many writers at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from directory_api.features.operations.maintenance.service import maintenance_of
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import Running, expect_soon, opened_at, running, served_from
from tests.faults.two_servers import two_servers
from tests.support.servers import SERVE, Reply

NEEDS = ("operations",)

WRITERS = 20
WINNER = "one wins each round, the others get 412, and the winner's change is stored"
REPEATS = 50


@fault(
    f"{WRITERS} writers at once, through two servers",
    WINNER,
)
def test_of_twenty_writers_one_wins_each_round(
    outcome: Outcome, size: Size, tmp_path: Path
) -> None:
    """Twenty PATCHes with one ETag, half of them through each of two servers on one database."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "directory.db").symlink_to(tmp_path / "directory.db")
    with served_from(tmp_path) as first, served_from(other) as second:
        _rounds(outcome, [first, second], size.of(20, 200))


@fault(f"{WRITERS} writers at once, through two servers on PostgreSQL", WINNER)
def test_of_twenty_writers_one_wins_each_round_on_postgresql(outcome: Outcome, size: Size) -> None:
    """As on SQLite."""
    with two_servers() as site:
        _rounds(outcome, list(site.servers), size.of(10, 200))


def _rounds(outcome: Outcome, servers: list[Running], number_of_rounds: int) -> None:
    """Let the writers write once a round, each through one of two servers of one directory."""
    with ThreadPoolExecutor(WRITERS) as pool:
        won = [_round(outcome, servers, pool, number) for number in range(number_of_rounds)]
    # The first entry is the shipped record.
    entries = servers[0].history("payoke")[1:]
    written = [entry.change.after["name"] for entry in entries if entry.change.after]
    outcome.expect(written == won, "lost", f"{len(written)} changes are in the history")
    for damage in maintenance_of(opened_at(servers[0].url)).check():
        outcome.breach("wrong", f"{damage.part}: {damage.fault}")
    for server in servers:
        is_served = partial(_serves, server, won[-1])
        expect_soon(outcome, is_served, "wrong", f"{won[-1]} is not served")


def _round(outcome: Outcome, servers: list[Running], pool: ThreadPoolExecutor, number: int) -> str:
    """Let the writers write once; the name that is stored afterwards."""
    etag = servers[0].record("payoke").headers["etag"]

    def write(writer: int) -> Reply:
        return servers[writer % 2].patch("payoke", etag, name=f"Name {number} {writer}")

    replies = list(pool.map(write, range(WRITERS)))
    outcome.tries += 1
    statuses = sorted(reply.status for reply in replies)
    outcome.expect(statuses == [200] + [412] * (WRITERS - 1), "wrong", f"statuses {statuses}")
    won = [reply.json()["record"]["name"] for reply in replies if reply.status == 200]
    stored: str = servers[1].record("payoke").json()["name"]
    outcome.expect([stored] == won, "lost", f"{won} won round {number}, {stored} is stored")
    return stored


def _serves(server: Running, name: str) -> bool:
    """Whether visitors read this name."""
    return bool(server.served.ask("/v1/centres/payoke").json()["name"] == name)


@fault(
    f"{REPEATS} equal requests with one Idempotency-Key at once",
    "one change, and the same response for each",
)
def test_equal_requests_with_one_key_are_one_change(outcome: Outcome, size: Size) -> None:
    """Fifty equal POSTs at once with one Idempotency-Key."""
    with running((*SERVE, "--workers", "2")) as service, ThreadPoolExecutor(REPEATS) as pool:
        record = service.record("payoke").json()
        for number in range(size.of(2, 20)):
            body = json.dumps({**record, "id": f"centre-{number}"}).encode()
            headers = {
                **service.credentials,
                "Content-Type": "application/json",
                "Idempotency-Key": f"key-{number}",
            }

            def post(_: int, body: bytes = body, headers: dict[str, str] = headers) -> Reply:
                return service.served.ask("/v1/records/centres", "POST", body, headers)

            replies = list(pool.map(post, range(REPEATS)))
            outcome.tries += REPEATS
            statuses = {reply.status for reply in replies}
            outcome.expect(statuses == {201}, "wrong", f"statuses {statuses}")
            bodies = {reply.body for reply in replies}
            outcome.expect(len(bodies) == 1, "wrong", f"{len(bodies)} different answers")
            repeated = post(0)
            is_equal = (repeated.status, repeated.body) == (201, replies[0].body)
            outcome.expect(is_equal, "wrong", f"{repeated.status} for one that came later")
            changes = len(service.history(f"centre-{number}"))
            outcome.expect(changes == 1, "wrong", f"{changes} changes")
