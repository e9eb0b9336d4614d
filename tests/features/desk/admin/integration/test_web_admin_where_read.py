"""The preview of a change asks where the new value was read, and names the source there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import now

PAYOKE = "/centres/payoke"
NEW = "03 201 16 09"
TODAY = now().date().isoformat()


def _preview(browser: Browser, part: str = "phones", path: str = PAYOKE, **typed: str) -> Page:
    page = browser.get(path)
    form = next(each for each in page.forms if ("part", part) in each.fields)
    fields = {name.replace("__", "."): text for name, text in typed.items()}
    return browser.post(form.action, form.filled(fields))


def _record(app: MaintainerApp, identity: str = "payoke") -> Mapping[str, Any]:
    return app.directory.editor.stored("centre", identity).record


def _sources(app: MaintainerApp) -> dict[str, Any]:
    return {each["id"]: each for each in app.file()["sources"]}


def test_the_preview_says_what_the_sources_on_record_state(maintainer_app: MaintainerApp) -> None:
    """Beside digits that have changed places, too; what other sources contest is said as well."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, phones__1__number=NEW)
    assert "90 is now 09" in page.text
    flyer = _sources(maintainer_app)["flyer"]["title"]
    assert f"Sources on record for +32 3 201 16 90: agii.be, {flyer}." in page.text
    page = _preview(browser, "address", address__street="Meir 1")
    assert "Sources on record for Leguit 4:" in page.text
    assert "Sources on record for Italiëlei 98A:" in page.text


def test_what_the_centre_told_today_is_a_source_of_the_new_value_alone(
    maintainer_app: MaintainerApp,
) -> None:
    """A second value of the same day has the same source, and values that stay keep theirs."""
    browser = signed_in_browser(maintainer_app, "anna")
    before = _record(maintainer_app)
    page = _preview(browser, phones__1__number=NEW)
    assert page.text.index("The centre told me, today") < page.text.index("Or where else")
    browser.send(page, "/save", told_today="yes")
    page = _preview(browser, "web", email="new@payoke.be")
    browser.send(page, "/save", told_today="yes")
    after = _record(maintainer_app)
    told = f"payoke-{TODAY}"
    assert after["sources"] == {**before["sources"], "phones": [told], "email": [told]}
    assert _sources(maintainer_app)[told] == {
        "id": told,
        "title": "Told by Payoke",
        "published": TODAY,
        "accessed": TODAY[:7],
    }


def test_a_missing_reason_keeps_the_answer(maintainer_app: MaintainerApp) -> None:
    """The change is shown again, with the title of the new source."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, phones__1__number=NEW)
    again = browser.send(page, "/save", told_today="yes", reason="")
    assert (again.status, "source added: Told by Payoke" in again.text) == (422, True)
    assert browser.send(again, "/save", reason="called").status == 200


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("flyer", {"id": "flyer"}),
        (
            "payoke.be/contact",
            {
                "title": "payoke.be/contact",
                "publisher": "payoke.be",
                "url": "https://payoke.be/contact",
                "accessed": TODAY[:7],
            },
        ),
        ("phone call with Payoke", {"title": "phone call with Payoke", "published": TODAY}),
        ("Telefoongesprek met Payoke", {"title": "Telefoongesprek met Payoke"}),
    ],
)
def test_a_source_is_named_where_the_value_is_changed(
    maintainer_app: MaintainerApp, typed: str, source: Mapping[str, str]
) -> None:
    """By its name, also one that stated the value before; by its address; or as a call."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, phones__1__number=NEW)
    browser.send(page, "/save", read_in=typed)
    (cited,) = _record(maintainer_app)["sources"]["phones"]
    stored = _sources(maintainer_app)[cited]
    assert {name: stored[name] for name in source} == source


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("phone call with Payoke", {"title": "phone call with Payoke", "published": TODAY}),
        ("payoke.be/contact", {"url": "https://payoke.be/contact"}),
    ],
)
def test_a_new_source_is_named_in_the_list_of_sources_in_the_same_way(
    maintainer_app: MaintainerApp, typed: str, source: Mapping[str, str]
) -> None:
    """It is one, also where it is the source of two values; the preview says its title."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, "sources", sources__phones=typed, sources__email=typed)
    assert f"source of phones added: {typed}" in page.text
    assert browser.send(page, "/save").status == 200
    cited = _record(maintainer_app)["sources"]
    assert cited["phones"] == cited["email"]
    stored = _sources(maintainer_app)[cited["phones"][0]]
    assert {name: stored[name] for name in source} == source


def test_a_call_of_another_day_is_another_source(maintainer_app: MaintainerApp) -> None:
    """The same words name the call of today; the form still shows the other one with its day."""
    known = {"id": "call", "title": "phone call with Payoke", "published": "2026-01-31"}
    app, before = maintainer_app, _record(maintainer_app)
    browser = signed_in_browser(app, "anna")
    page = browser.send(
        browser.get("/sources/add"), "/review", **{**known, "published": "31/1/2026"}
    )
    browser.send(page, "/save", reason="new")
    page = _preview(browser, "sources", sources__phones="phone call with Payoke, 31/01/2026")
    browser.send(page, "/save")
    assert _record(app)["sources"] == {**before["sources"], "phones": ["call"]}
    page = _preview(browser, phones__1__number=NEW)
    browser.send(page, "/save", read_in="phone call with Payoke")
    (cited,) = _record(app)["sources"]["phones"]
    assert _sources(app)[cited]["published"] == TODAY


def test_two_new_sources_of_one_day_are_two(maintainer_app: MaintainerApp) -> None:
    """What the centre told, and a call that is named."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, phones__1__number=NEW)
    browser.send(page, "/save", told_today="yes", read_in="phone call with Payoke")
    cited, stored = _record(maintainer_app)["sources"]["phones"], _sources(maintainer_app)
    titles = [stored[each]["title"] for each in cited]
    assert titles == ["Told by Payoke", "phone call with Payoke"]


