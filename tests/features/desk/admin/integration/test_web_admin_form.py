"""The form at /admin: all members of a record, each fault at its field, and no input is lost."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory_api.change.change import Change, Stamp
from directory_api.features.desk import columns
from directory_api.features.desk.admin.form.choices import Names, source_choices
from directory_api.features.desk.admin.form.record_form import (
    EMPTY_ROWS,
    Group,
    RecordForm,
    cells_from_form,
    faults_by_field,
    languages_to_offer,
    three_way_merge,
)
from directory_api.features.desk.members.labels import column_in_words
from directory_api.features.desk.sheets import filled_in
from directory_api.record import vocabulary
from directory_api.text.errors import Fault
from tests.support.amount import tried
from tests.support.html_browser import Browser, Page, changed, form_with, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.record_strategies import CENTRES, HELPLINES, LANGUAGES
from tests.support.records import shipped_records

RECORDS = st.one_of(
    CENTRES.map(lambda record: ("centres", {**record, "id": "made-up"})),
    HELPLINES.map(lambda record: ("helplines", {**record, "id": "made-up"})),
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """An app whose records the tests add and remove."""
    return create_maintainer_app(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app for one test."""
    return create_maintainer_app(tmp_path)


def _sent_back(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record by way of the form as a browser would send it, without the pages."""
    return filled_in.unflatten(kind, cells_from_form(kind, form_with(kind, record)))


@settings(
    max_examples=tried(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=RECORDS)
def test_the_form_of_any_record_sent_back_unchanged_is_no_change(
    shared: MaintainerApp, made: tuple[str, dict[str, Any]]
) -> None:
    """Through the real pages: whatever a record holds, its form holds all of it."""
    collection, record = made
    # An edit may only acknowledge a warning that the record has.
    record = {name: value for name, value in record.items() if name != "acknowledged"}
    kind = collection.removesuffix("s")
    store = shared.directory.writer.store
    before = store.records().contents[kind].get("made-up")
    # Unchecked: as an edit it would lose the sources of the record before it.
    change = Change(kind, "made-up", before, record)
    store.append([change], Stamp("x", shared.directory.clock(), "x"), expected=store.revision())
    shared.directory.live.refresh()
    browser = signed_in_browser(shared)
    page = browser.send(browser.get(f"/{collection}/made-up/edit"), "/review")
    assert (page.status, "You have not changed anything" in page.text) == (200, True), page.text


@given(made=RECORDS)
def test_no_member_of_a_record_is_left_out_of_its_form(made: tuple[str, dict[str, Any]]) -> None:
    """The form's fields, sent back, are the record, in whatever order its ticks are kept."""
    collection, record = made
    kind = collection.removesuffix("s")
    assert _sent_back(kind, record) == record


@pytest.mark.parametrize("kind", columns.ROW_KINDS)
def test_each_column_is_in_the_table_of_members(kind: str) -> None:
    """A member that the schema gains is missed here until it has a row: a form and a workbook need
    its words.
    """
    missing = [name for name in columns.column_names(kind, []) if not column_in_words(kind, name)]
    assert not missing, f"Add {missing} to features/desk/members/fields.py."


@pytest.mark.parametrize(
    ("kind", "column", "label", "cell"),
    [
        ("centre", "phones.2.number", "Phone 2 – Number", "The number in any usual form"),
        ("centre", "description.nl", "Description (Dutch)", "One or two plain sentences"),
        (
            "centre",
            "channels.1.languages.2.code",
            "Way 1 – Language of this way 2 – Language",
            "The code of a language.",
        ),
        ("centre", "sources.phones", "Sources: phones", "The ids of the sources"),
        ("centre", "verified.on", "Last confirmation – Day", "The button"),
        (
            "centre",
            "temporary.address.street",
            "Temporary address – Street and number",
            "",
        ),
        ("helpline", "display", "Number as visitors see it", "With spaces"),
        ("source", "retired", "Retired", "Write true"),
    ],
)
def test_a_column_that_is_alone_says_what_it_is(
    kind: str, column: str, label: str, cell: str
) -> None:
    """In the heading of a table, and where a fault is named; with help for a cell, else for the
    field.
    """
    found = column_in_words(kind, column)
    assert found
    assert found.label == label
    assert found.cell.startswith(cell)
    assert column_in_words(kind, "nowhere") is None


@given(cells=st.dictionaries(st.sampled_from(columns.column_names("centre", [])), TEXT))
def test_whatever_was_typed_is_in_the_form_again(cells: dict[str, str]) -> None:
    """The form shows the cells as they were typed, whether they make a record or not."""
    shown = {column: found.value for column, found in RecordForm("centre", cells).labels().items()}
    assert {column: shown[column] for column, text in cells.items() if text.strip()} == {
        column: text for column, text in cells.items() if text.strip()
    }
    for found in RecordForm("centre", cells).labels().values():
        if found.widget == "choice":
            assert [option.value for option in found.options if option.chosen] == [found.value]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("kind", vocabulary.CENTRE_KINDS),
        ("status", vocabulary.STATUSES),
        ("address_visibility", vocabulary.VISIBILITIES),
        ("location.precision", vocabulary.PRECISIONS),
        ("phones.1.kind", vocabulary.PHONE_KINDS),
        ("services", tuple(vocabulary.SERVICES)),
        ("audiences", tuple(vocabulary.AUDIENCES)),
    ],
)
def test_each_word_of_a_vocabulary_can_be_chosen_by_a_label(
    column: str, words: tuple[str, ...]
) -> None:
    """The choices are the vocabulary's, each with words of its own."""
    options = RecordForm("centre", {}).labels()[column].options
    offered_words = [option for option in options if option.value]
    assert tuple(option.value for option in offered_words) == words
    assert not {option.label for option in offered_words} & set(words)


