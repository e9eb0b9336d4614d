"""The pages of /admin that list records and changes, and who may see and do what."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from directory_api.change.change import COLLECTIONS
from directory_api.change.guards import ALL_ALLOWED
from directory_api.edit.editor import Edit
from directory_api.features.desk.admin import one_at_a_time
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.own_confirmation.links import Links
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.record.parts import Acknowledged
from directory_api.record.vocabulary import EMERGENCY_KINDS
from tests.support.html_browser import CENTRE, HERE, Browser, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL, made_up_centre
from tests.support.store_under_test import everything


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("liege", ["Sürya"]),
        ("SURYA", ["Sürya"]),
        ("02 511", ["PAG-ASA"]),
        ("1000", ["PAG-ASA"]),
        ("+32 2 511 64", ["PAG-ASA"]),
        ("(02) 511", ["PAG-ASA"]),
        ("0078", []),
        ("112", ["European emergency number"]),
        ("pag antwerp", []),
        ("", ["PAG-ASA", "Payoke", "Sürya"]),
    ],
)
def test_the_list_is_searched_by_name_place_and_number(
    maintainer_app: MaintainerApp, typed: str, found: list[str]
) -> None:
    """Every word must be in the id, names, town, postcode or a number, without accents and case."""
    page = signed_in_browser(maintainer_app, "rita").get("/", query_string={"q": typed})
    for name in ("PAG-ASA", "Payoke", "Sürya", "European emergency number"):
        assert (name in page.text) == (name in found or not typed), name
    assert page.by_id("q")["value"] == typed


def test_the_list_says_how_fresh_each_record_is(maintainer_app: MaintainerApp) -> None:
    """By a word, not by colour alone; emergency numbers have no freshness."""
    maintainer_app.write("POST", "/v1/records/centres/pag-asa/verify", json={"how": "called"})
    page = signed_in_browser(maintainer_app, "rita").get("/")
    lines = [line for line in maintainer_app.file()["helplines"] if "number" in line]
    to_confirm = [line for line in lines if line["kind"] not in EMERGENCY_KINDS]
    # The two other centres, and these helplines.
    assert page.text.count("unverified") == 2 + len(to_confirm)
    assert "fresh" in page.text
    assert "not needed" in page.text


def test_a_long_list_has_pages(tmp_path: Path) -> None:
    """Fifty on a page, by name; a page beyond the last is the last; the search goes along."""
    more = [made_up_centre(number, name=f"Made up {number:03}") for number in range(60)]
    maintainer_app = create_maintainer_app(tmp_path)
    whole = {**maintainer_app.file(), "centres": more}
    file = Incoming(json.dumps(whole).encode(), "new.json")
    importer_of(maintainer_app.directory).bring_in(TERMINAL, file, "test", allowed=ALL_ALLOWED)
    browser = signed_in_browser(maintainer_app, "rita")
    first = browser.get("/?q=made")
    assert "60 records found, page 1 of 2" in first.text
    assert "Made up 049" in first.text
    assert "Made up 050" not in first.text
    later = next(link for link in first.links if "page=2" in link)
    assert "q=made" in later
    second = browser.get(later.removeprefix("/admin"))
    assert "Made up 059" in second.text
    assert any("page=1" in link for link in second.links)
    for page in ("99", "-1", "x"):
        assert browser.get(f"/?page={page}").status == 200


def test_the_last_changes_of_everything_are_listed(maintainer_app: MaintainerApp) -> None:
    """Of centres, helplines and the directory, newest first, with labelled old and new values."""
    maintainer_app.patch(name="Renamed")
    browser = signed_in_browser(maintainer_app, "rita")
    page = browser.get("/changes")
    assert "The directory itself" in page.text
    assert page.text.index("Renamed") < page.text.index("Sürya")
    assert "/admin/helplines/be-112/history" in page.links
    assert '<del dir="auto">PAG-ASA</del>' in page.html
    assert '<ins dir="auto">Renamed</ins>' in page.html


def test_older_changes_are_on_further_pages(maintainer_app: MaintainerApp) -> None:
    """Each change is on one page, those of a revision together; the first load ends them."""
    for number in range(60):
        maintainer_app.patch(name=f"Renamed {number}")
    browser = signed_in_browser(maintainer_app, "rita")
    seen: list[str] = []
    path: str | None = "/changes"
    while path:
        page = browser.get(path)
        here = re.findall(r"revision (\d+)</p>", page.html)
        assert here == sorted(here, key=int, reverse=True)
        assert page.html.count('class="differences"') <= 50
        seen += here
        older = [link for link in page.links if "before=" in link]
        path = older[0].removeprefix("/admin") if older else None
    assert seen == [str(number) for number in range(61, 0, -1)]
    assert browser.get("/changes?before=1").status == 200
    for wrong in ("x", "-1", "1" * 10):
        assert browser.get(f"/changes?before={wrong}").status == 400


def test_a_revision_of_many_records_is_cut_and_says_so(tmp_path: Path) -> None:
    """The first ones are shown, and it can be undone as a whole."""
    more = [made_up_centre(number) for number in range(60)]
    maintainer_app = create_maintainer_app(tmp_path)
    whole = maintainer_app.file()
    whole["centres"] += more
    assert maintainer_app.send("POST", "/v1/import", json=whole).status_code == 200
    page = signed_in_browser(maintainer_app, "anna").get("/changes")
    assert "More than 50 records, revision 2" in page.text
    assert page.html.count('class="differences"') == 50
    assert page.form("/changes/2/undo/review")
    assert "/admin/changes?before=2" in page.links


@pytest.mark.parametrize(
    ("path", "row"),
    [
        (f"{CENTRE}/history", '<li class="card">'),
        ("/sources", '<th scope="row">'),
        ("/sources/cited", '<li><a href="/admin/centres/'),
        ("/links", '<th scope="row">'),
    ],
)
def test_every_list_has_pages_of_fifty(tmp_path: Path, path: str, row: str) -> None:
    """The history of a record, the sources, the records that cite one, and the links."""
    app = create_maintainer_app(tmp_path)
    whole = app.file()
    more = [made_up_centre(number, sources={"name": ["cited"]}) for number in range(60)]
    sources = [{"id": f"made-up-{number}", "title": f"Text {number}"} for number in range(60)]
    sources.append({"id": "cited", "title": "Cited"})
    whole["sources"] = [*whole["sources"], *sources]
    whole["centres"] = [*whole["centres"], *more]
    file = Incoming(json.dumps(whole).encode(), "new.json")
    importer_of(app.directory).bring_in(TERMINAL, file, "test", allowed=ALL_ALLOWED)
    browser = signed_in_browser(app, "anna")
    if path == "/links":
        for _ in range(60):
            Links(app.directory).make(TERMINAL, "centre", "payoke", 14)
    if path.endswith("/history"):
        for number in range(60):
            app.patch(name=f"Renamed {number}")
    pages = [browser.get(f"{path}?page={number}") for number in (1, 2)]
    first, second = (page.html.count(row) for page in pages)
    assert (first, second > 9) == (50, True)
    assert any("page=2" in link for link in pages[0].links)


def test_what_there_is_to_do_has_pages_of_each_list(tmp_path: Path) -> None:
    """The page of one list is kept while another one is turned; a wrong number is the first."""
    more = [made_up_centre(number) for number in range(60)]
    browser = signed_in_browser(create_maintainer_app(tmp_path, more=more), "anna")
    first = browser.get("/todo")
    assert re.search("[0-9]+ warnings; page 1 of 3", first.text)
    due = [link for link in first.links if link.endswith("/confirm")]
    assert len(due) == 50
    second = browser.get("/todo?warnings=2")
    assert "/admin/todo?warnings=2&page=2" in second.links
    both = browser.get("/todo?warnings=2&page=2")
    assert not {*due} & {
        link for link in both.links if link.endswith("/confirm") and "made-up" in link
    }
    assert "Centre Énée 59" in both.text
    for wrong in ("0", "99", "x"):
        assert browser.get(f"/todo?page={wrong}").status == 200


@pytest.mark.parametrize(
    ("name", "entries", "parts"),
    [
        ("dora", ["To do", "Centres", "Changes", "Settings"], ["People", "Sources"]),
        ("anna", ["To do", "Centres", "Changes", "Settings"], []),
        ("rita", ["To do", "Centres", "Changes", "Settings"], []),
    ],
)
def test_the_menu_has_four_entries_and_one_number(
    maintainer_app: MaintainerApp, name: str, entries: list[str], parts: list[str]
) -> None:
    """The number is that of the list to do, on every page; an entry with several pages names them,
    as far as there is something on them.
    """
    browser = signed_in_browser(maintainer_app, name)
    for path in ("/", "/todo", "/sources"):
        page = browser.get(path)
        menu, rest = page.html.partition('aria-label="Main menu"')[2].split("</nav>", 1)
        found = re.findall(r">([^<>]+?)(?: <span class=\"badge\">([0-9]+)</span>)?</a>", menu)
        assert [label for label, _ in found] == entries
        counts = map(
            int, re.findall(r"<caption>[^<]*: ([0-9]+)</caption>", browser.get("/todo").html)
        )
        assert [number for _, number in found] == [str(sum(counts)), "", "", ""]
    within = rest.partition('aria-label="Settings"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", within) == parts


@pytest.mark.parametrize("name", ["rita", "anna"])
def test_what_one_may_not_do_is_not_offered_and_refused(
    maintainer_app: MaintainerApp, name: str
) -> None:
    """Any token reads; changing needs the scope edit, on the page and behind it."""
    browser = signed_in_browser(maintainer_app, name)
    may = name == "anna"
    page, listed, changes = browser.get(CENTRE), browser.get("/"), browser.get("/changes")
    assert any(link.endswith("/edit") for link in page.links) == may
    assert any(link.endswith("/add/centres") for link in listed.links) == may
    assert any(link.endswith("/upload") for link in changes.links) == may
    before = maintainer_app.everything()
    for path in ("/edit", "/confirm", "/remove"):
        assert browser.get(f"{CENTRE}{path}").status == (200 if may else 403)
    for path in ("/add/centres", "/upload"):
        assert browser.get(path).status == (200 if may else 403)
    if not may:
        data = {
            "revision": "1",
            "reason": "x",
            "how": "x",
            "to": "1",
            "name": "X",
            "id": "x",
            "once": "k",
        }
        posts = [
            f"{CENTRE}/{step}"
            for step in ("edit", "review", "save", "confirm/call", "remove", "restore")
        ]
        posts += [
            f"{CENTRE}/restore/review",
            "/add/centres",
            "/add/centres/review",
            "/add/centres/save",
        ]
        for path in [*posts, "/upload/compare", "/upload/take"]:
            refused = browser.post(f"/admin{path}", data)
            assert (refused.status, "You may not do this" in refused.text) == (403, True), path
    assert maintainer_app.everything() == before


@pytest.mark.parametrize("scope", ["edit", "approve"])
def test_former_values_are_for_those_who_may_read_the_history(
    maintainer_app: MaintainerApp, scope: str
) -> None:
    """As in the API: a token without the scope read_history is offered none, and gets none."""
    maintainer_app.patch(name="Renamed")
    secret, _ = maintainer_app.directory.tokens.create("fred", [scope], 30)
    browser = Browser(maintainer_app.app)
    browser.sign_in(secret)
    for path in ("/", CENTRE, "/todo"):
        links = browser.get(path).links
        assert not [link for link in links if link.endswith(("/history", "/changes"))], path
    version = maintainer_app.directory.editor.version(2)
    restored = {"to": "1", "revision": version, "reason": "x"}
    for refused in (
        browser.get("/changes"),
        browser.get(f"{CENTRE}/history"),
        *(
            browser.post(f"/admin{CENTRE}/{step}", restored)
            for step in ("restore/review", "restore")
        ),
    ):
        assert (refused.status, "You may not do this" in refused.text) == (403, True), refused.path
        assert "PAG-ASA" not in refused.text
    assert maintainer_app.public()["name"] == "Renamed"


def test_a_form_of_an_older_record_shows_former_values_to_who_may_read_them(
    maintainer_app: MaintainerApp,
) -> None:
    """Without the scope read_history it is refused and says what to do, also with faults."""
    secret, _ = maintainer_app.directory.tokens.create("fred", ["edit"], 30)
    browser = Browser(maintainer_app.app)
    browser.sign_in(secret)
    form = browser.get(f"{CENTRE}/edit").form("/review")
    maintainer_app.patch(name="Renamed", email="hello@pag-asa.be")
    for step in ("review", "save"):
        for typed in ({"name": "Mine"}, {"name": ""}):
            sent = form.filled(typed)
            sent["reason"] = "x"
            refused = browser.post(f"/admin{CENTRE}/{step}", sent)
            assert (refused.status, "Open the record again" in refused.text) == (403, True)
            assert "info@pag-asa.be" not in refused.text
            assert "anna" not in refused.text
    assert maintainer_app.public()["name"] == "Renamed"


def test_who_may_not_read_the_history_is_told_of_a_removal(maintainer_app: MaintainerApp) -> None:
    """On the list, since the record is gone."""
    secret, _ = maintainer_app.directory.tokens.create("fred", ["edit"], 30)
    browser = Browser(maintainer_app.app)
    browser.sign_in(secret)
    page = browser.send(browser.get(f"{CENTRE}/remove"), "/remove", reason="closed")
    assert (page.status, page.path) == (200, "/admin/")
    assert "Done. Visitors see the change now." in page.text
    assert "/admin/centres/pag-asa" not in page.links


@pytest.mark.parametrize(
    "path", ["/centres/nobody", "/helplines/nobody", "/centres/nobody/edit", "/centres/x/history"]
)
def test_a_record_that_is_not_there_is_a_page(maintainer_app: MaintainerApp, path: str) -> None:
    """404, with where to go on."""
    page = signed_in_browser(maintainer_app, "anna").get(path)
    assert (page.status, "/admin/" in page.links) == (404, True)


def test_reading_changes_nothing(maintainer_app: MaintainerApp) -> None:
    """No GET writes."""
    browser = signed_in_browser(maintainer_app, "dora")
    before = [line for line in everything(maintainer_app.path) if '"tokens"' not in line]
    for path in (
        "/",
        CENTRE,
        f"{CENTRE}/edit",
        f"{CENTRE}/confirm",
        f"{CENTRE}/remove",
        f"{CENTRE}/history",
        "/todo",
    ):
        browser.get(path)
    assert [line for line in everything(maintainer_app.path) if '"tokens"' not in line] == before
    headers: dict[str, Any] = HERE
    assert (
        browser.client.delete(
            "/admin/centres/pag-asa", base_url="https://localhost", headers=headers
        ).status_code
        == 405
    )


def test_hidden_records_are_listed_and_kept_from_others(tmp_path: Path) -> None:
    """The list shows them to maintainers; a search by postcode finds them."""
    browser = signed_in_browser(create_maintainer_app(tmp_path, more=[HIDDEN]), "rita")
    page = browser.get("/?q=9000")
    assert "Sheltered centre" in page.text
    assert urlsplit(page.path).path == "/admin/"


def test_a_warning_is_acknowledged_until_its_value_changes(maintainer_app: MaintainerApp) -> None:
    """On the page of quality, with a reason; then it is listed apart. A visitor sees nothing of
    it.
    """
    path = "/v1/records/centres/payoke"
    maintainer_app.patch(path, website="https://www.example.org/")
    browser = signed_in_browser(maintainer_app, "anna")
    report = browser.get("/todo")
    assert "at payoke.be, the web site at example.org" in report.text
    link = next(link for link in report.links if "acknowledge?warning=other_domain" in link)
    page = browser.get(link.removeprefix("/admin"))
    public = maintainer_app.public(path)
    saved = browser.send(page, link.partition("?")[0], reason="called them")
    assert saved.path == "/admin/centres/payoke"
    assert maintainer_app.public(path) == public
    report = browser.get("/todo")
    assert not [link for link in report.links if "acknowledge?warning=other_domain" in link]
    # With the two that the shipped records have.
    assert "Acknowledged warnings: 3" in report.text
    assert "called them" in report.text
    maintainer_app.patch(path, email="info@other.example.org")
    again = browser.get("/todo")
    assert [link for link in again.links if "acknowledge?warning=other_domain" in link]


def test_a_warning_about_a_helpline_is_acknowledged_until_its_number_changes(
    maintainer_app: MaintainerApp,
) -> None:
    """As one about a centre. The number is not typed once more, since visitors see no change."""
    path, premium = "/v1/records/helplines/be-trafficking-line", "+3290012345"
    number = {"number": premium, "display": "0900 12 345"}
    maintainer_app.write("PATCH", f"{path}?confirm_number=%2B3290012345", json=number)
    browser = signed_in_browser(maintainer_app, "anna")

    def offered() -> list[str]:
        links = browser.get("/todo").links
        return [link for link in links if "acknowledge?warning=premium_rate" in link]

    (link,) = offered()
    assert link.startswith("/admin/helplines/be-trafficking-line/acknowledge?")
    page = browser.get(link.removeprefix("/admin"))
    name = maintainer_app.public(path)["name"]["en"]
    assert f"{name}. A premium-rate number: {premium}" in page.text
    public = maintainer_app.public(path)
    saved = browser.send(page, link.partition("?")[0], reason="the only number")
    assert saved.path == "/admin/helplines/be-trafficking-line"
    assert maintainer_app.public(path) == public
    assert offered() == []
    assert "the only number" in browser.get("/todo").text
    form = browser.get("/helplines/be-trafficking-line/edit")
    review = browser.send(form, "/review", note__en="At night.")
    browser.send(review, "/save", reason="they wrote")
    assert offered() == []
    number = {"number": "+3290012346", "display": "0900 12 346"}
    maintainer_app.write("PATCH", f"{path}?confirm_number=%2B3290012346", json=number)
    assert len(offered()) == 1


@pytest.mark.parametrize("collection", ["centres/payoke", "helplines/be-101"])
@pytest.mark.parametrize("query", ["", "?warning=telling_id&value=x", "?warning=no_phone"])
def test_only_a_warning_about_a_value_is_acknowledged(
    maintainer_app: MaintainerApp, collection: str, query: str
) -> None:
    """An address that no page links to is refused."""
    browser = signed_in_browser(maintainer_app, "anna")
    assert browser.get(f"/{collection}/acknowledge{query}").status == 400


@pytest.mark.parametrize(
    ("kind", "identity", "says"),
    [("centre", "surya", "flyer"), ("helpline", "nl-police-not-urgent", "wegwijzer")],
)
def test_an_acknowledgement_is_kept_by_other_edits_and_replaced_by_the_same(
    maintainer_app: MaintainerApp, kind: str, identity: str, says: str
) -> None:
    """Who replaces the record without it does not lose it; an empty list removes it."""
    path = f"/v1/records/{COLLECTIONS[kind]}/{identity}"

    def acknowledged() -> Any:
        record = maintainer_app.send("GET", path).get_json()
        return [each["reason"] for each in record.get("acknowledged", ())]

    record = maintainer_app.record(path)
    record.pop("acknowledged")
    renamed = {"name": "Surya" if kind == "centre" else {"en": "Police"}}
    maintainer_app.write("PUT", path, json={**record, **renamed})
    (reason,) = acknowledged()
    assert says in reason
    stored = maintainer_app.directory.editor.stored(kind, identity).record
    same = Acknowledged.from_record({**stored["acknowledged"][0], "reason": "asked them"})
    edit = Edit(TERMINAL, kind, identity, "checked")
    maintainer_app.directory.editor.acknowledge(edit, same)
    assert acknowledged() == ["asked them"]
    maintainer_app.write("PUT", path, json={**record, "acknowledged": []})
    assert acknowledged() == []


@pytest.mark.parametrize(
    "path",
    [
        "/todo",
        "/changes",
        "/sources",
        "/download/centres.json",
        "/download/centres.csv",
        "/download/centres-all.xlsx",
    ],
)
def test_pages_of_the_whole_directory_are_made_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """When as many wait as may, one more is refused at once, with what to do; pages of a part of
    the directory are not.
    """
    # As if all of them waited.
    monkeypatch.setattr(one_at_a_time, "MOST_WAITING", -1)
    browser = signed_in_browser(create_maintainer_app(tmp_path), "anna")
    response = browser.client.get(f"/admin{path}", base_url="https://localhost")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Wait a moment, then try again." in response.text
    assert browser.get("/").status == 200
    assert browser.get(CENTRE).status == 200
