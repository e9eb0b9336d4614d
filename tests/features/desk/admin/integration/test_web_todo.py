"""The page of what there is to do: where each leads, and who sees what."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from directory_api.features.desk.notices.address import secret_path
from directory_api.left_out import leave_out
from tests.support.html_browser import Page, signed_in_browser
from tests.support.maintainer_app import HIDDEN, create_maintainer_app
from tests.support.moments import TODAY
from tests.support.parts_left_out import kept_apart
from tests.support.records import made_up_centre

NEEDS = ("call_round", "own_confirmation", "notices", "review")
URGENT = "Please look now: visitors may read something wrong."
SITE = "https://one.example.org/"


def test_each_leads_to_where_it_is_done(tmp_path: Path) -> None:
    """The sheet of a call or a link for the centre, the form, the change, the people."""
    closed = {"status": "temporarily_closed", "closed_until": "2026-01-01", "website": SITE}
    confirmed = {"on": TODAY.isoformat(), "by": "x", "how": "y"}
    app = create_maintainer_app(
        tmp_path,
        review="on",
        more=[made_up_centre(1, verified=confirmed, **closed)],
        of_features={"link_check": "on", "backups": str(tmp_path)},
    )
    dead = {"asked": "", "failing": {SITE: ["2026-01-01", 3]}}
    Path(f"{app.directory.stores.base_path}.links.json").write_text(json.dumps(dead), "utf-8")
    phones = [{"number": "+3225116465", "kind": "main", "hours": "24/7"}]
    assert app.patch(phones=phones).status_code == 202
    app.directory.tokens.create("fred", ["edit"], 10)
    page = signed_in_browser(app, "bert").get("/todo")
    said = page.text
    for links, title in (
        (["/centres/payoke/confirm"], "which sources disagree: "),
        (["/centres/made-up-001/edit?part=status"], "closures whose last day has passed: 1"),
        (["/centres/made-up-001/edit?part=web"], "mail domains that do not answer: 1"),
        (["/centres/surya/confirm"], "were never confirmed: "),
        (["/proposals/"], "Changes that wait for a second person: 1"),
        (["/people"], "whose access ends within 14 days: 1"),
    ):
        assert title in said
        for each in links:
            assert any(each in link for link in page.links), each
    assert "No backup was written in the last two days: 1" in said
    assert "– Web site" in said  # which address does not answer
    assert said.index(URGENT) < said.index("Temporary") < said.index("This needs attention:")


def _counted(page: Page) -> tuple[int, int]:
    """Return the number in the menu, and that of the list."""
    (badge,) = re.findall(r'To do <span class="badge">([0-9]+)</span>', page.html)
    return int(badge), sum(map(int, re.findall(r"<caption>[^<]*: ([0-9]+)</caption>", page.html)))


def test_the_number_in_the_menu_is_that_of_the_list(tmp_path: Path) -> None:
    """With what a centre has answered, which waits for a decision, for as long; what waits for
    another person is listed by itself.
    """
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert, rita = (signed_in_browser(app, name) for name in ("anna", "bert", "rita"))
    before, listed = _counted(bert.get("/todo"))
    assert before == listed
    sheet = anna.get("/centres/surya/confirm")
    anna.send(sheet, "/confirm/call", text__wheelchair="A lift")
    assert _counted(bert.get("/todo")) == (before + 1, before + 1)
    anna.send(anna.get("/centres/surya"), "/done")
    assert _counted(bert.get("/todo")) == (before, before)
    app.patch(email="hello@pag-asa.be")
    assert _counted(bert.get("/todo")) == (before + 1, before + 1)
    for browser in (anna, rita):
        page = browser.get("/todo")
        assert _counted(page) == (before, before)
        waits = page.html.partition("Waits for another person")[2]
        assert "/admin/proposals/" in waits.partition("</section>")[0]
    assert "Waits for another person" not in bert.get("/todo").text


def test_a_text_that_names_an_address_which_is_not_public_is_to_do_until_it_is_changed(
    tmp_path: Path,
) -> None:
    """Here it leads to the text; the mail, the feed, the calendar and the command have the id of
    its record alone.
    """
    naming = {"description": {"nl": "Naast Geheimstraat 7"}}
    app = create_maintainer_app(
        tmp_path, more=[made_up_centre(1, **naming), {**HIDDEN, "address_visibility": "public"}]
    )
    assert (
        app.patch("/v1/records/centres/sheltered", address_visibility="hidden").status_code == 200
    )
    anna = signed_in_browser(app, "anna")
    page = anna.get("/todo")
    assert "Public texts that name an address which is not public: 1" in page.text
    assert page.text.index(URGENT) < page.text.index("Centre Énée 1 – Description")
    assert "/admin/centres/made-up-001/edit?part=words" in page.links
    token = next(each.id for each in app.directory.tokens.list() if each.name == "anna")
    feed, calendar = (
        app.app.test_client().get(f"{secret_path(app.directory, token)}.{ending}").text
        for ending in ("atom", "ics")
    )
    for said in (feed, calendar.replace("\r\n ", "")):
        assert "which is not public: made-up-001" in said
        assert "eheim" not in said
        assert "not public: sheltered" not in said
    app.patch("/v1/records/centres/made-up-001", description={"nl": "Naast het park"})
    assert "name an address" not in anna.get("/todo").text


def test_an_administrator_reads_what_the_server_left_out(
    tmp_path: Path,
) -> None:
    """Others cannot help it."""
    app = create_maintainer_app(tmp_path)
    with kept_apart():
        leave_out("extension kml", "ImportError at kml/__init__.py:3")
        said = {name: signed_in_browser(app, name).get("/todo").text for name in ("dora", "anna")}
    assert "cannot be used, and were left out: extension kml." in said["dora"]
    assert "extension kml" not in said["anna"]


def test_who_may_only_read_is_led_to_the_record_and_sees_no_tokens(tmp_path: Path) -> None:
    """Neither a confirmation nor people."""
    app = create_maintainer_app(tmp_path)
    app.directory.tokens.create("fred", ["edit"], 10)
    page = signed_in_browser(app, "rita").get("/todo")
    assert "/admin/centres/payoke" in page.links
    for other in ("/confirm", "/edit", "/people"):
        assert not any(other in link for link in page.links), other
    assert "whose access ends" not in page.text


def test_what_is_said_of_a_hidden_address_is_to_do_here_and_leaves_in_no_feed(
    tmp_path: Path,
) -> None:
    """The mail, the feed and the calendar are made from published records."""
    contested = [{"member": "address", "sources": ["payoke"]}]
    confirmed = {"on": TODAY.isoformat(), "by": "x", "how": "y"}
    hidden = {**HIDDEN, "contested": contested, "verified": confirmed}
    app = create_maintainer_app(tmp_path, more=[hidden])
    anna = signed_in_browser(app, "anna")
    assert "Sheltered centre – Address" in anna.get("/todo").text
    token = next(each.id for each in app.directory.tokens.list() if each.name == "anna")
    path = secret_path(app.directory, token)
    feed, calendar = (
        app.app.test_client().get(f"{path}.{ending}").text for ending in ("atom", "ics")
    )
    assert "payoke" in feed
    assert "sheltered" not in feed
    assert "disagree: sheltered" not in calendar


def test_days_are_those_of_the_country_of_the_directory(tmp_path: Path) -> None:
    """As the times of changes: in Belgium it is half past midnight of the next day."""
    app = create_maintainer_app(tmp_path, now=lambda: datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    app.patch("/v1/records/centres/surya", website="https://www.example.org/")
    bert = signed_in_browser(app, "bert")
    rows = bert.get("/todo").html.split("<tr>")
    assert "01/07/2026" in next(row for row in rows if "/centres/surya/confirm" in row)
    sheet = bert.get("/centres/surya/confirm")
    form = sheet.form("/centres/surya/confirm/call")
    assert bert.post(form.action, {**form.filled({}).to_dict(), "unanswered": "yes"}).status == 200
    (row,) = (
        row for row in bert.get("/todo").html.split("<tr>") if "/centres/surya/confirm" in row
    )
    assert row.count("01/07/2026") == 2
    (row,) = (row for row in bert.get("/people").html.split("<tr>") if 'badge">you' in row)
    assert "01/07/2026" in row