def test_a_source_that_is_not_known_is_refused_beside_its_field(
    maintainer_app: MaintainerApp,
) -> None:
    """Nothing is saved, and what was typed is there again."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, phones__1__number=NEW)
    for typed, says in (
        ("nobody knows this", "No source is called"),
        ("https://127.0.0.1/", "public"),
        ("phone call with <b>", "not allowed"),
        ("phone call with " + "x" * 200, "at most 200"),
    ):
        refused = browser.send(page, "/save", read_in=typed, told_today="yes")
        assert (refused.status, says in refused.beside("read_in")) == (422, True), typed
        fields = refused.form("/save").fields
        assert ("read_in", typed) in fields
        assert ("told_today", "yes") in fields
    assert _record(maintainer_app)["phones"][0]["number"] == "+3232011690"


def test_a_value_that_its_other_sources_state_ends_the_contest(
    maintainer_app: MaintainerApp,
) -> None:
    """With one tick; the sources that stated it against the others are its own then."""
    browser = signed_in_browser(maintainer_app, "anna")
    entry = _record(maintainer_app)["contested"][0]
    page = _preview(browser, "address", address__street=entry["value"])
    kept = browser.send(page, "/save")
    assert kept.status == 200
    assert _record(maintainer_app)["contested"] == [entry]
    maintainer_app.patch("/v1/records/centres/payoke", address={"street": "Leguit 4"})
    page = _preview(browser, "address", address__street=entry["value"])
    browser.send(page, "/save", settles="yes")
    after = _record(maintainer_app)
    assert "contested" not in after
    assert after["sources"]["address"] == entry["sources"]


def test_a_value_that_no_source_states_can_end_the_contest(maintainer_app: MaintainerApp) -> None:
    """With a tick, too; the sources that stated another one are not cited for it."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(browser, "address", address__street="Meir 1")
    browser.send(page, "/save", settles="yes", told_today="yes")
    after = _record(maintainer_app)
    assert "contested" not in after
    assert after["sources"]["address"] == [f"payoke-{TODAY}"]
    # Of a value about which the sources agree nothing is asked.
    assert "no longer disagree" not in _preview(browser, phones__1__number=NEW).text


