"""The shapes of the lists around the centres, for openapi.yaml: postcodes, languages, services."""

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.domain import vocabulary
from directory_api.web.documents import REVISION, by_key, many, number, text, whole


class PlaceDocument(ma.Schema):
    """A postcode and where it is."""

    country = text()
    postcode = text()
    place = text()
    names = by_key(fields.String(), required=True)
    places = fields.List(fields.String(), required=True)
    lat = number("Degrees, WGS84: the median of the code's places.")
    lon = number("Degrees, WGS84.")
    accuracy_m = whole("How far from the point somebody with this postcode may be, in metres.")
    subdivision = fields.String(metadata={"description": "ISO 3166-2."})


class PlacesDocument(ma.Schema):
    """Places that begin with the text."""

    revision = text(REVISION)
    postcodes = many(PlaceDocument)


class LanguageDocument(ma.Schema):
    """A language and how many centres speak it."""

    code = text("BCP 47.")
    name = text("In the language itself.")
    name_en = text("In English.")
    centres = whole()


class LanguagesDocument(ma.Schema):
    """The languages of the centres."""

    revision = text(REVISION)
    languages = many(LanguageDocument)


class AudienceDocument(ma.Schema):
    """A group of people that a centre is for."""

    code = text(validate=validate.OneOf(list(vocabulary.AUDIENCES)))
    labels = by_key(fields.String(), required=True)


class ServiceDocument(ma.Schema):
    """A service and how many centres offer it."""

    code = text(validate=validate.OneOf(list(vocabulary.SERVICES)))
    labels = by_key(fields.String(), required=True)
    centres = whole()


class ServicesDocument(ma.Schema):
    """The closed vocabularies."""

    revision = text(REVISION)
    services = many(ServiceDocument)
    audiences = many(AudienceDocument)
