"""A language that is asked for by a code other than the stored one finds the same centres."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.batches import answers_of
from tests.support.finder_pages import get
from tests.support.records import directory_of, made_up_centre

NEAREST = "/v1/nearest"
PLACE = {"postcode": "1000"}
SPOKEN = ("he", "id", "yi", "fr", "pt-BR")
# As they may be asked for, and as they are stored (RFC 5646, section 4.5).
CODES = pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("iw", "he"),
        ("IW", "he"),
        ("heb", "he"),
        ("in", "id"),
        ("ji", "yi"),
        ("fra", "fr"),
        ("FRA-be", "fr"),
        ("fre", "fr"),
        ("PT-br", "pt-BR"),
        # The rest of the tag means nothing, so the first part counts.
        ("fr-a", "fr"),
    ],
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> ApiClient:
    """An app over a centre for each language."""
    centres = [
        made_up_centre(number, languages=[{"code": code}]) for number, code in enumerate(SPOKEN)
    ]
    return ApiClient(create_app(directory_of(tmp_path_factory.mktemp("codes"), centres)))


def _found(centres: Sequence[Any]) -> list[Any]:
    return [centre["languages"] for centre in centres if "does_not_match" not in centre]


@CODES
def test_a_filter_finds_a_language_by_each_of_its_codes(
    api: ApiClient, asked: str, stored: str
) -> None:
    """In each request with a filter."""
    chosen = {"speaks": asked}
    batch = {"places": [PLACE], **chosen}
    answers = [
        api.get(NEAREST, query_string={**PLACE, **chosen}).get_json(),
        api.get(NEAREST, query_string={"lat": "50.85", "lon": "4.35", **chosen}).get_json(),
        api.post(NEAREST, json={**PLACE, **chosen}).get_json(),
        *answers_of(api.post(f"{NEAREST}/batch", json=batch).get_json()),
    ]
    for answer in answers:
        assert _found(answer["results"]) == [[stored]]
    for more in ({}, {"q": "centre"}):
        listed = api.get("/v1/centres", query_string={**chosen, **more}).get_json()
        assert _found(listed["centres"]) == [[stored]]


@CODES
def test_a_preferred_language_is_found_by_each_of_its_codes(
    api: ApiClient, asked: str, stored: str
) -> None:
    """The answer names it as the centre has it."""
    preferred = {**PLACE, "prefer_speaks": f"sw, {asked}"}
    for answer in (
        api.get(NEAREST, query_string=preferred).get_json(),
        api.post(NEAREST, json=preferred).get_json(),
        *answers_of(
            api.post(
                f"{NEAREST}/batch",
                json={"places": [PLACE], "prefer_speaks": preferred["prefer_speaks"]},
            ).get_json()
        ),
    ):
        (spoken,) = [
            (each["languages"], reason.removeprefix("speaks:"))
            for each in answer["results"]
            for reason in each["shown_because"]
            if reason.startswith("speaks:")
        ]
        assert spoken[0] == [stored]
        assert spoken[1] in (stored, "fr-BE", "fr-a")


@pytest.mark.needs("pages")
def test_a_page_offers_a_language_once(tmp_path: Path) -> None:
    """Also if its address asks for it by another code."""
    # So many that there is a form of filters.
    centres = [made_up_centre(number, languages=[{"code": "he"}]) for number in range(6)]
    client = create_app(directory_of(tmp_path, centres)).test_client()
    (field,) = get(client, "/?lang=en&language=iw").all("select", name="language")
    options = field.all("option")
    assert [option.attributes["value"] for option in options] == ["", "he"]
    assert ["selected" in option.attributes for option in options] == [False, True]
