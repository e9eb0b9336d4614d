"""Two servers on a PostgreSQL primary with a standby."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.running import Running, served_from
from tests.support.postgres import Postgres, postgres, standby


@dataclass(frozen=True)
class Site:
    """A primary with a standby, and two servers whose URL names both."""

    primary: Postgres
    standby: Postgres
    servers: tuple[Running, Running]
    folder: Path


@contextmanager
def two_servers(*, synchronous: bool = False) -> Iterator[Site]:
    """Run them for the block.

    The folder is none of pytest's: PostgreSQL may run as another user than the tests.
    """
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folders = [folder / each for each in ("primary", "standby", "first", "second")]
        for each in folders:
            each.mkdir()
        primary = stack.enter_context(postgres(folders[0]))
        follower = stack.enter_context(standby(folders[1], primary))
        if synchronous:
            primary.run("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
            primary.run("SELECT pg_reload_conf()")
        url = f"postgresql://postgres@{primary.server},{follower.server}/postgres"
        servers = [
            stack.enter_context(
                served_from(each, database_url=url, snapshot=str(each / "snapshot.json"))
            )
            for each in folders[2:]
        ]
        yield Site(primary, follower, (servers[0], servers[1]), folder)
