"""Edits that only maintainers can see: the public cannot tell which records they changed."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.store.sql import history
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.hsds_lists import contents
from tests.support.records import made_up_centre
from tests.support.write_side import WriteSide, create_with_places

# Fewer than RECENT, of which the server keeps 100.
KEPT_APART = 25
ATOM = "{http://www.w3.org/2005/Atom}"
# Two codes of one municipality, and one of another.
TOWNS = {"1000": ("Brussel", 50.85), "1020": ("Brussel", 50.89), "2000": ("Antwerpen", 51.22)}
PLACES = [
    place_of("BE", code, [NamedPoint(name, Point(lat, 4.35))])
    for code, (name, lat) in TOWNS.items()
]
# A change of what was confirmed ends a confirmation, but not one that only maintainers can see.
_CONFIRMED = {"on": "2026-11-20", "by": "anna", "how": "called"}
_Deed = Callable[[WriteSide, random.Random], None]


def _at(street: float, code: str = "1000") -> dict[str, Any]:
    address = {
        "street": f"Straat {street}",
        "postcode": code,
        "locality": {"nl": "Stad"},
        "country": "BE",
    }
    return {
        "address": address,
        "location": {"lat": TOWNS[code][1] + street / 1000, "lon": 4.35, "precision": "street"},
    }


def _named(identity: str) -> _Deed:
    return lambda write_side, chance: write_side.patch(identity, name=f"Name {chance.random()}")


def _moved(identity: str, *codes: str) -> _Deed:
    return lambda write_side, chance: write_side.patch(
        identity, **_at(chance.random(), chance.choice(codes))
    )


def _noted(write_side: WriteSide, chance: random.Random) -> None:
    write_side.editor.patch(
        write_side.edit("be-112", kind="helpline"), {"note": {"en": f"Note {chance.random()}"}}
    )


SEEN = (_named("made-up-000"), _named("made-up-001"), _moved("made-up-000", "1000", "2000"), _noted)
UNSEEN = (
    _moved("made-up-001", "1000", "1020"),
    _moved("made-up-002", "1000"),
    _moved("made-up-003", "1000", "1020"),
)


def _write_side(folder: Path) -> WriteSide:
    folder.mkdir()
    visibilities = ("public", "hidden", "locality", "hidden")
    centres = [
        made_up_centre(number, address_visibility=visibility, verified=_CONFIRMED, **_at(0))
        for number, visibility in enumerate(visibilities)
    ]
    return create_with_places(folder / "directory.db", PLACES, centres)


def _outside(write_side: WriteSide) -> dict[str, Any]:
    """What could tell of a change, without the ids of the feed, which are of one store, and
    without revision and link, which every edit changes.
    """
    settings = Settings(database_url=f"sqlite:///{write_side.path}", rate_limit="")
    directory = open_directory(settings)
    directory.live.refresh()
    asked = ApiClient(create_app(directory, now=write_side.clock))
    bundle = asked.get("/v1/bundle").get_json()
    del bundle["revision"], bundle["revision_hash"]
    feed = ElementTree.fromstring(asked.get("/v1/changes.atom").data)
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        part.remove(next(part.iter(f"{ATOM}id")))
    return {
        "bundle": bundle,
        "feed": ElementTree.tostring(feed),
        "services": contents(asked, "services"),
        "centres": asked.get("/v1/centres").get_json()["centres"],
    }


@pytest.mark.needs("hsds", "device")
def test_unseen_edits_leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through more edits of both kinds than the server keeps apart, the answers are those without
    the unseen ones.
    """
    monkeypatch.setattr(history, "RECENT", KEPT_APART)
    chance = random.Random(1)  # no secret
    plain, full = _write_side(tmp_path / "plain"), _write_side(tmp_path / "full")
    seen = 0
    while seen < KEPT_APART + 20:
        for write_side in (plain, full):
            write_side.clock.pass_by(timedelta(minutes=1))
        if chance.random() < 0.5:
            chance.choice(UNSEEN)(full, chance)
            continue
        seen += 1
        action, values = chance.choice(SEEN), chance.random()
        for write_side in (plain, full):
            action(write_side, random.Random(values))
        if seen % KEPT_APART == 0:
            assert _outside(full) == _outside(plain)
    for _ in range(KEPT_APART + 1):
        chance.choice(UNSEEN)(full, chance)
    assert _outside(full) == _outside(plain)
    assert full.live.snapshot.revision > plain.live.snapshot.revision + KEPT_APART


def test_a_hidden_centre_is_told_when_it_moves_to_another_municipality(tmp_path: Path) -> None:
    """Its point is another, which everybody sees; so its revision is that of the move."""
    write_side = _write_side(tmp_path / "house")
    write_side.patch("made-up-001", **_at(1, "1020"))
    write_side.patch("made-up-003", **_at(2, "2000"))
    last = {id: change.revision for (_, id), change in write_side.live.snapshot.last.items()}
    assert (last["made-up-001"], last["made-up-003"]) == (1, 4)
    (told,) = write_side.live.snapshot.news[:1]
    assert (told.id, told.members) == ("made-up-003", ("location",))
