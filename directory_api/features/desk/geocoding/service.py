"""Finds a point for an address and checks it against the area of its postcode."""

from dataclasses import dataclass

from directory_api.bootstrap import Directory
from directory_api.change.directory import FAR_M
from directory_api.features.desk.geocoding.client import GeocodingService, Hit
from directory_api.features.desk.geocoding.errors import AddressNotFound
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.geometry import Point, chord_m
from directory_api.place.postcode import Place
from directory_api.text.errors import Fault, InputInvalid
from directory_api.text.message import Message
from directory_api.text.named import Number
from directory_api.text.normalize import tidy

MOST = 3
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible point for an address (WGS84 degrees, 6 digits), its precision (one of
    vocabulary.PRECISIONS) and the service's label.

    `distance_m` is the distance in metres from the centre of the postcode's area; None without a
    known postcode. A point outside the area has a `warning`; one that is too far away for a valid
    record has a `fault`.
    """

    point: Point
    precision: str
    label: str
    distance_m: int | None = None
    warning: Fault | None = None
    fault: Fault | None = None

    @property
    def within(self) -> bool | None:
        """Whether the point is in its postcode's area; None without a known postcode."""
        return None if self.distance_m is None else not (self.warning or self.fault)


@dataclass(frozen=True, slots=True)
class Located:
    """The candidates, best first as ranked by the service, the postcode used for the check, and the
    attribution of the source.
    """

    candidates: tuple[Candidate, ...]
    place: Place | None
    attribution: str


class Geocoder:
    """Queries a geocoding service."""

    def __init__(self, live: LiveSnapshot, service: GeocodingService) -> None:
        self._live = live
        self._service = service

    def locate(self, address: str, postcode: str | None, country: str) -> Located:
        """Return at most three candidates for an address. Without `postcode`, a postcode in the
        address is used.

        The address is sent to the service. No error message repeats it. Raises InputInvalid,
        PlaceRefused for an invalid or unknown postcode, AddressNotFound, GeocoderUnavailable, and
        NotReady before the first load.
        """
        address = _checked(address, country)
        place = self._place(address, postcode, country)
        hits = self._service.geocode(address, country)
        if not hits:
            raise AddressNotFound(
                Message(
                    "The geocoding service knows no such address in this country. Check the "
                    "spelling, or try it without the house number's letter, the floor or the name "
                    "of the building."
                )
            )
        candidates = tuple(_candidate(hit, place) for hit in hits[:MOST])
        return Located(candidates, place, self._service.attribution)

    def _place(self, address: str, postcode: str | None, country: str) -> Place | None:
        gazetteer = self._live.snapshot.gazetteer
        if country not in gazetteer.sizes:
            return None
        return (
            gazetteer.resolve(postcode, country)
            if postcode
            else gazetteer.mentioned(address, country)
        )


def _checked(address: str, country: str) -> str:
    """Return the normalised address. Raises InputInvalid with every fault."""
    faults = []
    # Check the length first: normalising (NFKC) ten thousand combining marks takes more than a
    # second.
    text = tidy(address) if len(address) <= LONGEST else ""
    if not text or not text.isprintable():
        detail = Message(
            "Write an address of at most {most} letters on one line: street, number, postcode, "
            "town.",
            most=LONGEST,
        )
        faults.append(Fault(detail, parameter="address"))
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        faults.append(
            Fault(
                Message("Use the code of a country, such as BE for Belgium."), parameter="country"
            )
        )
    if faults:
        raise InputInvalid(Message("The address cannot be looked up."), faults)
    return text


def _candidate(hit: Hit, place: Place | None) -> Candidate:
    if place is None:
        return Candidate(hit.point, hit.precision, hit.label)
    metres = chord_m(hit.point, place.point)
    warning = fault = None
    if metres > place.accuracy_m + FAR_M:
        fault = Fault(
            Message(
                "The point is {km} km from the middle of its postcode. Is it another place of that "
                "name?",
                km=Number(metres / 1000),
            )
        )
    elif metres > place.accuracy_m:
        warning = Fault(
            Message(
                "The point is {km} km from the middle of its postcode, outside its area. Check "
                "both.",
                km=Number(metres / 1000, 1),
            )
        )
    return Candidate(hit.point, hit.precision, hit.label, round(metres), warning, fault)


def open_geocoder(directory: Directory) -> Geocoder:
    """Return the geocoder that the settings name."""
    setting = directory.settings.of_feature
    service = GeocodingService(setting("geocoder"), setting("geocoder_host"))
    return Geocoder(directory.live, service)
