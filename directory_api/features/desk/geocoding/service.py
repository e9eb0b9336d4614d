"""Finds the points of an address, and leaves out those far from its postcode."""

from directory_api.bootstrap import Directory
from directory_api.features.desk.geocoding.client import GeocodingService
from directory_api.features.desk.geocoding.located import Located
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.geometry import chord_m
from directory_api.text.normalize import tidy

MOST = 3
LONGEST = 200


class Geocoder:
    """Queries a geocoding service."""

    def __init__(self, live: LiveSnapshot, service: GeocodingService) -> None:
        self._live = live
        self._service = service

    def locate(self, address: str, country: str) -> Located:
        """Return at most three points of an address in a country (ISO 3166-1), best first; none if
        the service does not know it, or if it cannot be one. A point outside the area of the
        postcode in the address is another place of that name.

        The address is sent to the service. No error message repeats it. Raises
        GeocoderUnavailable, and NotReady before the first load.
        """
        gazetteer = self._live.snapshot.gazetteer
        # Check the length first: normalising (NFKC) ten thousand combining marks takes more than a
        # second.
        text = tidy(address) if len(address) <= LONGEST else ""
        is_country = len(country) == 2 and country.isascii() and country.isupper()
        if not (text and text.isprintable() and is_country):
            return Located((), self._service.attribution)
        place = gazetteer.country(country).mentioned(text) if country in gazetteer.sizes else None
        near = [
            hit
            for hit in self._service.geocode(text, country)
            if place is None or chord_m(hit.point, place.point) <= place.accuracy_m
        ]
        return Located(tuple(near[:MOST]), self._service.attribution)


def open_geocoder(directory: Directory) -> Geocoder:
    """Return the geocoder that the settings name."""
    setting = directory.settings.of_feature
    service = GeocodingService(setting("geocoder"), setting("geocoder_host"))
    return Geocoder(directory.live, service)
