"""The coordinate of an address, from a geocoding service that the operator chooses."""

from directory_api.feature import Feature, lazy
from directory_api.features.geocoding.errors import (
    AddressNotFound,
    GeocoderUnavailable,
)
from directory_api.features.geocoding.settings import SETTINGS

feature = Feature(
    summary="The coordinate of an address, from a geocoding service that the operator chooses",
    errors=(AddressNotFound, GeocoderUnavailable),
    settings=SETTINGS,
    locate=lazy("directory_api.features.geocoding.locate:locate"),
)
