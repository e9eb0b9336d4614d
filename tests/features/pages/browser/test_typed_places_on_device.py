"""What people type for a place means on the device what it means on the server."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory_api.live.editions import Edition
from directory_api.place.provinces import provinces
from directory_api.search.query import NearestQuery, Postcode
from directory_api.text.errors import PlaceRefused
from tests.support import node
from tests.support.amount import tried
from tests.support.bundles import bundle_with_postcodes
from tests.support.servers import ROOT
from tests.support.typed_cases import CASES, Case
from tests.support.typed_places import Typed, TypedPlaces

NEEDS = ("device",)
# Of random inputs a quarter, but in the nightly run.
SEED, INPUTS, NAMES = 16, tried(300), tried(600)
# A person reads the first suggestions only.
READ = 3
# The server understands 99.5 %: it knows names beside what cannot be a postcode.
LEAST_UNDERSTOOD = 0.97
# That table has neither villages nor most names in other languages; the page loads them.
LEAST_UNDERSTOOD_BY_THE_COMPONENT = 0.9
# The page has every name of a place and the provinces, the component what is in that table.
SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
const src = "{(ROOT / "directory_api/features/pages/src").as_uri()}";
const {{ readBundle }} = await import(`${{src}}/bundle.js`);
const {{ resolve }} = await import(`${{src}}/gazetteer.js`);
const {{ readProvinces }} = await import(`${{src}}/provinces.js`);
const {{ resolveTyped }} = await import(`${{src}}/typed.js`);
const {{ bundle, table, texts }} = JSON.parse(readFileSync("input.json", "utf8"));
const component = readBundle(bundle);
const page = readBundle({{ ...bundle, ...table }});
page.provinces = readProvinces(table.postcodes, page.places.keys());
const label = ({{ code, name }}) => `${{code}} ${{name}}`;
const meant = ({{ place, error, suggestions, countries }}) =>
  place
    ? [(place.places ?? [place]).map(({{ code }}) => code), (place.alternatives ?? []).map(label)]
    : [error, suggestions.map(label), countries];
const outcomes = (read) => texts.map((text) => meant(read(text)));
console.log(JSON.stringify({{
  component: outcomes((text) => resolve(component, text)),
  page: outcomes((text) => resolveTyped(page, text)),
}}));
"""
# What the device understands otherwise. It has no populations of parts, and not all spellings.
DIFFERENCES: Mapping[str, Case] = {
    case.text: case
    for case in (
        *(Case(text, problem="nothing-typed") for text in ("", " ", "\u200b")),
        Case("0222 Fleurus", problem="postcode-malformed"),
        Case(
            "2630 Antwerpen",
            problem="postcode-malformed",
            offered=("2630 Aartselaar", "2000 Antwerpen"),
        ),
        Case("Bru", problem="postcode-malformed", offered=("1000 Brussel", "8000 Brugge")),
        Case("Beveren", problem="place-ambiguous", offered=("8800 Beveren", "9120 Beveren")),
        Case("Mous", problem="postcode-malformed", offered=("7700 Mouscron",)),
        Case("merksm", problem="postcode-malformed", offered=("8650 Merkem", "2170 Merksem")),
    )
}

# Every name of a province, and provinces and the country beside a place.
OTHERS = (*provinces(), "4000 Luxembourg", "4120 Ehein, Belgique")

# The postcodes that are answered; or the type of the problem, the suggestions and the countries.
Outcome = Sequence[Any]


class OnDevice:
    """What the scripts of the pages understand, by text."""

    def __init__(self, outcomes: Mapping[str, Sequence[Outcome]], texts: Sequence[str]) -> None:
        self.component = dict(zip(texts, outcomes["component"], strict=True))
        self.page = dict(zip(texts, outcomes["page"], strict=True))


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
) -> OnDevice:
    """The outcomes of all texts of this file, by one process of Node.js."""
    client = app.test_client()
    texts = [
        *(case.text for case in CASES),
        *(typed.text for typed in inputs),
        *names,
        *OTHERS,
    ]
    sent = {
        "bundle": bundle_with_postcodes(client),
        "table": client.get("/v1/bundle/postcodes/BE").get_json(),
        "texts": texts,
    }
    folder: Path = tmp_path_factory.mktemp("typed")
    (folder / "input.json").write_text(json.dumps(sent), encoding="utf-8")
    (folder / "typed.mjs").write_text(SCRIPT, encoding="utf-8")
    return OnDevice(json.loads(node.output(folder, "node", "typed.mjs")), texts)


