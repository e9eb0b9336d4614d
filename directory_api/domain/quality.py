"""What looks odd in records that are not wrong: warnings for a maintainer to look at."""

from collections.abc import Callable, Container, Iterable, Iterator
from urllib.parse import urlsplit

from directory_api.domain.centre import Centre
from directory_api.domain.errors import Fault
from directory_api.domain.point import chord_m
from directory_api.domain.postcode import Place

FindPlace = Callable[[str, str], Place | None]


# Beyond its postcode's area by this much, a centre is not there: latitude and longitude swapped, a digit lost.
FAR_M = 20_000


def faults(centres: Iterable[Centre], find: FindPlace, countries: Container[str]) -> Iterator[Fault]:
    """What must not be published, and shows only beside the postcodes of the `countries` that have a table."""
    for centre in centres:
        where = f"/centres/{centre.id}"
        place = find(centre.address.country, centre.address.postal_code or "")
        if place is None:
            if centre.address_visibility != "public" and centre.address.country in countries:
                detail = "a hidden address needs a postcode that the directory knows, to stand in for it"
                yield Fault(detail, pointer=f"{where}/address/postal_code")
        elif centre.location and (off := chord_m(centre.location.point, place.point)) > place.accuracy_m + FAR_M:
            detail = f"lies {off / 1000:.0f} km from the middle of its postcode; are lat and lon right?"
            yield Fault(detail, pointer=f"{where}/location")


def warnings(centres: Iterable[Centre], find: FindPlace) -> Iterator[Fault]:
    """What a maintainer should look at; `find(country, code)` gives the place of a postcode or None."""
    for centre in centres:
        where = f"/centres/{centre.id}"
        yield from _off_its_postcode(centre, find, where)
        yield from _two_domains(centre, where)
        if centre.status == "active" and not (centre.phones or centre.email or centre.website):
            yield Fault("an open centre that nobody can reach: no phone, e-mail or web site", pointer=where)


def _off_its_postcode(centre: Centre, find: FindPlace, where: str) -> Iterator[Fault]:
    place = find(centre.address.country, centre.address.postal_code or "")
    if place is None:
        yield Fault("the directory knows no such postcode", pointer=f"{where}/address/postal_code")
    elif centre.location and (metres := chord_m(centre.location.point, place.point)) > place.accuracy_m:
        detail = f"lies {metres / 1000:.1f} km from the middle of its postcode, outside its area; check both"
        yield Fault(detail, pointer=f"{where}/location")


def _two_domains(centre: Centre, where: str) -> Iterator[Fault]:
    if not centre.email or not centre.website:
        return
    mail = centre.email.rpartition("@")[2].casefold()
    site = (urlsplit(centre.website).hostname or "").removeprefix("www.")
    if mail != site:
        yield Fault(
            f"the e-mail is at {mail}, the web site at {site}; check that both are right", pointer=f"{where}/email"
        )
