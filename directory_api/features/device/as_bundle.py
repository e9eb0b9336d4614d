"""The bundle: compact JSON with which a device finds the closest centre offline (docs/bundle.md).

The same revision and day give the same bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from directory_api.answer.as_json import dump, notice
from directory_api.countries.known import key_of_helpline, known
from directory_api.features.device.offline import Bundle, PostcodeTable
from directory_api.hours.in_words import time_of_day
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, UNKNOWN
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.hours.timetable import Interval, Timetable
from directory_api.hours.weekly import WeekdayHours, weekly_hours
from directory_api.place.outlines import DECIMALS, Outline
from directory_api.place.postcode import LEAST_ACCURACY_M, Place, rule_for, rules
from directory_api.place.provinces import Province, provinces
from directory_api.record.records import BLUR_M, Centre, Helpline, confirmed_on, freshness
from directory_api.text.normalize import fold, sequences

# Incremented when a member is renamed or changes its meaning; new members do not need a new number.
FORMAT = 2
# Not needed to find help; they are in /v1/centres. The others are members of a member.
LEFT_OUT = ("channels", "sources", "verified")
LEFT_OUT_BELOW = {"languages": ("source",), "contested": ("sources", "value")}
# The unit of postcode coordinates belongs to the format. A database that was loaded by an older
# version has points with as many decimals; others are rounded more (place/postcode.py).
_POSTCODE_DECIMALS = 5


def as_bundle(bundle: Bundle, postcodes: str) -> bytes:
    """Return one bundle. `postcodes` is the address of its table of postcodes."""
    timetable = bundle.timetable
    return dump(
        {
            "format": FORMAT,
            "revision": str(bundle.revision),
            "link": bundle.link,
            "country": bundle.country,
            "country_names": _names_of(bundle.country),
            "made": moment(timetable.since),
            "until": moment(timetable.until),
            "emergency": [
                line.number for line in bundle.helplines if line.number and line.kind == "emergency"
            ],
            "helplines": list(map(helpline, bundle.helplines)),
            "helplines_abroad": list(map(helpline, bundle.helplines_abroad)),
            "centres": [centre(each, timetable, bundle.fresh_days) for each in bundle.centres],
            "blur_m": dict(BLUR_M),
            "postcodes": postcodes,
            "neighbours": list(bundle.neighbours),
            "larger_abroad": sorted(bundle.larger_abroad),
            "coverage": _coverage(bundle),
            "attribution": list(map(dict, bundle.attributions)),
            "sources": sources(bundle.sources),
        }
    )


def _names_of(country: str) -> list[str]:
    """Return what people write after a place of a country (ISO 3166-1): `Gent, België`."""
    return list(known()[country].names) if country in known() else []


def _coverage(bundle: Bundle) -> dict[str, Any]:
    """Return which countries have centres, and the outlines that tell where a position is."""
    return {
        "countries": list(bundle.covered),
        "notice": dict(notice()),
        "outlines": outlines(bundle.outlines),
    }


def outlines(drawn: Iterable[Outline]) -> list[dict[str, Any]]:
    """Return outlines as a bundle contains them."""
    return [
        {
            "country": outline.country,
            "margin_m": outline.margin_m,
            "is_exact": outline.is_exact,
            "rings": list(map(_ring, outline.rings)),
        }
        for outline in drawn
    ]


def as_postcode_table(table: PostcodeTable) -> bytes:
    """Return the postcodes of a country: the table of a bundle, or one with every name."""
    return dump(
        {
            "format": FORMAT,
            "country": table.country,
            "country_names": _names_of(table.country),
            "postcodes": _postcodes(table),
            "attribution": list(map(dict, table.attributions)),
        }
    )


def sources(linked: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the sources that can be linked, by id."""
    return {
        id: {
            "publisher": each.get("publisher", each["title"]),
            "url": each["url"],
            **{name: each[name] for name in ("published", "read_in") if name in each},
        }
        for id, each in linked.items()
    }


