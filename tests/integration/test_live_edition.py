"""What an edition of the shipped data answers, and what is answered before the first load."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.live.editions import Edition
from directory_api.place.distance import geodesic_m
from directory_api.place.postcode import Place
from directory_api.place.provinces import provinces
from directory_api.search.query import (
    Coordinate,
    Filters,
    NearestAnswer,
    NearestQuery,
    Origin,
    TypedPlace,
)
from directory_api.text.errors import (
    CentreNotFound,
    HelplineNotFound,
    NotReady,
    PlaceRefused,
    PostcodeUnknown,
)
from directory_api.text.normalize import fold
from tests.support.added_postcodes import add_postcodes
from tests.support.amount import EVERY_CASE
from tests.support.records import TERMINAL, directory_of, made_up_centre
from tests.support.typed_places import sequences

# Names of towns with several postcodes: these have one closest centre, or need different answers.
ALIKE, DIVIDED = 257, 33


def test_the_closest_centre_to_each_centres_own_postcode_is_itself(edition: Edition) -> None:
    """For each shipped centre, its postcode and its point find it first."""
    for centre in edition.snapshot.centres:
        assert centre.location
        assert centre.address.postcode
        at = centre.location.point
        point = Coordinate(at.lat, at.lon)
        for place in (TypedPlace(centre.address.postcode, "BE"), point):
            assert edition.nearest(NearestQuery(place)).results[0].centre == centre
        assert edition.snapshot.centre(centre.id).centre == centre


@pytest.mark.parametrize("is_country_assumed", [True, False])
def test_a_postcode_is_understood_alike_however_it_is_written(
    edition: Edition, is_country_assumed: bool
) -> None:
    """As the table writes it, it is only looked up; with spaces around it, it has to be read."""
    for code in edition.snapshot.gazetteer.country("BE").codes:
        exact, read = (
            edition.nearest(NearestQuery(TypedPlace(text, "BE", is_country_assumed)))
            for text in (code, f" {code} ")
        )
        assert exact == read, code
        assert bool(exact.origin.also_in) <= is_country_assumed


def test_a_name_abroad_is_found_in_a_country_without_a_table_of_its_own(edition: Edition) -> None:
    """The directory's country may be a neighbour of the one that has postcodes. A name that several
    have is refused.
    """
    for text, country in (("Rijsel", "FR"), ("Mons", "BE")):
        answer = edition.nearest(NearestQuery(TypedPlace(text, "LU", is_country_assumed=True)))
        place = answer.origin.place
        assert place is not None
        assert place.country == country
    with pytest.raises(PlaceRefused) as caught:
        edition.nearest(NearestQuery(TypedPlace("Lille", "LU", is_country_assumed=True)))
    assert "Lille" not in str(caught.value)


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
    edition: Edition, *, with_aliases: bool
) -> tuple[dict[str, dict[str, Place]], dict[str, dict[str, Place]]]:
    """By folded name, the places that have it, and those that have its words in one, by code."""
    places: dict[str, dict[str, Place]] = {}
    sharing: dict[str, dict[str, Place]] = {}
    for place in edition.snapshot.gazetteer.places("BE"):
        names = {fold(name) for name in (*place.names.values(), *place.places)}
        aliases = {fold(alias) for alias, _ in place.aliases}
        for name in names | aliases if with_aliases else names:
            places.setdefault(name, {})[place.code] = place
        for words in chain.from_iterable(map(sequences, names | aliases)):
            sharing.setdefault(words, {})[place.code] = place
    return places, sharing


_FILTERS = (Filters(), Filters(speaks="nl"), Filters(speaks="en"), Filters(speaks="xx"))


@pytest.mark.parametrize("filters", _FILTERS, ids=lambda filters: filters.speaks)
def test_a_name_is_answered_where_each_of_its_postcodes_has_that_answer(
    edition: Edition, filters: Filters
) -> None:
    """For every name of every place: the closest centre, with and without filters, is that of each
    postcode, and of each place for which the name may be short; it is certain if it is so for each
    postcode, and its area is covered. Otherwise the answer is that of the only municipality with
    the name, beside which are the others; and if there is none, all of the postcodes are offered.

    Outside of CI, each filter is tried with a sixth of the names, another one each time.
    """
    places, sharing = _by_name(edition, with_aliases=filters == Filters())
    if not (EVERY_CASE or filters == Filters()):
        places = dict(islice(places.items(), _FILTERS.index(filters), None, 6))
    towns = {
        fold(name)
        for place in edition.snapshot.gazetteer.places("BE")
        for name in place.names.values()
    }

    @cache
    def decisive(code: str) -> tuple[bool, tuple[str | None, ...]]:
        answer = edition.nearest(NearestQuery(TypedPlace(code, "BE"), filters))
        return answer.certain, _first(answer)

    counts = {True: 0, False: 0}
    for name, by_code in places.items():
        meant = list(by_code.values())
        firsts = {decisive(code)[1] for code in sharing[name]}
        is_short = _is_short_alias(name, meant, sharing[name].values())
        is_one = (
            _are_together(meant)
            and len(firsts) == 1
            and not _is_province(name, meant)
            and not is_short
        )
        counts[is_one] += name in towns and len(meant) > 1
        query = NearestQuery(TypedPlace(name, "BE"), filters)
        own = set() if is_short else _of_municipality(name, meant)
        if not is_one and own:
            origin = edition.nearest(query).origin
            assert own == {place.code for place in _places_of(origin)}
            for place in _places_of(origin):
                away = _apart_m(origin.point, place.point)
                assert away + place.accuracy_m <= origin.accuracy_m + 1
            others = {each.postcode for each in origin.alternatives}
            assert others <= sharing[name].keys() - own
            continue
        if not is_one:
            with pytest.raises(PlaceRefused) as refused:
                edition.nearest(query)
            codes = {each.postcode for each in refused.value.suggestions if each.postcode}
            # A province has too many postcodes to offer all.
            assert codes >= set(by_code if _is_province(name, meant) else sharing[name])
            continue
        answer = edition.nearest(query)
        assert answer.certain == all(decisive(place.code)[0] for place in meant)
        assert {_first(answer)} == firsts
        assert answer.certain or len(answer.results) > 1
        point = answer.origin.point
        for place in meant:
            away = _apart_m(point, place.point)
            assert away + place.accuracy_m <= answer.origin.accuracy_m + 1
    if filters == Filters():
        assert counts == {True: ALIKE, False: DIVIDED}


def _places_of(origin: Origin) -> tuple[Place, ...]:
    assert origin.place
    return origin.town.places if origin.town else (origin.place,)


def _of_municipality(name: str, meant: Sequence[Place]) -> set[str]:
    """The codes of the only municipality with a name, which is not also that of a province."""
    own = [place for place in meant if name in map(fold, place.names.values())]
    if not own and all(name in _own_aliases(place) for place in meant):
        own = [*meant]
    is_one = len({place.municipality for place in own}) == 1 and not _is_province(name, meant)
    return {place.code for place in own} if is_one else set()


def _own_aliases(place: Place) -> set[str]:
    """The further names of a municipality, without those of its parts."""
    return {fold(alias) for alias, name in place.aliases if name in place.names.values()}


def _is_province(name: str, meant: Iterable[Place]) -> bool:
    """Whether a name is that of a province, and of no town there: Limburg."""
    province = provinces().get(name)
    return province is not None and all(
        place.subdivision != province.subdivision for place in meant
    )


def _is_short_alias(name: str, meant: Iterable[Place], sharing: Iterable[Place]) -> bool:
    """Whether a name is only an alias of places, and a part of the names of other towns."""
    tables = (each for place in meant for each in (*place.names.values(), *place.places))
    is_alias = name not in map(fold, tables)
    return is_alias and not {place.name for place in sharing} <= {place.name for place in meant}


def _first(answer: NearestAnswer) -> tuple[str, ...]:
    """The closest centre, and the first that passes the filters."""
    firsts = (*answer.results[:1], *answer.matching[:1])
    return tuple(each.centre.id for each in firsts)


def test_the_digits_of_a_name_are_no_postcode(tmp_path: Path) -> None:
    """A text with digits is read as a postcode first. `Paris 10` is none, and the name of two."""
    directory = directory_of(tmp_path, [made_up_centre(1)], country="FR")
    rows = (("75010", "Paris 10", 48.87, 2.36), ("75011", "Paris 10", 48.871, 2.36))
    add_postcodes(directory.writer, "FR", *rows)
    edition = directory.editions(directory.clock).current()
    town = edition.nearest(NearestQuery(TypedPlace("paris 10", "FR"))).origin.town
    assert town
    assert [place.code for place in town.places] == ["75010", "75011"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_put_together_are_the_whole(edition: Edition, limit: int) -> None:
    """Following `after` gives every centre once, by id, and ends."""
    seen: list[str] = []
    after = None
    while True:
        page = edition.snapshot.page(Filters(), None, after, limit)
        assert (page.total, len(page.centres) <= limit) == (3, True)
        seen += [centre.id for centre in page.centres]
        after = page.after
        if after is None:
            break
    assert seen == sorted(edition.snapshot.by_id)


def test_unknown_things_are_refused(edition: Edition) -> None:
    """An id or a code that is not there is refused without an echo."""
    with pytest.raises(CentreNotFound) as refused:
        edition.snapshot.centre("kanarie")
    assert "kanarie" not in refused.value.detail
    with pytest.raises(PostcodeUnknown):
        edition.places.resolve("9999", "BE")


def test_counts_are_those_of_the_records(edition: Edition) -> None:
    """Languages and services are counted once a centre."""
    listed = edition.snapshot.listed
    spoken = {centre.id: {one.code for one in centre.languages} for centre in listed}
    languages = edition.snapshot.index.counts("language")
    assert languages == {
        code: sum(code in codes for codes in spoken.values()) for code in languages
    }
    assert sorted(languages) == ["en", "fr", "nl"]
    services = edition.snapshot.index.counts("service")
    assert services == {
        name: sum(name in centre.services for centre in listed) for name in sorted(services)
    }
    assert services["emergency_duty"] == 1


def test_helplines_are_chosen_by_country(edition: Edition) -> None:
    """Those of one country, or all, first those of the directory's own."""
    own = edition.helplines.of_country("BE")
    assert own == edition.helplines.for_home.all
    assert [line.id for line in own][:2] == ["be-112", "be-101"]
    assert edition.helplines.own_first()[: len(own)] == own
    assert len(edition.helplines.own_first()) == len(edition.snapshot.helplines) == 24
    assert [line.number for line in edition.helplines.of_country("LU")] == [
        "112",
        "113",
        "+35227365646",
    ]