def test_each_kind_of_helpline_can_be_chosen_by_a_label() -> None:
    """The kinds of helplines, too."""
    options = [
        option.value
        for option in RecordForm("helpline", {}).labels()["kind"].options
        if option.value
    ]
    assert tuple(options) == vocabulary.HELPLINE_KINDS


def test_lists_have_two_empty_rows_and_texts_four_languages() -> None:
    """A list has two empty rows at its end; a text has its own languages, then nl, fr, de, en."""
    cells = {"phones.1.number": "a", "phones.4.number": "b", "name_translations.uk": "c"}
    shown = RecordForm("centre", cells).labels()
    numbers = [
        int(column.split(".")[1])
        for column in shown
        if column.startswith("phones.") and "number" in column
    ]
    assert numbers == [1, 4, *range(5, 5 + EMPTY_ROWS)]
    tags = [
        column.rpartition(".")[2] for column in shown if column.startswith("name_translations.")
    ]
    assert tags == ["uk", "nl", "fr", "de", "en"]


@given(tag=LANGUAGES)
def test_a_text_can_be_written_in_one_more_language(tag: str) -> None:
    """A language that a maintainer adds is offered once."""
    assert languages_to_offer(f" {tag} ", Names()).count(tag) == 1


@pytest.mark.parametrize("typed", ["", "e", "<b>", "nl fr", "a.b", "english-language-of-no-tag"])
def test_what_is_no_language_is_not_offered(typed: str) -> None:
    """Only what could be a tag gets fields."""
    assert languages_to_offer(typed, Names()) == ("nl", "fr", "de", "en")


def test_a_fault_lies_beside_its_field_and_others_stand_apart() -> None:
    """By the pointer into the record; what is wrong in another record is told all the same."""
    cells = {"phones.1.number": "", "phones.2.number": "x"}
    faults = [
        Fault("one", pointer="/phones/0/number"),
        Fault("two", pointer="/centres/3/address/country"),
    ]
    assert faults_by_field("centre", cells, faults) == ({"phones.2.number": ["one"]}, ["two"])


