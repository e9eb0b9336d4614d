"""Faults and warnings of an edit, each at its place in the record."""

from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.change.change import document
from directory_api.edit.writer import Excerpt
from directory_api.text.errors import RecordsInvalid
from tests.support.records import made_up_centre
from tests.support.write_side import WriteSide, create_write_side


@pytest.mark.parametrize("identity", ["pag-asa", "payoke", "surya"])
def test_faults_lie_where_they_are_in_the_record(write_side: WriteSide, identity: str) -> None:
    """All of them at once, with pointers into what was sent, and no word of the other records."""
    wrong = {
        "name": "a\u0007b",
        "email": "nobody",
        "phones": [{"number": "1", "kind": "main"}],
        "phnes": [],
    }
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(write_side.edit(identity), wrong)
    assert {fault.pointer for fault in refused.value.faults} == {
        "/name",
        "/email",
        "/phones/0/number",
        "/phnes",
    }
    assert not any(
        "payoke" in fault.detail or "surya" in fault.detail for fault in refused.value.faults
    )


def test_the_last_emergency_number_of_a_country_is_one_fault_of_its_helpline(
    write_side: WriteSide,
) -> None:
    """The centres did nothing wrong, however many the country has."""
    edit, editor = write_side.edit("be-112", kind="helpline"), write_side.editor
    only = "112 is the only emergency number of Belgium, so "
    gone = f"{only}it cannot be removed or become another kind."
    with pytest.raises(RecordsInvalid) as refused:
        editor.remove(edit)
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        ("/helplines", gone)
    ]
    for patch, expected in (
        ({"kind": "police"}, ("/kind", gone)),
        ({"countries": ["LU"]}, ("/countries", f"{only}Belgium must stay in its countries.")),
    ):
        with pytest.raises(RecordsInvalid) as refused:
            editor.patch(edit, patch)
        assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [expected]


def test_a_country_without_an_emergency_number_is_found_among_many(tmp_path: Path) -> None:
    """Centres that only serve the country are no reason to keep its number; those in it are."""
    abroad = {"postal_code": "1111", "locality": {"nl": "Stad"}, "country": "LU"}
    centres = [
        made_up_centre(1, coverage=["LU"]),
        made_up_centre(2, address=abroad),
        made_up_centre(3),
        made_up_centre(4, address=abroad),
    ]
    write_side = create_write_side(tmp_path / "abroad.db", centres[::2])
    edit = write_side.edit("lu-112", kind="helpline", typed=("112",))
    write_side.editor.patch(replace(edit, dry_run=True), {"countries": ["BE"]})
    for centre in centres[1::2]:
        write_side.editor.create(write_side.edit(centre["id"]), centre)
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(edit, {"countries": ["BE"]})
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        (
            "/countries",
            "112 is the only emergency number of Luxembourg, so Luxembourg must stay in its "
            "countries.",
        )
    ]
    assert write_side.everything() == before


def test_the_centres_of_an_excerpt_are_not_among_the_others(write_side: WriteSide) -> None:
    """A source that goes is missing in all centres that name it; those of the excerpt are checked
    as they will be, not as they are.
    """
    whole = write_side.store.records()
    state = write_side.store.excerpt([("centre", "payoke")])
    excerpt = Excerpt(write_side.store, write_side.live, state)
    after = {**document(whole.contents), "sources": []}
    told = {fault.detail.rpartition(" ")[2] for fault in excerpt.faults(after)}
    assert told == {"(pag-asa)", "(surya)"}
