"""The marshmallow schemas of records: they return what is valid, or every fault at once.

Unknown members are faults: a misspelt `phnes` must not pass as a centre without a phone. At the end
is what reads valid data several times as fast as marshmallow: of 0.4 ms that marshmallow takes for
a centre, 0.1 ms are checks, and the rest collects faults, which few records have.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

import marshmallow as ma
import orjson
from marshmallow import ValidationError, fields, validate

from directory_api.record import hidden_address, validators, vocabulary
from directory_api.text.errors import Fault
from directory_api.text.message import Message

SLUG = validate.Regexp(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    error=Message("Use small letters a-z, digits and single hyphens."),
)
SUBDIVISION = validate.Regexp(
    r"\A[A-Z]{2}-[A-Z0-9]{1,3}\Z",
    error=Message("Use the code of a region, such as BE-BRU for Brussels."),
)
COUNTRY = validate.Regexp(
    r"\A[A-Z]{2}\Z", error=Message("Use the code of a country, such as BE for Belgium.")
)
AREA = validate.Regexp(
    r"\A[A-Z]{2}(-[A-Z0-9]{1,3})?\Z",
    error=Message("Use the code of a country or region, such as BE or BE-BRU."),
)

# In the metadata of a field, False: tables and forms do not have it.
IS_COLUMN = "is_column"
# The same: only tables in which a record has it have its columns.
IN_EACH_TABLE = "in_each_table"
_NOT_EMPTY = validate.Length(1, error=Message("The list must have at least one entry."))


def _length(most: int) -> validate.Length:
    return validate.Length(1, most, error=Message("Use {min} to {max} characters."))


def text(longest: int = 200, **options: Any) -> fields.String:
    """Return a field for one line of plain text: not blank, no control characters, no `<`."""
    return fields.String(validate=[_length(longest), validators.plain_text], **options)


def coded(*checks: Any, **options: Any) -> fields.String:
    """Return a field for a string that must pass each check."""
    return fields.String(validate=list(checks), **options)


def word(*checks: Any, **options: Any) -> validators.Code:
    """Return a field for a string of few different values that must pass each check."""
    return validators.Code(validate=list(checks), **options)


def texts(longest: int = 200, **options: Any) -> validators.ByLanguage:
    """Return a field for texts by language (BCP 47)."""
    return validators.ByLanguage(text(longest), **options)


def choice(*names: str, **options: Any) -> fields.String:
    """Return a field for one word of a closed vocabulary."""
    return word(validate.OneOf(names, error=Message("Use one of: {choices}.")), **options)


# No centre has as many, and spreadsheets have no columns for more.
_LIST = validate.Length(max=100, error=Message("The list may have at most {max} entries."))
# As many as there are kinds, some of them twice.
_CHANNELS = validate.Length(max=20, error=Message("The list may have at most {max} entries."))
# The records with faults of which a whole document reports.
_MOST_RECORDS = 1_000
# There are 14 warnings, most of which a record has once. These need no review, so they must leave
# room in a record for everything else: 20 of them have at most 45 kB (directory.RECORD_BYTES).
_ACKNOWLEDGED = validate.Length(max=20, error=Message("The list may have at most {max} entries."))


class Common(validators.LimitedList):
    """A list of records that most documents have in common.

    The last one that passed its checks is not checked again: what passes does not depend on
    anything but the list.
    """


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
        a list, a mapping and the unknown members with no more than validators.MOST_FAULTS.
        """
        schema, load = _compiled(cls)
        try:
            return load(data)
        except ValidationError:  # perhaps the first of many
            return schema.load(data)

    @ma.pre_load
    def _few_unknown(self, data: Any, **_: Any) -> Any:
        """Return the data with only the first unknown members: each of them is a fault."""
        if not isinstance(data, dict):
            return data
        unknown = [name for name in data if name not in self.fields]
        left_out = {*unknown[validators.MOST_FAULTS :]}
        return {name: value for name, value in data.items() if name not in left_out}

    def check_members(self, data: dict[str, Any], original: Any) -> None:
        """Check what depends on several members; `data` has those without faults. Raises
        ValidationError.
        """

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _members_agree(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        self.check_members(data, original)


class AddressSchema(Strict):
    """Where a centre is."""

    street = text()
    street_translations = texts()
    postal_code = text(12, required=True)
    locality = texts(required=True, validate=_NOT_EMPTY)
    country = word(COUNTRY, required=True)
    subdivision = word(SUBDIVISION)


class LocationSchema(Strict):
    """A point in degrees WGS84."""

    lat = validators.Degrees(90, required=True)
    lon = validators.Degrees(180, required=True)
    precision = choice(*vocabulary.PRECISIONS, required=True)


class PhoneSchema(Strict):
    """A phone of a centre."""

    number = coded(validators.international_number, required=True)
    display = coded(_length(30), validators.printed_number)
    kind = choice(*vocabulary.PHONE_KINDS, required=True)
    languages = validators.LimitedList(validators.LanguageTag())
    hours = word(validators.opening_hours)
    note = texts()

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that the number is the same in both forms."""
        validators.display_agrees(data)


class SpokenSchema(Strict):
    """A language of a centre."""

    code = validators.LanguageTag(required=True)
    interpreter = fields.Boolean(truthy={True}, falsy={False})
    source = word(SLUG)


class ChannelSchema(Strict):
    """A way to reach a centre or a helpline."""

    kind = choice(*vocabulary.CHANNEL_KINDS, required=True)
    address = text()
    languages = validators.LimitedList(fields.Nested(SpokenSchema), validate=_LIST)
    hours = word(validators.opening_hours)
    cost = choice(*vocabulary.COSTS)
    on_bill = fields.Boolean(truthy={True}, falsy={False})
    needs_account = fields.Boolean(truthy={True}, falsy={False})
    makes_sound = fields.Boolean(truthy={True}, falsy={False})
    for_whom = texts()
    note = texts(300)
    sources = validators.LimitedList(word(SLUG))

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that the address is one of its kind, and a source for facts."""
        validators.channel_address(data)
        validators.facts_have_sources(data)


class ContestedSchema(Strict):
    """A member about which sources disagree."""

    member = choice(*vocabulary.CONTESTABLE, required=True)
    sources = validators.LimitedList(word(SLUG), required=True, validate=_NOT_EMPTY)
    value = text()
    note = texts(300)

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that the value is one that the member may have."""
        validators.claimed_value(data)


class VerifiedSchema(Strict):
    """A confirmation by a maintainer."""

    on = word(validators.day, required=True)
    by = text(80, required=True)
    how = text(200, required=True)
    # No column of a table and no field of a form has it: edit/writer.py fills it in.
    digest = coded(
        validate.Regexp(
            r"\Asha256-[0-9a-f]{16}\Z",
            error=Message("Leave this field out: it is filled in for you."),
        ),
        metadata={IS_COLUMN: False},
    )


class AcknowledgedSchema(Strict):
    """A warning that a maintainer has checked."""

    warning = choice(*vocabulary.WARNINGS, required=True)
    value = coded(_length(1000), validators.plain_text, validators.short_in_bytes, required=True)
    reason = text(300, required=True)


class TemporarySchema(Strict):
    """Values that a centre has for some time in place of its permanent ones."""

    class Meta(Strict.Meta):
        """The fields are here because one has the name of a keyword of Python."""

        include: ClassVar[dict[str, fields.Field[Any]]] = {
            "from": word(validators.day),
            "until": word(validators.day, required=True),
            "note": texts(),
            "address": fields.Nested(AddressSchema),
            "location": fields.Nested(LocationSchema),
            "phones": validators.LimitedList(fields.Nested(PhoneSchema), validate=_LIST),
            "opening_hours": word(validators.opening_hours),
        }

    def check_members(self, data: Mapping[str, Any], original: Any) -> None:
        """Require a value, of an address its point, and of phones one that visitors see."""
        validators.temporary_values(data, original)


def _channels() -> fields.List[Any]:
    """Return the field for the channels of a record."""
    return validators.LimitedList(
        fields.Nested(ChannelSchema), validate=_CHANNELS, metadata={IN_EACH_TABLE: False}
    )


class CentreSchema(Strict):
    """A centre's record."""

    id = coded(SLUG, _length(60), required=True)
    name = text(120, required=True)
    name_translations = texts(120)
    kind = choice(*vocabulary.KINDS, required=True)
    status = choice(*vocabulary.STATUSES, required=True)
    closed_until = word(validators.day)
    closed_reason = texts()
    description = texts(1000)
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
    opening_hours = word(validators.opening_hours)
    timezone = word(validators.timezone)
    coverage = validators.LimitedList(word(AREA))
    temporary = fields.Nested(TemporarySchema, metadata={IN_EACH_TABLE: False})
    sources = validators.LimitedDict(
        keys=word(_length(60), validators.plain_text), values=validators.LimitedList(word(SLUG))
    )
    contested = validators.LimitedList(fields.Nested(ContestedSchema), validate=_LIST)
    verified = fields.Nested(VerifiedSchema)
    acknowledged = validators.LimitedList(fields.Nested(AcknowledgedSchema), validate=_ACKNOWLEDGED)

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that status, address, hours and sources are consistent, and a hidden address
        hidden.
        """
        validators.only_while_closed(data)
        validators.subdivision_in_country(data)
        validators.hours_have_a_timezone(data)
        validators.temporary_beside_permanent(data)
        validators.sourced_members_exist(data, frozenset(self.fields))
        validators.contested_once(data)
        validators.channels_of_centre(data)
        hidden_address.street_stays_hidden(data)


class HelplineSchema(Strict):
    """A helpline's record."""

    id = coded(SLUG, _length(60), required=True)
    kind = choice(*vocabulary.HELPLINE_KINDS, required=True)
    number = coded(validators.dialled_number)
    display = coded(_length(30), validators.printed_number)
    url = coded(validators.web_address)
    url_translations = validators.ByLanguage(coded(validators.web_address))
    name = texts(120, required=True, validate=_NOT_EMPTY)
    countries = validators.LimitedList(word(COUNTRY), required=True, validate=_NOT_EMPTY)
    hours = word(validators.opening_hours)
    channels = _channels()
    note = texts()
    sources = validators.LimitedList(word(SLUG))
    verified = fields.Nested(VerifiedSchema)
    acknowledged = validators.LimitedList(fields.Nested(AcknowledgedSchema), validate=_ACKNOWLEDGED)

    def check_members(self, data: Mapping[str, Any], original: Any) -> None:
        """Require one way to reach it, the same number in both forms, and of an emergency number
        that it is one.
        """
        validators.number_or_address(original)
        validators.display_agrees(data)
        validators.emergency_line(data, original)
        validators.channels_of_helpline(data, original)


class SourceSchema(Strict):
    """Where a fact was read."""

    id = coded(SLUG, required=True)
    title = text(300, required=True)
    publisher = text(120)
    url = coded(validators.web_address)
    published = word(validators.date_of_text)
    read_in = word(validators.month)
    # A retired source stays where it is cited, and is not offered to maintainers any more.
    retired = fields.Boolean(truthy={True}, falsy={False})


class LicenceSchema(Strict):
    """The licence of the records."""

    name = text(80, required=True)
    url = coded(validators.web_address)


class DirectorySchema(Strict):
    """A whole centres.json."""

    publisher = text(120, required=True)
    licence = fields.Nested(LicenceSchema, required=True)
    sources = Common(fields.Nested(SourceSchema), most_faults=_MOST_RECORDS, required=True)
    helplines = Common(
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
    "Missing data for required field.": Message("This field is required."),
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


_Load = Callable[[Any], Any]
_FAULT = "The data has a fault."


@cache
def _compiled(kind: type[Strict]) -> tuple[Strict, _Load]:
    schema = kind()
    return schema, _load_schema(schema)


def _load_schema(schema: ma.Schema) -> _Load:
    """Return a function that loads data without faults. Raises ValidationError, also for values
    that the schema accepts but JSON does not have.
    """
    assert isinstance(schema, Strict)
    members = [(name, _load_field(field), field.required) for name, field in schema.fields.items()]
    names = schema.fields.keys()

    def load(data: Any) -> Any:
        if type(data) is not dict or not data.keys() <= names:
            raise ValidationError(_FAULT)
        loaded = {}
        for name, load_member, is_required in members:
            if name in data:
                loaded[name] = load_member(data[name])
            elif is_required:
                raise ValidationError(_FAULT)
        schema.check_members(loaded, data)
        return loaded

    return load


def _load_field(field: Any) -> _Load:
    """Return a function that loads the value of a field. Raises ValidationError."""
    checks = tuple(field.validators)
    kind: type
    parts: _Load | None
    if type(field) is fields.Nested:
        kind, parts = dict, _load_schema(field.schema)
    elif type(field) in (validators.LimitedList, Common):
        load_item = _load_field(field.inner)
        kind, parts = list, lambda items: [load_item(item) for item in items]
    elif type(field) in (validators.LimitedDict, validators.ByLanguage):
        load_key, load_value = _load_field(field.key_field), _load_field(field.value_field)
        kind, parts = dict, lambda pairs: _unique(load_key, load_value, pairs)
    elif type(field) is fields.String:
        kind, parts = str, None
    else:
        return field.deserialize  # type: ignore[no-any-return]  # a field is of any type here

    def load(value: Any) -> Any:
        if type(value) is not kind:
            raise ValidationError(_FAULT)
        loaded = value if parts is None else parts(value)
        for check in checks:
            check(loaded)
        return loaded

    return _unless_checked(load) if type(field) is Common else load


def _unique(load_key: _Load, load_value: _Load, pairs: Mapping[Any, Any]) -> dict[Any, Any]:
    """Load the keys and values of a mapping. Raises ValidationError if two keys become equal."""
    loaded = {load_key(key): load_value(value) for key, value in pairs.items()}
    if len(loaded) < len(pairs):
        raise ValidationError(_FAULT)
    return loaded


def _unless_checked(load: _Load) -> _Load:
    """Return a function that loads a value, and does not check it again if it was the last one."""
    # As JSON: the last value, and what was loaded of it.
    last = (b"", b"")

    def load_unless_checked(value: Any) -> Any:
        nonlocal last
        try:
            text = orjson.dumps(value)
        except TypeError:  # no text, such as a number with many digits
            return load(value)
        checked, loaded_text = last
        if text == checked:
            return orjson.loads(loaded_text)
        loaded = load(value)
        last = text, orjson.dumps(loaded)
        return loaded

    return load_unless_checked
