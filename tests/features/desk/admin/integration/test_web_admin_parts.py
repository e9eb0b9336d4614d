"""The page of a record at /admin: its card, and for each part its sources and its form."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from directory_api.change.confirmation import parsed_record
from directory_api.features.desk import columns
from directory_api.features.desk.admin.form.address_cells import placed
from directory_api.features.desk.admin.form.choices import Names
from directory_api.features.desk.admin.form.parts import record_parts
from directory_api.features.desk.admin.form.phone_cells import (
    dialled,
    differing,
    exchanged,
    readable,
)
from directory_api.features.desk.admin.form.record_form import RecordForm
from directory_api.features.desk.members.fields import PARTS, SECTIONS, members
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.record.records import part_digests
from directory_api.record.schemas import CentreSchema, HelplineSchema
from tests.support.cited import without_old_sources
from tests.support.html_browser import CENTRE, COOKIE, Browser, Page, PageForm, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import TERMINAL

PAYOKE = "/centres/payoke"


def _form(page: Page, part: str) -> PageForm:
    return next(form for form in page.forms if ("part", part) in form.fields)


def _previewed(browser: Browser, part: str, typed: Mapping[str, str], path: str = CENTRE) -> Page:
    form = _form(browser.get(path), part)
    return browser.post(form.action, form.filled(typed))


def _stored(app: MaintainerApp, identity: str = "pag-asa") -> Mapping[str, Any]:
    return app.directory.editor.stored("centre", identity).record


@pytest.mark.parametrize("kind", ["centre", "helpline"])
def test_the_parts_have_every_member_of_a_record_once(kind: str) -> None:
    """A member is in exactly one part, except the id, which never changes, and what “Confirm” and
    “To do” fill in.
    """
    schema = {"centre": CentreSchema, "helpline": HelplineSchema}[kind]()
    found = [member for part in PARTS for member in members(kind, part)]
    assert sorted(found) == sorted(schema.fields.keys() - {"id", "verified", "acknowledged"})
    assert {section.part for section in SECTIONS[kind]} <= {*PARTS, "checks"}


@pytest.mark.parametrize(
    ("typed", "number", "display"),
    [
        ("02 511 64 65", "+3225116465", "+32 2 511 64 65"),
        ("0032 2 511 64 65", "+3225116465", "+32 2 511 64 65"),
        ("+32 (0)2 511.64.65", "+3225116465", "+32 2 511 64 65"),
        ("+31 20 624 1111", "+31206241111", "+31 20 624 1111"),
    ],
)
def test_a_number_is_typed_once_in_any_usual_form(
    maintainer_app: MaintainerApp, typed: str, number: str, display: str
) -> None:
    """Its printed form follows; the differing digits are bold, and it can be called from the page.
    Everything else stays as it was, but the sources of the number before.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    before = _stored(maintainer_app)
    page = _previewed(browser, "phones", {"phones.1.number": typed})
    assert f"phone changed: +32 2 511 64 64 → {display}" in page.text
    assert f"tel:{number}" in page.links
    assert "<b>" in page.html.partition("New number:")[2].partition("</p>")[0]
    assert ("phones.1.number", typed) in page.form("/save").fields
    saved = browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert "Saved. Visitors see the change now." in saved.text
    (phone,) = _stored(maintainer_app)["phones"]
    assert (phone["number"], phone["display"]) == (number, display)
    new = {**before, "phones": _stored(maintainer_app)["phones"]}
    assert _stored(maintainer_app) == without_old_sources(before, new)
    assert maintainer_app.history()[0]["reason"] == "Phones changed"


def test_a_printed_form_follows_the_record_unless_it_is_typed() -> None:
    """In the form of its own country if the record has it so; a typed one is kept; what is no
    number is left for the fault beside its field.
    """
    before = {
        "address.country": "BE",
        "phones.1.number": "+3278055800",
        "phones.1.display": "078 055 800",
        "phones.2.number": "+3232011690",
    }
    assert readable(before)["phones.1.number"] == "078 055 800"
    assert readable(before)["phones.2.number"] == "+32 3 201 16 90"
    assert dialled(readable(before), before) == before
    new = dialled({**before, "phones.1.number": "03 201 16 90"}, before)
    assert new["phones.1.display"] == "03 201 16 90"
    assert dialled({**before, "phones.1.number": "+"}, before)["phones.1.number"] == "+"
    abroad = dialled({**before, "phones.1.number": "+31 20 624 1111"}, before)
    assert abroad["phones.1.display"] == "+31 20 624 1111"
    typed = {"phones.1.number": "03 201 16 90", "phones.1.display": "03/201.16.90"}
    assert dialled({**before, **typed}, before)["phones.1.display"] == "03/201.16.90"
    wrong = dialled({**before, "phones.1.number": "032"}, before)
    assert (wrong["phones.1.number"], wrong["phones.1.display"]) == ("032", "078 055 800")


def test_a_phone_without_its_number_is_removed(maintainer_app: MaintainerApp) -> None:
    """With everything else of it; a number is still missing where only a kind was chosen."""
    browser = signed_in_browser(maintainer_app, "anna")
    new = {"phones.2.number": "02 511 64 65", "phones.2.kind": "duty"}
    page = _previewed(browser, "phones", new)
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    page = _previewed(browser, "phones", {"phones.1.number": ""})
    assert "phone dropped: +32 2 511 64 64" in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    phone = {"number": "+3225116465", "display": "+32 2 511 64 65", "kind": "duty"}
    assert _stored(maintainer_app)["phones"] == [phone]
    page = _previewed(browser, "phones", {"phones.2.kind": "fax"})
    assert (page.status, "required" in page.beside("phones.2.number")) == (422, True)


@pytest.mark.parametrize(("kind", "identity"), [("centre", "pag-asa"), ("helpline", "be-112")])
def test_each_fact_of_a_channel_has_a_field(kind: str, identity: str) -> None:
    """Also its languages, which are a list in a list."""
    record = {"channels": [{"kind": "chat", "languages": [{"code": "ro"}]}], "id": identity}
    labels = RecordForm(kind, columns.flatten(kind, record)).labels()
    named = columns.column_names(kind, [record])
    assert [each for each in named if each.startswith("channels") and each not in labels] == []
    assert labels["channels.1.on_phone_bill"].text == "Not known"
    assert labels["channels.1.languages.2.code"].full == "Way 1 – Language of this way 2 – Language"