def test_the_source_of_a_helpline_is_named_in_the_same_way(maintainer_app: MaintainerApp) -> None:
    """A helpline has one list of sources."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _preview(
        browser,
        "number",
        "/helplines/be-trafficking-line",
        number="078 055 801",
        display="078 055 801",
    )
    assert "The helpline told me, today" in page.text
    typed = {"confirm_number__be-trafficking-line": "078055801"}
    browser.send(page, "/save", told_today="yes", **typed)
    line = maintainer_app.directory.editor.stored("helpline", "be-trafficking-line").record
    assert line["number"] == "+3278055801"
    assert line["sources"] == [f"be-trafficking-line-{TODAY}"]


def test_what_is_no_fact_of_a_source_is_not_asked_about(maintainer_app: MaintainerApp) -> None:
    """A removed value has no source, and a note of maintainers none."""
    browser = signed_in_browser(maintainer_app, "anna")
    assert "Where did you read it?" not in _preview(browser, phones__1__number="").text
    assert "Where did you read it?" not in _preview(browser).text


def test_a_value_and_its_new_source_are_one_proposal(tmp_path: Path) -> None:
    """It opens when it is saved, and names the source by its title; to reject it drops both, except
    what another proposal needs.
    """
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    saved = anna.send(_preview(anna, phones__1__number=NEW), "/save", told_today="yes")
    assert "Proposal for Payoke" in saved.text
    assert "source of phones added: Told by Payoke" in saved.text
    assert len(app.directory.proposals.waiting()) == 1
    todo = bert.get("/todo")
    assert "source of phones added: Told by Payoke" in todo.text
    assert sum("/proposals/" in link for link in todo.links) == 1
    second = anna.send(_preview(anna, "web", email="a@payoke.be"), "/save", told_today="yes")
    assert "Told by Payoke" in second.text
    bert.send(bert.get(saved.path.removeprefix("/admin")), "/reject", reason="no")
    assert len(app.directory.proposals.waiting()) == 1
    page = bert.get(second.path.removeprefix("/admin"))
    sources = page.text.partition("New sources, approved with it")[2].partition("Check it")[0]
    assert sources.startswith(" source added: Told by Payoke Before and after")
    assert "Before After Id empty" in sources
    assert bert.send(page, "/approve").status == 200
    assert _record(app)["sources"]["email"] == [f"payoke-{TODAY}"]
    assert app.directory.proposals.waiting() == ()
    saved = anna.send(_preview(anna, phones__1__number=NEW), "/save", read_in="payoke.be/contact")
    anna.send(saved, "/reject", reason="mistake")
    assert app.directory.proposals.waiting() == ()
    assert "payoke-be-contact" not in _sources(app)


def test_nobody_approves_their_own_source_with_the_record_of_another(tmp_path: Path) -> None:
    """Neither one with the same id, nor the same one that both have named."""
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    own = {"id": f"payoke-{TODAY}", "title": "Call 0900 00 000 instead", "accessed": "12/2026"}
    page = bert.send(bert.get("/sources/add"), "/review", **own)
    bert.send(page, "/save", reason="new")
    bert.send(_preview(bert, "web", email="a@payoke.be"), "/save", told_today="yes")
    saved = anna.send(_preview(anna, phones__1__number=NEW), "/save", told_today="yes")
    page = bert.get(saved.path.removeprefix("/admin"))
    assert "0900" not in page.text
    assert bert.send(page, "/approve").status == 200
    assert _sources(app)[f"payoke-{TODAY}"]["title"] == "Told by Payoke"


def test_pages_that_differ_only_in_their_query_are_two_sources(tmp_path: Path) -> None:
    """Also if both wait: each is approved with its value."""
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    addresses = ["https://payoke.be/page?id=1", "https://payoke.be/page?id=2"]
    first = _preview(anna, phones__1__number=NEW)
    anna.send(first, "/save", read_in=addresses[0])
    anna.send(_preview(anna, "web", email="a@payoke.be"), "/save", read_in=addresses[1])
    for proposal, _ in app.directory.proposals.waiting():
        assert bert.send(bert.get(f"/proposals/{proposal.id}"), "/approve").status == 200
    cited, stored = _record(app)["sources"], _sources(app)
    found = [stored[source]["url"] for name in ("phones", "email") for source in cited[name]]
    assert found == addresses


def test_a_source_that_its_author_proposes_later_is_not_approved_unseen(tmp_path: Path) -> None:
    """With the record comes the source that it was proposed with, not one with the same id."""
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    saved = anna.send(_preview(anna, phones__1__number=NEW), "/save", told_today="yes")
    shown = bert.get(saved.path.removeprefix("/admin"))
    other = {"id": f"payoke-{TODAY}", "title": "Call 0900 00 000 instead", "accessed": "12/2026"}
    anna.send(anna.send(anna.get("/sources/add"), "/review", **other), "/save", reason="new")
    (own,) = (
        each for each, _ in app.directory.proposals.waiting() if each.change.kind == "directory"
    )
    page = bert.get(saved.path.removeprefix("/admin"))
    assert "Told by Payoke" in page.text
    assert "0900" not in page.text
    assert bert.send(shown, "/approve").status == 200
    assert _sources(app)[f"payoke-{TODAY}"]["title"] == "Told by Payoke"
    assert [each.id for each, _ in app.directory.proposals.waiting()] == [own.id]


def test_a_new_source_is_approved_with_the_value_that_it_states(tmp_path: Path) -> None:
    """Where review is on: the page of the change shows it, and another source that was added since
    does not stand in the way.
    """
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    for part, typed in (("phones", {"phones.1.number": NEW}), ("web", {"email": "a@payoke.be"})):
        page = _preview(
            anna, part, **{name.replace(".", "__"): each for name, each in typed.items()}
        )
        anna.send(page, "/save", told_today="yes", read_in=f"payoke.be/{part}")
    waiting = [
        each for each, _ in app.directory.proposals.waiting() if each.change.kind == "centre"
    ]
    for proposal in waiting:
        page = bert.get(f"/proposals/{proposal.id}")
        assert "New sources, approved with it" in page.text
        assert "Told by Payoke" in page.text
        assert bert.send(page, "/approve").status == 200
    assert app.directory.proposals.waiting() == ()
    cited = _record(app)["sources"]
    assert cited["phones"] == [f"payoke-{TODAY}", "payoke-be-phones"]
    assert cited["email"] == [f"payoke-{TODAY}", "payoke-be-web"]
    stored = _sources(app)
    assert stored["payoke-be-phones"]["url"] == "https://payoke.be/phones"
    assert stored["payoke-be-web"]["url"] == "https://payoke.be/web"


def test_the_undo_of_a_value_with_a_new_source_is_that_of_one_change(
    maintainer_app: MaintainerApp,
) -> None:
    """The source goes with it, except where another value has it, too."""
    browser = signed_in_browser(maintainer_app, "anna")
    before, known = _record(maintainer_app), _sources(maintainer_app)
    browser.send(_preview(browser, phones__1__number=NEW), "/save", told_today="yes")
    changes = browser.get("/changes")
    assert "Undo this change (revision 2)" in changes.text
    assert "2 records" not in changes.text
    browser.send(_preview(browser, "web", email="new@payoke.be"), "/save", told_today="yes")
    for revision in (2, 3):
        review = browser.send(browser.get("/changes"), f"/changes/{revision}/undo/review")
        assert "changed again later" not in review.text
        assert browser.send(review, "/undo", reason="wrong").status == 200
    assert _record(maintainer_app) == before
    assert {*_sources(maintainer_app)} - {*known} == {f"payoke-{TODAY}"}
    browser.send(_preview(browser, phones__1__number=NEW), "/save", read_in="payoke.be/contact")
    review = browser.send(browser.get("/changes"), "/changes/6/undo/review")
    (gone,) = {*_sources(maintainer_app)} - {*known, f"payoke-{TODAY}"}
    undone = browser.send(review, "/undo", reason="wrong")
    assert undone.status == 200
    assert gone not in undone.text
    assert {*_sources(maintainer_app)} - {*known} == {f"payoke-{TODAY}"}


def test_a_change_that_was_changed_again_later_leads_to_the_history(
    maintainer_app: MaintainerApp,
) -> None:
    """In plain words with the name of the record: nothing can be saved, so nothing says so."""
    browser = signed_in_browser(maintainer_app, "anna")
    for number in (NEW, "03 201 16 08"):
        page = _preview(browser, phones__1__number=number)
        browser.send(page, "/save", read_in=f"phone call with {number}")
    review = browser.send(browser.get("/changes"), "/changes/2/undo/review")
    assert "Payoke was changed again later, so this change of it cannot be undone." in review.text
    assert "in spite of" not in review.text
    assert "directory" not in review.text.partition("Undo revision 2")[2].partition("Back to")[0]
    history = browser.get("/centres/payoke/history")
    assert history.path in review.links
    restored = browser.send(
        browser.send(history, "/restore/review", to="1"), "/restore", reason="x"
    )
    assert restored.status == 200
    assert _record(maintainer_app)["phones"][0]["number"] == "+3232011690"
