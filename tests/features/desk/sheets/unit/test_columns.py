"""A record <-> cells of text: nothing is lost, and every fault finds its column."""

import json
import unicodedata
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.desk import columns as tabular_columns
from directory_api.features.desk.sheets import filled_in
from directory_api.record import cells
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import (
    IN_EACH_TABLE,
    CentreSchema,
    HelplineSchema,
    SourceSchema,
    faults,
)
from tests.support.record_strategies import CENTRES, HELPLINES, SOURCE_RECORDS
from tests.support.records import shipped_records

KINDS = st.one_of(
    st.tuples(st.just("centre"), CENTRES),
    st.tuples(st.just("helpline"), HELPLINES),
    st.tuples(st.just("source"), SOURCE_RECORDS),
)
SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema, "source": SourceSchema}
CENTRE = {
    "id": "a",
    "name": "A",
    "description": {"nl": "x", "fr": "y"},
    "address": {"postcode": "1000", "locality": {"fr": "Bruxelles"}},
    "location": {"lat": 50.8428, "lon": 4.0, "precision": "exact"},
    "phones": [
        {"number": "+3225116464", "kind": "main", "languages": ["nl", "fr"]},
        {"number": "+3225116465", "kind": "fax", "note": {"en": "z"}},
    ],
    "languages": [
        {"code": "nl", "interpreter": False},
        {"code": "ti", "interpreter": True, "source": "flyer"},
    ],
    "services": ["legal", "medical"],
    "sources": {"phones": ["flyer", "general"]},
    "contested": [{"member": "email", "sources": ["flyer", "general"], "note": {"nl": "z"}}],
}
# Values of members of which only a table in which they are used has columns.
USED: dict[str, dict[str, object]] = {
    "centre": {"temporary": {"until": "2026-11-28"}, "channels": [{"kind": "sms"}]},
    "helpline": {"channels": [{"kind": "sms"}]},
}
CELLS = {
    "id": "a",
    "name": "A",
    "description.nl": "x",
    "description.fr": "y",
    "address.postcode": "1000",
    "address.locality.fr": "Bruxelles",
    "location.lat": "50.8428",
    "location.lon": "4",
    "location.precision": "exact",
    "phones.1.number": "+3225116464",
    "phones.1.kind": "main",
    "phones.1.languages": "nl; fr",
    "phones.2.number": "+3225116465",
    "phones.2.kind": "fax",
    "phones.2.note.en": "z",
    "languages.1.code": "nl",
    "languages.1.interpreter": "no",
    "languages.2.code": "ti",
    "languages.2.interpreter": "yes",
    "languages.2.source": "flyer",
    "services": "legal; medical",
    "sources.phones": "flyer; general",
    "contested.1.member": "email",
    "contested.1.sources": "flyer; general",
    "contested.1.note.nl": "z",
}


def _pointers(kind: str, record: dict[str, Any]) -> list[str]:
    """Where the record's own schema finds faults."""
    try:
        SCHEMAS[kind]().load(record)
    except ma.ValidationError as error:
        return [str(fault.pointer) for fault in faults(error.messages)]
    return []


@pytest.mark.parametrize("kind", USED)
def test_every_member_has_a_column(kind: str) -> None:
    """Tables follow from the schema."""
    named = {
        column.partition(".")[0] for column in tabular_columns.column_names(kind, [USED[kind]])
    }
    assert named == set(SCHEMAS[kind]().fields)


@given(KINDS)
def test_a_record_comes_back_from_its_cells(given_record: tuple[str, dict[str, Any]]) -> None:
    """Every valid record is the same after cells, also with spaces around each cell."""
    kind, record = given_record
    assert _pointers(kind, record) == []
    written = tabular_columns.flatten(kind, record)
    assert all(written.values())
    assert filled_in.unflatten(kind, written) == record
    assert (
        filled_in.unflatten(kind, {column: f" {text}\n" for column, text in written.items()})
        == record
    )


