"""The schema of the whole record of a centre, for openapi.yaml."""

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.record import schemas, vocabulary
from directory_api.record.record_value import private_members
from directory_api.record.records import Centre
from directory_api.record.schemas import Strict
from directory_api.record.verified import Verified
from tools.openapi.cards import OfficeDocument


class AddressDocument(schemas.AddressSchema):
    """The address of a centre, without the street or postcode if the centre hides them."""

    postcode = fields.String()


class PermanentDocument(ma.Schema):
    """The values that come back when the temporary ones end."""

    address = fields.Nested(schemas.AddressSchema, required=True)
    location = fields.Nested(schemas.LocationSchema)
    phones = fields.List(fields.Nested(schemas.PhoneSchema))
    opening_hours = fields.String()


class VerifiedDocument(schemas.VerifiedSchema):
    """A confirmation by a maintainer. Who checked the record, and how, is not public."""

    on = fields.String(
        required=True,
        metadata={
            "description": "The day of the confirmation (ISO 8601); of several parts that were "
            "confirmed on different days, that of the first."
        },
    )
    changed_since = fields.Boolean(
        metadata={
            "description": "True if a phone, the address, the opening hours, the e-mail or the web "
            "site was changed after the confirmation. Then `freshness` is not `fresh`."
        }
    )

    class Meta(Strict.Meta):
        """Omit what only maintainers see."""

        exclude = private_members(Verified)


class CentreDocument(schemas.CentreSchema):
    """The published record of a centre."""

    class Meta(Strict.Meta):
        """Omit what only maintainers see."""

        exclude = private_members(Centre)

    verified = fields.Nested(VerifiedDocument)
    address = fields.Nested(AddressDocument, required=True)
    location = fields.Nested(schemas.LocationSchema)
    permanent = fields.Nested(
        PermanentDocument,
        metadata={
            "description": "Only while the values of `temporary` replace these, which come back "
            "the day after `temporary.until`."
        },
    )
    freshness = fields.String(
        required=True,
        validate=validate.OneOf(vocabulary.FRESHNESS),
        metadata={
            "description": "How long ago a maintainer confirmed the record. It is "
            "`due` at once if it was changed since (`verified.changed_since`)."
        },
    )
    office = fields.Nested(
        OfficeDocument, required=True, metadata={"description": "Whether the office is open."}
    )