def test_a_channel_is_added_with_what_is_known_and_removed_without_its_kind(
    maintainer_app: MaintainerApp,
) -> None:
    """What stays “Not known” is no member, and a number is typed in any usual form."""
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {
        "channels.1.kind": "sms",
        "channels.1.address": "0470 12 34 56",
        "channels.1.cost": "free",
        "channels.1.on_phone_bill": "no",
        "channels.1.languages.1.code": "Roemeens",
        "channels.1.sources": "pag-asa-english",
    }
    preview = _previewed(browser, "phones", typed)
    assert "text message, +32470123456" in preview.text
    browser.post(preview.form("/save").action, preview.form("/save").filled({}))
    assert _stored(maintainer_app)["channels"] == [
        {
            "kind": "sms",
            "address": "+32470123456",
            "languages": [{"code": "ro"}],
            "cost": "free",
            "on_phone_bill": False,
            "sources": ["pag-asa-english"],
        }
    ]
    preview = _previewed(browser, "phones", {"channels.1.kind": ""})
    browser.post(preview.form("/save").action, preview.form("/save").filled({}))
    assert "channels" not in _stored(maintainer_app)


def test_what_the_hours_of_a_phone_may_mean_is_said(maintainer_app: MaintainerApp) -> None:
    """Beside their field, which is unfolded."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "phones", {"phones.1.hours": "di 9u-17u"})
    assert "Perhaps you mean one of these: Tu 09:00-17:00 / Su" in page.beside("phones.1.hours")


def test_only_the_digits_that_differ_are_bold() -> None:
    """Also where a digit is missing; a number without another one before it is bold."""
    assert differing("+32 3 201 16 91", "+32 3 201 16 90") == "+32 3 201 16 9<b>1</b>"
    assert differing("+32 3 201 16 9", "+32 3 201 16 90") == "+32 3 201 16 9"
    assert differing("+32 3 201 16 09", "+32 3 201 16 90") == "+32 3 201 16 <b>0</b><b>9</b>"
    assert differing("112", "") == "<b>1</b><b>1</b><b>2</b>"


def test_digits_that_have_changed_places_are_named(maintainer_app: MaintainerApp) -> None:
    """In the preview, and only if no digit is another one."""
    assert exchanged("+32 3 201 19 60", "+32 3 201 16 90") == ("69", "96")
    assert exchanged("03/201.16.09", "03 201 16 90") == ("90", "09")
    assert exchanged("+32 3 201 16 91", "+32 3 201 16 90") is None
    assert exchanged("+32 3 201 16 9", "+32 3 201 16 90") is None
    assert exchanged("03 201 16 90", "03/201.16.90") is None
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "phones", {"phones.1.number": "+32 2 511 46 46"})
    assert "The same digits are in another order: 6464 is now 4646." in page.text


def test_a_confirmation_says_how_it_was_made(maintainer_app: MaintainerApp) -> None:
    """The reason that the form suggests does not say how a value was checked."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "phones", {"phones.1.number": "02 511 64 65"})
    refused = browser.post(page.form("/save").action, page.form("/save").filled({"checked": "yes"}))
    assert refused.status == 422
    assert "Write how you have checked it" in refused.beside("reason")
    form = refused.form("/save")
    browser.post(form.action, form.filled({"checked": "yes", "reason": "called it"}))
    assert _stored(maintainer_app)["verified"]["parts"]["phones"]["how"] == "called it"
    text = browser.get(CENTRE).text
    confirmed = re.findall(r"Confirmed on \S+ by anna: “called it”|Not confirmed\.", text)
    assert [each[:3] for each in confirmed] == ["Con", "Not", "Not", "Not"]


def test_a_web_address_of_a_helpline_is_confirmed_as_such(maintainer_app: MaintainerApp) -> None:
    """It is in the part with the number, which another confirmation is about."""
    record = maintainer_app.directory.editor.stored("helpline", "be-reporting-site").record
    digest = part_digests(parsed_record("helpline", record))["web"]
    web = {"on": "2026-11-01", "by": "anna", "how": "opened it", "digest": digest}
    confirmed = {**record, "verified": {"parts": {"web": web}}}
    (part,) = [
        each for each in record_parts("helpline", confirmed, {}, Names()) if each.name == "number"
    ]
    assert part.confirmed is not None
    assert part.confirmed.how == "opened it"


def test_only_areas_of_the_own_country_are_offered(maintainer_app: MaintainerApp) -> None:
    """Of neighbours the postcodes alone are known; one that a record has is kept."""
    browser = signed_in_browser(maintainer_app, "anna")

    def offered() -> set[str]:
        elements = browser.get(f"{CENTRE}/edit?part=area").elements
        return {each["value"] for _, each in elements if each.get("name") == "coverage"}

    assert {code.partition("-")[0] for code in offered()} == {"BE"}
    maintainer_app.write("PATCH", f"/v1/records{CENTRE}", json={"coverage": ["FR"]})
    assert "FR" in offered()


@pytest.mark.needs("pages")
def test_a_record_is_its_card_with_what_it_is_based_on(maintainer_app: MaintainerApp) -> None:
    """The visitors' markup in a shadow root; each part has its sources, what contradicts it, and a
    form.
    """
    page = signed_in_browser(maintainer_app, "anna").get(PAYOKE)
    seen = maintainer_app.api.get("/?lang=en").text
    card = page.html.partition('<template shadowrootmode="open">')[2].partition("</template>")[0]
    for markup in ('<bdi dir="ltr">+32 3 201 16 90</bdi></a>', ">Leguit 4, 2000 Antwerp</bdi>"):
        assert markup in card
        assert markup in seen
    assert "agii.be: “Slachtoffer mensenhandel" in page.text
    assert "Sources disagree about this." in page.text
    slots = {found["name"] for tag, found in page.elements if tag == "slot"}
    assert slots == {found["slot"] for _, found in page.elements if "slot" in found}
    parts = {value for form in page.forms for name, value in form.fields if name == "part"}
    assert parts == {part for part in PARTS if members("centre", part)}
    assert 'class="change"' not in signed_in_browser(maintainer_app, "rita").get(PAYOKE).html