@given(st.one_of(CENTRES.map(Centre.from_record), HELPLINES.map(Helpline.from_record)))
def test_the_strategies_are_of_records_in_their_one_spelling(value: Centre | Helpline) -> None:
    """What the other properties are asked about is what the objects write."""
    kind = "centre" if isinstance(value, Centre) else "helpline"
    record = value.to_record()
    assert filled_in.unflatten(kind, tabular_columns.flatten(kind, record)) == record


def test_cells_are_named_by_the_way_to_their_member() -> None:
    """Dots below, numbers from 1, languages as steps, words joined, numbers short, yes and no."""
    assert tabular_columns.flatten("centre", CENTRE) == CELLS
    assert tabular_columns.flatten(
        "helpline", {"id": "a", "sources": ["flyer", "b"], "name": {"en": "A"}}
    ) == {
        "id": "a",
        "name.en": "A",
        "sources": "flyer; b",
    }


@given(st.data())
def test_the_columns_hold_every_cell_in_the_order_of_the_schema(data: st.DataObject) -> None:
    """Each cell of each record has one column; the columns of an empty sheet are always
    included.
    """
    kind, strategy = data.draw(
        st.sampled_from([("centre", CENTRES), ("helpline", HELPLINES), ("source", SOURCE_RECORDS)])
    )
    records = data.draw(st.lists(strategy, max_size=3))
    columns = tabular_columns.column_names(kind, records)
    assert len(set(columns)) == len(columns)
    assert {
        column for record in records for column in tabular_columns.flatten(kind, record)
    } <= set(columns)
    assert all(
        filled_in.is_column(kind, column) and filled_in.unknown(kind, column) is None
        for column in columns
    )
    members = list(SCHEMAS[kind]().fields)
    order = [members.index(column.partition(".")[0]) for column in columns]
    assert order == sorted(order)
    always = {
        number
        for number, field in enumerate(SCHEMAS[kind]().fields.values())
        if field.metadata.get(IN_EACH_TABLE, True)
    }
    used = {members.index(name) for record in records for name in record}
    assert set(order) == always | used


def test_an_empty_sheet_has_a_column_for_everything_needed() -> None:
    """Without records there are one phone, one language, English texts and the main sources."""
    columns = tabular_columns.column_names("centre", [])
    assert columns[:4] == ["id", "name", "name_translations.en", "kind"]
    assert {
        "phones.1.number",
        "phones.1.note.en",
        "languages.1.interpreter",
        "address.locality.en",
    } <= set(columns)
    assert [column for column in columns if column.startswith("sources.")] == [
        *("sources.address", "sources.phones", "sources.email", "sources.website")
    ]


def test_every_text_has_a_column_for_each_language_in_use() -> None:
    """A language that one text is in is a column of every text; a second phone's is, too."""
    columns = tabular_columns.column_names("centre", [CENTRE])
    assert [column for column in columns if column.endswith(".fr")] == [
        *(
            "name_translations.fr",
            "closed_reason.fr",
            "description.fr",
            "address.street_translations.fr",
            "address.locality.fr",
        ),
        *("phones.1.note.fr", "phones.2.note.fr", "contested.1.note.fr"),
    ]


