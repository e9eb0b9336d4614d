"""No format of an answer contains what a record hides."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory_api.answer.format import Format
from directory_api.answer.registry import FORMATS
from directory_api.place.geometry import Point
from directory_api.record.records import Centre, Location
from directory_api.web.app import create_app
from tests.support import listings
from tests.support.api_client import ApiClient
from tests.support.formats import EACH
from tests.support.record_strategies import CENTRES
from tests.support.records import directory_of, made_up_centre

# Of the centres that the test hides: a street, a postcode in a municipality of several, and a
# point.
SECRETS = ("Kanarie", "51.0912", "3.5512")
CODE = "9881"


def _secret(visibility: str) -> dict[str, Any]:
    """What a record hides."""
    return {
        "address": {
            "street": "Kanariestraat 7",
            "street_translations": {"fr": "Rue Kanarie 7"},
            "postal_code": CODE,
            "locality": {"nl": "Aalter"},
            "country": "BE",
        },
        "address_visibility": visibility,
        "location": {"lat": 51.0912345, "lon": 3.5512345, "precision": "exact"},
        "phones": [{"number": "+3225116464", "kind": "main"}],
    }


@EACH
def test_a_hidden_address_is_in_no_answer(tmp_path: Path, wanted: Format) -> None:
    """No byte of any route has street or point of a hidden centre, or its postcode unless
    public.
    """
    centres = [made_up_centre(n, **_secret(("hidden", "locality")[n % 2])) for n in range(2)]
    api = ApiClient(create_app(directory_of(tmp_path, centres)))
    paths = ["/v1/nearest?postcode=9900&limit=9&", "/v1/centres?", "/v1/centres/made-up-000?"]
    texts = [
        api.get(f"{path}format={wanted.name}&lang={tag}").text
        for path in paths
        for tag in ("nl", "fr")
    ]
    texts.append(api.post("/v1/nearest", json={"postcode": "9900", "format": wanted.name}).text)
    for text in texts:
        assert "+3225116464" in text
        assert not [secret for secret in SECRETS if secret in text]
    of_the_hidden_one = texts[4]
    assert CODE not in of_the_hidden_one


@EACH
def test_how_a_record_was_checked_is_in_no_answer(tmp_path: Path, wanted: Format) -> None:
    """Of a confirmation only the day is public; also in HSDS and in the bundle."""
    verified = {"on": "2026-11-01", "by": "anna", "how": "called 0470 11 22 33"}
    api = ApiClient(create_app(directory_of(tmp_path, [made_up_centre(0, verified=verified)])))
    paths = [f"{path}format={wanted.name}" for path in ("/v1/centres?", "/v1/centres/made-up-000?")]
    for path in (*paths, "/v1/bundle", "/hsds/services?full=true"):
        answer = api.get(path)
        assert answer.status_code == 200, path
        assert "0470" not in answer.text, path


@given(CENTRES, st.sampled_from(["hidden", "locality"]), st.booleans())
def test_no_format_writes_what_a_record_hides(
    record: dict[str, Any], visibility: str, located: bool
) -> None:
    """Whatever a record contains, its public form has no street or point in any format and
    language.
    """
    instead = Location(Point(50.85, 4.35), "municipality") if located else None
    centre = Centre.from_record({**record, **_secret(visibility)}).published(instead)
    for each in FORMATS[1:]:
        for language in ("nl", "fr"):
            shown = (
                listings.near([listings.hit(centre, 5.0)], language),
                listings.of([centre], language),
            )
            for text in (each.write(one).decode() for one in shown):
                assert not [secret for secret in ("Kanarie", "51.0912", "3.5512") if secret in text]
