"""What people type for a place means on the device what it means on the server."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory_api.live.editions import Edition
from directory_api.search.query import NearestQuery, TypedPlace
from directory_api.text.errors import PlaceRefused
from tests.support import node
from tests.support.amount import tried
from tests.support.bundles import bundle_with_postcodes
from tests.support.servers import ROOT
from tests.support.typed_cases import CASES
from tests.support.typed_places import Typed, TypedPlaces

NEEDS = ("device",)
# Of random inputs a quarter, but in the nightly run.
SEED, INPUTS, NAMES = 16, tried(300), tried(600)
# A person reads the first suggestions only.
READ = 3
# What the page does not know, the server is asked after a tap: of both, nearly all is understood.
LEAST_UNDERSTOOD = 0.995
LEAST_ANSWERED_BY_THE_PAGE = 0.6
SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
const src = "{(ROOT / "directory_api/features/pages/src").as_uri()}";
const {{ readBundle, withNames }} = await import(`${{src}}/bundle.js`);
const {{ read }} = await import(`${{src}}/places.js`);
const {{ bundle, names, texts }} = JSON.parse(readFileSync("input.json", "utf8"));
const whole = withNames(readBundle(bundle), names);
const label = ({{ code, name }}) => `${{code}} ${{name}}`;
const meant = ({{ place, error, suggestions, countries }}) =>
  place
    ? [(place.places ?? [place]).map(({{ code }}) => code).sort(), place.unknownName ?? ""]
    : [error, suggestions.map(label), countries];
console.log(JSON.stringify(texts.map((text) => meant(read(whole, text)))));
"""

# The postcodes that are answered; or the type of the problem, the suggestions and the countries.
Outcome = Sequence[Any]


@pytest.fixture(scope="module")
def inputs(edition: Edition) -> list[Typed]:
    """Codes, names and both, with typing mistakes; and addresses."""
    places = edition.snapshot.gazetteer.places("BE")
    addresses = [
        Typed(f"Kerkstraat 16, {place.code} {place.name}", "address", frozenset({place.code}))
        for place in places[:: len(places) // 20]
    ]
    return [*TypedPlaces(places, SEED).inputs(INPUTS), *addresses]


@pytest.fixture(scope="module")
def names(edition: Edition) -> list[str]:
    """Names of places and parts in several languages, as people write them."""
    typed = TypedPlaces(edition.snapshot.gazetteer.places("BE"), SEED)
    return [*dict.fromkeys(typed.names_as_written(NAMES))]


@pytest.fixture(scope="module")
def on_device(
    app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
    inputs: list[Typed],
    names: list[str],
) -> Mapping[str, Outcome]:
    """The outcomes of all texts of this file, by one process of Node.js."""
    client = app.test_client()
    texts = [
        *(case.text for case in CASES),
        *(typed.text for typed in inputs),
        *names,
    ]
    sent = {
        "bundle": bundle_with_postcodes(client),
        "names": client.get("/v1/bundle/names/BE").get_json(),
        "texts": texts,
    }
    folder: Path = tmp_path_factory.mktemp("typed")
    (folder / "input.json").write_text(json.dumps(sent), encoding="utf-8")
    (folder / "typed.mjs").write_text(SCRIPT, encoding="utf-8")
    outcomes = json.loads(node.output(folder, "node", "typed.mjs"))
    return dict(zip(texts, outcomes, strict=True))


def _by_server(edition: Edition, text: str) -> Outcome:
    try:
        origin = edition.nearest(NearestQuery(TypedPlace(text, "BE", True))).origin
    except PlaceRefused as error:
        labels = [f"{each.postcode} {each.place}" for each in error.suggestions if each.postcode]
        return [error.reason, labels, []]
    assert origin.place
    return [[each.code for each in (origin.town.places if origin.town else [origin.place])], ""]


def test_what_the_page_answers_is_what_the_server_answers(
    on_device: Mapping[str, Outcome], edition: Edition
) -> None:
    """Every text that people type: the same postcodes, or one of them."""
    answered = [case for case in CASES if len(on_device[case.text]) == 2]
    assert len(answered) > len(CASES) / 3
    for case in answered:
        codes, unknown_name = on_device[case.text]
        by_server = _by_server(edition, case.text)[0]
        if isinstance(by_server, str):
            # The server offers a postcode that is beside a number.
            assert unknown_name or case.offered, case
        else:
            assert {*codes} <= {*by_server}, case


def test_a_name_means_on_the_page_what_it_means_on_the_server(
    on_device: Mapping[str, Outcome], edition: Edition, names: list[str]
) -> None:
    """Hundreds of names: answered by the same postcodes, or refused by both."""
    for name in names:
        answered, by_server = on_device[name][0], _by_server(edition, name)[0]
        assert answered == by_server, name


def _kind_of(typed: Typed, outcome: Outcome) -> str:
    if len(outcome) == 2:
        return "answered" if typed.codes.issuperset(outcome[0]) else "mistaken"
    read = {label[:4] for label in outcome[1][:READ]}
    return "suggested" if typed.codes & read else "missed"


def test_texts_with_slips_are_understood_by_page_and_server_together(
    on_device: Mapping[str, Outcome], edition: Edition, inputs: list[Typed]
) -> None:
    """Nearly all are answered, or the right code is one of the first three suggestions; none is
    taken for another place.
    """
    on_page = {typed.text: _kind_of(typed, on_device[typed.text]) for typed in inputs}
    assert [text for text, kind in on_page.items() if kind == "mistaken"] == []
    missed = [
        typed
        for typed in inputs
        if on_page[typed.text] == "missed"
        and _kind_of(typed, _by_server(edition, typed.text)) == "missed"
    ]
    assert len(missed) <= (1 - LEAST_UNDERSTOOD) * len(inputs), missed
    counts = Counter(on_page.values())
    assert counts["answered"] > LEAST_ANSWERED_BY_THE_PAGE * len(inputs)
    for typed in inputs:
        if typed.kind == "address":
            assert on_device[typed.text][0] == [*typed.codes], typed
