"""The bundle: compact JSON with which a device finds the closest centre offline (docs/bundle.md).

The same revision and day give the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from directory_api.answer.as_json import dump, notice
from directory_api.countries.known import key_of_helpline, known
from directory_api.features.device.name_table import Meaning
from directory_api.features.device.offline import Bundle, PlaceNames, PostcodeTable
from directory_api.hours.in_words import time_of_day
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, UNKNOWN
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.hours.timetable import Interval, Timetable
from directory_api.hours.weekly import WeekdayHours, weekly_hours
from directory_api.place.outlines import DECIMALS, Outline
from directory_api.place.postcode import LEAST_ACCURACY_M, Place, rule_for, rules
from directory_api.record.parts import BLUR_M
from directory_api.record.records import Centre, Helpline
from directory_api.record.verified import confirmed_on, freshness
from directory_api.text.normalize import fold

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
            "revision_hash": bundle.revision_hash,
            "country": bundle.country,
            "country_names": _names_of(bundle.country),
            "generated_at": moment(timetable.since),
            "valid_until": moment(timetable.until),
            "emergency": [
                line.number for line in bundle.helplines if line.number and line.kind == "emergency"
            ],
            "helplines": list(map(helpline, bundle.helplines)),
            "helplines_abroad": list(map(helpline, bundle.helplines_abroad)),
            "centres": [centre(each, timetable, bundle.fresh_days) for each in bundle.centres],
            "location_uncertainty_m": dict(BLUR_M),
            "postcodes": postcodes,
            "neighbours": list(bundle.neighbours),
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
    """Return the postcodes of a country."""
    return dump(
        {
            "format": FORMAT,
            "country": table.country,
            "country_names": _names_of(table.country),
            "postcodes": _postcodes(table),
            "attribution": list(map(dict, table.attributions)),
        }
    )


def as_names(names: PlaceNames) -> bytes:
    """Return every name of the places of a country. Those that mean the same are one entry."""
    entries: dict[Meaning, list[str]] = {}
    for name, meaning in names.meanings.items():
        entries.setdefault(meaning, []).append(name)
    return dump(
        {
            "format": FORMAT,
            "country": names.country,
            "country_names": _names_of(names.country),
            **({"postcodes": _postcodes(names.postcodes)} if names.postcodes else {}),
            "names": [{"names": each, **_meaning(meaning)} for meaning, each in entries.items()],
            "words": list(names.words),
            "attribution": list(map(dict, names.attributions)),
        }
    )


def _meaning(meaning: Meaning) -> dict[str, str | bool]:
    """Return what a name means: lists in one text, and only what says something."""
    return {
        name: value if isinstance(value, bool) else " ".join(value)
        for name, value in meaning._asdict().items()
        if value
    }


def sources(linked: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the sources that can be linked, by id."""
    return {
        id: {
            "publisher": each.get("publisher", each["title"]),
            "url": each["url"],
            **{name: each[name] for name in ("published", "accessed") if name in each},
        }
        for id, each in linked.items()
    }


def helpline(line: Helpline) -> dict[str, Any]:
    """Return a helpline as a bundle contains it."""
    record, key = _without(line.to_record(), LEFT_OUT), key_of_helpline(line.sources)
    return {**record, "text_key": key} if key else record


def centre(published: Centre, timetable: Timetable, fresh_days: int) -> dict[str, Any]:
    """Return a centre as a bundle contains it."""
    record = _without(published.to_record(), LEFT_OUT)
    today = timetable.since.date()
    record["freshness"] = freshness(published.verified, today, fresh_days)
    if confirmed := confirmed_on(published.verified, today, fresh_days):
        record["verified_on"] = confirmed.isoformat()
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
    hours = said_hours(record.get("opening_hours"), country, today)
    return {**record, **({"phones": phones} if phones else {}), **hours}


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
    hours: dict[str, Any] = {"weekly" if is_weekly else "usual": week}
    if found.closed_on_holidays:
        hours["closed_on_holidays"] = True
    if found.dated:
        hours["dated"] = [
            {"dates": [list(each) for each in dated.dates], "rules": list(map(_rule, dated.week))}
            for dated in found.dated
        ]
    return hours


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
    rule = rule_for(country)
    return {
        "pattern": rule.pattern,
        "foreign_patterns": {
            other.country: other.pattern for other in rules().values() if other.country != country
        },
        "institutions": sorted(rule.institutions),
        "codes": _endings([place.code for place in ordered]),
        "lat": _steps([place.point.lat for place in ordered], _POSTCODE_DECIMALS),
        "lon": _steps([place.point.lon for place in ordered], _POSTCODE_DECIMALS),
        "accuracy_base_m": LEAST_ACCURACY_M,
        "accuracy_extra_m": [place.accuracy_m - LEAST_ACCURACY_M for place in ordered],
        "names": [place.name for place in ordered],
        "other_names": {place.code: others for place in ordered if (others := _other_names(place))},
        "other_name_languages": [_languages_of(place) for place in ordered],
    }


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
