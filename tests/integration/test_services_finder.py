"""Every read, on the shipped data and on a directory that has not been loaded."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from pathlib import Path

import pytest

from directory_api.bootstrap import Directory
from directory_api.live.finder import Finder
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.distance import geodesic_m
from directory_api.place.postcode import Place
from directory_api.place.provinces import PROVINCES
from directory_api.search.query import Coordinate, Filters, NearestAnswer, NearestQuery, Postcode
from directory_api.text.errors import (
    CentreNotFound,
    HelplineNotFound,
    NotReady,
    PostcodeMalformed,
    PostcodeUnknown,
)
from directory_api.text.normalize import fold, sequences
from tests.support.ci import IN_CI
from tests.support.records import NEIGHBOURS, TERMINAL, directory_of, made_up_centre
from tests.support.sqlite_stores import sqlite_store

# Names of towns that belong to several postcodes.
ANSWERED, ASKED = 257, 33


@pytest.fixture(scope="module")
def finder(directory: Directory) -> Finder:
    """The finder of the shipped data."""
    return directory.finder


def test_the_closest_centre_to_each_centres_own_postcode_is_itself(finder: Finder) -> None:
    """For each shipped centre, its postcode and its point find it first."""
    for centre in finder.snapshot.centres:
        assert centre.location
        assert centre.address.postal_code
        point = Coordinate.of(
            Decimal(str(centre.location.point.lat)), Decimal(str(centre.location.point.lon))
        )
        for place in (Postcode(centre.address.postal_code, "BE"), point):
            assert finder.nearest(NearestQuery(place)).hits[0].centre == centre
        assert finder.centre(centre.id).centre == centre


@pytest.mark.parametrize("is_country_assumed", [True, False])
def test_a_postcode_is_understood_alike_however_it_is_written(
    finder: Finder, is_country_assumed: bool
) -> None:
    """As the table writes it, it is only looked up; with spaces around it, it has to be read."""
    for code in finder.snapshot.gazetteer.codes["BE"]:
        exact, read = (
            finder.nearest(NearestQuery(Postcode(text, "BE", is_country_assumed)))
            for text in (code, f" {code} ")
        )
        assert exact == read, code
        assert bool(exact.origin.also_in) <= is_country_assumed


def test_a_name_abroad_is_refused_in_a_country_without_a_table_of_its_own(finder: Finder) -> None:
    """The directory's country may be a neighbour of the one that has postcodes."""
    for text in ("Lille", "Rijsel", "Mons"):
        with pytest.raises(PostcodeMalformed) as caught:
            finder.nearest(NearestQuery(Postcode(text, "LU", is_country_assumed=True)))
        assert text not in str(caught.value)


# The test below asks for the same distances with each filter.
_apart_m = cache(geodesic_m)


def _are_together(places: list[Place]) -> bool:
    """Whether somewhere among them no other is farther than 30 km, with its accuracy."""
    reaches = (
        max(_apart_m(start.point, place.point) + place.accuracy_m for place in places)
        for start in places
    )
    return len(places) == 1 or any(reach < 30_000 for reach in reaches)


def _by_name(
    finder: Finder, *, with_aliases: bool
) -> tuple[dict[str, dict[str, Place]], dict[str, dict[str, Place]]]:
    """By folded name, the places that have it, and those that have its words in one, by code."""
    places: dict[str, dict[str, Place]] = {}
    sharing: dict[str, dict[str, Place]] = {}
    for place in finder.snapshot.gazetteer.places("BE"):
        names = {fold(name) for name in (*place.names.values(), *place.places)}
        aliases = {fold(alias) for alias, _ in place.aliases}
        for name in names | aliases if with_aliases else names:
            places.setdefault(name, {})[place.code] = place
        for words in chain.from_iterable(map(sequences, names | aliases)):
            sharing.setdefault(words, {})[place.code] = place
    return places, sharing


_FILTERS = (Filters(), Filters(language="nl"), Filters(language="en"), Filters(language="xx"))