def helpline(line: Helpline) -> dict[str, Any]:
    """Return a helpline as a bundle contains it."""
    record, said = _without(line.to_record(), LEFT_OUT), key_of_helpline(line.sources)
    return {**record, "said": said} if said else record


def centre(published: Centre, timetable: Timetable, fresh_days: int) -> dict[str, Any]:
    """Return a centre as a bundle contains it."""
    record = _without(published.to_record(), LEFT_OUT)
    today = timetable.since.date()
    record["freshness"] = freshness(published.verified, today, fresh_days)
    if confirmed := confirmed_on(published.verified, today, fresh_days):
        record["confirmed"] = confirmed.isoformat()
    if published.verified and published.verified.changed_since:
        record["changed_since"] = True
    if described := published.sources.get("description"):
        record["description_sources"] = list(described)
    country = published.address.country
    record = _with_hours(record, country, today)
    for name in ("permanent", "temporary"):
        if name in record:
            record[name] = _with_hours(record[name], country, today)
    if published.phones:
        record["phones"] = [
            {**phone, **_line_hours(published, phone, timetable)} for phone in record["phones"]
        ]
    return record | _open(timetable.intervals(published.open_hours))


def _with_hours(record: dict[str, Any], country: str, today: date) -> dict[str, Any]:
    """Return a centre, or its temporary or permanent values, with what its hours say."""
    phones = [
        phone | said_hours(phone.get("hours"), country, today) for phone in record.get("phones", ())
    ]
    said = said_hours(record.get("opening_hours"), country, today)
    return {**record, **({"phones": phones} if phones else {}), **said}


def _line_hours(
    published: Centre, phone: Mapping[str, Any], timetable: Timetable
) -> dict[str, Any]:
    """Return the times at which calls to a phone are answered; day and night needs none."""
    expression = phone.get("hours")
    if expression in (None, AROUND_THE_CLOCK):
        return {}
    return _open(timetable.intervals(published.hours_key(expression)))


def _open(hours: Sequence[Interval]) -> dict[str, Any]:
    if all(interval.word == UNKNOWN for interval in hours):
        return {}
    return {
        "open": [
            {
                "start": _minutes(interval.start),
                "end": _minutes(interval.end),
                "state": interval.word,
            }
            for interval in hours
            if interval.word != CLOSED
        ]
    }


def said_hours(expression: str | None, country: str, today: date) -> dict[str, Any]:
    """Return hours in OpenStreetMap's syntax as a device says them (docs/bundle.md); nothing of
    those that are not known, or day and night.
    """
    found = (
        weekly_hours(expression, country, today)
        if expression not in (None, "", AROUND_THE_CLOCK)
        else None
    )
    if found is None:
        return {}
    week = list(map(_rule, found.week))
    is_weekly = not found.dated and all(map(_is_plain, found.week))
    said: dict[str, Any] = {"weekly" if is_weekly else "usual": week}
    if found.closed_on_holidays:
        said["closed_on_holidays"] = True
    if found.dated:
        said["dated"] = [
            {"dates": [list(each) for each in dated.dates], "rules": list(map(_rule, dated.week))}
            for dated in found.dated
        ]
    return said


def _is_plain(hours: WeekdayHours) -> bool:
    """Whether all times are certain, and end before midnight."""
    return all(span.is_certain and span.closes < MINUTES_OF_DAY for span in hours.times)


def _rule(hours: WeekdayHours) -> dict[str, Any]:
    return {
        "days": list(hours.days),
        "times": [
            {
                "opens": time_of_day(span.opens),
                "closes": time_of_day(span.closes),
                **({} if span.is_certain else {"certain": False}),
            }
            for span in hours.times
        ],
    }


