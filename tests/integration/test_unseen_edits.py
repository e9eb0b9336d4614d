"""Edits that only maintainers can see: from outside nobody can tell what they were of."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.domain.changes.change import Stamp
from directory_api.domain.changes.public_history import RECENT
from directory_api.domain.geo.point import Point
from directory_api.domain.geo.postcode import NamedPoint, place_of
from directory_api.features import create_app
from tests.support.api_client import Asker
from tests.support.maintainers import NOON, House, house_of
from tests.support.records import made_up_centre

ATOM = "{http://www.w3.org/2005/Atom}"
# Two codes of one municipality, and one of another.
TOWNS = {"1000": ("Brussel", 50.85), "1020": ("Brussel", 50.89), "2000": ("Antwerpen", 51.22)}
PLACES = [
    place_of("BE", code, [NamedPoint(name, Point(lat, 4.35))])
    for code, (name, lat) in TOWNS.items()
]
_Deed = Callable[[House, random.Random], None]


def _at(street: float, code: str = "1000") -> dict[str, Any]:
    address = {
        "street": f"Straat {street}",
        "postal_code": code,
        "locality": {"nl": "Stad"},
        "country": "BE",
    }
    return {
        "address": address,
        "location": {"lat": TOWNS[code][1] + street / 1000, "lon": 4.35, "precision": "street"},
    }


def _named(identity: str) -> _Deed:
    return lambda house, chance: house.patch(identity, name=f"Name {chance.random()}")


def _moved(identity: str, *codes: str) -> _Deed:
    return lambda house, chance: house.patch(identity, **_at(chance.random(), chance.choice(codes)))


def _noted(house: House, chance: random.Random) -> None:
    house.editor.patch(
        house.edit("be-112", kind="helpline"), {"note": {"en": f"Note {chance.random()}"}}
    )


SEEN = (_named("made-up-000"), _named("made-up-001"), _moved("made-up-000", "1000", "2000"), _noted)
UNSEEN = (
    _moved("made-up-001", "1000", "1020"),
    _moved("made-up-002", "1000"),
    _moved("made-up-003", "1000", "1020"),
)


def _house(folder: Path) -> House:
    folder.mkdir()
    visibilities = ("public", "hidden", "locality", "hidden")
    centres = [
        made_up_centre(number, address_visibility=visibility, **_at(0))
        for number, visibility in enumerate(visibilities)
    ]
    house = house_of(folder / "directory.db", centres)
    house.store.append([], Stamp("start", NOON, "postcodes"), expected=1, tables={"BE": PLACES})
    house.current.refresh()
    return house


def _outside(house: House) -> dict[str, Any]:
    """All that tells of changes; in the place of revisions their order, and without the store's name."""
    settings = Settings(database_url=f"sqlite:///{house.path}", rate_limit="")
    directory = open_directory(settings)
    directory.current.refresh()
    asked = Asker(create_app(directory, now=house.clock))
    changes = asked.get("/v1/changes").get_json()["changes"]
    revisions = sorted({int(change["revision"]) for change in changes})
    since = [
        asked.get(f"/v1/changes?since={revision}").get_json()["changes"] for revision in revisions
    ]
    for answer in (changes, *since):
        for change in answer:
            change["revision"] = revisions.index(int(change["revision"]))
    feed = ElementTree.fromstring(asked.get("/v1/changes.atom").data)
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        part.remove(next(part.iter(f"{ATOM}id")))
    return {
        "changes": changes,
        "since": since,
        "feed": ElementTree.tostring(feed),
        "services": asked.get("/hsds/services?minimal=true").get_json()["contents"],
        "centres": asked.get("/v1/centres").get_json()["centres"],
    }


@pytest.mark.parametrize("seed", range(2))
def test_unseen_edits_leave_no_trace(tmp_path: Path, seed: int) -> None:
    """Through more than RECENT edits of both kinds, in any order, the answers are those without the unseen ones."""
    chance = random.Random(seed)  # no secret
    plain, full = _house(tmp_path / "plain"), _house(tmp_path / "full")
    seen = 0
    while seen < RECENT + 20:
        for house in (plain, full):
            house.clock.pass_by(timedelta(minutes=1))
        if chance.random() < 0.5:
            chance.choice(UNSEEN)(full, chance)
            continue
        seen += 1
        deed, values = chance.choice(SEEN), chance.random()
        for house in (plain, full):
            deed(house, random.Random(values))
        if seen % 40 == 0:
            assert _outside(full) == _outside(plain)
    for _ in range(RECENT + 1):
        chance.choice(UNSEEN)(full, chance)
    assert _outside(full) == _outside(plain)
    assert full.current.snapshot.revision > plain.current.snapshot.revision + RECENT


def test_a_hidden_centre_is_told_when_it_moves_to_another_municipality(tmp_path: Path) -> None:
    """Its point is another, which everybody sees; so its revision is that of the move."""
    house = _house(tmp_path / "house")
    house.patch("made-up-001", **_at(1, "1020"))
    house.patch("made-up-003", **_at(2, "2000"))
    touched = {told.id: told.revision for told in house.current.snapshot.touched}
    assert (touched["made-up-001"], touched["made-up-003"]) == (1, 4)
    (told,) = house.current.snapshot.news[:1]
    assert (told.id, told.members) == ("made-up-003", ("location",))
