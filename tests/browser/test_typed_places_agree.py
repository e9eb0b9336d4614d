"""What people type for a place is understood on the device as on the server."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page

from directory_api.bootstrap import Directory
from directory_api.domain.errors import PlaceRefused
from directory_api.domain.query import NearestQuery, Postcode
from tests.support.api_client import ApiClient
from tests.support.partner_page import embedded
from tests.support.typed_places import Typed, TypedPlaces

SEED, INPUTS = 16, 300
# A person reads the first suggestions only.
READ = 3
# The server understands 99.5 %: it knows `st` for Sint, and names beside what cannot be a postcode.
LEAST_UNDERSTOOD = 0.97
# The bundle has neither villages nor most names in other languages; the page loads them.
LEAST_UNDERSTOOD_BY_THE_COMPONENT = 0.9
OUTCOMES = """async ([record, texts]) => {
  const module = await import(document.querySelector('script').src);
  const bundle = module.readBundle(record);
  return texts.map((text) => {
    const {place, suggestions} = module.resolve(bundle, text);
    const codes = (places) => places.map(({code}) => code);
    return place ? ["answer", codes(place.places ?? [place])] : ["suggestions", codes(suggestions)];
  });
}"""


@pytest.fixture(scope="module")
def module_page(partner: Page, embed_origin: str) -> Any:
    """A page that can import the module."""
    with embedded(partner, embed_origin) as page:
        yield page


@pytest.fixture(scope="module")
def inputs(directory: Directory) -> list[Typed]:
    """Codes, names and both, with typing mistakes; and addresses."""
    places = directory.finder.snapshot.gazetteer.places("BE")
    addresses = [
        Typed(f"Kerkstraat 16, {place.code} {place.name}", "address", frozenset({place.code}))
        for place in places[:: len(places) // 20]
    ]
    return [*TypedPlaces(places, SEED).inputs(INPUTS), *addresses]


def _outcome(typed: Typed, kind: str, codes: list[str]) -> str:
    if kind == "answer":
        return "answered" if typed.codes.issuperset(codes) else "mistaken"
    return "suggested" if typed.codes.intersection(codes[:READ]) else "missed"


def _on_server(directory: Directory, text: str) -> tuple[str, list[str]]:
    try:
        origin = directory.finder.nearest(NearestQuery(Postcode(text, "BE"))).origin
    except PlaceRefused as error:
        return "suggestions", [each.postcode for each in error.suggestions if each.postcode]
    assert origin.place
    return "answer", [each.code for each in (origin.town.places if origin.town else [origin.place])]


@pytest.mark.parametrize(
    ("has_every_name", "least"),
    [(True, LEAST_UNDERSTOOD), (False, LEAST_UNDERSTOOD_BY_THE_COMPONENT)],
)
def test_what_people_type_is_understood_on_the_device(
    module_page: Page,
    api: ApiClient,
    directory: Directory,
    inputs: list[Typed],
    has_every_name: bool,
    least: float,
) -> None:
    """Nearly all is answered, or the right code is one of the first three suggestions; none is
    taken for another place. An answer is that of the server.
    """
    record = api.get("/v1/bundle").get_json()
    if has_every_name:
        record |= api.get("/v1/bundle/postcodes/BE").get_json()
    texts = [typed.text for typed in inputs]
    on_device = module_page.evaluate(OUTCOMES, [record, texts])
    outcomes = [_outcome(typed, *each) for typed, each in zip(inputs, on_device, strict=True)]
    assert "mistaken" not in outcomes
    missed = [text for text, outcome in zip(texts, outcomes, strict=True) if outcome == "missed"]
    assert len(missed) <= (1 - least) * len(texts), missed
    counts = Counter(outcomes)
    # The device offers the postcode after a name with a slip; the server answers it.
    assert counts["answered"] > len(texts) * 2 / 5
    assert counts["suggested"] > len(texts) / 10
    for typed, (kind, codes) in zip(inputs, on_device, strict=True):
        if kind == "answer":
            assert _on_server(directory, typed.text) == ("answer", codes), typed
        if typed.kind == "address":
            assert codes == [*typed.codes], typed
