"""The page on which a second person decides about a change, and what leads to it."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from directory_api.change.change import Stamp
from directory_api.place.gazetteer import Gazetteer
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.store_under_test import stores_of
from tests.support.write_side import NOON, json_bytes

NEEDS = ("desk",)
SOURCE = {
    "title": "Report & figures",
    "publisher": "Test centre",
    "url": "https://www.example.org/report",
    "published": "28/11/2026",
    "accessed": "11/2026",
}
CALL = "Check it yourself before you approve it. Call the number."
OPEN = "Check it yourself before you approve it. Open the web address."
ASK = "Check it yourself before you approve it. Ask the centre by a number that you already have."


def _id(answer: Any) -> str:
    return str(answer.get_json()["proposals"][0]["id"])


def _page(app: MaintainerApp, identity: str, by: str = "bert") -> Page:
    return signed_in_browser(app, by).get(f"/proposals/{identity}")


def _with_source(browser: Browser) -> Page:
    page = browser.send(browser.get("/sources/add"), "/review", **SOURCE)
    return browser.send(page, "/save", reason="new")


def _links(page: Page) -> list[str]:
    """Return what the page offers to call and to open."""
    buttons = (each for tag, each in page.elements if tag == "a" and each.get("class") == "button")
    return [each["href"] for each in buttons if each["href"].startswith(("tel:", "https:"))]


def test_the_reviewer_of_a_number_can_call_it_and_sees_the_card(review_app: MaintainerApp) -> None:
    """The digits that differ are in bold, as the author saw them."""
    (phone, *_) = review_app.public()["phones"]
    printed = f"{phone['display'][:-1]}9"
    phone |= {"number": "+3225116469", "display": printed}
    page = _page(review_app, _id(review_app.patch(phones=[phone])))
    assert _links(page) == ["tel:+3225116469"]
    assert f"{printed[:-1]}<b>9</b>" in page.html
    assert "As visitors will see it" in page.text
    card = page.html.partition('<template shadowrootmode="open">')[2]
    assert "PAG-ASA" in card
    assert printed in card
    assert CALL in page.text


def test_the_reviewer_of_a_helpline_can_call_it_too(review_app: MaintainerApp) -> None:
    path = "/v1/records/helplines/be-112?confirm_number=100"
    page = _page(review_app, _id(review_app.write("PATCH", path, json={"number": "100"})))
    assert _links(page) == ["tel:100"]
    assert CALL in page.text
    assert "As visitors will see it" in page.text


def test_a_new_temporary_number_can_be_called(review_app: MaintainerApp) -> None:
    temporary = {
        "from": "2030-01-01",
        "until": "2030-02-01",
        "phones": [{"number": "+3225116469", "kind": "main"}],
    }
    page = _page(review_app, _id(review_app.patch(temporary=temporary)))
    assert _links(page) == ["tel:+3225116469"]


def test_the_reviewer_of_a_web_address_can_open_it(review_app: MaintainerApp) -> None:
    """Not that of before; of both, the sentence names both."""
    page = _page(review_app, _id(review_app.patch(website="https://www.pag-asa.be/new")))
    assert _links(page) == ["https://www.pag-asa.be/new"]
    assert OPEN in page.text
    phones = [{"number": "+3225116469", "kind": "main"}]
    website = "https://www.example.org/"
    answer = review_app.patch("/v1/records/centres/surya", website=website, phones=phones)
    both = _page(review_app, _id(answer))
    assert _links(both) == ["tel:+3225116469", website]
    assert "before you approve it. Call the number. Open the web address." in both.text


@pytest.mark.parametrize(
    "members", [{"opening_hours": "Mo 09:00-10:00"}, {"email": "a@pag-asa.be"}, {"phones": []}]
)
def test_without_a_new_number_nobody_is_told_to_call_it(
    review_app: MaintainerApp, members: dict[str, Any]
) -> None:
    """The sentence says what to do instead, also for what is in force already."""
    response = review_app.patch(**members)
    held = response.get_json()
    (waits,) = held.get("proposals") or held["to_check"]
    page = _page(review_app, waits["id"])
    assert _links(page) == []
    assert "Ask the centre by a number that you already have." in page.text
    assert (ASK in page.text) is not waits["in_force"]
    assert "Call the number" not in page.text


def test_the_card_of_a_change_has_what_others_changed_since(review_app: MaintainerApp) -> None:
    """A later change of another member stays, so visitors will see that, too."""
    identity = _id(review_app.patch(opening_hours="Mo 09:00-10:00"))
    other = _id(review_app.patch(email="new@pag-asa.be"))
    review_app.send("POST", f"/v1/proposals/{other}/approve", by="carl")
    card = _page(review_app, identity).html.partition('<template shadowrootmode="open">')[2]
    assert "new@pag-asa.be" in card


def test_a_change_that_is_outdated_or_removes_has_no_card(review_app: MaintainerApp) -> None:
    """Visitors will never see it so."""
    identity = _id(review_app.patch(email="a@pag-asa.be"))
    other = _id(review_app.patch(email="b@pag-asa.be"))
    review_app.send("POST", f"/v1/proposals/{other}/approve", by="carl")
    assert "As visitors will see it" not in _page(review_app, identity).text
    gone = _id(review_app.write("DELETE", "/v1/records/centres/surya"))
    assert "As visitors will see it" not in _page(review_app, gone).text


def test_a_proposal_for_a_source_has_its_title_and_the_labels_of_its_form(
    review_app: MaintainerApp,
) -> None:
    """On the page, in its table and in the list; dates as people write them."""
    waits = _with_source(signed_in_browser(review_app, "anna"))
    bert = signed_in_browser(review_app, "bert")
    page = bert.get(waits.path.removeprefix("/admin"))
    assert "Proposal for Test centre: Report & figures" in page.text
    assert "Before and after of Test centre: Report & figures" in page.text
    rows = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    for label in ("Title", "Publisher", "Web address", "Date of the text", "Read in", "Id"):
        assert f'<th scope="row">{label}</th>' in rows
    assert ">28/11/2026<" in rows
    assert ">11/2026<" in rows
    assert "https://www.example.org/report" in _links(page)
    assert OPEN in page.text
    listed = bert.get("/todo").html
    assert f'{waits.path}">Test centre: Report &amp; figures</a>' in listed
    dutch = bert.get(waits.path.removeprefix("/admin"), headers={"Accept-Language": "nl"})
    assert "Voorstel voor Test centre: Report & figures" in dutch.text
    assert '<th scope="row">Datum van de tekst</th>' in dutch.html


def test_a_change_of_a_source_names_its_fields(review_app: MaintainerApp) -> None:
    """Only those that differ; a source that is retired, too."""
    anna = signed_in_browser(review_app, "anna")
    review = anna.send(anna.get("/sources/myria/edit"), "/review", published="5/2026")
    waits = anna.send(review, "/save", reason="renewed")
    page = _page(review_app, waits.path.rpartition("/")[2])
    rows = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr>") == 1
    assert '<th scope="row">Date of the text</th>' in rows
    assert ">05/2026<" in rows
    assert "Check it yourself before you approve it. Approve" in page.text
    assert "date added: 05/2026" in page.text or "→ 05/2026" in page.text
    retired = anna.send(anna.send(anna.get("/sources/bipt"), "/review"), "/save", reason="old")
    rows = _page(review_app, retired.path.rpartition("/")[2]).html.partition("<tbody>")[2]
    assert '<th scope="row">Retired</th>' in rows
    assert '<ins dir="auto">yes</ins>' in rows


def test_several_sources_of_a_file_are_named_apart(review_app: MaintainerApp) -> None:
    """The proposal is called Sources, and each label has the title of its source."""
    whole = review_app.file()
    for source in whole["sources"][:2]:
        source["accessed"] = "2026-10"
    titles = [source["title"] for source in whole["sources"][:2]]
    page = _page(review_app, _id(review_app.send("POST", "/v1/import", json=whole)))
    assert "Proposal for Sources" in page.text
    for title in titles:
        assert f"{title} – Read in" in page.text
    whole["publisher"] = "Another publisher"
    page = _page(review_app, _id(review_app.send("POST", "/v1/import", json=whole)))
    assert "Proposal for The directory itself" in page.text


def test_a_change_that_cites_a_source_names_its_title(review_app: MaintainerApp) -> None:
    """In the sentence and in the table, of a centre and of a helpline."""
    by_id = {each["id"]: each for each in review_app.file()["sources"]}
    title = by_id["lesmarolles"]["title"]
    record = review_app.send("GET", "/v1/records/centres/surya").get_json()
    sources = {**record["sources"], "email": ["lesmarolles"]}
    review_app.patch("/v1/records/centres/surya", sources=sources, email="a@asblsurya.be")
    review_app.patch("/v1/records/helplines/be-101", sources=["lesmarolles"], note={"en": "Call."})
    for waits in review_app.send("GET", "/v1/proposals").get_json()["proposals"]:
        page = _page(review_app, waits["id"])
        rows = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
        assert title in rows
        sentences = page.html.partition('<ul class="differences">')[2].partition("</ul>")[0]
        assert title[:20] in sentences


def test_only_what_a_person_can_decide_is_counted(review_app: MaintainerApp) -> None:
    """Not one's own, and nothing for a person who may not approve."""
    review_app.patch(email="a@pag-asa.be")
    review_app.write(
        "PATCH", "/v1/records/centres/surya", json={"email": "b@asblsurya.be"}, by="bert"
    )

    def counted(name: str) -> int:
        menu = signed_in_browser(review_app, name).get("/").text.partition("To do ")[2]
        return int(menu.split()[0])

    assert counted("carl") == counted("bert") + 1 == counted("anna") + 2 == counted("rita") + 2
    for name in ("anna", "rita"):
        browser = signed_in_browser(review_app, name)
        assert "A change by anna is waiting for review." in browser.get("/centres/pag-asa").text