@pytest.mark.needs("pages")
def test_what_the_sources_say_is_side_by_side(maintainer_app: MaintainerApp) -> None:
    """Each with its value, the date of its text and when it was read; only who edits can use the
    other value.
    """
    text = signed_in_browser(maintainer_app, "anna").get(PAYOKE).text
    for claim in (
        "Leguit 4 (the record) agii.be not known 2026-11",
        "Italiëlei 98A pers.antwerpen.be 2022 2026-11",
        "Italiëlei 98A Het Vrije Woord 2023 2026-11",
    ):
        assert claim.replace("2026-11", "11/2026") in text
    reader = signed_in_browser(maintainer_app, "rita").get(PAYOKE).text
    assert "Italiëlei 98A pers.antwerpen.be" in reader
    assert "Use the other value" not in reader


@pytest.mark.needs("pages")
@pytest.mark.parametrize(
    ("path", "part", "member", "after"),
    [
        (PAYOKE, "address", "address", {"street": "Italiëlei 98A"}),
        (CENTRE, "hours", "opening_hours", "24/7"),
    ],
)
def test_the_other_value_is_used_by_a_click_and_a_save(
    maintainer_app: MaintainerApp, path: str, part: str, member: str, after: Any
) -> None:
    """The form of the part has it, and nothing is changed before it is saved; then the record says
    that the contested fact can be removed.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    identity = path.rpartition("/")[2]
    before = _stored(maintainer_app, identity)
    form = browser.get(f"{path}/edit?part={part}&use=0").form("/review")
    assert _stored(maintainer_app, identity) == before
    page = browser.post(form.action, form.filled({}))
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    stored = _stored(maintainer_app, identity)[member]
    assert stored == after if isinstance(after, str) else after.items() <= stored.items()
    assert "The record has the other value now." in browser.get(path).text


@pytest.mark.parametrize(
    "use",
    [
        "1",
        "x",
        "-1",
        "\N{SUPERSCRIPT TWO}",
        pytest.param("9" * 5000, id="too many digits"),
    ],
)
def test_a_value_that_is_not_claimed_changes_no_form(
    maintainer_app: MaintainerApp, use: str
) -> None:
    """An old or altered address opens the form of the record."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{PAYOKE}/edit?part=address&use={use}").form("/review")
    assert ("address.street", "Leguit 4") in form.fields


@pytest.mark.needs("pages")
def test_a_hidden_address_is_hidden_on_the_card_but_not_beside_it(
    maintainer_app: MaintainerApp,
) -> None:
    """Before it is saved, the new card shows what visitors will see."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "address", {"address_visibility": "hidden"})
    card = page.html.partition('<template shadowrootmode="open">')[2].partition("</template>")[0]
    assert "Cellebroersstraat" not in card
    assert "The address is not public" in card or "not published" in card
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert "Cellebroersstraat 16b" in page.text


@pytest.mark.needs("pages")
@pytest.mark.parametrize("identity", ["be-101", "be-child-focus"])
def test_a_helpline_is_its_card_too(maintainer_app: MaintainerApp, identity: str) -> None:
    """As in the list of the visitors' page; so is what a change would make of it."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"/helplines/{identity}")
    stored = maintainer_app.directory.editor.stored("helpline", identity).record
    card = page.html.partition('<template shadowrootmode="open">')[2].partition("</template>")[0]
    number = f'href="tel:{stored["number"]}">'
    markup = number + card.partition(number)[2].partition("</a>")[0]
    assert stored.get("display", stored["number"]) in markup
    assert markup in maintainer_app.api.get("/?lang=en").text
    slots = {found["name"] for tag, found in page.elements if tag == "slot"}
    assert slots == {found["slot"] for _, found in page.elements if "slot" in found}
    parts = {value for form in page.forms for name, value in form.fields if name == "part"}
    assert parts == {part for part in PARTS if members("helpline", part)}
    form = _form(page, "words")
    review = browser.post(form.action, form.filled({"name.en": "A new name"}))
    assert 'shadowrootmode="open"' in review.html
    assert "slot" not in {tag for tag, _ in review.elements}


@pytest.mark.parametrize(
    ("visibility", "gone", "stays"),
    [
        (
            "locality",
            [
                "The street and the house number: Cellebroersstraat 16b",
                "the middle of the postcode",
            ],
            ["The postcode: 1000"],
        ),
        ("hidden", ["The postcode: 1000", "the middle of the municipality"], []),
    ],
)
def test_hiding_an_address_says_what_disappears_and_where_copies_are(
    maintainer_app: MaintainerApp, visibility: str, gone: list[str], stays: list[str]
) -> None:
    """Once, in the preview; nothing of that if the address stays as public as it is."""
    maintainer_app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "address", {"address_visibility": visibility})
    for text in (*gone, "Copies can still be:", "offline: until they load it again"):
        assert text in page.text
    for text in (*stays, "Copies of it remain"):
        assert text not in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    page = _previewed(browser, "address", {"address_visibility": "public"})
    assert "Copies can still be" not in page.text
    page = _previewed(browser, "address", {"address.street": "Elders 1"})
    assert "Copies can still be" not in page.text


def test_a_hidden_centre_without_a_known_postcode_is_on_no_map(
    maintainer_app: MaintainerApp,
) -> None:
    """Which the preview says."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "address", {"address_visibility": "hidden"})
    assert "The point on the map: the centre is not on it any more" in page.text


def test_a_fault_is_beside_its_field_and_what_was_typed_comes_back(
    maintainer_app: MaintainerApp,
) -> None:
    """In the form of the part alone, also after Back; the faults of other parts are on top."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "phones", {"phones.1.number": "02 511 64"})
    assert page.status == 422
    assert "too few or too many digits" in page.beside("phones.1.number")
    assert dict(_form(page, "phones").fields)["phones.1.number"] == "02 511 64"
    assert "name" not in dict(_form(page, "phones").fields)
    page = _previewed(browser, "phones", {"phones.1.number": "02 511 64 65"})
    back = browser.send(page, "/edit")
    assert dict(_form(back, "phones").fields)["phones.1.number"] == "02 511 64 65"
    page = _previewed(browser, "words", {"description.en": "In Cellebroersstraat 16b."})
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    page = _previewed(browser, "address", {"address_visibility": "hidden"})
    assert (page.status, "Description (English): " in page.text) == (422, True)


