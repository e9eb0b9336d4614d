"""An address that is not public is in no text of other records, and in no source that is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.guards import ALL_ALLOWED
from directory_api.change.outcome import Outcome
from directory_api.edit.draft import ChangeRequest
from directory_api.features.desk.admin.source_editor import SourceEditor
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.place.gazetteer import Gazetteer
from directory_api.text.errors import Fault, NotReady, RecordsInvalid
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import (
    ANNA,
    WriteSide,
    create_write_side,
    incoming,
    json_bytes,
    open_write_side,
    published,
)

NEEDS = ("desk",)

LINE = "be-trafficking-line"
SECRET = {
    "name": "Huis Noord",
    "address_visibility": "hidden",
    "address": {
        "street": "Geheimstraat 77",
        "street_translations": {"fr": "Rue Rouveroy 77"},
        "postcode": "1000",
        "locality": {"nl": "Brussel"},
        "country": "BE",
    },
}


@pytest.fixture
def side(tmp_path: Path) -> WriteSide:
    """A directory with a centre whose address is hidden and one whose address is not."""
    centres = [made_up_centre(1, **SECRET), made_up_centre(2)]
    write_side = create_write_side(tmp_path / "d.db", centres)
    write_side.live.refresh()
    return write_side


def _document(side: WriteSide) -> dict[str, Any]:
    """The stored directory."""
    contents = side.store.records().contents
    return {
        **shipped_records(),
        "sources": list(contents["directory"]["directory"]["sources"]),
        "helplines": list(contents["helpline"].values()),
        "centres": list(contents["centre"].values()),
    }


def _patch(kind: str, identity: str, patch: dict[str, Any]) -> Callable[[WriteSide], Outcome]:
    return lambda side: side.editor.patch(side.edit(identity, kind=kind), patch)


def _source(**members: str) -> Callable[[WriteSide], Outcome]:
    source = {"id": "press", "title": "A newspaper", **members}
    return lambda side: SourceEditor(side.writer).add(side.edit("press"), source)


def _import(change: Callable[[dict[str, Any]], object]) -> Callable[[WriteSide], Outcome]:
    def bring_in(side: WriteSide) -> Outcome:
        document = _document(side)
        change(document)
        file = incoming(json_bytes(document))
        return side.importer.bring_in(ANNA, file, "a file", allowed=ALL_ALLOWED)

    return bring_in


def _noted(text: str) -> dict[str, Any]:
    return {"note": {"nl": text}}


# Ways to name the address in a record that is not the centre's own, and where the fault is.
NAMED: dict[str, tuple[Callable[[WriteSide], Outcome], str]] = {
    "title": (_source(title="Shelter moves to Geheimstraat 77"), "/title"),
    "url": (_source(url="https://press.example.org/shelter-geheimstraat-77"), "/url"),
    "encoded": (_source(url="https://press.example.org/?q=rue%20Rouveroy%2077"), "/url"),
    "publisher": (_source(publisher="Geheimstr. 77"), "/publisher"),
    "id of a source": (_source(id="geheimstraat-77"), "/id"),
    "note": (_patch("helpline", LINE, _noted("Rouveroy 77")), "/note/nl"),
    "with its centre": (_patch("helpline", LINE, _noted("Huis Noord, Geheimstraat")), "/note/nl"),
    "description": (
        _patch("centre", "made-up-002", {"description": {"fr": "77, rue Rouveroy"}}),
        "/description/fr",
    ),
    "web site": (
        _patch("centre", "made-up-002", {"website": "https://geheimstraat77.example.org/"}),
        "/website",
    ),
    "channel": (
        _patch(
            "centre",
            "made-up-002",
            {"channels": [{"kind": "email", "address": "rue.rouveroy77@example.org"}]},
        ),
        "/channels/0/address",
    ),
    "temporary": (
        _patch(
            "centre",
            "made-up-002",
            {
                "timezone": "Europe/Brussels",
                "temporary": {
                    "until": "2120-01-01",
                    "opening_hours": "Mo 10:00-12:00",
                    "note": {"nl": "Bel aan bij Geheimstraat 77"},
                },
            },
        ),
        "/temporary/note/nl",
    ),
    "contested": (
        _patch(
            "centre",
            "made-up-002",
            {"contested": [{"member": "email", "sources": ["flyer"], **_noted("Rouveroy 77")}]},
        ),
        "/contested/0/note/nl",
    ),
    "a file": (
        _import(lambda document: document["helplines"][0].update(_noted("Geheimstraat 77"))),
        "/note/nl",
    ),
    "a source in a file": (
        _import(lambda document: document["sources"][0].update(title="Geheimstraat 77")),
        "/sources/0/title",
    ),
}


@pytest.mark.parametrize(("way", "pointer"), NAMED.values(), ids=NAMED)
def test_no_other_text_names_a_hidden_address(
    side: WriteSide, way: Callable[[WriteSide], Outcome], pointer: str
) -> None:
    """The error is beside the text, names the centre and not the street."""
    before = side.store.revision()
    with pytest.raises(RecordsInvalid) as refused:
        way(side)
    (fault,) = refused.value.faults
    assert (fault.pointer or "").endswith(pointer)
    assert "made-up-001" in str(fault.detail)
    told = f"{refused.value} {fault}".casefold()
    assert not [each for each in ("geheim", "rouveroy") if each in told]
    assert side.store.revision() == before


def _codes(outcome: Outcome) -> dict[str | None, Fault]:
    return {warning.code: warning for warning in outcome.warnings}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wij zijn in de Geheimstraat", "names_hidden_address"),
        ("Een geheim, 77 jaar", None),
        ("Brussel 77", None),
        ("Geheimstraat 7", "names_hidden_address"),
    ],
)
def test_a_street_without_its_number_is_a_warning(
    side: WriteSide, text: str, code: str | None
) -> None:
    """Many towns have a street of this name; the word alone names none."""
    outcome = _patch("helpline", LINE, _noted(text))(side)
    assert outcome.applied
    assert ("names_hidden_address" in _codes(outcome)) is bool(code)


def test_a_centre_that_is_open_in_the_same_street_is_saved(side: WriteSide) -> None:
    """In another town without a word; in the same postcode and house with a warning."""
    here = {"street": "Geheimstraat 77", "postcode": "1000"}
    there = {"street": "Geheimstraat 77", "postcode": "9000"}
    text = {"description": {"nl": "Geheimstraat 77, tweede bel"}}
    for address, warned in ((there, False), (here, True)):
        outcome = _patch("centre", "made-up-002", {"address": address, **text})(side)
        assert ("names_hidden_address" in _codes(outcome)) is warned
        text = {}


def test_the_edit_that_hides_an_address_names_all_texts_that_have_it(tmp_path: Path) -> None:
    """It takes effect at once, and what names the address does not keep other edits of its record
    from being saved.
    """
    public = made_up_centre(1, **{**SECRET, "address_visibility": "public"})
    other = made_up_centre(2, description={"nl": "Naast Geheimstraat 77"})
    side = create_write_side(tmp_path / "d.db", [public, other])
    side.live.refresh()
    _source(title="Shelter in Geheimstraat 77")(side)
    _patch("helpline", LINE, _noted("Rue Rouveroy, Huis Noord"))(side)
    outcome = _patch("centre", "made-up-001", {"address_visibility": "hidden"})(side)
    warning = _codes(outcome)["named_elsewhere"]
    assert warning.pointer == "/address_visibility"
    for place in ("press (title)", "made-up-002 (description.nl)", f"{LINE} (note.nl)"):
        assert place in str(warning.detail)
    assert "eheim" not in str(warning.detail)
    phones = {"phones": [{"number": "+3225116464", "kind": "main"}]}
    assert _patch("centre", "made-up-002", phones)(side).applied
    _patch("centre", "made-up-002", {"description": None})(side)
    _patch("helpline", LINE, {"note": None})(side)
    SourceEditor(side.writer).replace(side.edit("press"), {"id": "press", "title": "A newspaper"})
    assert "eheim" not in published(side.live)


def test_a_file_that_hides_an_address_names_all_texts_that_have_it(tmp_path: Path) -> None:
    public = made_up_centre(1, **{**SECRET, "address_visibility": "public"})
    side = create_write_side(tmp_path / "d.db", [public, made_up_centre(2)])
    side.live.refresh()
    _source(title="Shelter in Geheimstraat 77")(side)

    def hide(document: dict[str, Any]) -> None:
        document["centres"][0]["address_visibility"] = "hidden"

    outcome = _import(hide)(side)
    assert "press (title)" in str(_codes(outcome)["named_elsewhere"].detail)


def test_a_source_that_only_a_hidden_address_has_is_not_published(
    write_side: WriteSide, tmp_path: Path
) -> None:
    """Payoke's other address is in the titles of two. They come back with the address."""
    assert "98A" in published(write_side.live)
    hidden = {"address_visibility": "hidden"}
    outcome = write_side.editor.patch(write_side.edit("payoke"), hidden)
    assert "named_elsewhere" not in _codes(outcome)
    write_side.live.refresh()
    assert "98A" not in published(write_side.live)
    snapshot = write_side.live.snapshot
    shown = {each["id"] for each in snapshot.header["sources"]}
    assert {"antwerpen-press", "vrije-woord"}.isdisjoint(shown)
    assert {"agii", "flyer", "payoke", "myria"} <= shown
    assert snapshot.by_id["payoke"].sources.keys().isdisjoint({"address", "location"})
    last_good = LastGoodSnapshot(tmp_path / "last-good")
    last_good.save(write_side.store.version(), snapshot, lambda: True)
    assert "98A" not in last_good.path.read_text(encoding="utf-8")
    write_side.editor.patch(write_side.edit("payoke"), {"address_visibility": "public"})
    write_side.live.refresh()
    shown = {each["id"] for each in write_side.live.snapshot.header["sources"]}
    assert {"antwerpen-press", "vrije-woord"} <= shown