def _postcodes(table: PostcodeTable) -> dict[str, Any]:
    """The table by column; each code and number is stored as the difference from the previous
    one.
    """
    country = table.country
    ordered = sorted(table.places, key=lambda place: place.code)
    rule, parts, in_provinces = rule_for(country), known_parts(ordered), _known_provinces(ordered)
    return {
        "written": rule.written,
        "foreign": {
            other.country: other.written for other in rules().values() if other.country != country
        },
        "institutions": sorted(rule.institutions),
        "codes": _endings([place.code for place in ordered]),
        "lat": _steps([place.point.lat for place in ordered], _POSTCODE_DECIMALS),
        "lon": _steps([place.point.lon for place in ordered], _POSTCODE_DECIMALS),
        "accuracy_least_m": LEAST_ACCURACY_M,
        "accuracy_more_m": [place.accuracy_m - LEAST_ACCURACY_M for place in ordered],
        "names": [place.name for place in ordered],
        "other_names": {
            place.code: others
            for place in ordered
            if (others := [*_other_names(place), *in_provinces.get(place.code, ())])
        },
        "other_names_in": [_languages_of(place) for place in ordered],
        "parts": [parts[place.code] for place in ordered],
        **(_every_name(ordered, parts) if table.has_every_name else {}),
    }


def _every_name(
    places: Collection[Place], parts: Mapping[str, Sequence[str]]
) -> dict[str, list[Any] | dict[str, list[str]]]:
    """The columns with the names that the table of a bundle does not have, and what ranks them."""
    towns: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[str]] = defaultdict(set)
    for place in places:
        own = (place.name, *place.names.values())
        for of, names in ((towns, own), (named, (*own, *place.places))):
            for name in names:
                of[fold(name)].add(place.municipality or place.code)
    aliases = {place.code: _aliases(place, towns, named) for place in places}
    return {
        "other_names": {
            place.code: others
            for place in places
            if (others := _other_names(place) + aliases[place.code][0])
        },
        "more_parts": [
            [
                name
                for name in (*place.parts, *aliases[place.code][1])
                if name not in parts[place.code]
            ]
            for place in places
        ],
        "population": [place.population for place in places],
        **_provinces(places, aliases),
    }


def _provinces(
    places: Collection[Place], aliases: Mapping[str, tuple[list[str], list[str]]]
) -> dict[str, list[Any]]:
    """The names of each province, and the province of each place; empty for a country without.

    A name that a town of the province has is that of the town.
    """
    towns = {
        (place.subdivision, fold(name))
        for place in places
        for name in (place.name, *place.names.values(), *aliases[place.code][0])
    }
    subdivisions = {place.subdivision for place in places}
    names: dict[str | None, list[str]] = {}
    for folded, (subdivision, name) in provinces().items():
        if subdivision in subdivisions and (subdivision, folded) not in towns:
            names.setdefault(subdivision, []).append(name)
    if not names:
        return {}
    numbers = {subdivision: number for number, subdivision in enumerate(names)}
    return {
        "provinces": list(names.values()),
        "province": [numbers.get(place.subdivision, -1) for place in places],
    }


def _aliases(
    place: Place, towns: Mapping[str, AbstractSet[str]], named: Mapping[str, AbstractSet[str]]
) -> tuple[list[str], list[str]]:
    """The aliases of a place itself, and those of its parts.

    Among the parts are those that have the words of another town (Boussu-lez-Mons), and those that
    are the name of another place (Tournay). `towns` and `named` are the municipalities of folded
    names.
    """
    folded = set(map(fold, place.parts)) if place.aliases else ()
    municipality = {place.municipality or place.code}
    own: list[str] = []
    of_parts: list[str] = []
    for alias, name in place.aliases:
        others = (towns.get(words, set()) - municipality for words in sequences(fold(alias)))
        is_shared = any(others) or named.get(fold(alias), set()) - municipality
        (of_parts if fold(name) in folded or is_shared else own).append(alias)
    return own, of_parts


