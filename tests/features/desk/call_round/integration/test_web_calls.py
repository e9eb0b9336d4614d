"""The call round in the browser."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Editor
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.moments import TODAY
from tests.support.records import made_up_centre

SHEET = "/centres/payoke/confirm"
RIGHT = {f"answer.{key}": "right" for key in ("phones", "address", "internet", "languages")}


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app with a centre whose address is secret."""
    return create_maintainer_app(tmp_path, more=[HIDDEN])


def _save(browser: Browser, fields: Mapping[str, str], sheet: str = SHEET) -> Page:
    page = browser.get(sheet)
    form = page.form(f"{sheet}/call")
    hidden = {name: value for name, value in form.fields if name in ("revision", "once")}
    return browser.post(f"/admin{sheet}/call", {**hidden, **fields})


def _in_dutch(browser: Browser, path: str) -> Page:
    return browser.get(path, headers={"Accept-Language": "nl"})


def _parts_in(page: Page) -> list[str]:
    """Return the parts that a form sends; none of the form for everything."""
    return [value for form in page.forms for name, value in form.fields if name == "part"]


def _shown_today() -> str:
    return "/".join(_today().split("-")[::-1])


def _today() -> str:
    return TODAY.isoformat()


def test_a_centre_that_says_that_all_is_right_is_confirmed_in_one_step(
    maintainer_app: MaintainerApp,
) -> None:
    """By the person, on this day; it leaves the list, and the history says how."""
    anna = signed_in_browser(maintainer_app, "anna")
    assert f"/admin{SHEET}" in anna.get("/todo").links
    assert anna.get(SHEET).html.count('href="tel:+3232011690"') == 1
    listed = _save(anna, RIGHT)
    assert (listed.path, "Confirmed." in listed.text) == ("/admin/todo", True)
    verified = maintainer_app.public("/v1/centres/payoke")["verified"]
    assert verified == {"on": _today()}
    entry = maintainer_app.history("/v1/records/centres/payoke")[0]
    assert (entry["author"], entry["reason"]) == ("anna", "called")


def test_a_call_in_which_everything_is_right_is_one_press(maintainer_app: MaintainerApp) -> None:
    """Of what the record says; about the rest nothing was asked."""
    anna = signed_in_browser(maintainer_app, "anna")
    done = _save(anna, {"right": "yes"})
    assert (done.path, "Confirmed." in done.text) == ("/admin/todo", True)
    assert "Sources still disagree about this record, and visitors read that." in done.text
    assert maintainer_app.public("/v1/centres/payoke")["verified"] == {"on": _today()}
    how = maintainer_app.record("/v1/records/centres/payoke")["verified"]["how"]
    assert how.startswith("called; right: phones, address, e-mail and web site, languages")
    assert "wheelchair" not in how


def test_a_record_has_one_button_to_confirm_it_and_three_ways(
    maintainer_app: MaintainerApp,
) -> None:
    """A call, a link for the centre, and as it was read; each with what was wrong with it."""
    anna = signed_in_browser(maintainer_app, "anna")
    links = [each for each in anna.get("/centres/payoke").links if "/confirm" in each]
    assert set(links) == {f"/admin{SHEET}"}
    page = anna.get(SHEET)
    assert re.findall("<summary>([^<]+)</summary>", page.html) == [
        "I called",
        "The centre answers by a link",
        "I read it there",
    ]
    assert page.html.count('name="way" open') == 0
    for way, wrong in (("link", {"days": "x"}), ("read", {"how": ""})):
        again = anna.send(page, f"/{way}", **wrong)
        assert (again.status, again.html.count('name="way" open')) == (422, 1)
        assert again.html.count("aria-invalid") == 1
    maintainer_app.patch("/v1/records/centres/payoke", email="new@payoke.be")
    stale = anna.send(page, "/read", how="its web site")
    assert (stale.status, "new@payoke.be" in stale.text) == (412, True)
    read = anna.send(stale, "/read", how="the page Contact of its web site")
    assert (read.path, "Saved." in read.text) == ("/admin/centres/payoke", True)
    entry = maintainer_app.history("/v1/records/centres/payoke")[0]
    assert (entry["author"], entry["reason"]) == ("anna", "confirmed as right")


def test_a_form_that_is_sent_twice_is_one_call(maintainer_app: MaintainerApp) -> None:
    """Its idempotency key has the outcome."""
    anna = signed_in_browser(maintainer_app, "anna")
    form = anna.get(SHEET).form(f"{SHEET}/call")
    fields = {
        **{name: value for name, value in form.fields if name in ("revision", "once")},
        "unanswered": "yes",
    }
    before = int(maintainer_app.revision)
    for _ in range(2):
        assert anna.post(f"/admin{SHEET}/call", fields).status == 200
    assert int(maintainer_app.revision) == before + 1


