"""Every way to find centres, against a look at each; also after changes."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from math import inf

import pytest
from geopy.distance import geodesic

from directory_api.hours.timetable import HoursKey, Opening
from directory_api.place.geometry import Point
from directory_api.record.parts import Address, Location, Spoken
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.record.search_words import words_of
from directory_api.search.centre_index import CentreIndex
from directory_api.search.query import Filters, is_same_language
from directory_api.text.normalize import fold
from directory_api.text.translations import labels
from tests.support.amount import some

_OPEN = HoursKey("Mo-Fr 09:00-17:00", "Europe/Brussels", "BE")
_LANGUAGES = ("nl", "nl-BE", "fr", "en", "ar")
_SERVICES = ("legal", "accommodation", "medical")
_STATUSES = ("active", "active", "active", "active", "temporarily_closed", "closed")


def _centre(number: int, chance: random.Random, *, name: str | None = None) -> Centre:
    is_rare = number % 97 == 0
    return Centre(
        id=f"c{number:04}",
        name=name or f"Name {chance.choice(['Alder', 'Birch', 'Cedar'])} {number}",
        kind="specialised_centre",
        status=chance.choice(_STATUSES),
        address=Address(locality={"en": "Town"}, country=chance.choice(["BE", "NL"])),
        address_visibility="public",
        location=(
            Location(Point(chance.uniform(49, 52), chance.uniform(2, 7)), "exact")
            if number % 31
            else None
        ),
        languages=tuple(Spoken(code) for code in chance.sample(_LANGUAGES, 2)),
        services=("psychological",) if is_rare else tuple(chance.sample(_SERVICES, 2)),
        audiences=(chance.choice(["victims", "professionals"]),),
        opening_hours=_OPEN.expression if chance.random() < 0.3 else None,
        timezone="Europe/Brussels",
        coverage=("BE-VLG",) if number % 50 == 0 else (),
    )


@pytest.fixture(scope="module")
def centres() -> dict[str, Centre]:
    """So many that a common filter is answered by the tree, and a rare one by a scan."""
    chance = random.Random(1)
    return {f"c{number:04}": _centre(number, chance) for number in range(400)}


@pytest.fixture(scope="module")
def index(centres: dict[str, Centre]) -> CentreIndex:
    """An index of all of them."""
    return _index(centres.values())


def _index(centres: Iterable[Centre]) -> CentreIndex:
    return CentreIndex(map(PublishedCentre, centres))


def _opening(*hours: HoursKey) -> Opening:
    return Opening(frozenset(hours), frozenset())


FILTERS = [
    Filters(),
    *(Filters(speaks=language) for language in ("nl", "nl-BE", "fr-CH", "xx")),
    *(Filters(service=service) for service in ("legal", "psychological", "unknown")),
    Filters(audience="victims"),
    Filters(opening=_opening(_OPEN, _OPEN._replace(country="NL"))),
    Filters(opening=_opening()),
    Filters("nl", "accommodation", "victims", opening=_opening(_OPEN)),
    Filters("en", "psychological", "victims"),
]
TRIED = some(FILTERS, 2)


def _passes(centre: Centre, filters: Filters) -> bool:
    return (
        (
            filters.speaks is None
            or any(is_same_language(each.code, filters.speaks) for each in centre.languages)
        )
        and (filters.service is None or filters.service in centre.services)
        and (filters.audience is None or filters.audience in centre.audiences)
        and (
            filters.opening is None
            or (centre.status == "active" and centre.open_hours in filters.opening.open)
        )
    )


def _ids(published: Iterable[PublishedCentre]) -> list[str]:
    return [each.id for each in published]


def _words(centre: Centre) -> list[str]:
    """Return all words of a centre, with the labels of its services and audiences."""
    services = chain.from_iterable(_label_words("service", code) for code in centre.services)
    audiences = chain.from_iterable(_label_words("audience", code) for code in centre.audiences)
    return [*words_of(centre).split(), *services, *audiences]


@cache
def _label_words(kind: str, code: str) -> list[str]:
    return fold(" ".join((code, *labels(kind)[code].values()))).split()


@pytest.mark.parametrize("filters", TRIED, ids=range(len(TRIED)))
@pytest.mark.parametrize(
    "words", [None, "", "ald", "name b", "1", "unknown", "juri", "juridische ced", "aide 7"]
)
def test_a_search_finds_what_a_look_at_each_finds(
    index: CentreIndex, centres: dict[str, Centre], filters: Filters, words: str | None
) -> None:
    """Without closed centres, and in pages the same."""
    expected = [
        identity
        for identity, centre in sorted(centres.items())
        if centre.status != "closed"
        and _passes(centre, filters)
        and (words is None or _begin(_words(centre), words))
    ]
    assert _ids(index.search(filters, words)) == expected
    assert [*_pages(index, filters, words, len(expected))] == expected


def _begin(words: Iterable[str], query: str) -> bool:
    """Whether each word of the query, which has some, is the beginning of one of the words."""
    begun = fold(query).split()
    return bool(begun) and all(any(each.startswith(one) for each in words) for one in begun)


@pytest.mark.parametrize("status", ["active", "temporarily_closed", "closed"])
def test_only_active_centres_are_nearest(centres: dict[str, Centre], status: str) -> None:
    """Those that are temporarily closed are searched apart."""
    one = replace(centres["c0001"], status=status)
    index = _index([one])
    assert one.location
    origin = one.location.point
    nearest = [*index.nearest(origin, Filters())]
    paused = [*index.nearest_closed(origin, Filters(), inf)]
    assert [hit.published.id for hit in nearest] == [one.id] * (status == "active")
    assert [hit.published.id for hit in paused] == [one.id] * (status == "temporarily_closed")


def _pages(index: CentreIndex, filters: Filters, words: str | None, total: int) -> Iterator[str]:
    after = None
    while True:
        count, page, has_more = index.page(filters, words, after, 7)
        assert count == total
        yield from _ids(page)
        if not has_more:
            break
        assert len(page) == 7
        after = page[-1].id
    if after is not None:
        count, page, has_more = index.page(filters, words, "d", 7)
        assert (count, [*page], has_more) == (total, [], False)


@pytest.mark.parametrize("filters", TRIED, ids=range(len(TRIED)))
def test_the_nearest_pass_the_filters(
    index: CentreIndex, centres: dict[str, Centre], filters: Filters
) -> None:
    """Only active ones, in the order of a full scan."""
    chance = random.Random(3)
    for _ in range(10):
        origin = Point(chance.uniform(48, 53), chance.uniform(1, 8))
        expected = sorted(
            (round(geodesic((origin.lat, origin.lon), (at.lat, at.lon)).meters, 3), identity)
            for identity, centre in centres.items()
            if centre.status == "active" and _passes(centre, filters)
            if centre.location and (at := centre.location.point)
        )
        hits = islice(index.nearest(origin, filters), 5)
        assert [hit.published.id for hit in hits] == [identity for _, identity in expected[:5]]


@pytest.mark.parametrize("filters", TRIED, ids=range(len(TRIED)))
def test_the_nearest_temporarily_closed_centres_pass_the_filters(
    index: CentreIndex, centres: dict[str, Centre], filters: Filters
) -> None:
    """In the order of a full scan, up to a distance; none is open at any time."""
    chance = random.Random(7)
    for _ in range(5):
        origin = Point(chance.uniform(48, 53), chance.uniform(1, 8))
        expected = sorted(
            (round(geodesic((origin.lat, origin.lon), (at.lat, at.lon)).meters, 3), identity)
            for identity, centre in centres.items()
            if centre.status == "temporarily_closed" and _passes(centre, filters)
            if centre.location and (at := centre.location.point)
        )
        hits = islice(index.nearest_closed(origin, filters, inf), 3)
        assert [hit.published.id for hit in hits] == [identity for _, identity in expected[:3]]
        reach = expected[0][0] + 1 if expected else 1.0
        near = [identity for metres, identity in expected if metres <= reach][:3]
        hits = islice(index.nearest_closed(origin, filters, reach), 3)
        assert [hit.published.id for hit in hits] == near


def test_a_temporarily_closed_centre_is_not_open_in_a_rare_language(
    centres: dict[str, Centre],
) -> None:
    """Where the language leaves fewer centres than the hours, each of them is looked at: its hours
    do not apply.
    """
    one = replace(centres["c0001"], status="active", opening_hours=_OPEN.expression)
    many = [replace(one, id=identity, languages=(Spoken("nl"),)) for identity in centres]
    closed = replace(one, id="d1", status="temporarily_closed", languages=(Spoken("eo"),))
    index = _index([*many, replace(closed, id="d2", status="active"), closed])
    filters = Filters(speaks="eo", opening=_opening(closed.hours_key(closed.opening_hours)))
    total, page, _ = index.page(filters, None, None, 5)
    assert (total, _ids(page)) == (1, ["d2"])
    assert _ids(index.search(filters)) == ["d2"]
    assert _ids(hit.published for hit in index.nearest(Point(50, 4), filters)) == ["d2"]
    assert [*index.nearest_closed(Point(50, 4), filters, inf)] == []


@pytest.mark.parametrize("filters", TRIED, ids=range(len(TRIED)))
def test_each_filter_counts_what_it_leaves_out(
    index: CentreIndex, centres: dict[str, Centre], filters: Filters
) -> None:
    """Of the centres that a search from a place can find."""
    alone = {
        "audience": Filters(audience=filters.audience),
        "speaks": Filters(speaks=filters.speaks),
        "open_at": Filters(opening=filters.opening),
        "service": Filters(service=filters.service),
    }
    assert index.filtered(filters).left_out == {
        name: sum(
            1
            for centre in centres.values()
            if centre.status == "active" and centre.location and not _passes(centre, one)
        )
        for name, one in alone.items()
        if one != Filters()
    }


@pytest.mark.parametrize("languages", [["ar"], ["xx", "nl-BE"], ["ar", "fr", "en"], ["xx"]])
@pytest.mark.parametrize("filters", [Filters(), Filters("en"), Filters(service="psychological")])
def test_the_nearest_of_some_languages_speak_one_of_them(
    index: CentreIndex, centres: dict[str, Centre], languages: list[str], filters: Filters
) -> None:
    """As a look at each finds, and they pass the filters."""
    chance = random.Random(4)
    for _ in range(5):
        origin = Point(chance.uniform(48, 53), chance.uniform(1, 8))
        expected = [
            hit.published.id
            for hit in index.nearest(origin, filters)
            if any(_passes(hit.centre, Filters(speaks=each)) for each in languages)
        ]
        speaking = {each for language in languages for each in index.speakers(language)}
        hits = islice(index.nearest(origin, filters, speaking), 3)
        assert [hit.published.id for hit in hits] == expected[:3]


def test_centres_are_in_the_order_of_their_ids(
    index: CentreIndex, centres: dict[str, Centre]
) -> None:
    """Those that are permanently closed are not listed."""
    expected = [centre for _, centre in sorted(centres.items())]
    assert [each.centre for each in index.all] == expected
    assert _ids(index.listed) == [each.id for each in expected if each.status != "closed"]
    assert index.covered == {"BE", "NL"}