def test_the_work_of_others_is_merged_into_the_part(maintainer_app: MaintainerApp) -> None:
    """Another part that was changed meanwhile stays changed; the same part is shown again."""
    anna, bert = (signed_in_browser(maintainer_app, name) for name in ("anna", "bert"))
    form = _form(anna.get(PAYOKE), "phones")
    page = _previewed(bert, "web", {"email": "new@payoke.be"}, PAYOKE)
    bert.post(page.form("/save").action, page.form("/save").filled({}))
    merged = anna.post(form.action, form.filled({"phones.1.number": "03 201 16 91"}))
    assert (merged.status, "Another maintainer changed this record" in merged.text) == (412, True)
    page = anna.post(form.action, MultiDict(_form(merged, "phones").fields))
    assert "→ +32 3 201 16 91" in page.text
    anna.post(page.form("/save").action, page.form("/save").filled({}))
    record = _stored(maintainer_app, "payoke")
    assert (record["email"], record["phones"][0]["number"]) == ("new@payoke.be", "+3232011691")


def test_a_form_waits_until_its_maintainer_has_signed_in_again(
    maintainer_app: MaintainerApp,
) -> None:
    """After the session has ended, also after a wrong token, and by whichever step it was sent. The
    page to sign in has what was sent, and nothing else of the record.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    form = _form(browser.get(CENTRE), "offers")
    form.fields = [field for field in form.fields if field != ("services", "medical")]
    browser.client.delete_cookie(COOKIE)
    asked = browser.post(form.action, MultiDict(form.fields))
    assert (asked.status, "Nothing is lost" in asked.text) == (401, True)
    assert "Cellebroersstraat" not in asked.html
    asked = browser.send(asked, "/sign-in", token="directory_wrong")  # no token
    again = browser.send(asked, "/sign-in", token=maintainer_app.secrets["anna"])
    assert (again.status, "Signed in as anna" in again.text) == (200, True)
    assert _form(again, "offers").fields == form.fields
    review = browser.post(form.action, MultiDict(_form(again, "offers").fields))
    assert "medical" in review.text.casefold()
    browser.post(review.form("/save").action, review.form("/save").filled({}))
    assert "medical" not in _stored(maintainer_app)["services"]
    browser.client.delete_cookie(COOKIE)
    asked = browser.post(form.action, MultiDict(form.fields))
    kept = asked.form("/sign-in")
    kept.fields = [(name, text) for name, text in kept.fields if name != "return_to"]
    for other in ("/admin/centres/pag-asa/remove", "https://example.org/", "/nowhere"):
        sent = MultiDict([*kept.fields, ("return_to", other)])
        sent["token"] = maintainer_app.secrets["anna"]
        assert browser.post("/admin/sign-in", sent).path == "/admin/"


def test_a_form_that_cannot_be_edited_is_left_out_and_the_session_begins(
    maintainer_app: MaintainerApp,
) -> None:
    """With a token that only reads, or a part that does not exist. The form names no other one."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = _form(browser.get(CENTRE), "offers")
    browser.client.delete_cookie(COOKIE)
    other = ("return_to", "/admin/centres/payoke/edit/review")
    asked = browser.post(form.action, MultiDict([other, *form.fields]))
    kept = asked.form("/sign-in").fields
    assert [text for name, text in kept if name == "return_to"] == [form.action]
    for name, more in (("rita", []), ("anna", [("part", "none")])):
        browser.client.delete_cookie(COOKIE)
        fields = [*more, *(field for field in kept if not more or field[0] != "part")]
        sent = MultiDict(fields)
        sent["token"] = maintainer_app.secrets[name]
        page = browser.post("/admin/sign-in", sent)
        assert (page.path, f"Signed in as {name}" in page.text) == ("/admin/", True)


def test_a_part_that_does_not_exist_is_refused(maintainer_app: MaintainerApp) -> None:
    """So is one of another kind of record."""
    browser = signed_in_browser(maintainer_app, "anna")
    for part in ("everything", "number"):
        assert browser.get(f"{CENTRE}/edit?part={part}").status == 400
    assert browser.get(f"{CENTRE}/edit?part=phones").status == 200


WORDS = [f"week.{day}.word" for day in ("Mo", "Tu", "We", "Th", "Fr")]


def test_hours_are_chosen_day_by_day(maintainer_app: MaintainerApp) -> None:
    """Rows become OpenStreetMap's text, are shown in words, and come back as they were."""
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {
        "week.Mo.word": "open",
        "week.Mo.times": "9-12, 13u30-17u",
        "week.Tu.word": "as-monday",
        "week.We.word": "appointment",
        "week.Th.word": "closed",
        "week.Fr.word": "closed",
        "week.Sa.word": "always",
        "week.PH.word": "closed",
    }
    page = _previewed(browser, "hours", typed, PAYOKE)
    assert "Tuesday 09:00–12:00, 13:30–17:00 Wednesday By appointment" in page.text
    assert "Saturday Day and night Sunday Closed Public holidays Closed" in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    record = _stored(maintainer_app, "payoke")
    assert record["opening_hours"] == (
        'Mo,Tu 09:00-12:00,13:30-17:00; We "by appointment"; Sa 00:00-24:00; PH off'
    )
    assert record["timezone"] == "Europe/Brussels"
    shown = dict(_form(browser.get(PAYOKE), "hours").fields)
    assert shown["week.Mo.times"] == "09:00-12:00, 13:30-17:00"
    assert (shown["week.Tu.word"], shown["week.Tu.times"]) == ("as-monday", "")
    assert (shown["week.We.word"], shown["week.Su.word"]) == ("appointment", "closed")
    assert "have not changed anything" in _previewed(browser, "hours", {}, PAYOKE).text


