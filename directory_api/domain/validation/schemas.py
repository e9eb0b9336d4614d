"""The marshmallow schemas of records: they return centres and helplines, or every fault at once.

Unknown members are faults: a misspelt `phnes` must not pass as a centre without a phone. The checks
between records are at the end; limits.py has the limits of size.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.domain.errors import Fault, RecordsInvalid
from directory_api.domain.model import vocabulary
from directory_api.domain.model.records import Centre, Helpline
from directory_api.domain.validation import validators
from directory_api.domain.validation.limits import MOST_FAULTS, MOST_RECORDS, faults_of_size
from directory_api.domain.validation.strict import Common, Strict
from directory_api.domain.validation.validators import faults

SLUG = validate.Regexp(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", error="Use small letters a-z, digits and single hyphens."
)
SUBDIVISION = validate.Regexp(
    r"\A[A-Z]{2}-[A-Z0-9]{1,3}\Z", error="Use an ISO 3166-2 code such as BE-BRU."
)
COUNTRY = validate.Regexp(
    r"\A[A-Z]{2}\Z", error="Use an ISO 3166-1 code of two capitals, such as BE."
)
AREA = validate.Regexp(
    r"\A[A-Z]{2}(-[A-Z0-9]{1,3})?\Z", error="Use an ISO 3166 code such as BE or BE-BRU."
)

_NOT_EMPTY = validate.Length(1, error="The list must have at least one entry.")


def _length(most: int) -> validate.Length:
    return validate.Length(1, most, error="Use {min} to {max} characters.")


def text(longest: int = 200, **options: Any) -> fields.String:
    """Return a field for one line of plain text: not blank, no control characters, no `<`."""
    return fields.String(validate=[_length(longest), validators.plain_text], **options)


def coded(*checks: Any, **options: Any) -> fields.String:
    """Return a field for a string that must pass each check."""
    return fields.String(validate=list(checks), **options)


def word(*checks: Any, **options: Any) -> validators.Code:
    """Return a field for a string of few different values that must pass each check."""
    return validators.Code(validate=list(checks), **options)


def texts(longest: int = 200, **options: Any) -> fields.Dict:
    """Return a field for texts by language (BCP 47)."""
    return fields.Dict(keys=word(validators.language), values=text(longest), **options)


def choice(*names: str, **options: Any) -> fields.String:
    """Return a field for one word of a closed vocabulary."""
    return word(validate.OneOf(names, error="Use one of: {choices}."), **options)


# No centre has as many, and spreadsheets have no columns for more.
_LIST = validate.Length(max=100, error="The list may have at most 100 entries.")


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
    languages = fields.List(word(validators.language))
    hours = word(validators.opening_hours)
    note = texts()

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that the number is the same in both forms."""
        validators.display_agrees(data)


class SpokenSchema(Strict):
    """A language of a centre."""

    code = word(validators.language, required=True)
    interpreter = fields.Boolean(truthy={True}, falsy={False})
    source = word(SLUG)


class VerifiedSchema(Strict):
    """A confirmation by a maintainer."""

    on = word(validators.day, required=True)
    by = text(80, required=True)
    how = text(200, required=True)


class CentreSchema(Strict):
    """A centre's record."""

    id = coded(SLUG, _length(60), required=True)
    name = text(120, required=True)
    name_translations = texts(120)
    kind = choice(*vocabulary.KINDS, required=True)
    status = choice(*vocabulary.STATUSES, required=True)
    description = texts(1000)
    address = fields.Nested(AddressSchema, required=True)
    address_visibility = choice(*vocabulary.VISIBILITIES, required=True)
    location = fields.Nested(LocationSchema, required=True)
    phones = fields.List(fields.Nested(PhoneSchema), validate=_LIST)
    email = coded(validators.email)
    website = coded(validators.web_address)
    languages = fields.List(fields.Nested(SpokenSchema), validate=_LIST)
    services = fields.List(choice(*vocabulary.SERVICES))
    audiences = fields.List(choice(*vocabulary.AUDIENCES))
    opening_hours = word(validators.opening_hours)
    timezone = word(validators.timezone)
    coverage = fields.List(word(AREA))
    sources = fields.Dict(
        keys=word(_length(60), validators.plain_text), values=fields.List(word(SLUG))
    )
    verified = fields.Nested(VerifiedSchema)

    def check_members(self, data: Mapping[str, Any], _: Any) -> None:
        """Require that address, hours and sources are consistent."""
        validators.subdivision_in_country(data)
        validators.hours_have_a_timezone(data)
        validators.sourced_members_exist(data, frozenset(self.fields))


