"""A source belongs to the value that it states: when the value changes, its sources go."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.maintainer_app import MaintainerApp
from tests.support.records import TERMINAL, shipped_records
from tests.support.ways_to_edit import CHANGED, WAYS, Attempt, Edited

NEEDS = ("desk", "formats")

# These bring back a value with the sources that it had.
_BACK = {"restore", "undo", "command restore"}
_PAGASA = shipped_records()["centres"][0]
_PAYOKE = next(each for each in shipped_records()["centres"] if each["id"] == "payoke")
_PHONE = {**_PAYOKE["phones"][0], "number": "+3232011609", "display": "+32 3 201 16 09"}
_MOVED = {**_PAYOKE["address"], "street": "Nieuwe Weg 7", "street_translations": {}}
_NEW: dict[str, Any] = {
    "phones": [_PHONE],
    "address": {name: value for name, value in _MOVED.items() if value},
    "email": "new@payoke.be",
    "website": "https://www.payoke.be/new",
}


# A way that brings a value back brings it with the sources that it had.
_FORWARD = [name for name, way in WAYS.items() if CHANGED in way.takes and name not in _BACK]


@pytest.mark.parametrize("name", _FORWARD)
def test_no_answer_shows_the_sources_of_the_value_before(
    maintainer_app: MaintainerApp, tmp_path: Path, name: str
) -> None:
    """By every way to edit; those of other values stay."""
    edited = Edited("centre", "payoke", _PAYOKE, {**_PAYOKE, **_NEW})
    assert WAYS[name].begin(Attempt(maintainer_app, tmp_path, edited))(None).is_done
    maintainer_app.directory.live.refresh()  # commands are other processes
    public = maintainer_app.public("/v1/centres/payoke")
    assert public["phones"][0]["number"] == _PHONE["number"]
    kept = {member: ids for member, ids in _PAYOKE["sources"].items() if member not in _NEW}
    assert public["sources"] == kept
    assert (
        "sources of phones dropped with the old value: agii, flyer"
        in (maintainer_app.history("/v1/records/centres/payoke")[0]["differences"])
    )


def _sources(app: MaintainerApp) -> dict[str, Any]:
    cited: dict[str, Any] = app.public()["sources"]
    return cited


def test_an_undo_brings_back_a_value_and_its_sources(maintainer_app: MaintainerApp) -> None:
    """Also after another value, and the sources of the new one, have changed."""
    before = maintainer_app.public()
    maintainer_app.patch(email="help@pag-asa.be")
    maintainer_app.patch(website="https://www.pag-asa.be/new", sources={"email": ["general"]})
    assert _sources(maintainer_app)["email"] == ["general"]
    assert "website" not in _sources(maintainer_app)
    maintainer_app.directory.rollback.undo(TERMINAL, 2, "a mistake")
    maintainer_app.directory.live.refresh()
    after = maintainer_app.public()
    assert (after["email"], after["sources"]["email"]) == (
        before["email"],
        before["sources"]["email"],
    )
    assert "website" not in after["sources"]


def test_a_change_says_itself_which_sources_state_the_new_value(
    maintainer_app: MaintainerApp,
) -> None:
    """Those that it adds, or what it leaves of the list; later, any."""
    old = _sources(maintainer_app)["email"]
    maintainer_app.patch(email="a@pag-asa.be", sources={"email": [*old, "general"]})
    assert _sources(maintainer_app)["email"] == ["general"]
    maintainer_app.patch(sources={"email": ["general", *old]})
    assert _sources(maintainer_app)["email"] == ["general", *old]
    maintainer_app.patch(email="b@pag-asa.be", sources={"email": ["general"]})
    assert _sources(maintainer_app)["email"] == ["general"]


@pytest.mark.parametrize(
    ("members", "gone"),
    [
        ({"phones": [{**_PAGASA["phones"][0], "display": "02 511 64 64"}]}, False),
        ({"description": {**_PAGASA["description"], "es": "Centro"}}, False),
        ({"services": _PAGASA["services"][::-1]}, False),
        ({"address": {**_PAGASA["address"], "street_translations": None}}, False),
        ({"services": _PAGASA["services"][1:]}, True),
        ({"phones": [*_PAGASA["phones"], _PHONE]}, True),
        ({"phones": [{**_PAGASA["phones"][0], "hours": "Mo-Fr 09:00-17:00"}]}, True),
        ({"description": {**_PAGASA["description"], "en": "Open to all."}}, True),
        ({"opening_hours": None}, True),
    ],
)
def test_only_another_value_loses_its_sources(
    maintainer_app: MaintainerApp, members: dict[str, Any], gone: bool
) -> None:
    """Not one that is printed in another way, in another order or in one language more."""
    (member,) = members
    assert maintainer_app.patch(**members).status_code == 200
    assert (member not in maintainer_app.record()["sources"]) is gone


def test_a_record_whose_last_source_goes_has_no_list_of_them(maintainer_app: MaintainerApp) -> None:
    """An empty one would say nothing."""
    others = {member: None for member in _PAGASA["sources"] if member != "email"}
    maintainer_app.patch(sources=others)
    assert maintainer_app.record()["sources"].keys() == {"email"}
    maintainer_app.patch(email="new@pag-asa.be")
    assert "sources" not in maintainer_app.record()


def test_a_helpline_and_a_language_lose_their_sources(maintainer_app: MaintainerApp) -> None:
    """One list is about all values of a helpline, and a language has a source of its own."""
    line = "/v1/records/helplines/be-1712"
    maintainer_app.write("PATCH", f"{line}?confirm_number=1712", json={"hours": "24/7"})
    assert "sources" not in maintainer_app.record(line)
    first, *others = _PAGASA["languages"]
    maintainer_app.patch(languages=[{**first, "interpreter": True}, *others])
    languages = maintainer_app.record()["languages"]
    assert languages == [{"code": first["code"], "interpreter": True}, *others]


def test_what_a_channel_says_is_not_left_to_the_source_of_what_it_said(
    maintainer_app: MaintainerApp,
) -> None:
    """It needs a source, so the change is refused until it has its own."""
    channel = {"kind": "call", "cost": "free", "sources": ["general"]}
    maintainer_app.patch(channels=[channel])
    refused = maintainer_app.patch(channels=[{**channel, "cost": "charged"}])
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.get_json()["errors"]] == ["/channels/0/sources"]
    new = {**channel, "cost": "charged", "sources": ["flyer"]}
    assert maintainer_app.patch(channels=[new]).status_code == 200


def test_a_temporary_value_is_shown_without_the_sources_of_the_permanent_one(
    maintainer_app: MaintainerApp,
) -> None:
    """The sources of the others are shown."""
    maintainer_app.patch(temporary={"until": "2027-01-31", "phones": [_PHONE]})
    answer = maintainer_app.public()
    assert answer["phones"][0]["number"] == _PHONE["number"]
    assert "phones" not in answer["sources"]
    assert "email" in answer["sources"]
