"""An edit through one of several processes is served by all of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.servers import (
    GUNICORN,
    SERVE,
    Served,
    eventually,
    serving,
)

CENTRE = "/v1/centres/surya"
RECORD = "/v1/records/centres/surya"
SERVERS = {"granian": (*SERVE, "--workers", "2"), "gunicorn": (*GUNICORN, "--workers", "2")}


@pytest.fixture(scope="module", params=SERVERS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Each server with two worker processes over one store."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(SERVERS[request.param], folder, rate_limit="", review="off") as running:
        yield running


def test_an_edit_is_served_by_every_worker(served: Served) -> None:
    """Within 2 seconds no worker serves the old record, nor its ETag. The token is made while the
    server runs.
    """
    directory = open_directory(
        Settings(database_url=f"sqlite:///{served.log.parent / 'directory.db'}")
    )
    token, _ = directory.tokens.create("anna", ["edit"], 30)
    headers = {"Authorization": f"Bearer {token}"}
    etag = served.ask(RECORD, headers=headers).headers["etag"]
    patch = {"If-Match": etag, "Content-Type": "application/merge-patch+json"}
    reply = served.ask(RECORD, "PATCH", b'{"name": "Renamed"}', {**headers, **patch})
    assert reply.status == 200

    def names() -> set[str]:
        # Twenty parallel connections, which all workers share.
        with ThreadPoolExecutor(10) as pool:
            replies = pool.map(lambda _: served.ask(CENTRE), range(20))
            return {reply.json()["name"] for reply in replies}

    eventually(30.0, lambda: names() == {"Renamed"})
    # The twenty connections may all be those of the worker that is not reading the store now.
    now = served.ask(RECORD, headers=headers).headers["etag"]
    assert now == reply.headers["etag"] != etag
    assert token not in served.logged()
