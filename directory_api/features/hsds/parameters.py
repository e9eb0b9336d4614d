"""Parameters of the HSDS 3.0 routes: all of the standard's, with its names."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import validate

from directory_api.features.hsds.catalogue import Selection
from directory_api.features.hsds.objects import DetailLevel
from directory_api.search.query import Coordinate, Postcode
from directory_api.web.http.fault_codes import Coded, FaultCode
from directory_api.web.http.parsing import RequestSchema
from directory_api.web.schemas.request_fields import (
    EXAMPLE_TIME,
    LONGEST_POSTCODE,
    Degrees,
    Flag,
    Time,
    Whole,
    Words,
    country,
    known_language,
    known_languages,
)
from directory_api.web.schemas.requests import (
    FARTHEST_M,
    LONGEST_WORDS,
    PAGE_LIMIT,
    PAGE_MOST,
)

_MOST_PAGES = 999_999_999
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_UUID_LENGTH = 36
_NO_PLACE = Coded("Send a postcode, or latitude and longitude, too.", FaultCode.MISSING)
_NO_POSTCODE = Coded("Send a postcode, too.", FaultCode.MISSING)
_HALF_A_PLACE = Coded("Send both latitude and longitude.", FaultCode.MISSING)
_TWO_PLACES = Coded(
    "Send either a postcode or latitude and longitude, not both.", FaultCode.CONFLICT
)
_TWO_FORMS = Coded("Use either minimal or full, not both.", FaultCode.CONFLICT)
# One object per line, without pages.
NDJSON = "ndjson"


class Since(Time):
    """A time of any year, or a day, which means its beginning in UTC. Harvesters start at 1970."""

    expected = f"a day such as 2026-11-02, or {EXAMPLE_TIME}"
    years = (1, 9999)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> datetime | str:
        whole_day = isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
        return super()._deserialize(
            f"{value}T00:00Z" if whole_day else value, attr, data, **options
        )


class Identity(Words):
    """An id from a list. A code is an error, since it would match nothing without a reason."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if not _UUID.fullmatch(
            identity := super()._deserialize(value, attr, data, **options).lower()
        ):
            raise ma.ValidationError("Use an id from a list of /hsds; ids are UUIDs.")
        return identity


def _identity(description: str) -> Words:
    return Identity(_UUID_LENGTH, metadata={"description": description, "format": "uuid"})


def _flag(description: str) -> Flag:
    return Flag(load_default=False, metadata={"description": description})


class ListFields(RequestSchema):
    """The parameters of every list."""

    search = Words(
        LONGEST_WORDS,
        metadata={
            "description": "Words to search for, in any language, ignoring accents and case."
        },
    )
    page = Whole(
        1,
        _MOST_PAGES,
        load_default=1,
        metadata={"description": "The page number; the first page is 1."},
    )
    per_page = Whole(
        1,
        PAGE_MOST,
        load_default=PAGE_LIMIT,
        metadata={"description": "The number of objects on a page."},
    )
    format = ma.fields.String(
        validate=validate.OneOf(["json", NDJSON], error="Use json or ndjson."),
        metadata={
            "description": "`json`, or `ndjson` for all objects without pages, one per line."
        },
    )


class FullFields(ListFields):
    """The parameters of a list that can return whole objects."""

    full = _flag("Return whole objects, with all nested objects.")


class SelectFields(FullFields):
    """The parameters of a list with filters; an object must match all of them."""

    taxonomy_term_id = _identity("Only services with this term.")
    taxonomy_id = _identity("Only services with any term of this taxonomy.")
    organization_id = _identity("Only services of this organization.")
    modified_after = Since(
        metadata={
            "description": "Only what was changed at this time or later: an RFC 3339 time with its "
            "offset, or a day, which begins at midnight UTC."
        }
    )