@given(base=st.data())
def test_two_peoples_work_is_three_way_merge(base: st.DataObject) -> None:
    """A member that one changed is as they want it; where both did, mine stands and is named."""
    members = st.dictionaries(
        st.sampled_from(["name", "email", "phones.1.number", "phones.2.number"]),
        st.sampled_from("ab"),
    )
    was, mine, theirs = (base.draw(members) for _ in range(3))
    whole, both = three_way_merge(was, mine, theirs)

    def member(cells: dict[str, str], name: str) -> dict[str, str]:
        return {column: text for column, text in cells.items() if column.split(".")[0] == name}

    for name in ("name", "email", "phones"):
        before, wanted, now = (member(cells, name) for cells in (was, mine, theirs))
        assert member(whole, name) == (now if wanted == before else wanted)
        assert (name in both) == (wanted != before and now not in (before, wanted))
    assert three_way_merge(was, was, theirs) == (theirs, ())
    assert three_way_merge(was, mine, was) == (mine, ())


def test_the_form_of_a_hidden_centre_holds_what_is_hidden(tmp_path: Path) -> None:
    """Maintainers see a street that is hidden from the public, also on the record's page."""
    maintainer_app = create_maintainer_app(tmp_path, more=[HIDDEN])
    browser = signed_in_browser(maintainer_app, "rita")
    assert "Geheimstraat 7" in browser.get("/centres/sheltered").text
    assert "Geheimstraat" not in maintainer_app.api.get("/v1/centres/sheltered").text


FAULTY = {
    "name": "",
    "status": "open",
    "email": "nobody",
    "website": "http://pag-asa.be",
    "location.point": "far north",
    "address.postcode": "10x0",
    "opening_hours": "always",
    "phones.1.number": "0251164",
    "phones.2.number": "+3225116465",
    "languages.1.code": "gobbledygook",
    "description.nl": "<b>",
    "sources.phones": "nobody",
}


def test_the_form_of_a_helpline_is_called_by_its_name(shared: MaintainerApp) -> None:
    """A helpline has one name in each language, a centre one that is its own."""
    browser = signed_in_browser(shared)
    for path, name in (
        ("/helplines/be-112", "European emergency number"),
        ("/centres/pag-asa", "PAG-ASA"),
    ):
        assert f"Edit {name}" in browser.get(f"{path}/edit").text


def test_each_fault_stands_beside_its_field_and_on_top(maintainer_app: MaintainerApp) -> None:
    """All at once, each linked to its field for a screen reader and from the top; no input
    is lost.
    """
    browser = signed_in_browser(maintainer_app)
    form = browser.get("/centres/pag-asa/edit")
    page = _typed(browser, form, FAULTY)
    before = maintainer_app.everything()
    assert page.status == 422
    expected = {column for column in FAULTY if column != "phones.2.number"} | {"phones.2.kind"}
    faulty = {
        found["name"] for _, found in page.elements if found.get("aria-invalid") and "name" in found
    }
    assert faulty == expected
    assert {link[3:] for link in page.links if link.startswith("#f-")} == expected
    for column in expected:
        assert "e-" in page.by_id(f"f-{column}")["aria-describedby"]
        assert page.beside(column)
    shown = MultiDict(page.form("/review").fields)
    assert {column: shown[column] for column in FAULTY} == FAULTY
    assert maintainer_app.everything() == before


def _typed(browser: Browser, page: Page, typed: dict[str, str]) -> Page:
    form = page.form("/review")
    return browser.post(form.action, form.filled(typed))


def test_a_fault_among_ticks_is_told_beside_them(maintainer_app: MaintainerApp) -> None:
    """An unknown service can only come from elsewhere; it stays ticked, and is named."""
    browser = signed_in_browser(maintainer_app)
    form = browser.get("/centres/pag-asa/edit").form("/review")
    page = browser.post(form.action, form.filled({"services": "tea"}))
    assert page.status == 422
    assert "aria-describedby" in page.by_id("f-services")
    assert ("services", "tea") in page.form("/review").fields


def test_more_fields_are_added_without_losing_what_was_typed(maintainer_app: MaintainerApp) -> None:
    """Adding a language shows a field for each text in it, and keeps all input."""
    browser = signed_in_browser(maintainer_app)
    form = browser.get("/centres/pag-asa/edit")
    page = browser.send(
        form, "/edit", language="uk", name="Typed <by> & hand", phones__2__number="x"
    )
    shown = MultiDict(page.form("/review").fields)
    assert (page.status, shown["name"], shown["phones.2.number"]) == (200, "Typed <by> & hand", "x")
    assert "description.uk" in shown
    assert "phones.4.number" in shown


