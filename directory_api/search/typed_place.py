"""A search from what a person typed: a postcode, or the name of a town, which has many points."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Protocol, Self, TypeVar

from directory_api.place.neighbours import Places
from directory_api.place.postcode import Town, rule_for
from directory_api.place.refusals import is_coordinate, name_of_country, of_coordinate
from directory_api.search.query import Origin, Postcode
from directory_api.text.errors import (
    PlaceAmbiguous,
    PlaceRefused,
    PostcodeMalformed,
    PostcodeUnknown,
)
from directory_api.text.normalize import fold


class PlaceAnswer(Protocol):
    """An answer to a search from a place, such as NearestAnswer."""

    @property
    def certain(self) -> bool:
        """Whether no other centre may be closer than the first."""

    @property
    def outcome(self) -> tuple[object, ...]:
        """What the answer says of the place: equal ones need no choice between places."""

    def _replace(self, *, origin: Origin) -> Self: ...


Answer = TypeVar("Answer", bound=PlaceAnswer)


@dataclass(frozen=True, slots=True)
class Search(Generic[Answer]):
    """A search from any origin: for every centre, and for the closest one within some metres.

    `reach_m` is how far the centres are at most; None without a limit.
    """

    every: Callable[[Origin], Answer]
    closest: Callable[[Origin, float | None], Answer]
    reach_m: float | None


def from_typed(typed: Postcode, places: Places, search: Search[Answer]) -> Answer:
    """Return the answer to a search from a postcode or from the name of a town.

    A town with several postcodes is answered as its middle if each of them has the same closest
    centre, and so have all places for which its name may be short; it is certain if it is so
    from each of its postcodes. Otherwise the name means the municipality that has it, whatever the
    closest centres of its postcodes are. If there is none, or several, or a much larger one in
    a neighbouring country, the postcodes are suggestions of the PlaceRefused that is raised.
    """
    text, country = typed.text, typed.country
    is_assumed = typed.is_country_assumed
    exact = places.exact(text, country)
    if exact is not None:
        writing = places.writing(exact) if is_assumed else ()
        return search.every(Origin.of_place(exact, writing, places.having(exact, writing)))
    if is_coordinate(text):
        raise of_coordinate()
    place_alone = places.without_country(text, country)
    if place_alone != text:
        # The user named the country after the place.
        text, is_assumed = place_alone, False
    text = places.without_street(text, country)

    def by_name() -> Answer | None:
        towns = places.towns(text, country)
        if is_assumed and fold(text) in places.larger_abroad:
            towns = tuple(town for town in towns if not town.is_municipality)
        answers = (_from_town(town, abroad(), search) for town in towns)
        return next((answer for answer in answers if answer is not None), None)

    def abroad() -> tuple[str, ...]:
        return places.also_called(text, country) if is_assumed else ()

    # The refusal of a postcode has suggestions, which a name that is understood does not need.
    is_name = places.is_no_postcode(text, country)
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
    elsewhere = places.may_be_in(text, place) if is_assumed else ()
    return search.every(Origin.of_place(place, elsewhere, places.having(place, elsewhere)))


def _from_town(town: Town, also_in: tuple[str, ...], search: Search[Answer]) -> Answer | None:
    """Return the answer for a town; None if people in it may need different answers, unless it is
    a municipality: the answer is then uncertain, as for a wide postcode.
    """
    origin = Origin.of_town(town, also_in)
    same = _same_everywhere(town, origin, search)
    if not same:
        return search.every(origin) if town.is_municipality else None
    if all(answer.certain for answer in same[: len(town.edge)]):
        return search.every(Origin.of_place(town.middle))._replace(origin=origin)
    # Uncertain: a postcode from which it is uncertain is within the town's accuracy.
    return search.every(origin)


def _same_everywhere(town: Town, origin: Origin, search: Search[Answer]) -> list[Answer]:
    """Return the answers at the edges of a town and its namesakes; none if people there may need
    different ones.
    """
    reach, answers = search.reach_m, list[Answer]()
    # One after the other: most towns that need different answers show it soon.
    for place in chain(town.edge, town.edge_of_namesakes):
        answers.append(search.closest(Origin.of_place(place), reach))
        if answers[-1].outcome != answers[0].outcome:
            return []
    if reach is None or len(town.places) == 1:
        return answers
    # Whether a centre is within reach of the whole town does not follow from its edge.
    least, most = max(0.0, reach - town.accuracy_m), reach + town.accuracy_m
    is_same = search.closest(origin, least).outcome == search.closest(origin, most).outcome
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
