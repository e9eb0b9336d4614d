"""A search from what a person typed: a postcode, or the name of a town, which has many points."""

from collections.abc import Iterable, Mapping
from itertools import chain

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place, Town, rule_for
from directory_api.place.refusals import is_coordinate, name_of_country, of_coordinate
from directory_api.search.query import NearestAnswer, NearestQuery, Origin, Postcode
from directory_api.search.snapshot import Snapshot
from directory_api.text.errors import (
    PlaceAmbiguous,
    PlaceRefused,
    PostcodeMalformed,
    PostcodeUnknown,
)
from directory_api.text.normalize import fold


def from_typed(query: NearestQuery, places: Gazetteer, snapshot: Snapshot) -> NearestAnswer:
    """Return the answer to a search from a postcode or from the name of a town.

    A town with several postcodes is answered as its middle if each of them has the same closest
    centre, and so have all places for which its name may be short; it is certain if it is so
    from each of its postcodes. Otherwise the name means the municipality that has it, whatever the
    closest centres of its postcodes are. If there is none, or several, or a much larger one in
    a neighbouring country, the postcodes are suggestions of the PlaceRefused that is raised.
    """
    typed = query.place
    assert isinstance(typed, Postcode)
    text, country, is_assumed = typed.text, typed.country, typed.is_country_assumed
    if is_coordinate(text):
        raise of_coordinate()
    here = places.country(country)
    exact = here.codes.get(text)
    if exact is not None:
        return snapshot.nearest(query, _origin(exact, places.writing(exact) if is_assumed else {}))
    alone = here.without_country(text)
    if alone != text:
        # The user named the country after the place.
        text, is_assumed = alone, False
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
        place = places.resolve(text, country)
    except (PlaceAmbiguous, PostcodeMalformed, PostcodeUnknown) as refused:
        answer = None if is_name else by_name()
        if answer is None:
            others = abroad()
            is_first = bool(others) and places.is_only_abroad(text, country)
            raise _with_countries(refused, others, is_first=is_first) from None
        return answer
    is_assumed = is_assumed and place.country == country
    elsewhere = places.may_be_in(text, place) if is_assumed else {}
    return snapshot.nearest(query, _origin(place, elsewhere))


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
    same = _same_everywhere(town, origin, query, snapshot)
    if not same:
        return snapshot.nearest(query, origin) if town.is_municipality else None
    if all(answer.certain for answer in same[: len(town.edge)]):
        return snapshot.nearest(query, Origin.of_place(town.middle))._replace(origin=origin)
    # Uncertain: a postcode from which it is uncertain is within the town's accuracy.
    return snapshot.nearest(query, origin)


def _same_everywhere(
    town: Town, origin: Origin, query: NearestQuery, snapshot: Snapshot
) -> list[NearestAnswer]:
    """Return the answers at the edges of a town and its namesakes; none if people there may need
    different ones.
    """

    def closest(origin: Origin, reach_m: float | None) -> NearestAnswer:
        return snapshot.nearest(query._replace(limit=1, max_distance_m=reach_m), origin)

    reach, answers = query.max_distance_m, list[NearestAnswer]()
    # One after the other: most towns that need different answers show it soon.
    for place in chain(town.edge, town.edge_of_namesakes):
        answers.append(closest(Origin.of_place(place), reach))
        if answers[-1].outcome != answers[0].outcome:
            return []
    if reach is None or len(town.places) == 1:
        return answers
    # Whether a centre is within reach of the whole town does not follow from its edge.
    least, most = max(0.0, reach - town.accuracy_m), reach + town.accuracy_m
    is_same = closest(origin, least).outcome == closest(origin, most).outcome
    return answers if is_same else []


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