def test_no_answer_is_noted_with_person_and_day(maintainer_app: MaintainerApp) -> None:
    """The record stays unconfirmed, and the list and the sheet say who tried, and when."""
    anna = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.public("/v1/centres/payoke")
    listed = _save(anna, {"unanswered": "yes"})
    assert "Your call is noted." in listed.text
    assert _shown_today() in listed.text
    assert f"Last try on {_shown_today()} by anna: no answer about phones" in anna.get(SHEET).text
    assert "What was said" not in anna.get("/centres/payoke").html
    assert maintainer_app.public("/v1/centres/payoke") == before
    # The next call that settles everything takes the note away.
    _save(anna, RIGHT)
    assert "Last try" not in anna.get(SHEET).text


def test_what_differs_is_beside_the_form_of_the_record(maintainer_app: MaintainerApp) -> None:
    """As it was typed, until a maintainer has dealt with it; nothing is published or confirmed."""
    anna = signed_in_browser(maintainer_app, "anna")
    said = 'Zwanestraat 5, since "May" & June'
    form = _save(anna, {**RIGHT, "answer.address": "differs", "text.address": said})
    assert form.path == "/admin/centres/payoke/edit"
    assert _parts_in(form) == ["address"]
    assert said in form.text
    assert "&#34;May&#34; &amp; June" in form.html
    assert "verified" not in maintainer_app.public("/v1/centres/payoke")
    assert "Zwanestraat" not in str(maintainer_app.public("/v1/centres"))
    record = anna.get("/centres/payoke")
    assert said in record.text
    done = anna.send(record, "/done")
    assert (done.path, said in done.text) == ("/admin/centres/payoke", False)


def test_of_several_answers_the_first_opens_and_leads_to_the_others(
    maintainer_app: MaintainerApp,
) -> None:
    """Each has the form of its part."""
    anna = signed_in_browser(maintainer_app, "anna")
    form = _save(anna, {**RIGHT, "text.phones": "02 511 64 64", "text.minors": "From 16 on"})
    assert _parts_in(form) == ["phones"]
    others = [link for link in form.links if link.startswith("/admin/centres/payoke/edit?part=")]
    assert others == ["/admin/centres/payoke/edit?part=offers"]
    record = anna.get("/centres/payoke")
    assert {"phones", "offers"} <= {link.rpartition("part=")[2] for link in record.links}
    rita = signed_in_browser(maintainer_app, "rita").get("/centres/payoke")
    assert "From 16 on" in rita.text
    assert not any("/edit" in link for link in rita.links)


@pytest.mark.parametrize("sheet", [SHEET, "/helplines/be-trafficking-line/confirm"])
def test_every_answer_has_the_form_of_a_part(maintainer_app: MaintainerApp, sheet: str) -> None:
    """Of a centre as of a helpline."""
    anna = signed_in_browser(maintainer_app, "anna")
    asked = [
        name for name, _ in anna.get(sheet).form(f"{sheet}/call").fields if name.startswith("text.")
    ]
    assert len(asked) >= 5
    for name in asked:
        form = _save(anna, {name: "Otherwise"}, sheet)
        assert (form.status, len(_parts_in(form))) == (200, 1), name


def test_a_call_in_which_the_contested_part_was_right_ends_the_contest(
    maintainer_app: MaintainerApp,
) -> None:
    """With one tick; the centre is its source then. It is no longer urgent, and visitors do not
    read about it.
    """
    anna = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.record("/v1/records/centres/payoke")
    assert "settles.address" in anna.get(SHEET).form("/call").boxes
    listed = _save(anna, {**RIGHT, "settles.address": "yes"})
    assert (listed.path, "Confirmed." in listed.text) == ("/admin/todo", True)
    assert "The sources no longer disagree." in listed.text
    after = maintainer_app.record("/v1/records/centres/payoke")
    assert "contested" not in after
    told = f"payoke-{_today()}"
    assert after["sources"]["address"] == [*before["sources"]["address"], told]
    assert after["verified"]["on"] == _today()
    assert "contested" not in maintainer_app.public("/v1/centres/payoke")
    assert "settles.address" not in anna.get(SHEET).form("/call").boxes


