"""A search from what a person typed: a postcode, or the name of a town, which has many points."""

from collections.abc import Iterable, Mapping
from itertools import chain

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place, Town, rule_for, squash
from directory_api.place.refusals import name_of_country
from directory_api.search.query import NearestAnswer, NearestQuery, Origin, TypedPlace
from directory_api.search.snapshot import Snapshot
from directory_api.text.asks_for_help import WORDS
from directory_api.text.errors import (
    PlaceAmbiguous,
    PlaceRefused,
    PlaceUnknown,
    PostcodeUnknown,
)
from directory_api.text.normalize import fold

# With some filters; as many as have names that people type.
_MOST_TOWNS = 1_000


def from_typed(query: NearestQuery, places: Gazetteer, snapshot: Snapshot) -> NearestAnswer:
    """Return the answer to a search from what a user typed. Raises PlaceRefused."""
    typed = query.place
    assert isinstance(typed, TypedPlace)
    here, is_assumed = places.country(typed.country), typed.is_country_assumed
    exact = here.codes.get(typed.text)
    if exact is not None:
        return snapshot.nearest(
            query, _origin(exact, places.countries_with_code(exact) if is_assumed else {})
        )
    if asks_for_help(typed.text, snapshot):
        raise PlaceUnknown("This is no place. Call one of the helplines.")
    if not typed.is_code:
        return _from_words(query, typed, places, snapshot)
    here.refuse_other_than_code(typed.text)
    return _from_code(query, typed, places, snapshot)


def _from_code(
    query: NearestQuery, typed: TypedPlace, places: Gazetteer, snapshot: Snapshot
) -> NearestAnswer:
    """Return the answer to a search from a postcode, perhaps with its name."""
    place = places.resolve(typed.text, typed.country)
    is_assumed = typed.is_country_assumed and place.country == typed.country
    elsewhere = places.may_be_in(typed.text, place) if is_assumed else {}
    return snapshot.nearest(query, _origin(place, elsewhere))


def asks_for_help(text: str, snapshot: Snapshot) -> bool:
    """Return whether a person typed the number of a helpline, or a word such as `police`: they need
    a number, and no village that is written like it.
    """
    number = squash(text)
    return fold(text) in WORDS or any(line.number == number for line in snapshot.helplines)


def _from_words(
    query: NearestQuery, typed: TypedPlace, places: Gazetteer, snapshot: Snapshot
) -> NearestAnswer:
    """Return the answer to a search from a postcode, the name of a town, or a longer text with one
    of them.

    A town with several postcodes is answered as its main place if each of them has the same closest
    centre, and so have all places for which its name may be short; it is certain if it is so
    from each of its postcodes. Otherwise the name means the municipality that has it, whatever the
    closest centres of its postcodes are. If there is none, or several, or a much larger one in
    a neighbouring country, the postcodes are suggestions of the PlaceRefused that is raised.
    """
    text, country, is_assumed = typed.text, typed.country, typed.is_country_assumed
    here = places.country(country)
    bare = here.without_country(text)
    if bare != text:
        # The user named the country after the place.
        text, is_assumed = bare, False
    text = here.without_street(text)

    def by_name() -> NearestAnswer | None:
        towns = here.towns(text)
        if is_assumed and fold(text) in places.neighbours.larger:
            towns = tuple(town for town in towns if not town.is_municipality)
        answers = (_from_town(town, abroad(), query, snapshot) for town in towns)
        return next((answer for answer in answers if answer is not None), None)

    def abroad() -> tuple[str, ...]:
        return places.also_called(text, country) if is_assumed else ()

    # The refusal of a postcode has suggestions, which a name that is understood does not need.
    is_name = here.is_no_postcode(text)
    answer = by_name() if is_name else None
    if answer is not None:
        return answer
    try:
        return _from_code(query, TypedPlace(text, country, is_assumed), places, snapshot)
    except (PlaceAmbiguous, PlaceUnknown, PostcodeUnknown) as refused:
        answer = None if is_name else by_name()
        if answer is None:
            within = places.within(text, country)
            if within:
                # A code with its name says the country.
                is_assumed = is_assumed and within.country == country and within.is_name
                place = TypedPlace(within.text, within.country, is_assumed)
                return from_typed(query._replace(place=place), places, snapshot)
            others = abroad()
            is_only_there = bool(others) and places.is_only_abroad(text, country)
            having = [each for each in others if places.country(each).towns(text)]
            if is_only_there and len(having) == 1 and not here.names.sharing(text):
                place = TypedPlace(text, having[0])
                return from_typed(query._replace(place=place), places, snapshot)
            is_first = is_only_there or fold(text) in places.neighbours.larger
            raise _with_countries(refused, others, is_first=is_first) from None
        return answer


def _origin(place: Place, elsewhere: Mapping[str, bool]) -> Origin:
    """Return the point of a postcode that other countries write so, and some of them have, too."""
    having = tuple(country for country, has in elsewhere.items() if has)
    return Origin.of_place(place, tuple(elsewhere), having)


def _from_town(
    town: Town, also_in: tuple[str, ...], query: NearestQuery, snapshot: Snapshot
) -> NearestAnswer | None:
    """Return the answer for a town; None if people in it may need different answers, unless it is
    a municipality: the answer is then uncertain, as for a wide postcode.
    """
    origin = Origin.of_town(town, also_in)
    kept = snapshot.index.filtered(query.filters).towns
    if town not in kept:
        if len(kept) >= _MOST_TOWNS:
            kept.clear()
        kept[town] = _certain_everywhere(town, query, snapshot)
    is_certain = kept[town]
    if is_certain:
        return snapshot.nearest(query, Origin.of_place(town.main_place))._replace(origin=origin)
    if is_certain is None and not town.is_municipality:
        return None
    # Uncertain: a postcode from which it is uncertain is within the town's accuracy.
    return snapshot.nearest(query, origin)


def _certain_everywhere(town: Town, query: NearestQuery, snapshot: Snapshot) -> bool | None:
    """Return whether the answers at the edges of a town are certain; None if people there, or at
    those of its namesakes, may need different ones.
    """
    # What is preferred does not decide whether the name of a town is answered.
    query, answers = query._replace(limit=1, prefer_speaks=()), list[NearestAnswer]()
    # One after the other: most towns that need different answers show it soon.
    for place in chain(town.edge, town.edge_of_namesakes):
        answers.append(snapshot.nearest(query, Origin.of_place(place)))
        if answers[-1].outcome != answers[0].outcome:
            return None
    return all(answer.certain for answer in answers[: len(town.edge)])


def _with_countries(
    refused: PlaceRefused, countries: Iterable[str], *, is_first: bool
) -> PlaceRefused:
    """Return the refusal of a name with the countries that have such a place, too, before or after
    its suggestions.
    """
    hints = [name_of_country(rule_for(country)) for country in countries]
    own = refused.suggestions
    suggestions = [*hints, *own] if is_first else [*own, *hints]
    return type(refused)(refused.detail, suggestions=suggestions, countries=refused.countries)
