"""A source belongs to the value that it states: when the value changes, its sources go."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.maintainer_app import MaintainerApp
from tests.support.records import shipped_records
from tests.support.ways_to_edit import CHANGED, WAYS, Attempt, Edited

NEEDS = ("desk", "formats")

# These bring back a value with the sources that it had.
_BACK = {"restore", "undo", "command restore"}
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