def test_a_contest_about_an_address_that_has_changed_since_stays(
    maintainer_app: MaintainerApp,
) -> None:
    """The centre was asked about the one before, also if the call confirms nothing."""
    anna, bert = (signed_in_browser(maintainer_app, name) for name in ("anna", "bert"))
    fields = anna.get(SHEET).form("/call").fields
    hidden = {name: value for name, value in fields if name in ("revision", "once")}
    form = bert.get("/centres/payoke/edit?part=address")
    bert.send(bert.send(form, "/review", address__street="Meir 1"), "/save", reason="moved")
    page = anna.post(f"/admin{SHEET}/call", {**hidden, "settles.address": "yes"})
    assert page.status == 412
    assert "Last asked" not in anna.get("/todo").text
    after = maintainer_app.record("/v1/records/centres/payoke")
    assert after["address"]["street"] == "Meir 1"
    assert "contested" in after
    assert "address" not in after["sources"]


def test_the_tick_that_ends_a_contest_is_beside_the_buttons(maintainer_app: MaintainerApp) -> None:
    """With the value that it is about, and what is left of it there is no other way to remove."""
    page = signed_in_browser(maintainer_app, "anna").get(SHEET)
    end = page.html.partition("8. Region")[2]
    assert page.html.count('name="settles.') == end.count('name="settles.') == 1
    assert "Leguit 4, 2000 Antwerp" in end.partition("Everything is right")[0]
    assert not any("part=sources" in link for link in page.links)


def test_a_contest_ends_in_the_call_in_which_everything_is_right(
    maintainer_app: MaintainerApp,
) -> None:
    """If that was ticked; a tick is the answer that it is right where there is no other one."""
    anna = signed_in_browser(maintainer_app, "anna")
    _save(anna, {"right": "yes"})
    assert "contested" in maintainer_app.public("/v1/centres/payoke")
    page = _save(anna, {"settles.address": "yes"})
    assert (page.path, "The sources no longer disagree." in page.text) == ("/admin/todo", True)
    assert "contested" not in maintainer_app.public("/v1/centres/payoke")


@pytest.mark.parametrize("other", [{"answer.address": "none"}, {"text.address": "Meir 1"}])
def test_a_tick_beside_another_answer_is_asked_about(
    maintainer_app: MaintainerApp, other: Mapping[str, str]
) -> None:
    """Nothing is saved, and the tick stays."""
    anna = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.revision
    page = _save(anna, {**RIGHT, **other, "settles.address": "yes"})
    assert (page.status, "#t-address" in page.links) == (422, True)
    assert ("settles.address", "yes") in page.form("/call").fields
    assert maintainer_app.revision == before


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("right", {"answer.address": "differs", "text.address": "Meir 1"}),
        ("right", {"answer.address": "differs"}),
        ("right", {"answer.phones": "none"}),
        ("unanswered", {"answer.phones": "right"}),
        ("unanswered", {"text.wheelchair": "there is a lift"}),
    ],
)
def test_a_button_that_contradicts_an_answer_saves_nothing(
    maintainer_app: MaintainerApp, button: str, answer: Mapping[str, str]
) -> None:
    """The answer is still there, and beside it what to do."""
    anna = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.revision
    page = _save(anna, {button: "yes", **answer})
    key = next(iter(answer)).partition(".")[2]
    assert (page.status, f"#t-{key}" in page.links) == (422, True)
    assert "Change the answer, or press “Save the answers”" in page.text
    assert set(answer.items()) <= set(page.form("/call").fields)
    assert maintainer_app.revision == before


def test_everything_is_right_keeps_what_the_record_does_not_say(
    maintainer_app: MaintainerApp,
) -> None:
    """The record is confirmed, and what they said opens the form of its part."""
    anna = signed_in_browser(maintainer_app, "anna")
    page = _save(anna, {"right": "yes", "text.wheelchair": "there is a lift"})
    assert "there is a lift" in page.text
    assert maintainer_app.public("/v1/centres/payoke")["verified"] == {"on": _today()}


def test_a_call_about_one_part_of_a_fresh_record_asks_for_no_other_day(
    maintainer_app: MaintainerApp,
) -> None:
    """It is still confirmed."""
    anna = signed_in_browser(maintainer_app, "anna")
    one = {"answer.address": "right", "settles.address": "yes"}
    assert "try again on another day" in _save(anna, {"answer.address": "right"}).text
    _save(anna, {"right": "yes"})
    page = _save(anna, one)
    assert "Your call is noted. The sources no longer disagree." in page.text
    assert "another day" not in page.text