def test_a_country_without_a_helpline_has_the_emergency_number_of_the_tables(
    edition: Edition,
) -> None:
    """No place is without a number to call in danger; the number can be asked for by its id."""
    for country, number in (("ES", "112"), ("JP", "110"), ("AQ", "112")):
        (line,) = edition.helplines.of_country(country)
        assert (line.number, line.kind, line.countries) == (number, "emergency", (country,))
        assert edition.helplines.get(line.id) == line
    for unknown in ("emergency-fr", "emergency-", "es-112"):
        with pytest.raises(HelplineNotFound):
            edition.helplines.get(unknown)


def test_without_a_load_only_helplines_are_answered(tmp_path: Path) -> None:
    """Before the first load there is no edition, but helplines come from the shipped file."""
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/gone.db"))
    assert (directory.live.ready, bool(directory.live.health.degraded)) == (False, True)
    editions = directory.editions(directory.clock)
    assert editions.helplines().for_home.all[0].id == "be-112"
    with pytest.raises(NotReady):
        editions.current()


def test_errors_have_the_helplines_of_the_snapshot_in_force(tmp_path: Path) -> None:
    """Also after it was replaced; those of a refused country first, then the directory's own."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    editions = directory.editions(directory.clock)
    before = editions.helplines()
    assert editions.helplines() is editions.current().helplines is before
    names = [each.kind for each in before.of_refused(("LU",)).all]
    assert names[:2] == ["emergency", "police"]
    assert before.of_refused(()) == before.of_refused(("BE",)) == before.for_home
    edit = Edit(TERMINAL, "helpline", "be-101", "It is the same line.", typed=("101",))
    directory.editor.remove(edit)
    directory.live.refresh()
    assert "be-101" in [line.id for line in before.lines]
    assert "be-101" not in [line.id for line in editions.helplines().lines]
