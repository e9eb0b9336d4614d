"""The schemas of the responses of /hsds, for openapi.yaml.

They have the members of HSDS 3.0 that the directory uses, in single objects and in pages.
"""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.web.schemas.responses import (
    REVISION,
    HelplineDocument,
    OriginDocument,
    always,
    by_key,
    flag,
    many,
    text,
    whole,
)

_PHONE_TYPES = ("voice", "cell", "fax")
STATUSES = ("active", "inactive", "temporarily closed")
IDENTITY = fields.UUID


def _id() -> fields.UUID:
    return always(fields.UUID, "The same in all revisions and on all servers.")


def _list(schema: type[ma.Schema], description: str = "") -> fields.List[Any]:
    nested: fields.Nested = fields.Nested(schema)
    return fields.List(nested, metadata={"description": description} if description else {})


class HsdsTaxonomyObject(ma.Schema):
    """A closed vocabulary."""

    id = _id()
    name = text()
    description = text()


class HsdsTermObject(ma.Schema):
    """A term of a closed vocabulary."""

    id = _id()
    code = text("As in /v1/services.")
    name = text()
    description = text()
    taxonomy = text()
    taxonomy_detail = fields.Nested(HsdsTaxonomyObject, required=True)
    language = text("ISO 639-1.")
    taxonomy_id = always(IDENTITY)
    labels = by_key(
        fields.String(),
        required=True,
        metadata={"description": "Not in HSDS: the names by language."},
    )


class HsdsAttributeObject(ma.Schema):
    """A term that a service has."""

    id = _id()
    link_id = always(IDENTITY)
    taxonomy_term_id = always(IDENTITY)
    link_type = text()
    link_entity = text()
    taxonomy_term = fields.Nested(HsdsTermObject, required=True)


class HsdsLanguageObject(ma.Schema):
    """A language that is spoken without an interpreter, or where that is not known."""

    id = _id()
    service_id = IDENTITY()
    phone_id = IDENTITY()
    name = text("In English.")
    code = text("ISO 639-1 or ISO 639-3.")
    note = fields.String()


class HsdsPhoneObject(ma.Schema):
    """A phone."""

    id = _id()
    service_id = always(IDENTITY)
    organization_id = always(IDENTITY)
    number = text("E.164, or a short number as it is dialled.")
    type = text(validate=validate.OneOf(_PHONE_TYPES))
    description = text()
    languages = _list(HsdsLanguageObject)


class HsdsScheduleObject(ma.Schema):
    """Opening hours as a text, and as a rule if rules can express all of them."""

    id = _id()
    service_id = always(IDENTITY)
    description = text("All hours, in the syntax of OpenStreetMap.")
    timezone_name = fields.String(
        metadata={"description": "Not in HSDS: the time zone of the times (IANA)."}
    )
    freq = fields.String(validate=validate.OneOf(["WEEKLY"]))
    byday = fields.String(metadata={"description": "RFC 5545."})
    opens_at = fields.String(metadata={"description": "HH:MM, local time in `timezone_name`."})
    closes_at = fields.String(metadata={"description": "HH:MM, local time in `timezone_name`."})


class HsdsServiceAreaObject(ma.Schema):
    """An area that a service is responsible for."""

    id = _id()
    service_id = always(IDENTITY)
    name = text("ISO 3166.")
    extent = text()
    extent_type = text()


class HsdsAddressObject(ma.Schema):
    """A complete address."""

    id = _id()
    location_id = always(IDENTITY)
    address_1 = text()
    city = text()
    state_province = text("ISO 3166-2.")
    postal_code = text()
    country = text("ISO 3166-1.")
    address_type = text()


class HsdsLocationObject(ma.Schema):
    """The published location of a centre."""

    id = _id()
    location_type = text()
    organization_id = always(IDENTITY)
    description = fields.String()
    latitude = fields.Float(metadata={"description": "Degrees, WGS84."})
    longitude = fields.Float(metadata={"description": "Degrees, WGS84."})
    precision = fields.String(metadata={"description": "Not in HSDS: what the point represents."})
    addresses = _list(HsdsAddressObject)


class HsdsOrganizationBrief(ma.Schema):
    """An organization that delivers a service, as in lists."""

    id = _id()
    name = text()
    alternate_name = fields.String()
    description = text()
    email = fields.Email()
    website = fields.URL()