def test_the_first_records_of_a_store_may_name_a_hidden_address(tmp_path: Path) -> None:
    """An export of a directory whose texts still name it is loaded in an emergency, with warnings:
    all of its texts are new.
    """
    other = made_up_centre(2, description={"nl": "Naast Geheimstraat 77"})
    document = {**shipped_records(), "centres": [made_up_centre(1, **SECRET), other]}
    side = open_write_side(tmp_path / "d.db")
    side.store.create()
    request = ChangeRequest(document, gazetteer=Gazetteer(()))
    loaded = side.writer.write(ANNA, "the first", lambda _: request, allowed=ALL_ALLOWED)
    assert "made-up-002 (description.nl)" in str(_codes(loaded)["named_elsewhere"].detail)


def test_an_address_on_the_internet_that_is_no_punycode_is_read_as_it_is(tmp_path: Path) -> None:
    """It names no street, and breaks nothing."""
    side = create_write_side(tmp_path / "directory.db")
    assert side.editor.patch(side.edit("surya"), {"address_visibility": "hidden"}).applied
    changed = {"website": "https://xn--99999999999.example.org/"}
    assert side.editor.patch(side.edit("pag-asa"), changed).applied


def test_the_sources_of_an_empty_store_are_not_ready(tmp_path: Path) -> None:
    """Before the first load there is no header."""
    side = open_write_side(tmp_path / "directory.db")
    side.store.create()
    with pytest.raises(NotReady):
        SourceEditor(side.writer).stored()


def test_its_own_text_is_not_another_record_that_names_it(tmp_path: Path) -> None:
    """The bare name in prose is a warning about the record itself alone."""
    side = create_write_side(tmp_path / "directory.db")
    assert side.editor.patch(side.edit("surya"), {"address_visibility": "hidden"}).applied
    said = side.editor.patch(side.edit("surya"), {"description": {"en": "Ask for Rouveroy"}})
    assert "names_hidden_address" not in _codes(said)
