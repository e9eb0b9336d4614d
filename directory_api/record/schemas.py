"""The marshmallow schemas of records: they return what is valid, or every fault at once.

Unknown members are faults: a misspelt `phnes` must not pass as a centre without a phone.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.record import consistency, validators, vocabulary
from directory_api.record.consistency import MemberFault
from directory_api.record.hidden_address import street_stays_hidden
from directory_api.record.records import CONTACT_PARTS
from directory_api.text.errors import Fault
from directory_api.text.message import Message

_SLUG = validate.Regexp(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    error=Message("Use small letters a-z, digits and single hyphens."),
)
SUBDIVISION = validate.Regexp(
    r"\A[A-Z]{2}-[A-Z0-9]{1,3}\Z",
    error=Message("Use the code of a region, such as DE-BE for Berlin."),
)
COUNTRY = validate.Regexp(
    r"\A[A-Z]{2}\Z", error=Message("Use the code of a country, such as DE for Germany.")
)
AREA = validate.Regexp(
    r"\A[A-Z]{2}(-[A-Z0-9]{1,3})?\Z",
    error=Message("Use the code of a country or region, such as DE or DE-BE."),
)

# In the metadata of a field, False: tables and forms do not have it.
IS_COLUMN = "is_column"
# The same: only tables in which a record has it have its columns.
IN_EACH_TABLE = "in_each_table"
_NOT_EMPTY = validate.Length(1, error=Message("The list must have at least one entry."))


def _length(most: int) -> validate.Length:
    return validate.Length(1, most, error=Message("Use {min} to {max} characters."))


def one_line(longest: int = 200, **options: Any) -> fields.String:
    """Return a field for one line of plain text: not blank, no control characters, no `<`."""
    return fields.String(validate=[_length(longest), validators.plain_text], **options)


def coded(*checks: Any, **options: Any) -> fields.String:
    """Return a field for a string that must pass each check."""
    return fields.String(validate=list(checks), **options)


def by_language(longest: int = 200, **options: Any) -> validators.ByLanguage:
    """Return a field for texts by language (BCP 47)."""
    return validators.ByLanguage(one_line(longest), **options)


def choice(*names: str, **options: Any) -> fields.String:
    """Return a field for one word of a closed vocabulary."""
    return coded(validate.OneOf(names, error=Message("Use one of: {choices}.")), **options)


# No centre has as many, and spreadsheets have no columns for more.
_LIST = validate.Length(max=100, error=Message("The list may have at most {max} entries."))
# As many as there are kinds, some of them twice.
_CHANNELS = validate.Length(max=20, error=Message("The list may have at most {max} entries."))
# The records with faults of which a whole document reports.
_MOST_RECORDS = 1_000
# There are 14 warnings, most of which a record has once. These need no review, so they must leave
# room in a record for everything else: 20 of them have at most 45 kB of 64 (RECORD_BYTES).
_ACKNOWLEDGED = validate.Length(max=20, error=Message("The list may have at most {max} entries."))


class Strict(ma.Schema):
    """No unknown members, no guessing of types. Each field has the name of its member, and no
    default.
    """

    class Meta:
        """Raise ValidationError for unknown members."""

        unknown = ma.RAISE

    @classmethod
    def read(cls, data: Any) -> Any:
        """Return what `load` returns. Raises marshmallow.ValidationError with every fault, but of
        a list, a mapping and the unknown members with no more than MOST_FAULTS_OF_A_LIST.
        """
        return _schema(cls).load(data)

    @ma.pre_load
    def _few_unknown(self, data: Any, **_: Any) -> Any:
        """Return the data with only the first unknown members: each of them is a fault."""
        if not isinstance(data, dict):
            return data
        unknown = [name for name in data if name not in self.fields]
        left_out = {*unknown[validators.MOST_FAULTS_OF_A_LIST :]}
        return {name: value for name, value in data.items() if name not in left_out}

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Yield the faults of several members together. `data` has the members without faults of
        their own, `given` each member as it came.
        """
        yield from ()

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _members_agree(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        if isinstance(original, Mapping):
            consistency.refuse(self.member_faults(data, original))


@cache
def _schema(kind: type[Strict]) -> Strict:
    return kind()


class AddressSchema(Strict):
    """Where a centre is."""

    street = one_line()
    street_translations = by_language()
    postcode = one_line(12, required=True)
    locality = by_language(required=True, validate=_NOT_EMPTY)
    country = coded(COUNTRY, required=True)
    subdivision = coded(SUBDIVISION)


class LocationSchema(Strict):
    """A point in degrees WGS84."""

    lat = validators.DegreesField(90, required=True)
    lon = validators.DegreesField(180, required=True)
    precision = choice(*vocabulary.PRECISIONS, required=True)


class PhoneSchema(Strict):
    """A phone of a centre."""

    number = coded(validators.international_number, required=True)
    display = coded(_length(30), validators.printed_number)
    kind = choice(*vocabulary.PHONE_KINDS, required=True)
    languages = validators.LimitedList(validators.LanguageTag())
    hours = coded(validators.opening_hours)
    note = by_language()

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require that the number is the same in both forms."""
        yield from consistency.display_agrees(data)


class SpokenSchema(Strict):
    """A language of a centre."""

    code = validators.LanguageTag(required=True)
    interpreter = fields.Boolean(truthy={True}, falsy={False})
    source = coded(_SLUG)


class ChannelSchema(Strict):
    """A way to reach a centre or a helpline."""

    kind = choice(*vocabulary.CHANNEL_KINDS, required=True)
    address = one_line()
    languages = validators.LimitedList(fields.Nested(SpokenSchema), validate=_LIST)
    hours = coded(validators.opening_hours)
    cost = choice(*vocabulary.COSTS)
    on_phone_bill = fields.Boolean(truthy={True}, falsy={False})
    needs_account = fields.Boolean(truthy={True}, falsy={False})
    audible = fields.Boolean(truthy={True}, falsy={False})
    eligibility = by_language()
    note = by_language(300)
    sources = validators.LimitedList(coded(_SLUG))

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require that the address is one of its kind, and a source for facts."""
        yield from consistency.channel_address(data)
        yield from consistency.facts_have_sources(data)


class ContestedSchema(Strict):
    """A member about which sources disagree."""

    member = choice(*vocabulary.CONTESTABLE, required=True)
    sources = validators.LimitedList(coded(_SLUG), required=True, validate=_NOT_EMPTY)
    value = one_line()
    note = by_language(300)

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require that the value is one that the member may have."""
        yield from consistency.claimed_value(data)


_FILLED_IN = Message("Leave this field out: it is filled in for you.")


class VerifiedPartSchema(Strict):
    """A confirmation of one part of a record."""

    on = coded(validators.day, required=True)
    by = one_line(80, required=True)
    how = one_line(200, required=True)
    digest = coded(validate.Regexp(r"\A[0-9a-f]{16}\Z", error=_FILLED_IN), required=True)


class VerifiedSchema(Strict):
    """A confirmation by a maintainer."""

    on = coded(validators.day)
    by = one_line(80)
    how = one_line(200)
    # No column of a table and no field of a form has these two: they are filled in when a change is
    # drafted (change/confirmation.py).
    digest = coded(
        validate.Regexp(r"\Asha256(-[0-9a-f]{16}){4}\Z", error=_FILLED_IN),
        metadata={IS_COLUMN: False},
    )
    parts = validators.LimitedDict(
        keys=choice(*CONTACT_PARTS),
        values=fields.Nested(VerifiedPartSchema),
        metadata={IS_COLUMN: False},
    )

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require the day, the person and the way, unless only parts were confirmed."""
        whole = ("on", "by", "how")
        if "parts" not in given or any(name in given for name in whole):
            yield from (((name,), consistency.REQUIRED) for name in whole if name not in given)


class AcknowledgedSchema(Strict):
    """A warning that a maintainer has checked."""

    warning = choice(*vocabulary.WARNINGS, required=True)
    value = coded(_length(1000), validators.plain_text, validators.short_in_bytes, required=True)
    reason = one_line(300, required=True)


class TemporarySchema(Strict):
    """Values that a centre has for some time in place of its permanent ones."""

    class Meta(Strict.Meta):
        """The fields are here because one has the name of a keyword of Python."""

        include: ClassVar[dict[str, fields.Field[Any]]] = {
            "from": coded(validators.day),
            "until": coded(validators.day, required=True),
            "note": by_language(),
            "address": fields.Nested(AddressSchema),
            "location": fields.Nested(LocationSchema),
            "phones": validators.LimitedList(fields.Nested(PhoneSchema), validate=_LIST),
            "opening_hours": coded(validators.opening_hours),
        }

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require a value, of an address its point, and of phones one that visitors see."""
        yield from consistency.temporary_values(data, given)
        yield from consistency.address_in_country(data)


def _channels() -> fields.List[Any]:
    """Return the field for the channels of a record."""
    return validators.LimitedList(
        fields.Nested(ChannelSchema), validate=_CHANNELS, metadata={IN_EACH_TABLE: False}
    )


class CentreSchema(Strict):
    """A centre's record."""

    id = coded(_SLUG, _length(60), required=True)
    name = one_line(120, required=True)
    name_translations = by_language(120)
    kind = choice(*vocabulary.CENTRE_KINDS, required=True)
    status = choice(*vocabulary.STATUSES, required=True)
    closed_until = coded(validators.day)
    closed_reason = by_language()
    description = by_language(1000)
    address = fields.Nested(AddressSchema, required=True)
    address_visibility = choice(*vocabulary.VISIBILITIES, required=True)
    location = fields.Nested(LocationSchema, required=True)
    phones = validators.LimitedList(fields.Nested(PhoneSchema), validate=_LIST)
    email = coded(validators.email)
    website = coded(validators.web_address)
    channels = _channels()
    languages = validators.LimitedList(fields.Nested(SpokenSchema), validate=_LIST)
    services = validators.LimitedList(choice(*vocabulary.SERVICES))
    audiences = validators.LimitedList(choice(*vocabulary.AUDIENCES))
    opening_hours = coded(validators.opening_hours)
    timezone = coded(validators.timezone)
    coverage = validators.LimitedList(coded(AREA))
    temporary = fields.Nested(TemporarySchema, metadata={IN_EACH_TABLE: False})
    sources = validators.LimitedDict(
        keys=coded(_length(60), validators.plain_text), values=validators.LimitedList(coded(_SLUG))
    )
    contested = validators.LimitedList(fields.Nested(ContestedSchema), validate=_LIST)
    verified = fields.Nested(VerifiedSchema)
    acknowledged = validators.LimitedList(fields.Nested(AcknowledgedSchema), validate=_ACKNOWLEDGED)

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require that status, address, hours and sources are consistent, and a hidden address
        hidden.
        """
        yield from consistency.only_while_closed(data)
        yield from consistency.address_in_country(data)
        yield from consistency.hours_have_a_timezone(data)
        yield from consistency.temporary_beside_permanent(data)
        yield from consistency.sourced_members_exist(data, self.fields)
        yield from consistency.contested_once(data)
        yield from consistency.channels_of_centre(data)
        yield from street_stays_hidden(data)


class HelplineSchema(Strict):
    """A helpline's record."""

    id = coded(_SLUG, _length(60), required=True)
    kind = choice(*vocabulary.HELPLINE_KINDS, required=True)
    number = coded(validators.dialled_number)
    display = coded(_length(30), validators.printed_number)
    url = coded(validators.web_address)
    url_translations = validators.ByLanguage(coded(validators.web_address))
    name = by_language(120, required=True, validate=_NOT_EMPTY)
    countries = validators.LimitedList(coded(COUNTRY), required=True, validate=_NOT_EMPTY)
    hours = coded(validators.opening_hours)
    channels = _channels()
    note = by_language()
    sources = validators.LimitedList(coded(_SLUG))
    verified = fields.Nested(VerifiedSchema)
    acknowledged = validators.LimitedList(fields.Nested(AcknowledgedSchema), validate=_ACKNOWLEDGED)

    def member_faults(
        self, data: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[MemberFault]:
        """Require one way to reach it, the same number in both forms, and of an emergency number
        that it is one.
        """
        yield from consistency.number_or_address(given)
        yield from consistency.display_agrees(data)
        yield from consistency.emergency_helpline(data, given)
        yield from consistency.channels_of_helpline(data, given)


class SourceSchema(Strict):
    """Where a fact was read."""

    id = coded(_SLUG, required=True)
    title = one_line(300, required=True)
    publisher = one_line(120)
    url = coded(validators.web_address)
    published = coded(validators.date_of_text)
    accessed = coded(validators.month)
    # A retired source stays where it is cited, and is not offered to maintainers any more.
    retired = fields.Boolean(truthy={True}, falsy={False})


class LicenceSchema(Strict):
    """The licence of the records."""

    name = one_line(80, required=True)
    url = coded(validators.web_address)


class DirectorySchema(Strict):
    """A whole centres.json."""

    publisher = one_line(120, required=True)
    licence = fields.Nested(LicenceSchema, required=True)
    sources = validators.LimitedList(
        fields.Nested(SourceSchema), most_faults=_MOST_RECORDS, required=True
    )
    helplines = validators.LimitedList(
        fields.Nested(HelplineSchema),
        most_faults=_MOST_RECORDS,
        required=True,
        validate=validators.has_an_emergency_number,
    )
    centres = validators.LimitedList(
        fields.Nested(CentreSchema), most_faults=_MOST_RECORDS, required=True
    )


def faults(messages: Any, pointer: str = "", *, of_item: bool = False) -> Iterator[Fault]:
    """Flatten marshmallow's nested messages into faults with JSON pointers (RFC 6901).

    `of_item` is true for the messages about an item of a list.
    """
    if isinstance(messages, dict):
        for name, below in messages.items():
            # marshmallow puts the messages about a mapping's key or value one level deeper. In an
            # item of a list, `value` is a member: that of an acknowledged warning.
            own_level = name == ma.exceptions.SCHEMA or (
                name in ("key", "value") and not of_item and _of_a_list(below)
            )
            step = "" if own_level else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from faults(below, pointer + step, of_item=isinstance(name, int))
    else:
        for message in messages:
            yield Fault(_plain(message), pointer=pointer or "/")


def _of_a_list(messages: Any) -> bool:
    """Whether the messages are about one value, or are keyed by the index of a list's item."""
    return isinstance(messages, list) or all(isinstance(step, int) for step in messages)


def _plain(message: Any) -> str:
    return message if isinstance(message, Message) else _PLAIN.get(message, str(message))


_PLAIN: Mapping[Any, Message] = {
    "Missing data for required field.": consistency.REQUIRED,
    "Unknown field.": Message("This field does not exist. Check the spelling."),
    "Not a valid string.": Message("The value must be text."),
    "Not a valid list.": Message("The value must be a list."),
    "Not a valid mapping type.": Message("The value must be a JSON object."),
    "Invalid input type.": Message("The value must be a JSON object."),
    "Not a valid boolean.": Message("Write true or false; in a spreadsheet, yes or no."),
    "Field may not be null.": Message(
        "The value must not be null. Leave the field out if it is unknown."
    ),
}
