"""/v1/bundle: data for finding the closest centre on the device, so that no place leaves it."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from directory_api.features.device.as_bundle import as_bundle, as_names, as_postcode_table
from directory_api.features.device.device_data import (
    DeviceData,
    bundle_table,
    place_names,
)
from directory_api.features.device.offline import check_size
from directory_api.live.editions import Edition
from directory_api.web import served
from directory_api.web.api import Route
from directory_api.web.http import negotiation, responses
from directory_api.web.schemas import requests
from directory_api.web.served import Web

# A changed number is visible within five minutes. If the server is unavailable, a cache may use its
# copy for a week; the hours in it are valid for two weeks. Without a network the component asks the
# browser for its cached copy, however old.
CACHE = "public, max-age=300, stale-if-error=604800"
# A place rarely gets another postcode or name, and there is no number to call in it.
NAMES_CACHE = "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
# Hexadecimal digits of its hash in the address of a table.
_HASH_DIGITS = 16


def table_of(country: str, edition: Edition) -> negotiation.CompressedBody:
    """Return the table of postcodes that belongs to the bundle of a country. It is the same until
    the postcodes change. Raises BundleNotFound.
    """

    def make() -> negotiation.CompressedBody:
        return negotiation.prepare(as_postcode_table(bundle_table(country, edition)))

    return edition.of_postcodes.get(("bundle", country), make)


def address_of_table(country: str, table: negotiation.CompressedBody) -> str:
    """Return the path of a table, which changes with its content."""
    return f"/v1/bundle/{country}/postcodes/{_hash(table)}"


def _hash(table: negotiation.CompressedBody) -> str:
    """The beginning of the SHA-256 of its JSON, as of its ETag."""
    return table.digest.hex()[:_HASH_DIGITS]


def _device(_web: Web) -> DeviceData:
    return DeviceData()


def _respond(given: str | None = None) -> Response:
    web = served.web()
    edition, device = web.editions.current(), web.get_or_build(_device)
    country = (given or edition.home).upper()

    def make() -> tuple[negotiation.CompressedBody, int]:
        table = table_of(country, edition)
        address = responses.link(f"{address_of_table(country, table)}.json")
        body = negotiation.prepare(as_bundle(device.bundle(country, edition), address))
        return body, len(body.encoded["gzip"]) + len(table.encoded["gzip"])

    (body, size), is_current = responses.current_or_stale(
        web.editions, edition, ("bundle", country), make
    )
    check_size(size)
    return responses.with_digests(body, CACHE if is_current else responses.NO_CACHE)


def bundle(_params: Mapping[str, Any]) -> Response:
    """The bundle of the default country: data for a search on the device

    docs/bundle.md explains the format.
    """
    return _respond()


def bundle_of_country(_params: Mapping[str, Any], country: str) -> Response:
    """The bundle of one country: data for a search on the device

    docs/bundle.md explains the format.
    """
    return _respond(country)


def postcodes_of_bundle(_params: Mapping[str, Any], country: str, digest: str) -> Response:
    """The table of postcodes that belongs to the bundle of a country

    Its address is `postcodes` of the bundle, and changes with its content: the answer can be
    cached indefinitely. With the hash of another table, the present one is answered, to be checked
    again. docs/bundle.md explains the format.
    """
    body = table_of(country.upper(), served.edition())
    check_size(len(body.encoded["gzip"]))
    is_named = digest == _hash(body)
    return responses.with_digests(body, responses.FOR_EVER if is_named else responses.NO_CACHE)


def bundle_names(_params: Mapping[str, Any], country: str) -> Response:
    """Every name of a place in one country, with the postcodes that it means

    For a device that has a bundle. That of a neighbouring country has its postcodes near the
    border, too. The address names the country only. docs/bundle.md explains the format.
    """
    edition, country = served.edition(), country.upper()

    def make() -> negotiation.CompressedBody:
        return negotiation.prepare(as_names(place_names(country, edition)))

    # It takes seconds.
    body = edition.of_postcodes.get(("names", country), make)
    check_size(len(body.encoded["gzip"]))
    return responses.with_digests(body, NAMES_CACHE)


_NOTHING = requests.NoFields()
ROUTES = (
    Route("GET", "/v1/bundle", bundle, _NOTHING, example="/v1/bundle"),
    Route(
        "GET",
        "/v1/bundle/<country>",
        bundle_of_country,
        _NOTHING,
        example="/v1/bundle/BE",
    ),
    Route(
        "GET",
        "/v1/bundle/<country>/postcodes/<digest>",
        postcodes_of_bundle,
        _NOTHING,
        example="/v1/bundle/BE/postcodes/0",
    ),
    Route(
        "GET",
        "/v1/bundle/names/<country>",
        bundle_names,
        _NOTHING,
        example="/v1/bundle/names/LU",
    ),
)
