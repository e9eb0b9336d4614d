"""What an operator keeps up, in /metrics: counts and moments, and no name."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from directory_api.features.operations.metrics.upkeep import READ_EVERY_SECONDS, WaitingReader
from directory_api.web.app import create_app
from tests.support.command_line import command
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import NOW
from tests.support.servers import eventually

PHONES = [{"number": "+3225116465", "kind": "main", "hours": "24/7"}]


def _text(app: MaintainerApp) -> str:
    return app.app.test_client().get("/metrics").text


def _samples(app: MaintainerApp) -> Mapping[str, float]:
    """The value of each sample without labels, and of each task, by its name."""
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(_text(app))
        for sample in family.samples
    }


@pytest.mark.parametrize("path", ["/metrics/", "/metrics%2F", "/metrics//", "/METRICS"])
def test_the_counts_have_one_address(maintainer_app: MaintainerApp, path: str) -> None:
    """A proxy may refuse only this one."""
    assert maintainer_app.app.test_client().get(path).status_code == 404


def test_changes_that_wait_are_counted(tmp_path: Path) -> None:
    """With the moment of the oldest; without one there is no moment."""
    app = create_maintainer_app(tmp_path, review="on")
    assert _samples(app)["directory_proposals"] == 0
    proposed = app.write("PATCH", "/v1/records/centres/pag-asa", json={"phones": PHONES})
    assert proposed.status_code == 202
    # What was read a moment ago is not read again.
    samples = _samples(app)
    assert samples["directory_proposals"] == 0
    assert "directory_proposals_oldest_timestamp_seconds" not in samples
    samples = _samples(replace(app, app=create_app(app.directory, log_requests=False)))
    assert samples["directory_proposals"] == 1
    at = samples["directory_proposals_oldest_timestamp_seconds"]
    assert abs(at - app.directory.clock().timestamp()) < 60


def test_tokens_that_are_valid_are_counted_without_their_names(
    maintainer_app: MaintainerApp,
) -> None:
    """The moment is the end of the last day of the first that ends; a revoked one is left out."""
    tokens = maintainer_app.directory.tokens
    valid = tokens.list()
    _, soon = tokens.create("Second Person", ["edit"], 3)
    _, revoked = tokens.create("Another Person", ["edit"], 1)
    tokens.revoke(revoked.id)
    samples = _samples(maintainer_app)
    assert samples["directory_tokens"] == len(valid) + 1
    at = samples["directory_tokens_end_timestamp_seconds"]
    ends = datetime.fromtimestamp(at, maintainer_app.directory.zone)
    assert (ends.date(), ends.hour) == (soon.expires, 23)
    text = _text(maintainer_app)
    for secret in ("Second Person", "Another Person", soon.id, "anna"):
        assert secret not in text


def test_a_task_has_the_moment_at_which_it_went_well(maintainer_app: MaintainerApp) -> None:
    """0 before that, so that it is old; and whether it failed since."""
    name = "directory_task_success_timestamp_seconds"
    samples = _samples(maintainer_app)
    for task in ("check", "backup", "restore-drill"):
        assert (samples[f"{name} {task}"], samples[f"directory_task_failed {task}"]) == (0, 0)
    assert command("check", database=maintainer_app.path).exit_code == 0
    samples = _samples(maintainer_app)
    assert samples[f"{name} check"] == NOW.timestamp()
    assert samples[f"{name} backup"] == 0
    folder = maintainer_app.path.parent
    assert command("check", "--backup", folder, database=maintainer_app.path).exit_code == 2
    assert _samples(maintainer_app)["directory_task_failed restore-drill"] == 1


@pytest.mark.parametrize(
    "said",
    ['{"went_well_at": "0001-01-01T00:00:00+14:00", "failed": false}', "[]", '{"failed": 1}', "{"],
)
def test_a_damaged_note_of_a_task_is_as_if_it_never_ran(
    maintainer_app: MaintainerApp, said: str
) -> None:
    """The other metrics are there."""
    path = maintainer_app.path
    path.with_name(f"{path.name}.check.json").write_text(said, encoding="utf-8")
    assert _samples(maintainer_app)["directory_task_success_timestamp_seconds check"] == 0


def test_the_stored_revision_is_told_beside_the_one_that_is_served(
    maintainer_app: MaintainerApp,
) -> None:
    """They differ while the store is not followed, as after a copy was put back."""
    live = maintainer_app.directory.live
    samples = _samples(maintainer_app)
    before = samples["directory_stored_revision"]
    assert before == live.snapshot.revision
    copy = maintainer_app.path.read_bytes()
    assert (
        maintainer_app.write(
            "POST", "/v1/records/centres/surya/verify", json={"how": "called"}
        ).status_code
        == 200
    )
    assert _samples(maintainer_app)["directory_stored_revision"] == before + 1
    maintainer_app.path.write_bytes(copy)
    live.refresh()
    samples = _samples(maintainer_app)
    assert samples["directory_stored_revision"] == before
    assert max(v for n, v in samples.items() if n.startswith("directory_revision ")) == before + 1
    assert samples["directory_adopt_needed"] == 1


def test_the_last_good_snapshot_has_its_revision_and_its_time(
    maintainer_app: MaintainerApp,
) -> None:
    """Neither is there without the file."""
    last_good = maintainer_app.directory.live.last_good
    samples = _samples(maintainer_app)
    assert (
        samples["directory_last_good_revision"] == maintainer_app.directory.live.snapshot.revision
    )
    written = last_good.written_at()
    assert written
    assert samples["directory_last_good_timestamp_seconds"] == written.timestamp()
    last_good.path.unlink()
    assert not {name for name in _samples(maintainer_app) if name.startswith("directory_last_good")}


def test_a_scrape_does_not_wait_until_the_store_is_read(maintainer_app: MaintainerApp) -> None:
    """It does without what it would have to read there."""
    directory = maintainer_app.directory
    rest = threading.Event()

    def clock() -> datetime:
        if threading.current_thread().name == "waiting":
            rest.wait(30)
        return directory.clock()

    app = create_app(replace(directory, clock=clock), log_requests=False)
    waiting = replace(maintainer_app, app=app)
    samples = _samples(waiting)
    rest.set()
    assert "directory_tokens" not in samples
    assert samples["directory_degraded"] == 0
    eventually(30.0, lambda: "directory_tokens" in _samples(waiting))


def test_the_store_is_read_once_a_minute_however_often_it_is_scraped(
    maintainer_app: MaintainerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store whose reading takes long is read less often."""
    now = 1000.0
    tokens = maintainer_app.directory.tokens
    reader = WaitingReader(maintainer_app.directory, lambda: now)

    def count() -> int:
        waiting = reader.last()
        assert waiting
        return len(waiting.tokens_end)

    before = count()
    tokens.create("one more", ["edit"], 3)
    assert count() == before
    now += READ_EVERY_SECONDS - 1
    assert count() == before
    now += 1
    assert count() == before + 1