def test_only_a_person_who_can_decide_is_asked_to_review(review_app: MaintainerApp) -> None:
    """Others see the change; so it is before a confirmation."""
    review_app.patch(email="a@pag-asa.be")
    for name, text in (("bert", "Review the change"), ("anna", "See the change")):
        browser = signed_in_browser(review_app, name)
        for path in ("", "/confirm"):
            page = browser.get(f"/centres/pag-asa{path}")
            assert text in page.text
            assert ("Review the change" in page.text) is (name == "bert")
    assert "See the change" in signed_in_browser(review_app, "rita").get("/centres/pag-asa").text


def test_to_withdraw_asks_for_words_for_the_history(review_app: MaintainerApp) -> None:
    """The person who proposed it needs no explanation by themselves."""
    identity = _id(review_app.patch(email="a@pag-asa.be"))
    for name, text in (
        ("anna", "A few words for the history."),
        ("bert", "A few words for the person who proposed it."),
    ):
        page = _page(review_app, identity, by=name)
        assert page.beside("reason").endswith(text)


def test_what_is_new_has_no_old_values_until_then(review_app: MaintainerApp) -> None:
    """A source that waits is not seen; a change of one leaves the old values."""
    unseen = "Until then, visitors do not see it."
    old = "Until then, visitors see the old values."
    anna = signed_in_browser(review_app, "anna")
    source = anna.send(anna.get("/sources/add"), "/review", **SOURCE)
    assert unseen in source.text
    assert old not in source.text
    changed = anna.send(anna.get("/sources/myria/edit"), "/review", title="Another title")
    assert old in changed.text


