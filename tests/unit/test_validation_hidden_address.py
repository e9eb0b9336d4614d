"""An address that is not public is in no text of its record. Hiding one says where it remains."""

from datetime import date
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.change.directory import read_records
from directory_api.change.warnings import change_warnings
from directory_api.record.plausibility import centre_warnings
from directory_api.record.records import Centre
from directory_api.text.errors import RecordsInvalid
from tests.support.records import made_up_centre, shipped_records

STREET = {
    "street": "Villa Rosa, Cellebroersstraat 16b, bus 3",
    "street_translations": {"fr": "Rue des Alexiens 16b", "de": "Müllerstraße 16b"},
}


def _centre(visibility: str, address: dict[str, Any], **members: Any) -> dict[str, Any]:
    made_up = made_up_centre(1)
    return {
        **made_up,
        "address": {**made_up["address"], **address},
        "address_visibility": visibility,
        **members,
    }


def _faults(centre: dict[str, Any]) -> list[str]:
    """The pointers of the faults of a centre; none of them repeats a part of the street."""
    try:
        read_records({**shipped_records(), "centres": [centre]})
    except RecordsInvalid as error:
        found = error.faults
    else:
        found = ()
    told = str(found).casefold()
    assert not any(word in told for word in ("rosa", "cellebr", "alexiens", "ller", "leguit"))
    return [(fault.pointer or "").removeprefix("/centres/0/") for fault in found]


def _phone(**members: Any) -> list[dict[str, Any]]:
    return [{"number": "+3225116464", "kind": "main", **members}]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"name": "Centre Villa Rosa"}, "name"),
        ({"name": "CELLEBROERSSTRAAT"}, "name"),
        ({"name_translations": {"fr": "Le 16b, rue des Alexiens"}}, "name_translations/fr"),
        ({"description": {"nl": "In de Cellebroersstraat, naast de bakker"}}, "description/nl"),
        ({"description": {"en": "Open", "uk": "Rue des  ALEXIENS"}}, "description/uk"),
        ({"description": {"de": "Mullerstr. 16b"}}, "description/de"),
        ({"description": {"nl": "Cellebroers straat"}}, "description/nl"),
        ({"phones": _phone(note={"en": "Ring at Villa-Rosa"})}, "phones/0/note/en"),
        ({"phones": _phone(hours='Mo 10:00-12:00 "villa rosa"')}, "phones/0/hours"),
        (
            {"opening_hours": 'Mo "villa rosa"', "timezone": "Europe/Brussels"},
            "opening_hours",
        ),
        ({"email": "villarosa@example.org"}, "email"),
        ({"website": "https://www.villa-rosa.be/"}, "website"),
        ({"website": "https://example.org/contact?at=rue%20des%20alexiens"}, "website"),
    ],
    ids=lambda value: None,
)
@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_a_text_that_names_a_hidden_street_is_an_error(
    visibility: str, members: dict[str, Any], pointer: str
) -> None:
    """In every language and spelling; the error names the field, never the street."""
    found = _faults(_centre(visibility, STREET, **members))
    assert found == [pointer]
    assert _faults(_centre("public", STREET, **members)) == []


ROUVEROY = {"street": "Rue Rouveroy 2", "street_translations": {"de": "Müllerstraße 2"}}
PAULI = {"street": "Sankt-Pauli-Strasse 9", "street_translations": {"fr": "rue du Secret 9"}}
GEHEIM = {"street": "Cellebroersstraat 77"}
# Cyrillic and Greek letters that look like ours, a soft hyphen, and letters of full width.
_LOOK_ALIKES = ("R\u043euver\u043e\u0443", "\u0391cc\u0435s R\u03bfuveroy", "Rouve\u00adroy")