def test_a_group_that_is_seldom_needed_is_folded_until_something_is_in_it() -> None:
    """Empty rows and texts are folded; what is filled or wrong is open."""

    def folded(form: RecordForm) -> set[str]:
        return {
            part.legend for section in form.sections() for part in _groups(section) if not part.open
        }

    assert {"Phone 1", "Name in other languages"} <= folded(RecordForm("centre", {}))
    assert "Phone 1" not in folded(RecordForm("centre", {"phones.1.number": "x"}))
    assert "Description" not in folded(RecordForm("centre", {}, {"description.nl": ["wrong"]}))


def _groups(group: Group) -> list[Group]:
    return [part for part in group.parts if isinstance(part, Group)]


def test_every_shipped_record_reads_well(maintainer_app: MaintainerApp) -> None:
    """Each record's page shows every value of its forms, choices by their labels."""
    browser = signed_in_browser(maintainer_app, "rita")
    names = Names(sources=source_choices(shipped_records()["sources"]))
    for collection in ("centres", "helplines"):
        for record in shipped_records()[collection]:
            kind = collection.removesuffix("s")
            page = browser.get(f"/{collection}/{record['id']}")
            form = RecordForm(kind, columns.flatten(kind, record), names=names)
            for found in (each for group in form.sections() for each in group.inputs):
                if found.value:
                    assert " ".join(found.text.split()) in page.text


@pytest.mark.parametrize("country", ["[", "BE(", "\\", "X(A|A)*C"])
def test_a_country_that_is_none_is_a_fault_of_its_field(
    maintainer_app: MaintainerApp, country: str
) -> None:
    """And nothing that was typed is lost."""
    page = changed(
        signed_in_browser(maintainer_app, "anna"),
        address__country=country,
        address__postcode=f"X{'A' * 40}!",
        name="Typed",
    )
    assert page.status == 422
    assert ("name", "Typed") in page.form("/review").fields


def test_arabic_texts_have_their_own_direction(maintainer_app: MaintainerApp) -> None:
    """In the form, and before and after in the preview; a phone number in one stays left to right,
    and what is typed is escaped.
    """
    browser = signed_in_browser(maintainer_app)
    form = browser.get("/centres/pag-asa/edit?part=words")
    form = browser.send(form, "/edit", language="ar")
    assert form.by_id("f-description.ar")["dir"] == "auto"
    first = browser.send(form, "/review", description__ar="اتصل 02 511 64 64 & الآن")
    assert '<bdi>اتصل <bdi dir="ltr">02 511 64 64</bdi> &amp; الآن</bdi>' in first.html
    browser.send(first, "/save", reason="told")
    form = browser.get("/centres/pag-asa/edit?part=words")
    second = browser.send(form, "/review", description__ar="لا تتصل")
    assert "الآن</bdi> → <bdi>لا تتصل</bdi>" in second.html
    assert '<ins dir="auto"><bdi>لا تتصل</bdi></ins>' in second.html


def test_the_example_of_a_number_is_of_the_country_of_the_record(
    maintainer_app: MaintainerApp,
) -> None:
    """It is dialled as it is typed, and is no number of a record."""
    form = signed_in_browser(maintainer_app, "anna").get("/centres/pag-asa/edit?part=phones")
    said = form.beside("phones.1.number")
    assert said == "For example 012 34 56 78 or +32 12 34 56 78."
    assert "012 34 56 78" in form.beside("phones.1.display")
    abroad = RecordForm("centre", {"address.country": "NL"}).labels({"phones"})
    assert "010 123 4567" in abroad["phones.1.number"].help
    helpline = RecordForm("helpline", {"countries": "BE; NL"}).labels({"number", "display"})
    assert all("012 34 56 78" in each.help for each in helpline.values())
    assert "3212345678" not in str(shipped_records())