def test_equal_days_are_one_row(maintainer_app: MaintainerApp) -> None:
    """A change of the row changes them all; a day that differs has a row in the fold."""
    browser = signed_in_browser(maintainer_app, "anna")
    week = {"week.Mo.word": "open", "week.Mo.times": "9-12, 13-17", "week.PH.word": "closed"}
    page = browser.get(PAYOKE)
    assert '<label for="f-week.Mo">Monday – Friday</label>' in page.html
    page = _previewed(browser, "hours", week, PAYOKE)
    assert "Friday 09:00–12:00, 13:00–17:00 Saturday Closed" in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    hours = "Mo-Fr 09:00-12:00,13:00-17:00; PH off"
    assert _stored(maintainer_app, "payoke")["opening_hours"] == hours
    page = _previewed(browser, "hours", {"week.We.times": "9-12"}, PAYOKE)
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    hours = "Mo,Tu,Th,Fr 09:00-12:00,13:00-17:00; We 09:00-12:00; PH off"
    assert _stored(maintainer_app, "payoke")["opening_hours"] == hours
    page = browser.get(PAYOKE)
    assert '<label for="f-week.Mo">Monday, Tuesday, Thursday, Friday</label>' in page.html


def test_a_closed_day_is_not_opened_with_monday(maintainer_app: MaintainerApp) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.patch(
        "/v1/records/centres/payoke", opening_hours="Th 09:00-12:00", timezone="Europe/Brussels"
    )
    week = {"week.Mo.word": "open", "week.Mo.times": "9-12"}
    page = _previewed(browser, "hours", week, PAYOKE)
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert _stored(maintainer_app, "payoke")["opening_hours"] == "Mo,Th 09:00-12:00"


def test_hours_that_may_be_a_mistake_are_asked_back(maintainer_app: MaintainerApp) -> None:
    """Past midnight, and no hours at all; a tick confirms them. Missing or unused times are
    faults.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    night = {"week.Mo.times": "22-4"}
    page = _previewed(browser, "hours", night)
    assert (page.status, "past midnight, until 04:00" in page.text) == (
        422,
        True,
    )
    form = _form(page, "hours")
    page = browser.post(form.action, form.filled({"week.sure": "yes"}))
    assert page.status == 200
    page = _previewed(browser, "hours", dict.fromkeys(WORDS, "closed"))
    assert (page.status, "No day is open" in page.text) == (422, True)
    form = _form(page, "hours")
    page = browser.post(form.action, form.filled({"week.sure": "yes"}))
    assert page.status == 200
    page = _previewed(browser, "hours", {"week.Sa.word": "open"})
    assert (page.status, "Write the hours" in page.text) == (422, True)
    page = _previewed(browser, "hours", {"week.Sa.times": "9-12"})
    assert (page.status, "The hours are not used" in page.text) == (422, True)
    page = _previewed(browser, "hours", {"week.Mo.times": "morning"})
    assert (page.status, "Write from when to when" in page.text) == (422, True)
    assert ("week.Mo.times", "morning") in _form(page, "hours").fields
    # No row of a form: words that none offers, and missing ones.
    sent = {"part": "hours", "revision": dict(form.fields)["revision"], "week.Mo.word": "as-monday"}
    sent |= {"week.Tu.word": "usual", "week.sure": "yes"}
    assert browser.post(form.action, MultiDict(sent)).status == 422


CHRISTMAS = {
    "week.exception.1.first": "24/12/2026",
    "week.exception.1.last": "2 januari",
    "week.exception.1.word": "closed",
}
MARKET_DAY = {
    "week.exception.2.first": "1-5",
    "week.exception.2.word": "open",
    "week.exception.2.times": "9-12",
}


def test_exceptions_are_written_as_dates(maintainer_app: MaintainerApp) -> None:
    """They become rules after the week, are shown in words, come back as rows, and can be
    removed.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "hours", CHRISTMAS | MARKET_DAY)
    assert "24 December 2026 – 2 January 2027 Closed 1 May 09:00–12:00" in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    usual = "Mo-Fr 09:00-17:00; PH off"
    christmas, market_day = "2026 Dec 24-2027 Jan 2 off", "May 1 09:00-12:00"
    assert _stored(maintainer_app)["opening_hours"] == f"{usual}; {christmas}; {market_day}"
    shown = dict(_form(browser.get(CENTRE), "hours").fields)
    assert [shown[f"week.exception.{number}.last"] for number in (1, 2, 3)] == ["2/1/2027", "", ""]
    assert shown["week.exception.2.first"] == "1/5"
    assert shown["week.exception.2.times"] == "09:00-12:00"
    assert "have not changed anything" in _previewed(browser, "hours", {}).text
    page = _previewed(browser, "hours", {"week.exception.1.word": "removed"})
    browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert _stored(maintainer_app)["opening_hours"] == f"{usual}; {market_day}"


@pytest.mark.parametrize(
    ("typed", "number", "fault"),
    [
        ({"first": "31/02"}, 1, "There is no such day: 31/02."),
        ({"first": "1/3", "last": "29/2/2027"}, 1, "There is no such day: 29/2/2027."),
        ({"first": "easter"}, 1, "Write the first day"),
        ({"times": "9-12"}, 1, "Write the first day"),
        ({"word": "always"}, 1, "Write the first day"),
        ({"first": "24/12", "last": "new year"}, 1, "Write the last day"),
        ({"first": "24/12", "last": "2/1/2027"}, 1, "Write the year of the first day"),
        ({"first": "24/12/2026", "last": "2/1/2026"}, 1, "The last day is before the first."),
        ({"first": "20/7", "last": "1/7"}, 1, "The last day is before the first."),
        ({"first": "24/12", "word": "open"}, 1, "Write the hours"),
        ({"first": "24/12", "word": "open", "times": "noon"}, 1, "Write from when to when"),
        ({"first": "24/12", "times": "9-12"}, 1, "The hours are not used for “Closed”"),
        ({"first": "24/12", "word": "open", "times": "22-4"}, 1, "past midnight, until 04:00"),
        ({"first": "28/4", "last": "2/5/2027"}, 1, "Write the year of the first day"),
        ({"first": "28/4", "last": "2/5"}, 2, "Some of these days are in “Exception 1”, too."),
        ({"first": "1/5/2027"}, 2, "Some of these days are in “Exception 1”, too."),
    ],
)
def test_an_exception_that_cannot_be_right_is_refused_beside_its_row(
    maintainer_app: MaintainerApp, typed: Mapping[str, str], number: int, fault: str
) -> None:
    """With what was typed, and a link to its row."""
    browser = signed_in_browser(maintainer_app, "anna")
    sent = {f"week.exception.1.{name}": value for name, value in typed.items()}
    page = _previewed(browser, "hours", sent | MARKET_DAY)
    assert page.status == 422
    column = f"week.exception.{number}"
    (message,) = re.findall(f'<p class="fault" id="e-{column}">(.*?)</p>', page.html)
    assert fault in message
    assert f'href="#f-{column}"' in page.html
    assert set(sent.items()) <= set(_form(page, "hours").fields)


