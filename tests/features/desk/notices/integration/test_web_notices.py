"""The feed and the calendar at their secret address."""

import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from directory_api.features.desk.notices.address import secret_path
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import TODAY

_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def app(tmp_path: Path) -> MaintainerApp:
    """An app with maintainers' tokens, with review; a new phone of PAG-ASA waits."""
    app = create_maintainer_app(tmp_path, review="on", rate_limit="600/minute")
    phones = [{"number": "+3225116465", "kind": "main", "hours": "24/7"}]
    assert app.patch(phones=phones).status_code == 202
    return app


def _identity(app: MaintainerApp, name: str = "anna") -> str:
    return next(each.id for each in app.directory.tokens.list() if each.name == name)


def _path(app: MaintainerApp, name: str = "anna") -> str:
    path = secret_path(app.directory, _identity(app, name))
    assert path
    return path


def test_the_feed_says_what_needs_attention_and_leads_to_it(app: MaintainerApp) -> None:
    """A reader gets ids that stay, and links to the pages of maintainers."""
    answer = app.app.test_client().get(
        f"{_path(app)}.atom", base_url="https://directory.example.org"
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    feed = ElementTree.fromstring(answer.data)
    entries = {
        (entry.findtext(f"{_ATOM}title") or "", entry.find(f"{_ATOM}link").get("href"))  # type: ignore[union-attr]
        for entry in feed.iter(f"{_ATOM}entry")
    }
    assert (
        "Details about which sources disagree: payoke",
        "https://directory.example.org/admin/centres/payoke",
    ) in entries
    ((proposal,),) = [[href for title, href in entries if title.startswith("Changes that wait")]]
    assert app.send("GET", f"/v1/proposals/{str(proposal).rpartition('/')[2]}").status_code == 200
    ids = [each.text for each in feed.iter(f"{_ATOM}id")]
    assert len(ids) == len({*ids}) == len(entries) + 1
    again = app.app.test_client().get(f"{_path(app)}.atom")
    assert ids == [each.text for each in ElementTree.fromstring(again.data).iter(f"{_ATOM}id")]
    updated = [each.text for each in feed.iter(f"{_ATOM}updated")]
    assert updated[0] == max(map(str, updated))


def test_the_feed_leads_to_the_public_address(tmp_path: Path) -> None:
    """A maintainer may read it at another host."""
    app = create_maintainer_app(tmp_path, public_url="https://public.example.org/help")
    answer = app.app.test_client().get(f"{_path(app)}.atom", base_url="http://10.0.0.5:8000")
    links = [each.get("href") for each in ElementTree.fromstring(answer.data).iter(f"{_ATOM}link")]
    assert "https://public.example.org/help/admin/centres/payoke" in links
    assert all(str(link).startswith("https://public.example.org/help/") for link in links)


def test_the_calendar_has_an_event_for_each_day(app: MaintainerApp) -> None:
    """Lines of at most 75 bytes (RFC 5545, section 3.1); a token by its id."""
    answer = app.app.test_client().get(f"{_path(app)}.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    events = {
        str(event["SUMMARY"]): event.start for event in Calendar.from_ical(answer.data).events
    }
    token = next(each for each in app.directory.tokens.list() if each.name == "anna")
    assert events[f"People and tokens whose access ends within 14 days: {token.id}"] == (
        token.expires - timedelta(days=14)
    )
    assert token.expires - token.created == timedelta(days=30)
    assert events["Records with values that were never confirmed: surya"] == TODAY


@pytest.mark.parametrize("ending", ["atom", "ics"])
def test_nothing_in_them_is_a_name_a_number_or_a_text(app: MaintainerApp, ending: str) -> None:
    """Neither of centres, nor of maintainers, nor of what waits."""
    text = app.app.test_client().get(f"{_path(app)}.{ending}").text
    records = json.dumps(app.file(), ensure_ascii=False)
    # No short ones: ids and links are hexadecimal, and any digits can be in them.
    for word in ("PAG-ASA", "Payoke", "+32", "078 055 800", "anna", "bert"):
        assert word not in text
    for word in ("PAG-ASA", "Payoke", "+32", "078 055 800"):
        assert word in records


@pytest.mark.parametrize("ending", ["atom", "ics"])
def test_nobody_keeps_or_finds_them(app: MaintainerApp, ending: str) -> None:
    """No cache, no search engine, no page of another site."""
    headers = app.app.test_client().get(f"{_path(app)}.{ending}").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in headers


def test_another_address_is_not_found(app: MaintainerApp) -> None:
    """An address of another token, a longer or shorter one, or the token itself."""
    path, identity = _path(app), _identity(app)
    other = _path(app, "bert").partition("-")[2]
    for wrong in (
        f"/notices/{identity}-{other}",
        path[:-1],
        f"{path}0",
        f"/notices/{identity}",
        f"/notices/{identity}-",
        f"/notices/{app.secrets['anna']}",
        "/notices/é-é",
    ):
        answer = app.app.test_client().get(f"{wrong}.atom")
        assert answer.status_code == 404, wrong
        assert {"112", "+3278055800"} == {line["number"] for line in answer.get_json()["helplines"]}


def test_an_address_ends_with_its_token(app: MaintainerApp) -> None:
    """At once, and that of another token stays."""
    path, other = _path(app), _path(app, "bert")
    client = app.app.test_client()

    def statuses() -> list[int]:
        return [client.get(f"{each}.ics").status_code for each in (path, other)]

    assert statuses() == [200, 200]
    app.directory.tokens.revoke(_identity(app))
    assert statuses() == [404, 200]


def test_an_address_is_no_token(app: MaintainerApp) -> None:
    """What leaks it allows nothing else."""
    secret = _path(app).rpartition("-")[2]
    for bearer in (secret, _path(app)):
        answer = app.app.test_client().get(
            "/v1/proposals", headers={"Authorization": f"Bearer {bearer}"}
        )
        assert answer.status_code == 401


def test_the_log_has_no_address(app: MaintainerApp, capfd: pytest.CaptureFixture[str]) -> None:
    """It has the route."""
    path = _path(app)
    app.app.test_client().get(f"{path}.ics")
    app.app.test_client().get(f"{path}x.ics")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    routes = [line["route"] for line in lines if line["event"] == "request"]
    assert routes[-2:] == ["/notices/<secret>.ics"] * 2
    assert path.rpartition("-")[2] not in json.dumps(lines)