def test_a_text_means_on_the_page_what_it_means_on_the_server(on_device: OnDevice) -> None:
    """The same postcodes; or the same problem and suggestions in the same order."""
    expected = [DIFFERENCES.get(case.text, case) for case in CASES]
    assert [_as_case(on_device.page[case.text], case) for case in expected] == [
        _as_expected(case) for case in expected
    ]


def _as_case(outcome: Outcome, case: Case) -> object:
    """An outcome as far as the case says what it is."""
    if len(outcome) == 2:
        codes, others = outcome
        return case.text, codes, [label[:4] for label in others]
    kind, suggestions, countries = outcome
    first = [label[:4] for label in suggestions[: len(case.offered)]]
    return case.text, kind, first, bool(suggestions), countries


def _as_expected(case: Case) -> object:
    if case.codes:
        return case.text, [*case.codes], [label[:4] for label in case.others]
    offered = [label[:4] for label in case.offered]
    return case.text, case.problem, offered, bool(offered), [*case.countries]


def _codes_by_server(edition: Edition, text: str) -> list[str]:
    """The postcodes that are answered, or offered."""
    try:
        origin = edition.nearest(NearestQuery(Postcode(text, "BE", True))).origin
    except PlaceRefused as error:
        return [each.postcode for each in error.suggestions if each.postcode]
    assert origin.place
    return [each.code for each in (origin.town.places if origin.town else [origin.place])]


def test_a_province_means_on_the_page_what_it_means_on_the_server(
    on_device: OnDevice, edition: Edition
) -> None:
    """The same postcodes, answered or offered in the same order."""

    def codes(text: str) -> list[str]:
        first, second, *refused = on_device.page[text]
        return [label[:4] for label in second] if refused else first

    assert {text: codes(text) for text in OTHERS} == {
        text: _codes_by_server(edition, text) for text in OTHERS
    }


def test_a_name_means_on_the_page_what_it_means_on_the_server(
    on_device: OnDevice, edition: Edition, names: list[str]
) -> None:
    """Hundreds of names: answered by the same postcodes, with the same other places; or refused
    for the same reason, with the same first suggestion.
    """
    differing = {
        name for name in names if _short(on_device.page[name]) != _short(_by_server(edition, name))
    }
    assert differing <= DIFFERENCES.keys()


def _by_server(edition: Edition, text: str) -> Outcome:
    try:
        origin = edition.nearest(NearestQuery(Postcode(text, "BE", True))).origin
    except PlaceRefused as error:
        labels = [f"{each.postcode} {each.place}" for each in error.suggestions if each.postcode]
        return [error.code, labels, []]
    assert origin.place
    codes = [each.code for each in (origin.town.places if origin.town else [origin.place])]
    return [codes, [f"{each.postcode} {each.place}" for each in origin.alternatives]]


def _short(outcome: Outcome) -> Outcome:
    """An outcome without the suggestions after the first one, and without labels."""
    first, labels, *refused = outcome
    codes = [label[:4] for label in labels]
    return [first, codes[:1] if refused else codes]


def _kind_of(typed: Typed, outcome: Outcome) -> str:
    if len(outcome) == 2:
        return "answered" if typed.codes.issuperset(outcome[0]) else "mistaken"
    read = {label[:4] for label in outcome[1][:READ]}
    return "suggested" if typed.codes & read else "missed"


@pytest.mark.parametrize(
    ("reader", "least"),
    [("page", LEAST_UNDERSTOOD), ("component", LEAST_UNDERSTOOD_BY_THE_COMPONENT)],
)
def test_texts_with_slips_are_understood_on_the_device(
    on_device: OnDevice, edition: Edition, inputs: list[Typed], reader: str, least: float
) -> None:
    """Nearly all are answered, or the right code is one of the first three suggestions; none is
    taken for another place. An answer is that of the server.
    """
    outcomes = getattr(on_device, reader)
    kinds = {typed.text: _kind_of(typed, outcomes[typed.text]) for typed in inputs}
    counts = Counter(kinds.values())
    missed = [text for text, kind in kinds.items() if kind == "missed"]
    assert counts["mistaken"] == 0
    assert len(missed) <= (1 - least) * len(inputs), missed
    # The device offers the postcode after a name with a slip; the server answers it.
    assert counts["answered"] > len(inputs) * 2 / 5
    assert counts["suggested"] > len(inputs) / 10
    for typed in inputs:
        outcome = outcomes[typed.text]
        if len(outcome) == 2:
            assert _codes_by_server(edition, typed.text) == outcome[0], typed
        if typed.kind == "address":
            assert [label[:4] for label in outcome[1]] == [*typed.codes], typed