class HsdsServiceBrief(ma.Schema):
    """A service as in lists; with `minimal`, its id and modified_date."""

    id = _id()
    organization_id = IDENTITY()
    name = fields.String()
    alternate_name = fields.String()
    description = fields.String()
    url = fields.URL()
    email = fields.Email()
    status = fields.String(validate=validate.OneOf(STATUSES))
    interpretation_services = fields.String()
    eligibility_description = fields.String()
    assured_date = fields.Date(
        metadata={"description": "When a maintainer last confirmed the record."}
    )
    last_modified = fields.DateTime(metadata={"description": "When the record was changed."})
    modified_date = fields.DateTime(
        metadata={"description": "The same as `last_modified`, with `minimal`."}
    )
    organization = fields.Nested(HsdsOrganizationBrief)


class HsdsPlaceBrief(ma.Schema):
    """A service at a location, within its service."""

    id = _id()
    service_id = always(IDENTITY)
    location_id = always(IDENTITY)
    location = fields.Nested(HsdsLocationObject, required=True)


class HsdsServiceObject(HsdsServiceBrief):
    """A service; in a list with `full`, with all nested objects."""

    phones = _list(HsdsPhoneObject)
    schedules = _list(HsdsScheduleObject)
    service_areas = _list(HsdsServiceAreaObject)
    service_at_locations = _list(HsdsPlaceBrief)
    languages = _list(HsdsLanguageObject)
    attributes = _list(HsdsAttributeObject)


class HsdsOrganizationObject(HsdsOrganizationBrief):
    """An organization; in a list with `full`, with all nested objects."""

    phones = _list(HsdsPhoneObject)
    locations = _list(HsdsLocationObject)
    services = _list(HsdsServiceObject)


class HsdsAtLocationObject(HsdsPlaceBrief):
    """A service at its location; alone or with `full`, with the name and status of the service."""

    organization_id = IDENTITY()
    name = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    service = fields.Nested(HsdsServiceObject, required=True)
    distance_m = fields.Integer(
        metadata={"description": "Not in HSDS: metres from the point of the postcode."}
    )


class AnswerDocument(ma.Schema):
    """The members of every answer beside those of the standard."""

    revision = text(REVISION)
    helplines = many(
        HelplineDocument, "The numbers and sites for help, in the order in which to try them."
    )


class HsdsAboutDocument(AnswerDocument):
    """The version and description of the API."""

    version = text("The version of HSDS.")
    profile = text("The address of the profile that defines the members.")
    openapi_url = text("The address of the OpenAPI document.")


class HsdsServiceDocument(AnswerDocument, HsdsServiceObject):
    """One service."""

    name = text()
    status = text(validate=validate.OneOf(STATUSES))


class HsdsOrganizationDocument(AnswerDocument, HsdsOrganizationObject):
    """One organization."""


class HsdsAtLocationDocument(AnswerDocument, HsdsAtLocationObject):
    """One service at its location."""

    name = text()
    status = text(validate=validate.OneOf(STATUSES))
    organization_id = always(IDENTITY)


class HsdsTaxonomyDocument(AnswerDocument, HsdsTaxonomyObject):
    """One taxonomy."""


class HsdsTermDocument(AnswerDocument, HsdsTermObject):
    """One term."""


class PageDocument(AnswerDocument):
    """One page of a list."""

    total_items = whole("The number of objects on all pages.")
    total_pages = whole()
    page_number = whole("Counted from 1.")
    size = whole("The number of objects on this page.")
    first_page = flag()
    last_page = flag()
    empty = flag()


class HsdsServicesDocument(PageDocument):
    """One page of services."""

    contents = many(HsdsServiceObject)


class HsdsOrganizationsDocument(PageDocument):
    """One page of organizations."""

    contents = many(HsdsOrganizationObject)


class HsdsAtLocationsDocument(PageDocument):
    """One page of services at their locations."""

    origin = fields.Nested(
        OriginDocument, metadata={"description": "Not in HSDS: the requested postcode."}
    )
    contents = many(HsdsAtLocationObject)


class HsdsTaxonomiesDocument(PageDocument):
    """One page of taxonomies."""

    contents = many(HsdsTaxonomyObject)


class HsdsTermsDocument(PageDocument):
    """One page of terms."""

    contents = many(HsdsTermObject)
