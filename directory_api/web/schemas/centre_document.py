"""What an answer has of a centre. The parameter `fields` selects from it; openapi.yaml shows it."""

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.hours.rules import STATES
from directory_api.record import schemas, vocabulary
from directory_api.record.records import Centre, Verified, private_members
from directory_api.record.schemas import Strict


class AddressDocument(schemas.AddressSchema):
    """The address of a centre, without the street or postcode if the centre hides them."""

    postal_code = fields.String()


class PermanentDocument(ma.Schema):
    """The values that come back when the temporary ones end."""

    address = fields.Nested(schemas.AddressSchema, required=True)
    location = fields.Nested(schemas.LocationSchema)
    phones = fields.List(fields.Nested(schemas.PhoneSchema))
    opening_hours = fields.String()


class VerifiedDocument(schemas.VerifiedSchema):
    """A confirmation by a maintainer. Who checked the record, and how, is not public."""

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
            "description": "Only while the values of `temporary` hold and are in the place of "
            "these: what comes back the day after `temporary.until`."
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
    open_state = fields.String(
        required=True,
        validate=validate.OneOf(STATES),
        metadata={
            "description": "Whether the centre was open when the answer was made, also if "
            "`open_at` asked for another time; unknown without opening hours. Valid until "
            "next_change: compare that with the clock before you show a stored answer."
        },
    )
    next_change = fields.DateTime(
        metadata={
            "description": "When open_state changes next, in the time zone of the centre. Absent "
            "if it does not change within a week, or if the hours are not known.",
        }
    )
    next_state = fields.String(
        validate=validate.OneOf(STATES),
        metadata={
            "description": "What open_state changes to at next_change. A closed centre need not "
            "open then: its state may be unknown.",
        },
    )
