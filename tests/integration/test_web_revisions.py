"""One revision number in two pasts: a copy of the database is put back and edited."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from directory_api.edit.editor import Edit
from tests.support.api_client import problem
from tests.support.maintainer_app import CENTRE, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL
from tests.support.write_side import open_write_side


@pytest.fixture
def served(tmp_path: Path) -> MaintainerApp:
    """An app with maintainers' tokens."""
    return create_maintainer_app(tmp_path)


def _rename(served: MaintainerApp, name: str) -> None:
    edit = Edit(TERMINAL, "centre", "pag-asa", "a phone call")
    served.directory.editor.patch(edit, {"name": name})


def _go_another_way(served: MaintainerApp) -> tuple[str, str, str]:
    """Put a copy back and edit it, so that the directory reaches its revision in another way.

    Returns the ETags of /v1/ and of the record, and the revision, from before.
    """
    copy = served.path.with_name("copy.db")
    shutil.copy(served.path, copy)
    _rename(served, "The first way")
    before = (served.etag("/v1/"), served.etag(), served.revision)
    copy.replace(served.path)
    # The process that serves has not looked at the file yet when another one edits it.
    other = open_write_side(served.path)
    other.live.refresh()
    other.patch("pag-asa", name="The second way")
    return before


@pytest.mark.needs("operations")
def test_a_server_that_adopts_it_notices_another_file_of_the_same_name_and_revision(
    served: MaintainerApp,
) -> None:
    """The number of the second way is served, though the revision is the same."""
    *_, revision = _go_another_way(served)
    assert not served.directory.live.refresh()
    served.directory.live.adopt()
    assert (served.revision, served.public()["name"]) == (revision, "The second way")


@pytest.mark.needs("operations")
def test_an_answer_of_the_abandoned_past_is_not_confirmed(served: MaintainerApp) -> None:
    """Its ETag is known no longer, although the directory has that revision."""
    etag, *_ = _go_another_way(served)
    seen = {"If-None-Match": etag}
    assert served.api.get("/v1/", headers=seen).status_code == 304
    served.directory.live.adopt()
    assert served.api.get("/v1/", headers=seen).status_code == 200


@pytest.mark.needs("operations")
def test_a_writer_who_saw_the_abandoned_past_is_refused(served: MaintainerApp) -> None:
    """The ETag names the revision that wrote the record, with its link."""
    _, etag, _ = _go_another_way(served)
    served.directory.live.adopt()
    response = served.write("PATCH", CENTRE, match=etag, json={"name": "Over it"})
    problem(response, 412, "record-changed")
    assert served.public()["name"] == "The second way"
    assert served.patch(name="Over it").status_code == 200


@pytest.mark.parametrize("path", ["/v1/", "/readyz"])
def test_the_link_stands_beside_the_revision(served: MaintainerApp, path: str) -> None:
    """It is the same everywhere, and another one after each change."""
    first = served.public(path)["revision_hash"]
    assert re.fullmatch("[0-9a-f]{10}", first)
    assert first == served.directory.live.snapshot.revision_hash
    _rename(served, "Another")
    assert served.public(path)["revision_hash"] != first


@pytest.mark.needs("operations")
def test_metrics_have_the_revision_and_its_link(served: MaintainerApp) -> None:
    """A monitor that watches several servers sees which of them serve the same."""
    link = served.directory.live.snapshot.revision_hash
    told = served.app.test_client().get("/metrics").text
    assert f'directory_revision{{revision_hash="{link}"}} {float(served.revision)}' in told


def test_a_server_with_a_damaged_history_serves_the_records(served: MaintainerApp) -> None:
    """And /readyz says why it is degraded."""
    with closing(sqlite3.connect(served.path)) as db, db:
        db.execute("DELETE FROM history WHERE id = 'surya'")
    _rename(served, "Another")
    assert served.public()["name"] == "Another"
    ready = served.public("/readyz")
    assert ready["status"] == "degraded"
    assert "history" in ready["reason"]