@pytest.mark.parametrize(
    ("column", "text", "member"),
    [
        ("location.lat", "50,8428", {"location": {"lat": 50.8428}}),
        ("location.lat", "+50", {"location": {"lat": 50.0}}),
        ("location.lat", "-1E-3", {"location": {"lat": -0.001}}),
        ("location.lat", "50.8.4", {"location": {"lat": "50.8.4"}}),
        ("location.lat", "٥٠", {"location": {"lat": "٥٠"}}),
        ("location.lat", "nan", {"location": {"lat": "nan"}}),
        ("languages.1.interpreter", "Yes", {"languages": [{"interpreter": True}]}),
        ("languages.1.interpreter", "FALSE", {"languages": [{"interpreter": False}]}),
        ("languages.1.interpreter", "maybe", {"languages": [{"interpreter": "maybe"}]}),
        ("services", "legal;medical ;; ", {"services": ["legal", "medical"]}),
        ("sources.phones", "flyer", {"sources": {"phones": ["flyer"]}}),
        ("phones.3.number", "112", {"phones": [{"number": "112"}]}),
        ("description.pt-BR", "a; b", {"description": {"pt-BR": "a; b"}}),
        ("name", "  ", {}),
        ("nmae", "A", {}),
        ("phones.0.number", "A", {}),
    ],
)
def test_cells_are_read_as_people_fill_them(column: str, text: str, member: dict[str, Any]) -> None:
    """A decimal comma, a spreadsheet's TRUE, spaces and gaps are understood; the rest stays
    text.
    """
    assert filled_in.unflatten("centre", {column: text}) == member


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_as_the_shortest_text_that_reads_back(value: float) -> None:
    """Any number comes back, from a text no longer than JSON's."""
    text = cells.shortest(value)
    for written in (text, text.replace(".", ",")):
        assert filled_in.unflatten("centre", {"location.lat": written}) == {
            "location": {"lat": value}
        }
    assert len(text) <= len(json.dumps(value))


@given(st.lists(st.sampled_from([*map(str, range(1, 13))]), unique=True, min_size=1), st.data())
def test_a_fault_in_a_list_with_gaps_finds_its_cell(
    numbers: list[str], data: st.DataObject
) -> None:
    """However the phones are numbered and filled, each pointer leads to the cell of its value."""
    filled = {f"phones.{number}.number": f"text {number}" for number in numbers}
    empty = {
        f"phones.{number}.number": "" for number in map(str, range(1, 13)) if number not in numbers
    }
    sheet = dict(data.draw(st.permutations([*filled.items(), *empty.items()])))
    for index, phone in enumerate(filled_in.unflatten("centre", sheet)["phones"]):
        assert (
            sheet[filled_in.column_of("centre", sheet, f"/phones/{index}/number")]
            == phone["number"]
        )


