"""Checks that need more than one record or a postcode table, and warnings for maintainers."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date

from directory_api.domain.changes.change import Change
from directory_api.domain.changes.review import needs_review
from directory_api.domain.errors import Fault
from directory_api.domain.geo.geometry import chord_m
from directory_api.domain.geo.postcode import Place
from directory_api.domain.hours.doubts import doubt
from directory_api.domain.model.records import Centre
from directory_api.domain.text.normalize import web_domain
from directory_api.domain.validation.phone_numbers import country_of

FindPlace = Callable[[str, str], Place | None]


# A centre this far outside its postcode's area has a wrong location: latitude and longitude are
# swapped, or a digit is missing.
FAR_M = 20_000


def faults(
    centres: Iterable[Centre], find: FindPlace, countries: Container[str]
) -> Iterator[Fault]:
    """Yield the faults that prevent publication and that only a comparison with postcodes can find.

    `countries` are the countries that have a postcode table.
    """
    for centre in centres:
        where = f"/centres/{centre.id}"
        place = find(centre.address.country, centre.address.postal_code or "")
        if place is None:
            if centre.address_visibility != "public" and centre.address.country in countries:
                detail = (
                    "A hidden address needs a postcode that the directory knows, because its "
                    "location is shown instead."
                )
                yield Fault(detail, pointer=f"{where}/address/postal_code")
        elif (
            centre.location
            and (off := chord_m(centre.location.point, place.point)) > place.accuracy_m + FAR_M
        ):
            detail = (
                f"The point is {off / 1000:.0f} km from the middle of its postcode. Check lat and "
                "lon."
            )
            yield Fault(detail, pointer=f"{where}/location")


def too_many_removed(before: int, removed: int) -> Fault | None:
    """Return a fault if more than a third of the `before` centres would be removed, else None.

    The usual cause is a file of which only a part was read or written.
    """
    if removed < 2 or removed * 3 <= before:
        return None
    detail = (
        f"{removed} of {before} centres would be removed, more than a third. If this is intended, "
        "allow it with --allow-removals, or with the box below the file."
    )
    return Fault(detail, pointer="/centres")


def warnings(
    centres: Iterable[Centre], find: FindPlace, today: date, beside: Iterable[Centre] = ()
) -> Iterator[Fault]:
    """Yield what a maintainer should check.

    `find(country, code)` returns a postcode's place or None. The phones are also compared with
    those of the centres `beside`, about which nothing else is said.
    """
    centres = tuple(centres)
    for centre in centres:
        where = f"/centres/{centre.id}"
        yield from _off_its_postcode(centre, find, where)
        yield from _two_domains(centre, where)
        if centre.status == "active" and not (centre.phones or centre.email or centre.website):
            yield Fault("The centre is open, but has no phone, e-mail or web site.", pointer=where)
        yield from _phones_of_elsewhere(centre, where)
        if centre.opening_hours and (
            detail := doubt(centre.opening_hours, centre.address.country, today.year)
        ):
            yield Fault(detail, pointer=f"{where}/opening_hours")
        if centre.verified and centre.verified.on > today:
            detail = "The day is in the future. Until then the record counts as unverified."
            yield Fault(detail, pointer=f"{where}/verified/on")
    yield from _shared_phones(centres, beside)


def unconfirmed(change: Change) -> Fault | None:
    """Return a warning if the change affects data that was confirmed before, else None."""
    before, after = change.before, change.after
    if change.kind != "centre" or before is None or after is None or not after.get("verified"):
        return None
    if after["verified"] != before.get("verified") or not needs_review(change):
        return None
    on = after["verified"]["on"]
    return Fault(
        f"The record was confirmed on {on}, before this change. Confirm it again.",
        pointer=f"/centres/{change.id}/verified",
    )


def _phones_of_elsewhere(centre: Centre, where: str) -> Iterator[Fault]:
    for place, phone in enumerate(centre.phones):
        country = country_of(phone.number)
        if country not in (None, centre.address.country):
            detail = (
                f"This is a number of {country}, and the centre is in {centre.address.country}. "
                "Check both."
            )
            yield Fault(detail, pointer=f"{where}/phones/{place}/number")


def _shared_phones(centres: Iterable[Centre], beside: Iterable[Centre]) -> Iterator[Fault]:
    """Yield a warning for each number that two centres share.

    Closed centres are skipped: another centre may have taken over the number.
    """
    first: dict[str, str] = {}
    for centre in beside:
        for phone in centre.phones if centre.status != "closed" else ():
            first.setdefault(phone.number, centre.id)
    for centre in centres:
        for place, phone in enumerate(centre.phones if centre.status != "closed" else ()):
            other = first.setdefault(phone.number, centre.id)
            if other != centre.id:
                yield same_number(other, centre, place)


def same_number(other: str, centre: Centre, place: int) -> Fault:
    """Return the warning that another centre has the phone of this index, too."""
    detail = f"{other} and {centre.id} have the same number. Check that both are right."
    return Fault(detail, pointer=f"/centres/{centre.id}/phones/{place}/number")


def _off_its_postcode(centre: Centre, find: FindPlace, where: str) -> Iterator[Fault]:
    place = find(centre.address.country, centre.address.postal_code or "")
    if place is None:
        yield Fault(
            "The directory does not know this postcode. Check it.",
            pointer=f"{where}/address/postal_code",
        )
    elif (
        centre.location
        and (metres := chord_m(centre.location.point, place.point)) > place.accuracy_m
    ):
        detail = (
            f"The point is {metres / 1000:.1f} km from the middle of its postcode, outside its "
            "area. "
            "Check both."
        )
        yield Fault(detail, pointer=f"{where}/location")


def _two_domains(centre: Centre, where: str) -> Iterator[Fault]:
    if not centre.email or not centre.website:
        return
    mail = centre.email.rpartition("@")[2].casefold()
    site = web_domain(centre.website)
    if mail != site:
        yield Fault(
            f"The e-mail is at {mail}, the web site at {site}. Check that both are right.",
            pointer=f"{where}/email",
        )