def test_an_exception_past_midnight_is_confirmed(maintainer_app: MaintainerApp) -> None:
    """As on a day of the week."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "hours", MARKET_DAY | {"week.exception.2.times": "22-4"})
    form = _form(page, "hours")
    page = browser.post(form.action, form.filled({"week.sure": "yes"}))
    assert (page.status, "1 May 22:00–04:00" in page.text) == (200, True)


def test_an_exception_that_has_passed_is_warned_of(maintainer_app: MaintainerApp) -> None:
    """It changes nothing any more."""
    browser = signed_in_browser(maintainer_app, "anna")
    passed = {"week.exception.1.first": "24/12/2020"}
    page = _previewed(browser, "hours", passed)
    assert "These dates are over: 24 December 2020. Remove them" in page.text


def test_hours_that_two_people_change_are_shown_again(maintainer_app: MaintainerApp) -> None:
    """With one's own rows."""
    anna, bert = (signed_in_browser(maintainer_app, name) for name in ("anna", "bert"))
    form = _form(anna.get(CENTRE), "hours")
    page = _previewed(bert, "hours", {"week.Mo.times": "8-16"})
    bert.post(page.form("/save").action, page.form("/save").filled({}))
    merged = anna.post(form.action, form.filled({"week.Fr.times": "9-12"}))
    assert (merged.status, "You both changed: Opening hours" in merged.text) == (412, True)
    page = anna.post(form.action, MultiDict(_form(merged, "hours").fields))
    anna.post(page.form("/save").action, page.form("/save").filled({}))
    hours = "Mo-Th 09:00-17:00; Fr 09:00-12:00; PH off"
    assert _stored(maintainer_app)["opening_hours"] == hours


SEASONS = "Jan-Jun Mo-Fr 09:00-17:00; Jul-Dec Mo-Fr 09:00-16:00"


def test_hours_that_rows_cannot_say_are_a_text(maintainer_app: MaintainerApp) -> None:
    """Such as seasons: rows would lose them. Other records have the rows alone."""
    browser = signed_in_browser(maintainer_app, "anna")
    assert "opening_hours" not in dict(_form(browser.get(CENTRE), "hours").fields)
    maintainer_app.write("PATCH", f"/v1/records{CENTRE}", json={"opening_hours": SEASONS})
    fields = dict(_form(browser.get(CENTRE), "hours").fields)
    assert (fields["opening_hours"], fields["timezone"]) == (SEASONS, "Europe/Brussels")
    assert not [name for name in fields if name.startswith("week.")]


def test_a_text_of_hours_is_taken_as_people_write_it(maintainer_app: MaintainerApp) -> None:
    """If it may mean several things, they are offered: a press takes one."""
    maintainer_app.write("PATCH", f"/v1/records{CENTRE}", json={"opening_hours": SEASONS})
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "hours", {"opening_hours": "di 9u-18u"})
    assert (page.status, "Use Tu 09:00-18:00" in page.text) == (422, True)
    form = _form(page, "hours")
    page = browser.post(form.action, MultiDict([*form.fields, ("suggested", "Tu 09:00-18:00")]))
    assert "Tuesday: 09:00 – 18:00" in page.text
    page = _previewed(browser, "hours", {"opening_hours": "ma-vr 9u-18u"})
    # Also before and after are in words.
    assert "Monday – Friday: 09:00 – 18:00" in page.text
    assert "Mo-Fr" not in page.text
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert _stored(maintainer_app)["opening_hours"] == "Mo-Fr 09:00-18:00"


def test_times_are_local_and_dates_are_written_as_in_belgium(
    maintainer_app: MaintainerApp,
) -> None:
    """No UTC and no ISO date on the page of a record, its history and the list."""
    browser = signed_in_browser(maintainer_app, "bert")
    stamp = maintainer_app.directory.editor.history("centre", "pag-asa")[0].stamp.at
    for path in (CENTRE, f"{CENTRE}/history", "/"):
        page = browser.get(path)
        assert f"{stamp:%d/%m/%Y}" in page.text
        assert " UTC" not in page.text
        assert f"{stamp:%Y-%m-%d}" not in page.text