@pytest.mark.parametrize("filters", _FILTERS, ids=lambda filters: filters.language)
def test_a_name_is_answered_where_each_of_its_postcodes_has_that_answer(
    finder: Finder, filters: Filters
) -> None:
    """For every name of every place: the closest centre, with and without filters, is that of each
    postcode, and of each place for which the name may be short; it is certain if it is so for each
    postcode, and its area is covered. Otherwise all of the postcodes are offered.

    Outside of CI, each filter is tried with a sixth of the names, another one each time.
    """
    places, sharing = _by_name(finder, with_aliases=filters == Filters())
    if not (IN_CI or filters == Filters()):
        places = dict(islice(places.items(), _FILTERS.index(filters), None, 6))
    towns = {
        fold(name)
        for place in finder.snapshot.gazetteer.places("BE")
        for name in place.names.values()
    }

    @cache
    def decisive(code: str) -> tuple[bool, tuple[str | None, ...]]:
        answer = finder.nearest(NearestQuery(Postcode(code, "BE"), filters))
        return answer.certain, _first(answer)

    counts = {True: 0, False: 0}
    for name, by_code in places.items():
        meant = list(by_code.values())
        firsts = {decisive(code)[1] for code in sharing[name]}
        is_one = (
            _are_together(meant)
            and len(firsts) == 1
            and not _is_province(name, meant)
            and not _is_short_alias(name, meant, sharing[name].values())
        )
        counts[is_one] += name in towns and len(meant) > 1
        query = NearestQuery(Postcode(name, "BE"), filters)
        if not is_one:
            with pytest.raises(PostcodeMalformed) as refused:
                finder.nearest(query)
            codes = {each.postcode for each in refused.value.suggestions if each.postcode}
            # A province has too many postcodes to offer all.
            assert codes >= set(by_code if _is_province(name, meant) else sharing[name])
            continue
        answer = finder.nearest(query)
        assert answer.certain == all(decisive(place.code)[0] for place in meant)
        assert {_first(answer)} == firsts
        assert answer.certain or len(answer.hits) > 1
        point = answer.origin.point
        for place in meant:
            away = _apart_m(point, place.point)
            assert away + place.accuracy_m <= answer.origin.accuracy_m + 1
    if filters == Filters():
        assert counts == {True: ANSWERED, False: ASKED}


def _is_province(name: str, meant: Iterable[Place]) -> bool:
    """Whether a name is that of a province, and of no town there: Limburg."""
    province = PROVINCES.get(name)
    return province is not None and all(
        place.subdivision != province.subdivision for place in meant
    )


def _is_short_alias(name: str, meant: Iterable[Place], sharing: Iterable[Place]) -> bool:
    """Whether a name is only an alias of places, and a part of the names of other towns."""
    tables = (each for place in meant for each in (*place.names.values(), *place.places))
    is_alias = name not in map(fold, tables)
    return is_alias and not {place.name for place in sharing} <= {place.name for place in meant}


def _first(answer: NearestAnswer) -> tuple[str | None, ...]:
    """The first centre, and the closest without filters if that is another one."""
    closest = answer.closest.centre.id if answer.closest else None
    return (*(hit.centre.id for hit in answer.hits[:1]), closest)


def test_the_digits_of_a_name_are_no_postcode(tmp_path: Path) -> None:
    """A text with digits is read as a postcode first. `Paris 10` is none, and the name of two."""
    directory = directory_of(tmp_path, [made_up_centre(1)], country="FR")
    table = tmp_path / "FR.txt"
    row = "FR\t{}\tParis 10\t\t\t\t\t\t\t48.87{}\t2.36\t6\n"
    table.write_text(row.format(75010, 0) + row.format(75011, 1), encoding="utf-8")
    directory.seed_data.import_postcodes(TERMINAL, table, "FR")
    town = directory.finder.nearest(NearestQuery(Postcode("paris 10", "FR"))).origin.town
    assert town
    assert [place.code for place in town.places] == ["75010", "75011"]


def test_a_town_is_no_answer_if_only_a_part_of_it_has_a_centre_within_reach(
    finder: Finder,
) -> None:
    """Each of its postcodes may have the same answer, and its middle another one."""
    query = NearestQuery(Postcode("Charleroi", "BE"))
    found = finder.nearest(query)
    metres = round(found.hits[0].distance_m)
    for reach in (metres - found.origin.accuracy_m, metres + found.origin.accuracy_m):
        within = finder.nearest(query._replace(max_distance_m=reach + (reach > metres) * 2 - 1))
        assert bool(within.hits) == (reach > metres)
    # Some postcodes are within reach; then all of them, but not each place of them.
    for reach in (metres, metres + found.origin.accuracy_m - 2):
        with pytest.raises(PostcodeMalformed) as refused:
            finder.nearest(query._replace(max_distance_m=reach))
        assert len(refused.value.suggestions) > 1