def test_a_new_centre_has_no_old_values_until_then(
    review_app: MaintainerApp, gazetteer: Gazetteer
) -> None:
    """Nothing of it is public."""
    place = gazetteer.find("BE", "9000")
    assert place
    store = stores_of(review_app.path).store
    stamp = Stamp("start", NOON, "a postcode")
    store.append([], stamp, expected=store.revision(), tables={"BE": [place]})
    review_app.directory.live.refresh()
    anna = signed_in_browser(review_app, "anna")
    typed = {"name": "Fresh start", "kind": "reception_centre", "address.postcode": "9000"}
    form = anna.get("/add/centres").form("/review")
    page = anna.post(form.action, form.filled({**typed, "address_visibility": "public"}))
    assert "Until then, visitors do not see it." in page.text
    assert "the old values" not in page.text


def test_an_old_value_that_is_empty_reads_so_in_dutch(review_app: MaintainerApp) -> None:
    """Not as another feature calls it on its own pages."""
    record = review_app.send("GET", "/v1/records/centres/surya").get_json()
    assert "closed_until" not in record
    closed = {"status": "temporarily_closed", "closed_until": "2030-01-01"}
    identity = _id(review_app.patch("/v1/records/centres/surya", **closed))
    bert = signed_in_browser(review_app, "bert")
    page = bert.get(f"/proposals/{identity}", headers={"Accept-Language": "nl"})
    assert '<span class="none">leeg</span>' in page.html


def test_an_import_that_waits_says_where_to_withdraw_it(review_app: MaintainerApp) -> None:
    """Only if something waits."""
    anna = signed_in_browser(review_app, "anna")
    whole = review_app.file()
    hint = "To withdraw one, open it there and press “Withdraw”."
    for member, value in (("email", "a@pag-asa.be"), ("services", [])):
        whole["centres"][0] |= {member: value}
        file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
        preview = anna.upload("/admin/upload/compare", MultiDict([("file", file)]))
        form = preview.form("/upload/take")
        done = anna.upload(form.action, form.filled({"reason": "x"}))
        assert (hint in done.text) is ("Waiting for review" in done.text)
        assert "Import finished" in done.text