@pytest.mark.parametrize(
    "typed", ["51.2150, 4.4030", " 51.2150,4.4030 ", "51.2150 4.4030", "51,2150; 4,4030"]
)
def test_a_point_is_pasted_as_map_sites_copy_it(maintainer_app: MaintainerApp, typed: str) -> None:
    """Both numbers in one field."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "address", {"location.point": typed}, PAYOKE)
    browser.post(page.form("/save").action, page.form("/save").filled({"reason": "on the map"}))
    location = _stored(maintainer_app, "payoke")["location"]
    assert (location["lat"], location["lon"]) == (51.215, 4.403)


def test_a_pasted_point_is_no_longer_the_middle_of_a_postcode(
    maintainer_app: MaintainerApp,
) -> None:
    """Its precision is that of a street, unless another one is chosen."""
    browser = _with_postcodes(maintainer_app)
    _save(browser, _previewed(browser, "address", {"location.point": ""}, PAYOKE))
    _save(browser, _previewed(browser, "address", {"location.point": "51.215, 4.403"}, PAYOKE))
    assert _stored(maintainer_app, "payoke")["location"]["precision"] == "street"
    typed = {"location.point": "51.216, 4.404", "location.precision": "postcode"}
    _save(browser, _previewed(browser, "address", typed, PAYOKE))
    assert _stored(maintainer_app, "payoke")["location"]["precision"] == "postcode"


def test_the_help_of_a_point_says_where_it_is_found(maintainer_app: MaintainerApp) -> None:
    """With an example of the own country; a link, which names the middle of a view, is refused."""
    browser = _with_postcodes(maintainer_app)
    new = browser.get("/add/centres")
    assert "right-click the entrance" in new.beside("location.point")
    assert "for example 50.85, 4.349," in new.beside("location.point")
    form = browser.get(f"{PAYOKE}/edit?part=address").form("/review")
    link = "https://map.example/#map=17/51.215/4.403"
    page = browser.post(form.action, form.filled({"location.point": link}))
    assert "A link is not enough." in page.beside("location.point")


@pytest.mark.parametrize(
    ("typed", "town", "region"),
    [
        ({"address.postcode": "9000"}, "Gent", "BE-VOV"),
        ({"address.postcode": "9000", "address.locality.nl": "Elders"}, "Elders", "BE-VOV"),
        ({"address.postcode": "2018"}, "Antwerpen", "BE-VAN"),
        ({"address.postcode": "9000", "address.subdivision": "BE-BRU"}, "Gent", "BE-BRU"),
        ({"address.street": "Kaai 1"}, "Antwerpen", "BE-VAN"),
    ],
)
def test_the_town_and_the_region_follow_from_a_new_postcode(
    gazetteer: Gazetteer, typed: Mapping[str, str], town: str, region: str
) -> None:
    """What was typed stays, and a town that has the postcode, too."""
    before = {
        "address.country": "BE",
        "address.postcode": "2000",
        "address.subdivision": "BE-VAN",
        "address.locality.nl": "Antwerpen",
    }
    cells = placed({**before, **typed}, before, gazetteer.find)
    assert (cells["address.locality.nl"], cells["address.subdivision"]) == (town, region)
    assert ("address.locality.fr" in cells) is (town == "Gent")


def test_a_new_postcode_brings_its_town(maintainer_app: MaintainerApp) -> None:
    """The change is shown before it is saved."""
    maintainer_app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {"address.postcode": "9000", "location.point": "51.0543, 3.7174"}
    page = _previewed(browser, "address", typed, PAYOKE)
    assert "Gent" in page.text
    browser.post(page.form("/save").action, page.form("/save").filled({"reason": "moved"}))
    address = _stored(maintainer_app, "payoke")["address"]
    assert (address["locality"]["fr"], address["subdivision"]) == ("Gand", "BE-VOV")


def _with_postcodes(app: MaintainerApp) -> Browser:
    app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    return signed_in_browser(app, "anna")


def _save(browser: Browser, page: Page, **ticked: str) -> None:
    form = page.form("/save")
    ticks = {name.replace("__", "."): value for name, value in ticked.items()}
    browser.post(form.action, form.filled({"reason": "it moved", **ticks}))


def test_a_new_street_whose_point_was_not_set_has_that_of_its_postcode(
    maintainer_app: MaintainerApp,
) -> None:
    """The preview says so: the old point would lead visitors to the old address."""
    browser = _with_postcodes(maintainer_app)
    old = _stored(maintainer_app, "payoke")["location"]
    page = _previewed(browser, "address", {"address.street": "Italiëlei 98A"}, PAYOKE)
    assert "its point was not set: it becomes the middle of the postcode 2000" in page.text
    assert "The point moves" in page.text
    _save(browser, page)
    location = _stored(maintainer_app, "payoke")["location"]
    assert location["precision"] == "postcode"
    assert (location["lat"], location["lon"]) != (old["lat"], old["lon"])


def test_the_old_point_of_a_new_street_is_kept_if_it_is_ticked(
    maintainer_app: MaintainerApp,
) -> None:
    """A street may have got another name."""
    browser = _with_postcodes(maintainer_app)
    old = _stored(maintainer_app, "payoke")["location"]
    page = _previewed(browser, "address", {"address.street": "Italiëlei 98A"}, PAYOKE)
    _save(browser, page, location__kept="yes")
    stored = _stored(maintainer_app, "payoke")
    assert (stored["address"]["street"], stored["location"]) == ("Italiëlei 98A", old)


@pytest.mark.parametrize(
    "typed",
    [
        {"address.street": "Leguit 4A"},
        {"address.street": "Italiëlei 98A", "location.point": "51.2150, 4.4030"},
    ],
)
def test_a_point_that_was_set_or_a_corrected_number_is_not_asked_about(
    maintainer_app: MaintainerApp, typed: Mapping[str, str]
) -> None:
    browser = _with_postcodes(maintainer_app)
    page = _previewed(browser, "address", typed, PAYOKE)
    assert "its point was not set" not in page.text
    assert "keep it" not in page.text


def test_a_new_address_of_an_unknown_postcode_says_that_the_point_is_old(
    maintainer_app: MaintainerApp,
) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "address", {"address.street": "Italiëlei 98A"}, PAYOKE)
    assert "its point is still that of the old one" in page.text


def test_an_emptied_point_becomes_the_middle_of_the_postcode(
    maintainer_app: MaintainerApp,
) -> None:
    browser = _with_postcodes(maintainer_app)
    _save(browser, _previewed(browser, "address", {"location.point": ""}, PAYOKE))
    assert _stored(maintainer_app, "payoke")["location"]["precision"] == "postcode"


def test_no_form_has_a_point_as_two_numbers(maintainer_app: MaintainerApp) -> None:
    """The record, its temporary values and a new centre have the same control."""
    browser = signed_in_browser(maintainer_app, "anna")
    for path in ("/centres/payoke/edit", "/add/centres"):
        names = [name for name, _ in browser.get(path).form("/review").fields]
        assert "location.point" in names
        assert not [name for name in names if name.endswith((".lat", ".lon"))]


def test_a_temporary_address_needs_a_street_and_a_postcode(maintainer_app: MaintainerApp) -> None:
    """The rest follows: the town, the country and the point. Without both it is removed."""
    browser = _with_postcodes(maintainer_app)
    typed = {
        "temporary.until": "2027-03-31",
        "temporary.address.street": "Italiëlei 98A",
        "temporary.address.postcode": "2000",
        "temporary.opening_hours": "24/7",
    }
    page = _previewed(browser, "temporary", typed, PAYOKE)
    assert "The point is the middle of the postcode 2000" in page.text
    _save(browser, page)
    temporary = _stored(maintainer_app, "payoke")["temporary"]
    assert temporary["location"]["precision"] == "postcode"
    assert temporary["address"]["country"] == "BE"
    empty = {"temporary.address.street": "", "temporary.address.postcode": ""}
    _save(browser, _previewed(browser, "temporary", empty, PAYOKE))
    temporary = _stored(maintainer_app, "payoke")["temporary"]
    assert {*temporary} == {"until", "opening_hours"}


def test_a_town_without_names_is_in_the_language_of_its_country() -> None:
    """A table without municipalities has one name for each."""
    place = place_of("BE", "9000", [NamedPoint("Gent", Point(51, 3.7))])
    typed = {"address.country": "BE", "address.postcode": "9000"}
    assert placed(typed, {}, lambda *_: place)["address.locality.nl"] == "Gent"
    assert placed(typed, {}, lambda *_: None) == typed


TEMPORARY = {
    "temporary.from": "2020-01-01",
    "temporary.until": "2120-11-28",
    "temporary.address.street": "Rue Haute 1",
    "temporary.address.postcode": "1000",
    "temporary.location.point": "50.8430, 4.3500",
    "temporary.location.precision": "street",
    "temporary.phones.1.number": "02 511 64 65",
    "temporary.phones.1.kind": "main",
}


@pytest.mark.needs("pages")
def test_a_temporary_address_is_typed_as_a_permanent_one(maintainer_app: MaintainerApp) -> None:
    """The country, the town and the region follow from the centre and the postcode; the card shows
    it at once, and the page says what comes back, and when.
    """
    maintainer_app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{CENTRE}/edit?part=temporary").form("/review")
    page = browser.post(form.action, form.filled(TEMPORARY))
    assert page.status == 200, page.text
    assert "Rue Haute 1" in page.html.partition('<template shadowrootmode="open">')[2]
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    stored = _stored(maintainer_app)
    temporary = stored["temporary"]
    assert temporary["address"]["locality"]["nl"] == "Brussel"
    assert temporary["address"]["subdivision"] == "BE-BRU"
    assert temporary["address"]["country"] == "BE"
    assert temporary["location"] == {"lat": 50.843, "lon": 4.35, "precision": "street"}
    assert temporary["phones"][0]["number"] == "+3225116465"
    assert stored["address"]["street"] == "Cellebroersstraat 16b"
    said = "Temporary until 28/11/2120, then back to Cellebroersstraat 16b, +32 2 511 64 64."
    assert said in page.text
    shown = maintainer_app.api.get("/v1/centres/pag-asa").get_json()
    assert shown["address"]["street"] == "Rue Haute 1"


def test_a_temporary_phone_keeps_its_languages(maintainer_app: MaintainerApp) -> None:
    """In the form they are ticked, as those of a permanent phone."""
    phone = {"number": "+3225116465", "kind": "main", "languages": ["fr", "nl"]}
    maintainer_app.patch(temporary={"until": "2120-11-28", "phones": [phone]})
    browser = signed_in_browser(maintainer_app, "anna")
    page = _previewed(browser, "temporary", {"temporary.until": "2120-11-29"})
    browser.send(page, "/save")
    assert _stored(maintainer_app)["temporary"] == {"until": "2120-11-29", "phones": [phone]}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            {"from": "2120-01-01", "until": "2120-02-01"},
            "Temporary from 01/01/2120 until 01/02/2120",
        ),
        (
            {"until": "2020-01-01"},
            "The time ended on 01/01/2020. Visitors see the permanent values.",
        ),
    ],
)
def test_the_page_says_when_temporary_values_hold(
    maintainer_app: MaintainerApp, days: Mapping[str, str], said: str
) -> None:
    """Before, during and after their time."""
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {f"temporary.{name}": day for name, day in days.items()}
    page = _previewed(browser, "temporary", {**typed, "temporary.opening_hours": "24/7"})
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert said in page.text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"until": "2120-02-01"}, "Temporary until 01/02/2120. There is no permanent value."),
        ({"from": "2120-01-01", "until": "2120-02-01"}, "from 01/01/2120 until 01/02/2120."),
    ],
)
def test_without_a_permanent_value_nothing_comes_back(
    maintainer_app: MaintainerApp, days: Mapping[str, str], said: str
) -> None:
    """Payoke has no opening hours."""
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {f"temporary.{name}": day for name, day in days.items()}
    hours = {"temporary.opening_hours": "24/7"}
    page = _previewed(browser, "temporary", {**typed, **hours}, PAYOKE)
    page = browser.post(page.form("/save").action, page.form("/save").filled({}))
    assert said in page.text


@pytest.mark.parametrize(
    ("typed", "column", "said"),
    [
        ({"until": "2026-11-01", "from": "2026-11-02", "opening_hours": "24/7"}, "until", "before"),
        ({"opening_hours": "24/7"}, "until", "required"),
        (
            {"until": "2026-11-02", "phones.1.number": "+3232011690", "phones.1.kind": "fax"},
            "phones.1.kind",
            "Visitors do not see a fax",
        ),
        ({"until": "2026-11-02"}, "from", "Give an address, phones or opening hours"),
        (
            {"until": "2026-11-02", "address.postcode": "1000"},
            "address.postcode",
            "does not know this postcode",
        ),
    ],
)
def test_a_fault_of_temporary_values_is_beside_its_field(
    maintainer_app: MaintainerApp, typed: Mapping[str, str], column: str, said: str
) -> None:
    """In words that a person understands."""
    browser = signed_in_browser(maintainer_app, "anna")
    sent = {f"temporary.{name}": text for name, text in typed.items()}
    page = _previewed(browser, "temporary", sent)
    assert page.status == 422
    assert said in page.beside(f"temporary.{column}")
    assert "`" not in page.text


@pytest.mark.parametrize("name", ["anna", "bert", "dora"])
def test_a_contested_record_is_shown_whoever_may_do_more(
    maintainer_app: MaintainerApp, name: str
) -> None:
    """Some pages that features add are about no record, so a record has no link to them."""
    page = signed_in_browser(maintainer_app, name).get("/centres/payoke")
    assert page.status == 200
    assert "Ask the centre" in page.text