def test_one_answer_may_be_given_from_a_chosen_snapshot(finder: Finder) -> None:
    """A batch asks each place of the same snapshot."""
    query = NearestQuery(Postcode("1000", "BE"))
    assert finder.nearest(query, finder.snapshot) == finder.nearest(query)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_put_together_are_the_whole(finder: Finder, limit: int) -> None:
    """Following `after` gives every centre once, by id, and ends."""
    seen: list[str] = []
    after = None
    while True:
        page = finder.centres(Filters(), None, after, limit)
        assert (page.total, len(page.centres) <= limit) == (3, True)
        seen += [centre.id for centre in page.centres]
        after = page.after
        if after is None:
            break
    assert seen == sorted(finder.snapshot.by_id)


def test_unknown_things_are_refused(finder: Finder) -> None:
    """An id or a code that is not there is refused without an echo."""
    with pytest.raises(CentreNotFound) as refused:
        finder.centre("kanarie")
    assert "kanarie" not in refused.value.detail
    with pytest.raises(PostcodeUnknown):
        finder.place("9999", "BE")


def test_counts_are_those_of_the_records(finder: Finder) -> None:
    """Languages and services are counted once a centre, in order."""
    listed = finder.snapshot.listed
    spoken = {centre.id: {one.code for one in centre.languages} for centre in listed}
    languages = finder.languages()
    assert languages == {
        code: sum(code in codes for codes in spoken.values()) for code in languages
    }
    assert list(languages) == ["en", "fr", "nl"]
    services = finder.services()
    assert services == {
        name: sum(name in centre.services for centre in listed) for name in sorted(services)
    }
    assert services["emergency-duty"] == 1


def test_helplines_are_chosen_by_country(finder: Finder) -> None:
    """Those of one country, or all, first those of the directory's own."""
    own = finder.helplines("BE")
    assert own == finder.always_helplines().all
    assert [line.id for line in own][:2] == ["be-112", "be-101"]
    assert finder.helplines()[: len(own)] == own
    assert len(finder.helplines()) == len(finder.snapshot.helplines) == 21
    assert [line.number for line in finder.helplines("LU")] == ["112", "113", "+35227365646"]


def test_a_country_without_a_helpline_has_the_emergency_number_of_the_tables(
    finder: Finder,
) -> None:
    """No place is without a number to call in danger; the number can be asked for by its id."""
    for country, number in (("ES", "112"), ("JP", "110"), ("AQ", "112")):
        (line,) = finder.helplines(country)
        assert (line.number, line.kind, line.countries) == (number, "emergency", (country,))
        assert finder.helpline(line.id) == line
    for unknown in ("emergency-fr", "emergency-", "es-112"):
        with pytest.raises(HelplineNotFound):
            finder.helpline(unknown)


def test_about_tells_what_is_loaded(finder: Finder) -> None:
    """Sizes, countries, publisher and attributions are those of the data."""
    about = finder.about()
    assert (about.centres, about.countries, dict(about.postcodes)) == (3, ("BE",), {"BE": 1149})
    assert about.header["licence"]["name"] == "CC BY 4.0"
    assert any("GeoNames" in line["name"] for line in about.attributions)
    assert finder.place("4000", "BE") == finder.places("4000", "BE", 1)[0]
    assert (finder.ready, finder.degraded) == (True, None)


def test_without_a_load_only_helplines_are_answered(data: Path, tmp_path: Path) -> None:
    """Before the first load every read is NotReady, but helplines come from the shipped file."""
    finder = Finder(
        LiveSnapshot(sqlite_store(tmp_path / "gone.db")),
        NEIGHBOURS,
        "BE",
        data / "centres.json",
        180,
    )
    assert (finder.ready, bool(finder.degraded)) == (False, True)
    assert finder.always_helplines().all[0].id == "be-112"
    for read in (
        finder.about,
        finder.languages,
        lambda: finder.centre("surya"),
        lambda: finder.place("1000", "BE"),
    ):
        with pytest.raises(NotReady):
            read()
