"""Two servers on a PostgreSQL primary with a standby: failing servers and failing databases."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from statistics import median, quantiles

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.operations.maintenance.adoption import adopter_of
from directory_api.live.live_snapshot import LOOK_EVERY_SECONDS
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import NEAREST, Running, create_at
from tests.faults.two_servers import Site, two_servers
from tests.support.records import TERMINAL
from tests.support.servers import SERVE, Served, eventually, serving_as_it_is
from tests.support.static_hosts import Host, front

NEEDS = ("operations", "pages")

PATIENCE_SECONDS = 30.0
BACK_SECONDS = 10.0
SERVED_SECONDS = 1.0


@fault(
    "a change through one server on PostgreSQL",
    f"the other one serves it within {SERVED_SECONDS:.0f} s (99 %)",
)
def test_a_change_is_served_by_the_other_server(outcome: Outcome, size: Size) -> None:
    """A change through one server, until the other one serves it."""
    seconds = []
    with two_servers() as site:
        first, second = site.servers
        etag = first.record("payoke").headers["etag"]
        for number in range(size.of(40, 1000)):
            reply = first.patch("payoke", etag, name=f"Name {number}")
            assert reply.status == 200, reply.body
            etag, written = reply.headers["etag"], time.monotonic()
            eventually(PATIENCE_SECONDS, lambda: _name(second) == f"Name {number}")  # noqa: B023
            seconds.append(time.monotonic() - written)
            outcome.tries += 1
        last = max(quantiles(seconds, n=100)[98:])
        outcome.expect(last <= SERVED_SECONDS, "unanswered", f"99 % after {last:.2f} s")
    outcome.figures = f"median {median(seconds):.2f} s, 99 % {last:.2f} s"


@fault("kill -9 of one of two servers behind nginx", "every read succeeds")
def test_every_read_is_answered_while_a_server_is_killed(outcome: Outcome, size: Size) -> None:
    """Reads through nginx while one of the two servers is killed and started again."""
    with two_servers() as site:
        folder = site.folder / "nginx"
        folder.mkdir()
        ports = [server.served.port for server in site.servers]
        with (
            front(folder, folder, *ports) as host,
            _asking(outcome, lambda: closing(host.connected_again())),
        ):
            time.sleep(1.0)
            site.servers[0].served.kill()
            time.sleep(size.of(3, 20))


@fault(
    "kill -9 of the PostgreSQL primary, and promotion of a synchronous standby",
    "every read succeeds, no acknowledged change is lost, and writes are back in "
    f"{BACK_SECONDS:.0f} s",
)
def test_a_standby_takes_over_when_the_primary_is_killed(outcome: Outcome, size: Size) -> None:
    """With one synchronous standby: kill the primary while both servers write, and promote."""
    waits = []
    for _ in range(size.of(1, 10)):
        with two_servers(synchronous=True) as site:
            waits.append(_fail_over(outcome, site))
    outcome.figures = f"writes are back after {median(waits):.1f} s, at most {max(waits):.1f} s"


def _fail_over(outcome: Outcome, site: Site) -> float:
    """Kill the primary in the middle of writes; the seconds from then until a write succeeds."""
    first, second = site.servers
    acknowledged: list[str] = []
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with contextlib.suppress(OSError, KeyError, ValueError):
                etag = first.record("payoke").headers["etag"]
                if first.patch("payoke", etag, name=f"Name {number}").status == 200:
                    acknowledged.append(f"Name {number}")

    with ThreadPoolExecutor(1) as pool, _asking(outcome, lambda: nullcontext(second.served)):
        writing = pool.submit(write)
        eventually(PATIENCE_SECONDS, lambda: len(acknowledged) > 20)
        site.primary.kill()
        killed, before = time.monotonic(), len(acknowledged)
        time.sleep(1.0)
        state = second.served.ask("/readyz").json()["status"]
        outcome.expect(state in ("ready", "degraded"), "silent", f"the state is {state}")
        site.standby.run("SELECT pg_promote()")
        eventually(PATIENCE_SECONDS, lambda: len(acknowledged) > before + 1)
        seconds = time.monotonic() - killed
        stop.set()
        writing.result()
    outcome.expect(seconds < BACK_SECONDS, "unanswered", f"writes are back after {seconds:.1f} s")
    names = [entry.change.after["name"] for entry in first.history("payoke") if entry.change.after]
    missing = [name for name in acknowledged if name not in names]
    outcome.expect(not missing, "lost", f"{len(missing)} acknowledged changes")
    outcome.tries += 1
    return seconds


@fault(
    "promotion of a standby that lacks the last change",
    "the servers keep the change and refuse edits until an operator adopts the standby; then "
    "caches with the change load again, and an edit of that revision gets 412",
)
def test_a_standby_that_lacks_a_change_is_not_followed(outcome: Outcome, size: Size) -> None:
    """An asynchronous standby that lacks the last change is promoted, and written to."""
    for _ in range(size.of(1, 10)):
        with two_servers() as site:
            _lose_a_change(outcome, site)


def _lose_a_change(outcome: Outcome, site: Site) -> None:
    first, second = site.servers
    etag = first.record("payoke").headers["etag"]
    site.standby.run("ALTER SYSTEM SET primary_conninfo = ''")
    site.standby.run("SELECT pg_reload_conf()")
    receivers = "SELECT count(*) FROM pg_stat_wal_receiver"
    eventually(PATIENCE_SECONDS, lambda: site.standby.value(receivers) == 0)
    reply = first.patch("payoke", etag, name="Lost")
    assert reply.status == 200, reply.body
    eventually(PATIENCE_SECONDS, lambda: _name(second) == "Lost")
    seen = {"If-None-Match": second.served.ask("/v1/").headers["etag"]}
    site.primary.kill()
    site.standby.run("SELECT pg_promote()")
    for server in site.servers:
        eventually(PATIENCE_SECONDS, lambda: _needs_adopt(server))  # noqa: B023
        outcome.expect(_name(server) == "Lost", "wrong", "a change is taken back in silence")
        refused = server.patch("payoke", reply.headers["etag"], name="x").status
        outcome.expect(refused == 503, "wrong", f"an edit got {refused} before it is adopted")
    _adopt(first)
    eventually(PATIENCE_SECONDS, lambda: _writes(first))
    for server in site.servers:
        eventually(PATIENCE_SECONDS, lambda: _name(server) != "Lost")  # noqa: B023
        status = server.served.ask("/v1/", headers=seen).status
        outcome.expect(status == 200, "silent", f"a cache that has the lost change got {status}")
        stale = server.patch("payoke", reply.headers["etag"], name="x").status
        outcome.expect(stale == 412, "silent", f"a writer who saw the lost change got {stale}")
    outcome.tries += 1


@fault(
    "loss of a standby that commits wait for, then of the primary, without an edit",
    "/readyz says that writes are unavailable and why; every read succeeds",
)
def test_servers_say_that_writes_are_impossible(outcome: Outcome, size: Size) -> None:
    """The standby that a commit waits for, then the primary, are away while nothing is edited."""
    seconds = []
    for _ in range(size.of(1, 5)):
        with two_servers(synchronous=True) as site:
            for gone, reason in (
                (site.standby, "waits for a standby"),
                (site.primary, "no database server that takes writes"),
            ):
                gone.kill()
                started = time.monotonic()
                for server in site.servers:
                    outcome.tries += 1
                    eventually(PATIENCE_SECONDS, lambda: reason in _writes_reason(server))  # noqa: B023
                    status = server.served.ask(NEAREST).status
                    outcome.expect(status == 200, "unanswered", f"a visitor gets {status}")
                seconds.append(time.monotonic() - started)
    outcome.figures = f"told after at most {max(seconds):.1f} s"


def _writes_reason(server: Running) -> str:
    reason: str = server.served.ask("/readyz").json().get("writes_reason", "")
    return reason


@fault(
    "a PostgreSQL that was emptied, and filled with the shipped records",
    "no server fills it, or follows it until an operator adopts it; the earlier directory is "
    "served as degraded",
)
def test_a_postgresql_that_was_filled_again_is_not_followed(outcome: Outcome, size: Size) -> None:
    """Empty the database, and fill it with the shipped records, as a start of before did."""
    for _ in range(size.of(1, 5)):
        with two_servers() as site:
            _refill(outcome, site)


def _refill(outcome: Outcome, site: Site) -> None:
    first, second = site.servers
    etag = first.record("payoke").headers["etag"]
    assert first.patch("payoke", etag, name="Corrected").status == 200
    eventually(PATIENCE_SECONDS, lambda: _name(second) == "Corrected")
    site.primary.run("DROP SCHEMA public CASCADE")
    site.primary.run("CREATE SCHEMA public")
    new = site.folder / "new"
    new.mkdir()
    # A server without a memory, which once filled the database.
    empty = {"database_url": first.url, "snapshot": str(new / "snapshot.json"), "rate_limit": ""}
    with serving_as_it_is(SERVE, new, ("/readyz", 503), **empty) as started:
        time.sleep(3 * LOOK_EVERY_SECONDS)
        response = started.ask(NEAREST)
        numbers = [line.get("number") for line in response.json()["helplines"]]
        is_right = response.status == 503 and "112" in numbers
        outcome.expect(is_right, "wrong", f"a new server answers {response.status}")
        _expect_corrected(outcome, site, "an empty database")
        create_at(first.url, new / "created.json")
        time.sleep(3 * LOOK_EVERY_SECONDS)
        _expect_corrected(outcome, site, "a database that was filled again")
        told = all(_needs_adopt(server) for server in site.servers)
        outcome.expect(told, "silent", "the metric does not say that another directory is there")
    _adopt(first)
    for server in site.servers:
        eventually(PATIENCE_SECONDS, lambda: _name(server) != "Corrected")  # noqa: B023
        ready = server.served.ask("/readyz").json()
        outcome.expect(ready["status"] == "ready", "unanswered", f"{ready} after it is adopted")


def _expect_corrected(outcome: Outcome, site: Site, label: str) -> None:
    for server in site.servers:
        outcome.tries += 1
        outcome.expect(_name(server) == "Corrected", "wrong", f"an older name with {label}")
        ready = server.served.ask("/readyz").json()
        outcome.expect(ready["status"] == "degraded", "silent", f"{ready['status']} with {label}")


def _needs_adopt(server: Running) -> bool:
    return b"\ndirectory_adopt_needed 1.0\n" in server.served.ask("/metrics").body


def _adopt(server: Running) -> None:
    """Run `directory-api adopt` on the machine of a server."""
    settings = Settings(database_url=server.url, snapshot=str(server.folder / "snapshot.json"))
    adopter_of(open_directory(settings)).adopt(TERMINAL)


def _name(server: Running) -> str:
    """The name that visitors read."""
    name: str = server.served.ask("/v1/centres/payoke").json()["name"]
    return name


def _writes(server: Running) -> bool:
    with contextlib.suppress(OSError, KeyError, ValueError):
        etag = server.record("surya").headers["etag"]
        return server.patch("surya", etag, name="After").status == 200
    return False


@contextmanager
def _asking(
    outcome: Outcome, asked: Callable[[], AbstractContextManager[Host | Served]]
) -> Iterator[None]:
    """Four threads ask for the closest centre during the block; each answer must be right."""
    stop = threading.Event()

    def ask() -> tuple[int, list[str]]:
        answered, wrong = 0, []
        with asked() as server:
            while not stop.is_set():
                try:
                    reply = server.ask(NEAREST)
                except OSError as error:
                    wrong.append(type(error).__name__)
                    continue
                phones = reply.status == 200 and reply.json()["results"][0]["phones"]
                answered += 1
                if not phones or not reply.json()["helplines"]:
                    wrong.append(f"status {reply.status}")
        return answered, wrong

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            yield
        finally:
            stop.set()
        for each in asking:
            answered, wrong = each.result()
            outcome.tries += answered
            for example in wrong:
                outcome.breach("unanswered", example)