def known_parts(places: Collection[Place]) -> dict[str, tuple[str, ...]]:
    """Return by postcode the names of the parts of its municipality, if the municipality has
    several postcodes and this one serves only these parts; and those parts and aliases that have
    the name of another municipality's place in the bundle, or longer ones with its words.

    Residents of Deurne may not search for Antwerpen; but there is a Deurne in Diest, so a device
    has to know both. Those of Mons-lez-Liège may search for Mons. The names of all parts would make
    the bundle two thirds larger.
    """
    postcodes = Counter(place.municipality for place in places)
    alone = {
        place.code: place.parts_alone if postcodes[place.municipality] > 1 else ()
        for place in places
    }
    towns: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for name in (place.name, *place.names.values(), *alone[place.code]):
            towns[fold(name)].add(place.municipality or place.code)

    def listed(place: Place) -> Iterator[str]:
        yield from alone[place.code]
        names = (place.name, *place.names.values(), *alone[place.code])
        exact = {fold(name) for name in names}
        known = {words for name in exact for words in sequences(name)}
        for name in (*place.parts, *(alias for alias, _ in place.aliases)):
            others = {
                words
                for words in sequences(fold(name))
                if towns.get(words, set()) - {place.municipality or place.code}
            }
            if fold(name) in others - exact or not others <= known:
                exact.add(fold(name))
                yield name

    return {place.code: tuple(listed(place)) for place in places}


def _known_provinces(places: Iterable[Place]) -> dict[str, list[str]]:
    """Return by postcode the names of its province that only towns in other provinces have: for a
    device that does not know provinces, they are names of the whole place. Limburg is not only
    Limbourg.
    """
    places = tuple(places)
    shared = _names_of_towns_elsewhere(places)
    return {
        place.code: names
        for place in places
        if (names := [each.name for each in shared if each.subdivision == place.subdivision])
    }


def _names_of_towns_elsewhere(places: Iterable[Place]) -> list[Province]:
    """Return the provinces by those of their names that only towns in other provinces have."""
    subdivisions: dict[str, set[str | None]] = defaultdict(set)
    for place in places:
        for name in (place.name, *place.names.values()):
            subdivisions[fold(name)].add(place.subdivision)
    return [
        province
        for name, province in provinces().items()
        if name in subdivisions and province.subdivision not in subdivisions[name]
    ]


def _other_names(place: Place) -> list[str]:
    """The names of a place in the country's other languages; `1000 Bruxelles` is Brussel."""
    return [name for name in dict.fromkeys(place.names.values()) if fold(name) != fold(place.name)]


def _languages_of(place: Place) -> str:
    """The languages of the place's other names, in their order: `fr|en de` for two names."""
    languages = (
        "|".join(tag for tag, other in place.names.items() if other == name)
        for name in _other_names(place)
    )
    return " ".join(languages)


def _ring(ring: Sequence[tuple[float, float]]) -> list[int]:
    """Steps east and north in turn, the first two from 0/0."""
    steps = (_steps(column, DECIMALS) for column in zip(*ring, strict=True))
    return [number for pair in zip(*steps, strict=True) for number in pair]


def _endings(codes: Sequence[str]) -> list[str]:
    """Each code as the number of leading characters that it shares with the previous one (one
    digit), and the remaining characters.
    """
    shared = [_shared(before, code) for before, code in zip(["", *codes], codes, strict=False)]
    return [f"{length}{code[length:]}" for length, code in zip(shared, codes, strict=True)]


def _shared(one: str, other: str) -> int:
    """The number of leading characters that two codes share, at most 9 to fit one digit."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return min(9, sum(1 for _ in alike))


def _steps(degrees: Sequence[float], decimals: int) -> list[int]:
    """Degrees in units of their last decimal, each as the difference from the previous one."""
    units = [round(value * 10**decimals) for value in degrees]
    return [unit - before for before, unit in zip([0, *units], units, strict=False)]


def _without(record: dict[str, Any], left_out: Sequence[str]) -> dict[str, Any]:
    record = {name: value for name, value in record.items() if name not in left_out}
    for name, below in LEFT_OUT_BELOW.items():
        if name in record:
            record[name] = [_without(item, below) for item in record[name]]
    return record


def _minutes(moment: datetime) -> int:
    """Minutes since 1970 (UTC); opening hours have a precision of one minute."""
    return int(moment.timestamp()) // 60


def moment(at: datetime) -> str:
    """Return a time as RFC 3339."""
    return at.isoformat().replace("+00:00", "Z")
