"""What looks wrong in one record although it is valid: warnings for maintainers. Each has a code,
which stays the same if its words change.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

from directory_api.hours.days import Days
from directory_api.hours.doubts import doubt
from directory_api.hours.in_words import DatesInWords
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, Dates
from directory_api.hours.syntax import parse
from directory_api.hours.week import passed, week_of
from directory_api.place.geometry import chord_m
from directory_api.place.postcode import Place
from directory_api.record import phone_numbers
from directory_api.record.hidden_address import id_names_the_street, words_of_the_street
from directory_api.record.numbers import FAX, TEXT_MESSAGE, shown_numbers
from directory_api.record.records import (
    Address,
    Centre,
    Helpline,
    Location,
    Phone,
    Temporary,
    Verified,
)
from directory_api.record.vocabulary import EMERGENCY_KINDS
from directory_api.text.errors import Fault
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Number
from directory_api.text.normalize import web_domain

# Returns the place of a country's postcode, or None.
FindPlace = Callable[[str, str], Place | None]
_DUTY = "duty"


def centre_warnings(centre: Centre, find: FindPlace, today: date) -> Iterator[Fault]:
    """Yield what a maintainer should check in a centre. A pointer begins with `/centres/` and the
    id.
    """
    where = f"/centres/{centre.id}"
    yield from _off_its_postcode(centre.address, centre.location, find, where)
    yield from _two_domains(centre, where)
    yield from _without_a_phone(centre, where)
    country = centre.address.country
    for shown in shown_numbers(centre):
        if not (shown.pointer.startswith("/temporary/") and _is_over(centre.temporary, today)):
            yield from _number_of_centre(shown.number, country, f"{where}{shown.pointer}")
    yield from _hours_of_phones(centre.phones, country, today, where)
    yield from _hours_of_channels(centre, country, today, where)
    if centre.temporary:
        yield from _temporary(centre.temporary, country, find, today, f"{where}/temporary")
    if centre.opening_hours:
        yield from _hours(centre.opening_hours, country, today, f"{where}/opening_hours")
    zones = timezones(country)
    if centre.timezone and zones and centre.timezone not in zones:
        yield Fault(
            _foreign_timezone(country, zones),
            pointer=f"{where}/timezone",
            code="foreign-timezone",
            value=f"{country}, {centre.timezone}",
        )
    if centre.address_visibility != "public" and id_names_the_street(centre.to_record()):
        yield Fault(
            Message(
                "The id names the street or the house of the address, which is not public. It "
                "cannot be changed: add the centre with another id, and remove this one."
            ),
            pointer=f"{where}/id",
            code="telling-id",
        )
    if centre.address_visibility != "public":
        for path, text in words_of_the_street(centre.to_record()):
            yield Fault(
                Message(
                    "This text has the name of the street of the address, which is not public. "
                    "Remove it if the street is meant."
                ),
                pointer="/".join([where, *map(str, path)]),
                code="street-name",
                # A digest, because the street is in the text.
                value=f"{'/'.join(map(str, path))}, {sha256(text.encode()).hexdigest()[:12]}",
            )
    if centre.closed_until and centre.closed_until < today:
        yield Fault(
            Message(
                "The day has passed, and the centre still counts as temporarily closed. Ask "
                "whether it is open again."
            ),
            pointer=f"{where}/closed_until",
            code="closure-over",
        )
    yield from _confirmed_in_future(centre.verified, today, where)


def helpline_warnings(line: Helpline, today: date) -> Iterator[Fault]:
    """Yield what a maintainer should check in a helpline. A pointer begins with `/helplines/` and
    the id.
    """
    where = f"/helplines/{line.id}"
    for shown in shown_numbers(line):
        # The schema compares the others of these kinds with the emergency numbers of the countries.
        if line.kind not in EMERGENCY_KINDS or shown.kind == TEXT_MESSAGE:
            yield from _number_of_line(shown.number, line, f"{where}{shown.pointer}")
    if line.hours:
        # Its countries may have different holidays; the first one's are as good as any.
        yield from _hours(line.hours, line.countries[0], today, f"{where}/hours")
    yield from _hours_of_channels(line, line.countries[0], today, where)
    yield from _confirmed_in_future(line.verified, today, where)


def _confirmed_in_future(verified: Verified | None, today: date, where: str) -> Iterator[Fault]:
    if verified and verified.on > today:
        detail = Message("The day is in the future. Until then the record counts as unverified.")
        yield Fault(detail, pointer=f"{where}/verified/on", code="confirmed-in-future")


def _without_a_phone(centre: Centre, where: str) -> Iterator[Fault]:
    if centre.status != "active" or any(phone.kind != FAX for phone in centre.phones):
        return
    if centre.phones:
        detail = Message(
            "The centre is open, but all its phones are fax numbers, which visitors do not see."
        )
    elif centre.email or centre.website:
        detail = Message("The centre is open, but has no phone.")
    else:
        detail = Message("The centre is open, but has no phone, e-mail or web site.")
    yield Fault(detail, pointer=where, code="no-phone", value=detail)


def _is_over(temporary: Temporary | None, today: date) -> bool:
    return temporary is not None and temporary.until < today


# Values that hold for longer are hardly temporary: most often a digit of the year is wrong.
_MOST_DAYS = 366


def _temporary(
    temporary: Temporary, country: str, find: FindPlace, today: date, where: str
) -> Iterator[Fault]:
    if _is_over(temporary, today):
        yield Fault(
            Message(
                "The last day has passed, and the permanent values are shown again. Remove the "
                "temporary ones, or change the day if the time is longer."
            ),
            pointer=f"{where}/until",
            code="temporary-over",
        )
        return
    if temporary.until > today + timedelta(days=_MOST_DAYS):
        yield Fault(
            Message(
                "The last day is more than a year from now, and visitors see the temporary values "
                "until then. Check the year. What stays longer belongs in the permanent values."
            ),
            pointer=f"{where}/until",
            code="temporary-long",
            value=temporary.until.isoformat(),
        )
    if temporary.address:
        yield from _off_its_postcode(temporary.address, temporary.location, find, where)
    yield from _hours_of_phones(temporary.phones, country, today, where)
    if temporary.opening_hours:
        yield from _hours(temporary.opening_hours, country, today, f"{where}/opening_hours")


def _hours_of_phones(
    phones: Iterable[Phone], country: str, today: date, where: str
) -> Iterator[Fault]:
    for place, phone in enumerate(phones):
        if phone.hours:
            pointer = f"{where}/phones/{place}/hours"
            is_duty = phone.kind == _DUTY
            yield from _hours(phone.hours, country, today, pointer, may_be_nights=is_duty)


def _number_of_centre(number: str, country: str, pointer: str) -> Iterator[Fault]:
    its_country = phone_numbers.country_of(number)
    if its_country and its_country != country:
        yield Fault(
            Message(
                "This is a number of {its_country}, and the centre is in {country}. Check both.",
                its_country=CountryName(its_country),
                country=CountryName(country),
            ),
            pointer=pointer,
            code="foreign-phone",
            value=number,
        )
    yield from _premium_rate(number, pointer)


def _hours_of_channels(
    record: Centre | Helpline, country: str, today: date, where: str
) -> Iterator[Fault]:
    for place, channel in enumerate(record.channels):
        if channel.hours:
            pointer = f"{where}/channels/{place}/hours"
            yield from _hours(channel.hours, country, today, pointer)


def _number_of_line(number: str, line: Helpline, pointer: str) -> Iterator[Fault]:
    its_country = phone_numbers.country_of(number)
    if its_country and its_country not in line.countries:
        yield Fault(
            Message(
                "This is a number of {its_country}, and the helpline is for {countries}. Check "
                "both.",
                its_country=CountryName(its_country),
                countries=Joined.of(map(CountryName, line.countries)),
            ),
            pointer=pointer,
            code="foreign-phone",
            value=", ".join((number, *line.countries)),
        )
    yield from _premium_rate(number, pointer)
    unknown = [
        each for each in line.countries if phone_numbers.is_unknown_short_number(number, each)
    ]
    if unknown:
        yield Fault(
            Message(
                "No such short number is known in {countries}. Check each digit.",
                countries=Joined.of(map(CountryName, unknown)),
            ),
            pointer=pointer,
            code="unknown-number",
            value=", ".join((number, *unknown)),
        )


def _premium_rate(number: str, pointer: str) -> Iterator[Fault]:
    if phone_numbers.is_premium_rate(number):
        yield Fault(
            Message(
                "This is a premium-rate number: callers pay extra, the call is on the bill, and "
                "some telephones cannot call it. Give another number if there is one."
            ),
            pointer=pointer,
            code="premium-rate",
            value=number,
        )


# Opening and closing times that are swapped, or an afternoon written as 05:00, last this long at
# least, if the right ones are half a day at most.
_LONG_NIGHT = MINUTES_OF_DAY // 2
_DAYS_OF_YEAR = 366


def _hours(
    expression: str, country: str, today: date, pointer: str, *, may_be_nights: bool = False
) -> Iterator[Fault]:
    """Yield what is doubtful in opening hours. `may_be_nights` is true for those of a telephone
    duty, which begins when an office closes.
    """
    if detail := doubt(expression, country, today.year):
        yield Fault(detail, pointer=pointer, code="unclear-hours", value=expression)
    if not _opens_after(expression, country, today):
        yield Fault(
            Message(
                "These hours are over: from today on they are closed for a year. Check the years "
                "and the dates."
            ),
            pointer=pointer,
            code="past-hours",
            value=expression,
        )
    elif over := _passed(expression, today):
        yield Fault(
            Message(
                "These dates are over: {dates}. Remove them from the opening hours.",
                dates=Joined.of(map(DatesInWords, over)),
            ),
            pointer=pointer,
            code="past-hours",
            value=expression,
        )
    longest = max(
        (
            end - start
            for rule in parse(expression).rules
            for start, end in rule.times
            if end > MINUTES_OF_DAY
        ),
        default=0,
    )
    if longest >= _LONG_NIGHT and not may_be_nights:
        yield Fault(
            Message(
                "These hours last past midnight, {hours} hours without a break. Check whether the "
                "times are swapped, or 05:00 should be 17:00.",
                hours=longest // 60,
            ),
            pointer=pointer,
            code="overnight-hours",
            value=expression,
        )


@lru_cache(maxsize=1024)
def _opens_after(expression: str, country: str, today: date) -> bool:
    """Return whether hours may be open on any day of a year that begins today."""
    hours = parse(expression)
    days = Days(hours.rules, country)
    return bool(hours.unclear) or any(
        period.state != CLOSED
        for number in range(_DAYS_OF_YEAR)
        for period in days.periods(today + timedelta(days=number))
    )


@lru_cache(maxsize=1024)
def _passed(expression: str, today: date) -> tuple[Dates, ...]:
    """Return the dates of exceptions from a week that were over before a day."""
    week = week_of(expression)
    return passed(week, today) if week else ()


_MOST_ZONES = 3


def _foreign_timezone(country: str, zones: tuple[str, ...]) -> Message:
    if len(zones) > _MOST_ZONES:
        return Message(
            "This is not a time zone of {country}, so the centre may be shown as open when it is "
            "closed.",
            country=CountryName(country),
        )
    return Message(
        "This is not a time zone of {country}, so the centre may be shown as open when it is "
        "closed. Possible: {zones}.",
        country=CountryName(country),
        zones=Joined(zones),
    )


def timezones(country: str) -> tuple[str, ...]:
    """Return the time zones of a country (ISO 3166-1); none for an unknown one."""
    return _all_timezones().get(country, ())


@cache
def _all_timezones() -> dict[str, tuple[str, ...]]:
    """Read the IANA table of time zones by country: country, coordinates, zone, comment."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    zones: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones[country] = (*zones.get(country, ()), zone)
    return zones


