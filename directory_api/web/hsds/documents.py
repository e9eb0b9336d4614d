"""The shapes of the answers at /hsds, for openapi.yaml: one object or one page of them."""

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.web.documents import REVISION, HelplineDocument, OriginDocument, always, flag, many, text, whole
from directory_api.web.hsds import objects


class AnswerDocument(ma.Schema):
    """What every answer carries beside the standard's members."""

    revision = text(REVISION)
    helplines = many(HelplineDocument, "What to call or open at once.")


class HsdsAboutDocument(AnswerDocument):
    """What this is."""

    version = text("The version of HSDS.")
    profile = text("What explains the members.")
    openapi_url = text("Where this document is.")


class HsdsServiceDocument(AnswerDocument, objects.HsdsServiceObject):
    """One service."""

    name = text()
    status = text(validate=validate.OneOf(objects.STATUSES))


class HsdsOrganizationDocument(AnswerDocument, objects.HsdsOrganizationObject):
    """One organization."""


class HsdsAtLocationDocument(AnswerDocument, objects.HsdsAtLocationObject):
    """One service where it is delivered."""

    name = text()
    status = text(validate=validate.OneOf(objects.STATUSES))
    organization_id = always(objects.IDENTITY)


class HsdsTaxonomyDocument(AnswerDocument, objects.HsdsTaxonomyObject):
    """One taxonomy."""


class HsdsTermDocument(AnswerDocument, objects.HsdsTermObject):
    """One term."""


class PageDocument(AnswerDocument):
    """One page of a list."""

    total_items = whole("On all pages.")
    total_pages = whole()
    page_number = whole("Counted from 1.")
    size = whole("How many objects are on this page.")
    first_page = flag()
    last_page = flag()
    empty = flag()


class HsdsServicesDocument(PageDocument):
    """One page of services."""

    contents = many(objects.HsdsServiceObject)


class HsdsOrganizationsDocument(PageDocument):
    """One page of organizations."""

    contents = many(objects.HsdsOrganizationObject)


class HsdsAtLocationsDocument(PageDocument):
    """One page of services where they are delivered."""

    origin = fields.Nested(OriginDocument, metadata={"description": "Not in HSDS: the postcode that was asked for."})
    contents = many(objects.HsdsAtLocationObject)


class HsdsTaxonomiesDocument(PageDocument):
    """One page of taxonomies."""

    contents = many(objects.HsdsTaxonomyObject)


class HsdsTermsDocument(PageDocument):
    """One page of terms."""

    contents = many(objects.HsdsTermObject)