@pytest.mark.parametrize(
    ("address", "members", "pointer"),
    [
        (ROUVEROY, {"name": "Centre Rouveroy"}, "name"),
        (ROUVEROY, {"name": "Centre Rouve-roy"}, "name"),
        *((ROUVEROY, {"name": name}, "name") for name in _LOOK_ALIKES),
        (ROUVEROY, {"name": "ＲＯＵＶＥＲＯＹ"}, "name"),
        (ROUVEROY, {"name_translations": {"nl": "Huis Rouveroy"}}, "name_translations/nl"),
        (ROUVEROY, {"email": "rouveroy@example.org"}, "email"),
        (ROUVEROY, {"email": "info.rouveroy2@example.org"}, "email"),
        (ROUVEROY, {"website": "https://rouveroy.example.org/"}, "website"),
        (ROUVEROY, {"website": "https://example.org/rue%2Drouveroy"}, "website"),
        (ROUVEROY, {"website": "https://xn--mllerstrasse-dlb.example.org/"}, "website"),
        (ROUVEROY, {"website": "https://www.muellerstrasse.example.org/"}, "website"),
        (
            ROUVEROY,
            {"channels": [{"kind": "email", "address": "rouveroy@example.org"}]},
            "channels/0/address",
        ),
        (ROUVEROY, {"description": {"fr": "Au 2, Rouveroy. Rouveroy 2"}}, "description/fr"),
        (PAULI, {"name": "Haus Sankt Pauli"}, "name"),
        (PAULI, {"description": {"de": "Sankt Pauli Str."}}, "description/de"),
        (PAULI, {"email": "sanktpauli@example.org"}, "email"),
        (PAULI, {"name": "Le Secret"}, "name"),
        (PAULI, {"description": {"fr": "RUE DU SECRET"}}, "description/fr"),
        (GEHEIM, {"name": "Huis Cellebroers"}, "name"),
        (GEHEIM, {"email": "cellebroers@example.org"}, "email"),
        (
            {**GEHEIM, "street_translations": {"fr": "Rue de l’Œuvre 77"}},
            {"name": "L'oeuvre"},
            "name",
        ),
    ],
    ids=lambda value: None,
)
def test_a_street_is_recognised_without_its_type_and_in_other_letters(
    address: dict[str, Any], members: dict[str, Any], pointer: str
) -> None:
    """In what names the centre or is its address on the Internet."""
    assert _faults(_centre("hidden", address, **members)) == [pointer]


@pytest.mark.parametrize(
    ("address", "members", "warned"),
    [
        (ROUVEROY, {"description": {"fr": "Demandez Rouveroy"}}, True),
        (PAULI, {"description": {"fr": "C’est un secret", "nl": "Geen geheim"}}, True),
        (ROUVEROY, {"description": {"fr": "La rue, 2 chambres"}}, False),
        ({"street": "Kerkstraat 5"}, {"name": "Kerk en Huis", "email": "kerk@example.org"}, False),
        ({"street": "Place de la Liberté 5"}, {"name": "Liberté"}, False),
        ({"street": "Rue de Brussel 5"}, {"name": "Huis Brussel"}, False),
        ({"street": "Keizerslaan 5"}, {"email": "keizersnede@example.org"}, False),
    ],
    ids=lambda value: None,
)
def test_a_word_of_the_street_is_a_warning_in_a_text(
    address: dict[str, Any], members: dict[str, Any], *, warned: bool
) -> None:
    """It may be a word that means something else; ordinary words and towns need none."""
    record = _centre("hidden", address, **members)
    assert _faults(record) == []
    found = centre_warnings(Centre.from_record(record), lambda *_: None, date(2026, 11, 24))
    warnings = [warning for warning in found if warning.code == "street_name"]
    assert bool(warnings) is warned
    assert not [each for each in warnings if "ouveroy" in str(each) or "secret" in str(each)]


@pytest.mark.parametrize(
    ("address", "members"),
    [
        (
            STREET,
            {"name": "Rosa", "description": {"en": "Bus 3, box 16b; 16 languages; rue de Rosa"}},
        ),
        ({"street": "Wal 3"}, {"description": {"nl": "Aan de wal. De wallet"}}),
        ({"street": "Brussel 12"}, {"description": {"nl": "Een centrum in Brussel"}}),
        ({"street": "12"}, {"description": {"nl": "Een huis voor 12 mensen"}}),
        ({"street": "Leguit 4"}, {"description": {"en": "Deleguitors 4"}}),
        ({"street": "Kerkstraat 1, boîte 2"}, {"description": {"fr": "La boîte aux lettres"}}),
        ({}, {"description": {"en": "Cellebroersstraat 16b"}}),
    ],
    ids=lambda value: None,
)
def test_other_texts_are_no_error(address: dict[str, Any], members: dict[str, Any]) -> None:
    """A part of a word, the town, a number, or what is not the whole name of the street."""
    assert _faults(_centre("hidden", address, **members)) == []


