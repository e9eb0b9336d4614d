"""docs/vectors.json: what a port has to answer from a bundle and its postcodes.

After an intended change:

.venv/bin/python -m pytest tests/features/device/contract/test_vectors.py --write-golden
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.text.normalize import fold
from directory_api.web.app import create_app
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, made_up_centre
from tests.support.servers import ROOT

VECTORS = ROOT / "docs/vectors.json"
# A bundle rounds its points, and the answers of the server are whole metres.
TOLERANCE_M = 10
TYPED = (
    *(
        "1000",
        "B-1000",
        "be 2000",
        "1000 Brussel",
        "９０００",
        "4000 Liege",
        "Gent",
        "GAND",
        "Elsene",
    ),
    *("Deurne", "Sint-Niklaas", "St. Niklaas", "1000.", "1012", "0999", "1005", "hello"),
    *("1000 Anvers", "10 00", "I am in Gent", "Maastricht", "112"),
)
POSITIONS = ((50.85, 4.35), (51.2194, 4.4025), (50.6326, 5.5797), (49.61, 6.13), (51.03, 4.37))
MOMENTS = ("2026-11-03T07:59Z", "2026-11-03T08:00Z", "2026-11-06T16:00Z", "2026-11-11T10:00Z")
BRUSSELS = {"timezone": "Europe/Brussels"}
CENTRES = (
    made_up_centre(1, opening_hours="Mo-Fr 09:00-12:00,13:00-17:00; PH off", **BRUSSELS),
    made_up_centre(
        2,
        opening_hours='Tu 09:00-10:00 unknown "ring first"; Sa-Su 22:00-02:00',
        location={"lat": 50.86, "lon": 4.36, "precision": "postcode"},
        **BRUSSELS,
    ),
    made_up_centre(
        3,
        address={
            "street": "Invented street 3",
            "postcode": "9000",
            "locality": {"nl": "Gent"},
            "country": "BE",
            "subdivision": "BE-VOV",
        },
        address_visibility="hidden",
        location={"lat": 51.05, "lon": 3.72, "precision": "exact"},
    ),
    made_up_centre(4, status="temporarily_closed", opening_hours="24/7", **BRUSSELS),
    made_up_centre(5, location={"lat": 50.8001, "lon": 4.3001, "precision": "exact"}),
    # As far as the fifth from everywhere: the ids decide.
    made_up_centre(6, location={"lat": 50.8001, "lon": 4.3001, "precision": "exact"}),
)


def _nearest(client: FlaskClient, **place: Any) -> dict[str, Any]:
    """What a device has to answer to a place, or the code of the problem."""
    reply = client.post("/v1/nearest", json={**place, "limit": 3}).get_json()
    if "results" not in reply:
        suggested = [each["send"] for each in reply.get("did_you_mean", ())]
        postcodes = [each["postcode"] for each in suggested if "postcode" in each]
        return {"problem": reply["code"], "did_you_mean": postcodes}
    return {
        "place": _of(
            reply["place"], "kind", "country", "postcode", "postcodes", "lat", "lon", "accuracy_m"
        ),
        "certain": reply["certain"],
        "covered": reply["covered"],
        "results": [_of(each, "id", "shown_because", "distance_m") for each in reply["results"]],
    }


def _words(*names: str) -> set[str]:
    return {word for name in names for word in fold(name).split() if len(word) > 3}


def _typed_words() -> set[str]:
    """The words of the names that are typed: the file needs no others."""
    return _words(*TYPED)


def _of(members: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: members[name] for name in names if name in members}


def _states(directory: Directory, moment: str) -> list[dict[str, str]]:
    at = datetime.fromisoformat(moment)
    client = create_app(directory, now=lambda: at).test_client()
    return [
        {"id": centre["id"], "at": at.isoformat(), "state": centre["office"]["state"]}
        for centre in client.get("/v1/centres").get_json()["centres"]
    ]


def _vectors(directory: Directory) -> dict[str, Any]:
    client = create_app(directory, now=lambda: EXAMPLES_AT).test_client()
    bundle = client.get("/v1/bundle/BE").get_json()
    table = client.get(bundle["postcodes"]).get_json()
    names = client.get("/v1/bundle/names/BE").get_json()
    names["names"] = [each for each in names["names"] if _typed_words() & _words(*each["names"])]
    # These are new for each database, or change with the shipped records.
    bundle |= {"revision": "1", "revision_hash": ""}
    bundle |= {"emergency": [], "helplines": [], "helplines_abroad": [], "sources": {}}
    return {
        "format": 1,
        "tolerance_m": TOLERANCE_M,
        "bundle": bundle,
        "table": table,
        "names": names,
        "typed": [
            {"typed": typed, **_nearest(client, place=typed, country="BE")} for typed in TYPED
        ],
        "positions": [
            {"lat": lat, "lon": lon, **_nearest(client, lat=lat, lon=lon)} for lat, lon in POSITIONS
        ],
        "hours": [each for moment in MOMENTS for each in _states(directory, moment)],
    }


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The vectors that the server makes now."""
    return _vectors(directory_of(tmp_path_factory.mktemp("vectors"), CENTRES))


def test_the_vectors_are_what_the_server_answers(
    vectors: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """The file is current; `--write-golden` writes it."""
    if request.config.getoption("--write-golden"):
        lines = [
            f'"{name}":{json.dumps(value, ensure_ascii=False)}' for name, value in vectors.items()
        ]
        VECTORS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors


def test_the_vectors_have_each_kind_of_answer(vectors: dict[str, Any]) -> None:
    """Found and refused, certain and not, outside, each state, and no hidden street."""
    answers = [*vectors["typed"], *vectors["positions"]]
    found = [answer for answer in answers if "results" in answer]
    assert {answer["certain"] for answer in found} == {True, False}
    assert {answer["covered"] for answer in found} == {True, False}
    results = [each for answer in found for each in answer["results"]]
    reasons = {"closest", "maybe_closest", "near", "temporarily_closed"}
    assert {reason for each in results for reason in each["shown_because"]} == reasons
    assert len({answer["problem"] for answer in answers if "problem" in answer}) == 3
    assert {each["state"] for each in vectors["hours"]} == {"open", "closed", "unknown"}
    (hidden,) = (
        each for each in vectors["bundle"]["centres"] if each["address_visibility"] == "hidden"
    )
    assert "street" not in hidden["address"]
    assert hidden["location"]["precision"] == "municipality"
    assert "made-up-003" in {each["id"] for each in results}