def test_the_end_of_a_contest_waits_for_a_second_person(tmp_path: Path) -> None:
    """Where review is on; the page says so, and the confirmation holds at once."""
    app = create_maintainer_app(tmp_path, review="on")
    anna = signed_in_browser(app, "anna")
    page = _save(anna, {**RIGHT, "settles.address": "yes"})
    assert "Confirmed." in page.text
    assert "That the sources no longer disagree waits for a second person." in page.text
    assert "contested" in app.public("/v1/centres/payoke")


def test_a_change_by_another_person_is_not_lost_when_a_contest_ends(
    maintainer_app: MaintainerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may come between the confirmation, which is stored, and the end of the contest, which the
    page says is left: the centre was asked about the address before.
    """
    verify = Editor.verify

    def changed_afterwards(*given: Any) -> Outcome:
        outcome = verify(*given)
        maintainer_app.patch("/v1/records/centres/payoke", address={"street": "Meir 1"})
        return outcome

    anna = signed_in_browser(maintainer_app, "anna")
    monkeypatch.setattr(Editor, "verify", changed_afterwards)
    page = _save(anna, {**RIGHT, "settles.address": "yes"})
    assert "Confirmed." in page.text
    assert "Sources still disagree about this record" in page.text
    after = maintainer_app.record("/v1/records/centres/payoke")
    assert (after["address"]["street"], "contested" in after) == ("Meir 1", True)
    assert "address" not in after["sources"]
    assert after["verified"]["by"] == "anna"


def test_the_sheet_is_in_words_of_the_language(tmp_path: Path) -> None:
    """Hours without their code, the town and the area by their names."""
    own = {
        "phones": [{"number": "+3225116464", "kind": "main", "hours": "Mo-Fr 10:00-12:00"}],
        "opening_hours": "Mo-Fr 09:00-17:00; PH off",
        "timezone": "Europe/Brussels",
        "coverage": ["BE-BRU"],
        "address": {
            "street": "Rue Haute 1",
            "street_translations": {"nl": "Hoogstraat 1"},
            "postcode": "1000",
            "locality": {"fr": "Bruxelles", "nl": "Brussel", "en": "Brussels"},
            "country": "BE",
            "subdivision": "BE-BRU",
        },
        "temporary": {"until": "2099-12-31", "opening_hours": "Sa 10:00-11:00"},
    }
    app = create_maintainer_app(tmp_path, more=[made_up_centre(1, **own)])
    page = _in_dutch(signed_in_browser(app, "anna"), "/centres/made-up-001/confirm")
    for words in (
        "maandag – vrijdag: 09:00 – 17:00",
        "maandag – vrijdag: 10:00 – 12:00",
        "zaterdag: 10:00 – 11:00",
        "Hoogstraat 1, 1000 Brussel",
    ):
        assert words in page.text
    for code in ("Mo-Fr", "PH off", "Sa 10", "BE-BRU", "1000 Brussels"):
        assert code not in page.text
    assert page.text.startswith("Centre Énée 1 bevestigen")


def test_the_sheet_says_that_a_change_of_the_record_waits(tmp_path: Path) -> None:
    """Before its values are called right; of the other records it says nothing."""
    app = create_maintainer_app(tmp_path, review="on")
    anna = signed_in_browser(app, "anna")
    assert "may change soon" not in anna.get(SHEET).text
    app.patch("/v1/records/centres/payoke", email="new@payoke.be")
    sheet = anna.get(SHEET)
    said = "A change by anna is waiting for review, so some of these values may change soon."
    assert said in sheet.text
    (proposal,) = [link for link in sheet.links if link.startswith("/admin/proposals/")]
    assert anna.get(proposal.removeprefix("/admin")).status == 200
    assert said in anna.get("/centres/payoke/confirm").text
    assert "may change soon" not in anna.get("/centres/surya/confirm").text


def test_a_call_is_said_in_the_language_of_the_page(maintainer_app: MaintainerApp) -> None:
    """The history has it in English, and what people wrote as they wrote it."""
    anna = signed_in_browser(maintainer_app, "anna")
    _save(anna, RIGHT)
    for page in ("/changes", "/centres/payoke/history", "/centres/payoke"):
        shown = _in_dutch(anna, page)
        assert "gebeld; klopt: telefoons, adres, e-mail en website, talen" in shown.text
        assert "called" not in shown.text
    assert "called; right: phones, address" in anna.get("/changes").text


def test_an_answer_beside_the_record_does_not_prevent_the_confirmation(
    maintainer_app: MaintainerApp,
) -> None:
    """Both are written in one transaction; the answer waits for the form."""
    anna = signed_in_browser(maintainer_app, "anna")
    before = int(maintainer_app.revision)
    form = _save(anna, {**RIGHT, "text.wheelchair": "A lift"})
    assert "A lift" in form.text
    assert maintainer_app.public("/v1/centres/payoke")["verified"] == {"on": _today()}
    assert int(maintainer_app.revision) == before + 1


def test_a_record_that_changed_during_the_call_is_not_confirmed(
    maintainer_app: MaintainerApp,
) -> None:
    """The sheet shows the new values, and keeps the answers."""
    anna = signed_in_browser(maintainer_app, "anna")
    stale = anna.get(SHEET).form(f"{SHEET}/call")
    maintainer_app.patch("/v1/records/centres/payoke", email="new@payoke.be")
    hidden = {name: value for name, value in stale.fields if name in ("revision", "once")}
    page = anna.post(f"/admin{SHEET}/call", {**hidden, **RIGHT})
    assert (page.status, "new@payoke.be" in page.text) == (412, True)
    assert page.html.count(" checked") == len(RIGHT)
    assert "verified" not in maintainer_app.public("/v1/centres/payoke")


def test_answers_that_say_nothing_keep_the_form(maintainer_app: MaintainerApp) -> None:
    """With what was chosen, and the fault with a link to its question."""
    anna = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.revision
    page = _save(anna, {"answer.phones": "right", "answer.opening_hours": "differs"})
    assert (page.status, "#t-opening_hours" in page.links) == (422, True)
    assert page.by_id("t-opening_hours")["aria-invalid"] == "true"
    assert maintainer_app.revision == before


def test_a_person_who_may_only_read_sees_the_list_and_no_sheet(
    maintainer_app: MaintainerApp,
) -> None:
    """Nor can they note a call or end a remark."""
    rita = signed_in_browser(maintainer_app, "rita")
    page = rita.get("/todo")
    assert "/admin/centres/payoke" in page.links
    assert rita.get(SHEET).status == 403
    for path in (f"{SHEET}/call", f"{SHEET}/read", f"{SHEET}/done"):
        assert rita.post(f"/admin{path}", {"unanswered": "yes"}).status == 403


def test_a_secret_address_is_on_no_sheet(maintainer_app: MaintainerApp) -> None:
    """Nor the postcode, which the form of the record has."""
    anna = signed_in_browser(maintainer_app, "anna")
    sheet = anna.get("/centres/sheltered/confirm")
    assert "Never say it" in sheet.text
    for secret in ("Geheimstraat", "9000"):
        assert secret not in sheet.html
        assert secret in anna.get("/centres/sheltered").html


@pytest.mark.parametrize("until", ["2099-12-31", "2020-12-31"])
def test_the_sheet_asks_about_all_that_is_confirmed(tmp_path: Path, until: str) -> None:
    """Permanent and temporary values; the numbers to call are those of today."""
    own = {"phones": [{"number": "+3225116464", "kind": "main"}], "timezone": "Europe/Brussels"}
    temporary = {"until": until, "phones": [{"number": "+3232011690", "kind": "main"}]}
    record = made_up_centre(1, **own, temporary=temporary)
    app = create_maintainer_app(tmp_path, more=[record])
    anna, sheet = signed_in_browser(app, "anna"), "/centres/made-up-001/confirm"
    page = anna.get(sheet)
    assert "Values for some time only" in page.text
    assert f"Until 31/12/{until[:4]}" in page.text
    assert all(f"{number} (" in page.text for number in ("+3225116464", "+3232011690"))
    today = "+3232011690" if until == "2099-12-31" else "+3225116464"
    assert [part.partition('"')[0] for part in page.html.split('href="tel:')[1:]] == [today]
    asked = [
        name
        for name in ("phones", "address", "internet", "hours", "temporary")
        if f'name="answer.{name}" value="right"' in page.html
    ]
    right = {f"answer.{name}": "right" for name in asked}
    almost = {name: value for name, value in right.items() if name != "answer.temporary"}
    assert "not confirmed yet" in _save(anna, almost, sheet).text
    assert "Confirmed." in _save(anna, right, sheet).text


def test_with_review_a_confirmation_takes_effect_and_a_note_does_not_wait(tmp_path: Path) -> None:
    """It is the person's own confirmation, and a note is not public."""
    app = create_maintainer_app(tmp_path, review="on")
    anna = signed_in_browser(app, "anna")
    _save(anna, {"unanswered": "yes"}, "/centres/surya/confirm")
    _save(anna, RIGHT)
    assert app.public("/v1/centres/payoke")["verified"] == {"on": _today()}