@pytest.mark.parametrize(
    ("address", "members"),
    [
        ({"street": "Wal 3"}, {"description": {"nl": "Aan Wal 3"}}),
        ({"street": "Brussel 12"}, {"description": {"nl": "Brussel 12"}}),
        ({"street": "Q 7, 24"}, {"description": {"de": "In Q 7 24"}}),
        ({"street": "Leguit 4"}, {"email": "leguit4@example.org"}),
        ({"street": "Leguit 4"}, {"address": {"locality": {"nl": "Brussel, Leguit"}}}),
    ],
    ids=lambda value: None,
)
def test_short_names_are_found_with_their_number(
    address: dict[str, Any], members: dict[str, Any]
) -> None:
    """And in addresses, which have no spaces; the name of the town may name the street, too."""
    below = members.pop("address", {})
    assert len(_faults(_centre("hidden", {**address, **below}, **members))) == 1


@pytest.mark.parametrize(
    ("identity", "visibility", "warned"),
    [("villa-rosa", "hidden", True), ("villa-rosa", "public", False), ("rosa", "hidden", False)],
)
def test_an_id_that_names_a_hidden_street_is_a_warning(
    identity: str, visibility: str, warned: bool
) -> None:
    """An error would keep the address public, since no id can be changed."""
    centre = Centre.from_record(_centre(visibility, STREET, id=identity))
    found = centre_warnings(centre, lambda *_: None, date(2026, 11, 24))
    assert ("telling_id" in {warning.code for warning in found}) is warned


@pytest.mark.parametrize(
    ("before", "after", "warned"),
    [
        ("public", "hidden", True),
        ("public", "locality", True),
        ("locality", "hidden", True),
        ("hidden", "locality", False),
        ("hidden", "public", False),
        ("public", "public", False),
    ],
)
def test_hiding_an_address_says_where_copies_of_it_remain(
    before: str, after: str, warned: bool
) -> None:
    """Only the directory forgets it; partners, folders and devices keep what they have."""
    change = Change("centre", "made-up-001", _centre(before, STREET), _centre(after, STREET))
    found = [warning for warning in change_warnings(change) if warning.code == "hidden_later"]
    assert len(found) == warned
    for warning in found:
        assert warning.pointer == "/centres/made-up-001/address_visibility"
        assert "partners" in warning.detail
        assert "devices" in warning.detail
        assert "folders" in warning.detail


@pytest.mark.parametrize(
    ("before", "after", "warned"),
    [
        ("hidden", "public", True),
        ("hidden", "locality", True),
        ("locality", "public", True),
        ("public", "hidden", False),
        ("hidden", "hidden", False),
    ],
)
def test_showing_more_of_an_address_asks_whether_it_is_safe(
    before: str, after: str, warned: bool
) -> None:
    """In a form, in an undo and in an import: one wrong press could show it to everybody."""
    change = Change("centre", "made-up-001", _centre(before, STREET), _centre(after, STREET))
    found = [warning for warning in change_warnings(change) if warning.code == "shown_now"]
    assert len(found) == warned
    for warning in found:
        assert warning.pointer == "/centres/made-up-001/address_visibility"
        assert "ask the centre" in str(warning.detail)
        assert "Cellebroersstraat" not in str(warning.detail)


def test_a_street_in_the_locality_is_refused_and_is_no_town_that_texts_may_name() -> None:
    """It is easily overlooked there: the locality of a hidden address is not shown."""
    address = {"street": "Rue Rouveroy 2", "locality": {"fr": "Rue Rouveroy"}}
    assert _faults(_centre("hidden", address, name="Centre, rue Rouveroy")) == [
        "name",
        "address/locality/fr",
    ]