@given(KINDS, st.data())
def test_every_fault_of_a_spoilt_cell_leads_to_that_cell(
    given_record: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    """A cell with an invalid value is the cell of all faults that the schema reports."""
    kind, record = given_record
    sheet = tabular_columns.flatten(kind, record)
    spoilt = data.draw(st.sampled_from(sorted(sheet)))
    sheet[spoilt] = "<"
    found = {
        filled_in.column_of(kind, sheet, pointer)
        for pointer in _pointers(kind, filled_in.unflatten(kind, sheet))
    }
    # Another cell may disagree with the spoilt one: a printed number with its number, a url beside
    # no number.
    agreeing = {
        spoilt.removesuffix("number") + "display",
        "number",
        "timezone",
        "address.subdivision",
    }
    assert spoilt in found
    assert found <= {spoilt, "address.postcode", *agreeing}


@pytest.mark.parametrize(
    ("kind", "pointer", "column"),
    [
        ("centre", "/phones/0/number", "phones.1.number"),
        ("centre", "/phones/1/note/en", "phones.2.note.en"),
        ("centre", "/phones/1/display", "phones.2.display"),
        ("centre", "/phones/2/number", "phones.1.number"),
        ("centre", "/phones", "phones.1.number"),
        ("centre", "/languages/1", "languages.2.code"),
        ("centre", "/services/1", "services"),
        ("centre", "/sources/phones/1", "sources.phones"),
        ("centre", "/sources", "sources.phones"),
        ("centre", "/address/locality", "address.locality.fr"),
        ("centre", "/address/locality/nl", "address.locality.nl"),
        ("centre", "/description", "description.nl"),
        ("centre", "/name_translations", "name_translations.en"),
        ("centre", "/verified", "verified.on"),
        ("centre", "/status", "status"),
        ("centre", "/", "id"),
        ("centre", "/ph~1ne~0s/0", "ph/ne~s"),
        ("helpline", "/sources/0", "sources"),
        ("helpline", "/name", "name.en"),
    ],
)
def test_a_pointer_leads_to_the_nearest_column(kind: str, pointer: str, column: str) -> None:
    """A member in one cell is that cell; a missing or spread one is its first present column."""
    assert filled_in.column_of(kind, CELLS, pointer) == column


def test_without_a_cell_a_missing_member_is_its_first_needed_column() -> None:
    """A sheet without an address reports the required postcode; an empty row is reported first."""
    assert filled_in.column_of("centre", {}, "/address") == "address.postcode"
    assert filled_in.column_of("centre", {}, "/phones/0/number") == "phones.1.number"
    assert filled_in.column_of("centre", {}, "/sources") == "sources.address"
    assert filled_in.column_of("centre", {"phones.2.kind": ""}, "/phones") == "phones.2.kind"


@pytest.mark.parametrize(
    ("kind", "column", "says"),
    [
        ("centre", "phone.1.number", "Did you mean phones.1.number?"),
        ("centre", "phones.3.nummer", "Did you mean phones.3.number?"),
        ("centre", "phones.0.number", "Did you mean phones.1.number?"),
        ("centre", "descripton.fr", "Did you mean description.fr?"),
        ("centre", "description", "Did you mean description.en?"),
        ("centre", "description.", "Did you mean description.en?"),
        ("centre", "Name", "Did you mean name?"),
        ("centre", "name.", "Did you mean name?"),
        ("centre", "address.locality", "Did you mean address.locality.en?"),
        ("centre", "phones", "Did you mean phones.1.number?"),
        ("helpline", "name", "Did you mean name.en?"),
        ("source", "titel", "Did you mean title?"),
        ("centre", "opening_hours.1", "Did you mean opening_hours?"),
        ("centre", "phones.1000.number", "Did you mean phones.1.number?"),
        ("centre", "remarks", "An exported table has all columns."),
        ("centre", "", "An exported table has all columns."),
        ("centre", "x" * 1_000_000, "An exported table has all columns."),
    ],
)
def test_an_unknown_column_is_told_with_the_one_that_was_meant(
    kind: str, column: str, says: str
) -> None:
    """A misspelt column gets its right name; another one is told where to see the names."""
    assert filled_in.unknown(kind, column) == f"A {kind} has no such column. {says}"
    assert not filled_in.is_column(kind, column)


@given(st.text(max_size=30))
def test_any_text_is_a_column_or_is_not(column: str) -> None:
    """No header breaks the question."""
    assert (filled_in.unknown("centre", column) is None) == filled_in.is_column("centre", column)


FORMULAS = st.sampled_from([*"=+-@\t\r'＝＋－＠", "''=", "\u200d=", "\u200c\u200d＋"])


@given(st.text() | st.builds(str.__add__, FORMULAS, st.text()))
def test_no_cell_begins_like_a_formula_and_every_text_comes_back(text: str) -> None:
    """A guarded cell is no formula, also with full-width or joined signs; only the guard is
    removed.
    """
    cell = cells.guarded(text)
    seen = unicodedata.normalize("NFKC", cell).lstrip("\u200c\u200d")
    assert seen[:1] not in tuple("=+-@\t\r")
    assert cells.unguarded(cell) == text
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("text", ["Payoke", "’t Huis", "a=b", "\u200dPayoke", "１2", ""])
def test_what_is_no_formula_needs_no_guard(text: str) -> None:
    """Other texts are in their cell unchanged."""
    assert cells.guarded(text) == text


def test_an_apostrophe_that_guards_nothing_stays() -> None:
    """A name that is typed with an apostrophe in front keeps it."""
    assert cells.unguarded("'t Huis") == "'t Huis"


def test_the_shipped_records_come_back_from_their_cells() -> None:
    """Each shipped centre, helpline and source is the same after cells."""
    for kind in tabular_columns.ROW_KINDS:
        for record in shipped_records()[f"{kind}s"]:
            assert filled_in.unflatten(kind, tabular_columns.flatten(kind, record)) == record


def test_a_column_that_does_not_exist_has_no_field() -> None:
    for column in ("nothing", "name.nl", "phones.1"):
        with pytest.raises(KeyError):
            filled_in.field_of("centre", column)