def _off_its_postcode(
    address: Address, location: Location | None, find: FindPlace, where: str
) -> Iterator[Fault]:
    place = find(address.country, address.postal_code or "")
    if place is None:
        yield Fault(
            Message("The directory does not know this postcode. Check it."),
            pointer=f"{where}/address/postal_code",
            code="unknown-postcode",
            value=address.postal_code,
        )
    elif location and (metres := chord_m(location.point, place.point)) > place.accuracy_m:
        detail = Message(
            "The point is {km} km from the middle of its postcode, outside its area. Check both.",
            km=Number(metres / 1000, 1),
        )
        point = location.point
        yield Fault(
            detail,
            pointer=f"{where}/location",
            code="outside-postcode",
            value=f"{address.postal_code}, {point.lat}, {point.lon}",
        )


def _two_domains(centre: Centre, where: str) -> Iterator[Fault]:
    if not centre.email or not centre.website:
        return
    mail = centre.email.rpartition("@")[2].casefold()
    site = web_domain(centre.website)
    if mail != site:
        yield Fault(
            Message(
                "The e-mail is at {mail}, the web site at {site}. Check that both are right.",
                mail=mail,
                site=site,
            ),
            pointer=f"{where}/email",
            code="other-domain",
            value=f"{mail}, {site}",
        )