class HsdsServicesFields(SelectFields):
    """The parameters of /hsds/services."""

    per_page = Whole(
        1,
        PAGE_MOST,
        metadata={
            "description": f"The number of objects on a page: {PAGE_LIMIT}, or all with `minimal`."
        },
    )
    minimal = _flag("Only the id and modified_date of each service.")

    @ma.validates_schema
    def _one_form(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["minimal"] and data["full"]:
            raise ma.ValidationError({"minimal": [_TWO_FORMS]})


class HsdsAtLocationsFields(SelectFields):
    """The parameters of /hsds/service_at_locations."""

    language = known_language(
        metadata={
            "description": "Not in HSDS: only services in this language (BCP 47); nl-BE falls back "
            "to nl."
        }
    )
    prefer_language = known_languages(
        metadata={
            "description": "Not in HSDS: with a place, languages (BCP 47) with commas between "
            "them. They change neither the services nor their order: `preferred` in the answer is "
            "the closest service in one of them.",
            "example": "ar,fr",
        }
    )

    postcode = Words(
        LONGEST_POSTCODE,
        metadata={
            "description": "Only services for this postcode, nearest first, each with `distance_m`."
        },
    )
    country = country(
        metadata={
            "description": "The country of the postcode (ISO 3166-1), by default the directory's."
        }
    )
    latitude = Degrees(
        90,
        metadata={
            "description": "Not in HSDS: latitude in degrees, WGS84. Instead of a postcode, with "
            "`longitude`: the services nearest to this point first, each with `distance_m`."
        },
    )
    longitude = Degrees(180, metadata={"description": "Not in HSDS: longitude in degrees, WGS84."})
    proximity = Whole(
        1,
        FARTHEST_M,
        metadata={
            "description": "Only services within this many metres of the point of the postcode, or "
            "of the coordinate."
        },
    )

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _one_place(self, data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping):
            return
        coordinate = {"latitude", "longitude"}
        sent = coordinate & original.keys()
        faults = {}
        if sent and "postcode" in original:
            faults["postcode"] = [_TWO_PLACES]
        elif sent:
            faults = {name: [_HALF_A_PLACE] for name in coordinate - sent}
        elif "postcode" not in original:
            of_a_place = ("proximity", "prefer_language")
            faults = {name: [_NO_PLACE] for name in of_a_place if name in original}
        if "country" in original and "postcode" not in original:
            faults["country"] = [_NO_POSTCODE]
        if faults:
            raise ma.ValidationError(faults)


_FULL_SERVICE = "Return the services of an organization as whole objects."


class HsdsOrganizationsFields(FullFields):
    """The parameters of /hsds/organizations."""

    full_service = _flag(_FULL_SERVICE)


class OrganizationFields(RequestSchema):
    """The parameters of /hsds/organizations/{id}."""

    full_service = _flag(_FULL_SERVICE)


class HsdsTaxonomiesFields(ListFields):
    """The parameters of /hsds/taxonomies."""


class HsdsTermsFields(ListFields):
    """The parameters of /hsds/taxonomy_terms."""

    taxonomy_id = _identity("Only terms of this taxonomy.")
    top_only = _flag("Only terms without a parent, which are all terms.")
    parent_id = _identity("Only children of this term; no term has any.")


def detail_level(params: Mapping[str, Any]) -> DetailLevel:
    """Return the requested level of detail, the highest one if there are several."""
    levels = (DetailLevel.FULL_SERVICE, DetailLevel.FULL, DetailLevel.MINIMAL)
    return next((level for level in levels if params.get(level)), DetailLevel.BRIEF)


def selection(params: Mapping[str, Any]) -> Selection:
    """Return the filters of a loaded request."""
    return Selection(
        search=params.get("search", "").strip() or None,
        taxonomy_term_id=params.get("taxonomy_term_id"),
        taxonomy_id=params.get("taxonomy_id"),
        organization_id=params.get("organization_id"),
        modified_after=params.get("modified_after"),
        parent_id=params.get("parent_id"),
        language=params.get("language"),
    )


def place(params: Mapping[str, Any], home: str) -> Postcode | Coordinate | None:
    """Return the place of a loaded request, if it has one; `home` is the directory's country."""
    if "postcode" in params:
        return Postcode(params["postcode"], (params.get("country") or home).upper())
    if "latitude" in params:
        return Coordinate.of(params["latitude"], params["longitude"])
    return None


def page(params: Mapping[str, Any], total: int | None) -> tuple[int, int | None]:
    """Return the page number and page size; `total` is the size for NDJSON, which has no pages."""
    if params.get("format") == NDJSON:
        return 1, total
    return params["page"], params.get("per_page", None if params.get("minimal") else PAGE_LIMIT)