class HelplineSchema(Strict):
    """A helpline's record."""

    id = coded(SLUG, _length(60), required=True)
    kind = choice(*vocabulary.HELPLINE_KINDS, required=True)
    number = coded(validators.dialled_number)
    display = coded(_length(30), validators.printed_number)
    url = coded(validators.web_address)
    url_translations = fields.Dict(
        keys=word(validators.language), values=coded(validators.web_address)
    )
    name = texts(120, required=True, validate=_NOT_EMPTY)
    countries = fields.List(word(COUNTRY), required=True, validate=_NOT_EMPTY)
    hours = word(validators.opening_hours)
    note = texts()
    sources = fields.List(word(SLUG))

    def check_members(self, data: Mapping[str, Any], original: Any) -> None:
        """Require one way to reach it, and the same number in both forms."""
        validators.number_or_address(original)
        validators.display_agrees(data)


class SourceSchema(Strict):
    """Where a fact was read."""

    id = coded(SLUG, required=True)
    title = text(300, required=True)
    publisher = text(120)
    url = coded(validators.web_address)
    read_in = word(validators.month)


class LicenceSchema(Strict):
    """The licence of the records."""

    name = text(80, required=True)
    url = coded(validators.web_address)


class DirectorySchema(Strict):
    """A whole centres.json."""

    publisher = text(120, required=True)
    licence = fields.Nested(LicenceSchema, required=True)
    sources = Common(fields.Nested(SourceSchema), required=True)
    helplines = Common(
        fields.Nested(HelplineSchema), required=True, validate=validators.has_an_emergency_number
    )
    centres = fields.List(fields.Nested(CentreSchema), required=True)


