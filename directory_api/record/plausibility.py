"""What looks wrong in one record although it is valid: warnings for maintainers. Each has a code,
which stays the same if its words change.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache, partial
from hashlib import sha256
from importlib.resources import files

from directory_api.hours.days import Days
from directory_api.hours.doubts import doubt
from directory_api.hours.in_words import DatesInWords
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, Dates
from directory_api.hours.syntax import parse_hours
from directory_api.place.geometry import chord_m
from directory_api.place.postcode import Place
from directory_api.record import phone_numbers
from directory_api.record.hidden_address import id_names_the_street, words_of_the_street
from directory_api.record.numbers import FAX, TEXT_MESSAGE, shown_numbers
from directory_api.record.parts import Address, Location, Phone, Temporary
from directory_api.record.records import Centre, Helpline
from directory_api.record.verified import Verified
from directory_api.record.vocabulary import EMERGENCY_KINDS
from directory_api.text.errors import Fault
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Number
from directory_api.text.normalize import web_domain

# Returns the place of a country's postcode, or None.
FindPlace = Callable[[str, str], Place | None]
_DUTY = "duty"
# Values that hold for longer are hardly temporary: most often a digit of the year is wrong.
_MOST_DAYS = 366
# Opening and closing times that are swapped, or an afternoon written as 05:00, last this long at
# least, if the right ones are half a day at most.
_LONG_NIGHT = MINUTES_OF_DAY // 2
_DAYS_OF_YEAR = 366


def centre_warnings(centre: Centre, find: FindPlace, today: date) -> Sequence[Fault]:
    """Return what a maintainer should check in a centre. A pointer begins with `/centres/` and the
    id.
    """
    warnings = _Warnings(f"/centres/{centre.id}", centre.address.country, today)
    warnings.of_location(centre.address, centre.location, find, "")
    warnings.of_domains(centre)
    warnings.of_missing_phone(centre)
    is_over = centre.temporary is not None and centre.temporary.until < today
    for shown in shown_numbers(centre.to_record()):
        if not (is_over and shown.pointer.startswith("/temporary/")):
            warnings.of_number(shown.number, centre, shown.pointer)
    warnings.of_hours_of_phones(centre.phones, "")
    warnings.of_hours_of_channels(centre)
    if centre.temporary:
        warnings.of_temporary(centre.temporary, find)
    warnings.of_hours(centre.opening_hours, "/opening_hours")
    warnings.of_timezone(centre.timezone)
    if centre.address_visibility != "public":
        warnings.of_hidden_address(centre)
    if centre.closed_until and centre.closed_until < today:
        detail = Message(
            "The day has passed, and the centre still counts as temporarily closed. Ask whether it "
            "is open again."
        )
        warnings.add("closure_over", "/closed_until", detail)
    warnings.of_confirmation(centre.verified)
    return warnings.found


def helpline_warnings(line: Helpline, today: date) -> Sequence[Fault]:
    """Return what a maintainer should check in a helpline. A pointer begins with `/helplines/` and
    the id.
    """
    # Its countries may have different holidays; the first one's are as good as any.
    warnings = _Warnings(f"/helplines/{line.id}", line.countries[0], today)
    for shown in shown_numbers(line.to_record()):
        # The schema compares the others of these kinds with the emergency numbers of the countries.
        if line.kind not in EMERGENCY_KINDS or shown.kind == TEXT_MESSAGE:
            warnings.of_number(shown.number, line, shown.pointer)
            warnings.of_short_number(shown.number, line, shown.pointer)
    warnings.of_hours(line.hours, "/hours")
    warnings.of_hours_of_channels(line)
    warnings.of_confirmation(line.verified)
    return warnings.found


class _Warnings:
    """The warnings about one record. `country` (ISO 3166-1) has its holidays and time zones."""

    def __init__(self, where: str, country: str, today: date) -> None:
        self.found: list[Fault] = []
        self._where = where
        self._country = country
        self._today = today

    def add(self, code: str, at: str, detail: Message, value: str | None = None) -> None:
        """Add a warning about a member; `value` is what an acknowledgement of it is about."""
        self.found.append(Fault(detail, pointer=f"{self._where}{at}", code=code, value=value))

    def of_location(
        self, address: Address, location: Location | None, find: FindPlace, at: str
    ) -> None:
        """Compare a point with its postcode."""
        code = address.postcode
        place = find(address.country, code or "")
        if place is None:
            detail = Message("The directory does not know this postcode. Check it.")
            self.add("unknown_postcode", f"{at}/address/postcode", detail, code)
        elif location and (metres := chord_m(location.point, place.point)) > place.accuracy_m:
            detail = Message(
                "The point is {km} km from the middle of its postcode, outside its area. Check "
                "both.",
                km=Number(metres / 1000, 1),
            )
            value = f"{code}, {location.point.lat}, {location.point.lon}"
            self.add("outside_postcode", f"{at}/location", detail, value)

    def of_domains(self, centre: Centre) -> None:
        """Compare the e-mail with the web site."""
        if not centre.email or not centre.website:
            return
        mail = centre.email.rpartition("@")[2].casefold()
        site = web_domain(centre.website)
        if mail != site:
            detail = Message(
                "The e-mail is at {mail}, the web site at {site}. Check that both are right.",
                mail=mail,
                site=site,
            )
            self.add("other_domain", "/email", detail, f"{mail}, {site}")

    def of_missing_phone(self, centre: Centre) -> None:
        """Warn of an open centre that visitors cannot call."""
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
        self.add("no_phone", "", detail, detail)

    def of_number(self, number: str, record: Centre | Helpline, at: str) -> None:
        """Warn of a number of another country, and of one that costs more than others."""
        countries = record.countries if isinstance(record, Helpline) else (self._country,)
        its_country = phone_numbers.country_of(number)
        if its_country and its_country not in countries:
            detail = Message(
                "This is a number of {its_country}, and the centre is in {country}. Check both.",
                its_country=CountryName(its_country),
                country=CountryName(self._country),
            )
            value = number
            if isinstance(record, Helpline):
                detail = Message(
                    "This is a number of {its_country}, and the helpline is for {countries}. Check "
                    "both.",
                    its_country=CountryName(its_country),
                    countries=Joined.of(map(CountryName, countries)),
                )
                value = ", ".join((number, *countries))
            self.add("foreign_phone", at, detail, value)
        if phone_numbers.is_premium_rate(number):
            detail = Message(
                "This is a premium-rate number: callers pay extra, the call is on the bill, and "
                "some telephones cannot call it. Give another number if there is one."
            )
            self.add("premium_rate", at, detail, number)

    def of_short_number(self, number: str, line: Helpline, at: str) -> None:
        """Warn of a short number that is not known in a country of its helpline."""
        is_unknown = partial(phone_numbers.is_unknown_short_number, number)
        if unknown := [*filter(is_unknown, line.countries)]:
            detail = Message(
                "No such short number is known in {countries}. Check each digit.",
                countries=Joined.of(map(CountryName, unknown)),
            )
            self.add("unknown_number", at, detail, ", ".join((number, *unknown)))

    def of_temporary(self, temporary: Temporary, find: FindPlace) -> None:
        """Check values for some time."""
        if temporary.until < self._today:
            detail = Message(
                "The last day has passed, and the permanent values are shown again. Remove the "
                "temporary ones, or change the day if the time is longer."
            )
            self.add("temporary_over", "/temporary/until", detail)
            return
        if temporary.until > self._today + timedelta(days=_MOST_DAYS):
            detail = Message(
                "The last day is more than a year from now, and visitors see the temporary values "
                "until then. Check the year. What stays longer belongs in the permanent values."
            )
            self.add("temporary_long", "/temporary/until", detail, temporary.until.isoformat())
        if temporary.address:
            self.of_location(temporary.address, temporary.location, find, "/temporary")
        self.of_hours_of_phones(temporary.phones, "/temporary")
        self.of_hours(temporary.opening_hours, "/temporary/opening_hours")

    def of_hours_of_phones(self, phones: Iterable[Phone], at: str) -> None:
        """Check the hours of phones. Those of a telephone duty begin when an office closes."""
        for index, phone in enumerate(phones):
            pointer = f"{at}/phones/{index}/hours"
            self.of_hours(phone.hours, pointer, may_be_nights=phone.kind == _DUTY)

    def of_hours_of_channels(self, record: Centre | Helpline) -> None:
        """Check the hours of the channels of a record."""
        for index, channel in enumerate(record.channels):
            self.of_hours(channel.hours, f"/channels/{index}/hours")

    def of_hours(self, hours: str | None, at: str, *, may_be_nights: bool = False) -> None:
        """Check opening hours, if there are any."""
        if not hours:
            return
        if unclear := doubt(hours, self._country, self._today.year):
            self.add("unclear_hours", at, unclear, hours)
        if not _opens_after(hours, self._country, self._today):
            detail = Message(
                "These hours are over: from today on they are closed for a year. Check the years "
                "and the dates."
            )
            self.add("past_hours", at, detail, hours)
        elif over := _past_dates(hours, self._today):
            detail = Message(
                "These dates are over: {dates}. Remove them from the opening hours.",
                dates=Joined.of(map(DatesInWords, over)),
            )
            self.add("past_hours", at, detail, hours)
        times = (span for rule in parse_hours(hours).rules for span in rule.times)
        nights = [closes - opens for opens, closes in times if closes > MINUTES_OF_DAY]
        if nights and max(nights) >= _LONG_NIGHT and not may_be_nights:
            detail = Message(
                "These hours last past midnight, {hours} hours without a break. Check whether the "
                "times are swapped, or 05:00 should be 17:00.",
                hours=max(nights) // 60,
            )
            self.add("overnight_hours", at, detail, hours)

    def of_timezone(self, timezone: str | None) -> None:
        """Compare a time zone with those of the country."""
        zones = timezones(self._country)
        if not timezone or not zones or timezone in zones:
            return
        detail = Message(
            "This is not a time zone of {country}, so the centre may be shown as open when it is "
            "closed.",
            country=CountryName(self._country),
        )
        if len(zones) <= _MOST_ZONES:
            detail = Message(
                "This is not a time zone of {country}, so the centre may be shown as open when it "
                "is closed. Possible: {zones}.",
                country=CountryName(self._country),
                zones=Joined(zones),
            )
        self.add("foreign_timezone", "/timezone", detail, f"{self._country}, {timezone}")

    def of_hidden_address(self, centre: Centre) -> None:
        """Warn of texts that may tell where a centre is whose address is not public."""
        record = centre.to_record()
        if id_names_the_street(record):
            detail = Message(
                "The id names the street or the house of the address, which is not public. It "
                "cannot be changed: add the centre with another id, and remove this one."
            )
            self.add("telling_id", "/id", detail)
        for steps, text in words_of_the_street(record):
            detail = Message(
                "This text has the name of the street of the address, which is not public. Remove "
                "it if the street is meant."
            )
            at = "/".join(map(str, steps))
            # A digest, because the street is in the text.
            digest = sha256(text.encode()).hexdigest()[:12]
            self.add("street_name", f"/{at}", detail, f"{at}, {digest}")

    def of_confirmation(self, verified: Verified | None) -> None:
        """Warn of a confirmation in the future."""
        if verified and verified.on and verified.on > self._today:
            detail = Message(
                "The day is in the future. Until then the record counts as unverified."
            )
            self.add("confirmed_in_future", "/verified/on", detail)


@lru_cache(maxsize=1024)
def _opens_after(expression: str, country: str, today: date) -> bool:
    """Return whether hours may be open on any day of a year that begins today."""
    hours = parse_hours(expression)
    days = Days(hours.rules, country)
    return bool(hours.unclear) or any(
        period.state != CLOSED
        for number in range(_DAYS_OF_YEAR)
        for period in days.periods(today + timedelta(days=number))
    )


def _past_dates(expression: str, today: date) -> list[Dates]:
    """Return the dates of one year that were over before a day."""
    dates = (each for rule in parse_hours(expression).rules for each in rule.dates)
    now = (today.year, today.month, today.day)
    return [each for each in dates if each.last.year and each.last.in_year(today.year) < now]


# With more time zones a message names none of them.
_MOST_ZONES = 3


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