@dataclass(frozen=True)
class Records:
    """A validated centres.json. `header` holds publisher, licence and sources."""

    header: Mapping[str, Any]
    helplines: tuple[Helpline, ...]
    centres: tuple[Centre, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The index of each centre, by its id."""
        return {centre.id: index for index, centre in enumerate(self.centres)}


def read_records(raw: Any, *, most_records: int | None = None) -> Records:
    """Validate a parsed centres.json and return its records; of each kind at most `most_records`,
    or MOST_RECORDS.

    Raises RecordsInvalid with every fault and its JSON pointer.
    """
    all_faults = list(faults_of_size(raw, most_records or MOST_RECORDS))
    if all_faults:
        raise RecordsInvalid.of(all_faults, "the records")
    data: dict[str, Any] = {}
    try:
        data = DirectorySchema.read(raw)
    except ma.ValidationError as error:
        all_faults.extend(faults(error.messages))
    if isinstance(raw, dict):
        all_faults.extend(faults_between_records(raw))
    if all_faults:
        named = [_named(fault, raw) for fault in all_faults]
        raise RecordsInvalid.of(named, "the records", most=MOST_FAULTS)
    header = {name: data[name] for name in ("publisher", "licence", "sources")}
    return Records(
        header=header,
        helplines=tuple(map(Helpline.from_record, data["helplines"])),
        centres=tuple(map(Centre.from_record, data["centres"])),
    )


def _named(fault: Fault, raw: Any) -> Fault:
    """Add the record's id to a fault: maintainers know pag-asa, not /centres/0."""
    _, collection, index, *_rest = [*(fault.pointer or "").split("/"), "", ""]
    if collection not in ("centres", "helplines", "sources") or not index.isdecimal():
        return fault
    record = raw[collection][int(index)]
    identity = record.get("id") if isinstance(record, dict) else None
    return (
        replace(fault, detail=f"{fault.detail} ({identity})")
        if isinstance(identity, str)
        else fault
    )


def faults_between_records(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults that no single record shows.

    These are duplicate ids, sources that are not listed, and countries without an emergency number.
    """
    yield from _countries_without_emergency_number(raw)
    for collection in ("sources", "helplines", "centres"):
        ids = _ids(raw, collection)
        for index, record in _records(raw, collection):
            if ids[str(record.get("id"))] > 1:
                yield replace(SAME_ID, pointer=f"/{collection}/{index}/id")
    listed = listed_sources(raw)
    for collection in ("helplines", "centres"):
        for index, record in _records(raw, collection):
            yield from _unlisted_sources(record, listed, f"/{collection}/{index}")


def faults_with_centre(
    raw: Mapping[str, Any], index: int, centre: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield the faults between a document and a centre that it does not contain, as if it had this
    index in it.
    """
    where = f"/centres/{index}"
    for fault in (
        *_without_emergency_number(centre, countries_with_emergency_number(raw), where),
        *_unlisted_sources(centre, listed_sources(raw), where),
    ):
        yield replace(fault, detail=f"{fault.detail} ({centre['id']})")


def listed_sources(raw: Mapping[str, Any]) -> set[str]:
    """Return the ids of the sources in a document."""
    return set(_ids(raw, "sources"))


def countries_with_emergency_number(raw: Mapping[str, Any]) -> set[str]:
    """Return the countries of the helplines of the kind emergency."""
    return {
        country
        for _, line in _records(raw, "helplines")
        if line.get("kind") == "emergency" and isinstance(line.get("countries"), list)
        for country in line["countries"]
        if isinstance(country, str)
    }


def _countries_without_emergency_number(raw: Mapping[str, Any]) -> Iterator[Fault]:
    answered = countries_with_emergency_number(raw)
    for index, centre in _records(raw, "centres"):
        yield from _without_emergency_number(centre, answered, f"/centres/{index}")


def _without_emergency_number(
    centre: Mapping[str, Any], answered: Collection[str], where: str
) -> Iterator[Fault]:
    country = country_of_centre(centre)
    # The schema of the helplines reports that there is no number at all.
    if answered and country and country not in answered:
        yield replace(NO_EMERGENCY_NUMBER, pointer=f"{where}{COUNTRY_POINTER}")


COUNTRY_POINTER = "/address/country"
NO_EMERGENCY_NUMBER = Fault(
    "There is no helpline of the kind emergency for this country. Add one first."
)
UNLISTED_SOURCE = Fault("No source in /sources has this id. Add the source, or correct the id.")
SAME_ID = Fault("Another record has the same id. Choose another one.", pointer="/id")


def country_of_centre(centre: Mapping[str, Any]) -> str | None:
    """Return the country in the raw record of a centre; None if it has no valid one."""
    address = centre.get("address")
    country = address.get("country") if isinstance(address, dict) else None
    return country if isinstance(country, str) else None


def _unlisted_sources(
    record: Mapping[str, Any], listed: Collection[str], where: str
) -> Iterator[Fault]:
    for path, source in named_sources(record):
        if source not in listed:
            yield replace(UNLISTED_SOURCE, pointer=f"{where}{path}")


def _records(raw: Mapping[str, Any], collection: str) -> list[tuple[int, Mapping[str, Any]]]:
    records = raw.get(collection)
    if not isinstance(records, list):
        return []
    return [(index, record) for index, record in enumerate(records) if isinstance(record, dict)]


def _ids(raw: Mapping[str, Any], collection: str) -> Counter[str]:
    return Counter(str(record.get("id")) for _, record in _records(raw, collection))


def named_sources(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each source id in a raw record, with its path; the schema reports ids that are not
    text.
    """
    named = record.get("sources")
    by_member = named.items() if isinstance(named, dict) else [("", named)]
    for member, sources in by_member:
        for index, source in enumerate(sources if isinstance(sources, list) else []):
            if isinstance(source, str):
                yield f"/sources{'/' if member else ''}{member}/{index}", source
    languages = record.get("languages")
    for index, spoken in enumerate(languages if isinstance(languages, list) else []):
        if isinstance(spoken, dict) and isinstance(spoken.get("source"), str):
            yield f"/languages/{index}/source", spoken["source"]
