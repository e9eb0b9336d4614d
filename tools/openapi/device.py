"""The operations of the bundle, and the schemas of their answers; docs/bundle.md explains them."""

from functools import partial

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.features.device.as_bundle import FORMAT, LEFT_OUT, LEFT_OUT_BELOW
from directory_api.hours.rules import OPEN, UNKNOWN
from directory_api.record import schemas, validators, vocabulary
from directory_api.record.record_value import private_members
from directory_api.record.records import Centre, Helpline
from tools.openapi.centre_document import AddressDocument, PermanentDocument
from tools.openapi.described import Described, Operations
from tools.openapi.responses import (
    REVISION,
    REVISION_HASH,
    AttributionDocument,
    always,
    by_key,
    flag,
    many,
    text,
    whole,
)

_integers = partial(fields.List, fields.Integer())
_texts = partial(fields.List, fields.String())
_STEPS = "in 1/100000 degree, each as the difference from the one before; the first from 0."


class BundleSpokenDocument(schemas.SpokenSchema):
    """A language."""

    class Meta:
        """Leaves out what a visitor does not need."""

        exclude = LEFT_OUT_BELOW["languages"]


class BundleContestedDocument(schemas.ContestedSchema):
    """A member about which sources disagree."""

    class Meta:
        """Leaves out what a visitor does not need."""

        exclude = LEFT_OUT_BELOW["contested"]


class BundleTimesDocument(ma.Schema):
    """The times between which something is open on a day, such as 09:00 and 17:00."""

    opens = text()
    closes = text("At or before `opens`, it is on the next day. The end of the day is 24:00.")
    certain = fields.Boolean(
        metadata={"description": "False if people should call first, as by appointment."}
    )


class BundleRuleDocument(ma.Schema):
    """Hours that are the same on some days of every week."""

    days = fields.List(
        fields.Integer(validate=validate.Range(0, 6)),
        required=True,
        metadata={"description": "From 0 (Monday)."},
    )
    times = many(BundleTimesDocument)


class BundleDatedDocument(ma.Schema):
    """Hours on some dates, which take the place of the usual ones."""

    dates = fields.List(
        fields.List(fields.String(), validate=validate.Length(equal=2)),
        required=True,
        metadata={
            "description": "The first and the last day, such as 2026-12-24, or 12-24 if it is so "
            "each year. An end that is more than a year away is empty."
        },
    )
    rules = fields.List(
        fields.Nested(BundleRuleDocument),
        required=True,
        metadata={
            "description": "As for `weekly`: without `days` of every day, without `times` closed."
        },
    )


class BundleIntervalDocument(ma.Schema):
    """A time in which something is not closed."""

    start = whole("Minutes since 1970 (UTC).")
    end = whole("Minutes since 1970 (UTC); the state ends there.")
    state = text(
        "`unknown` if the hours do not say whether it is open.",
        validate=validate.OneOf([OPEN, UNKNOWN]),
    )


_weekly = partial(fields.List, fields.Nested(BundleRuleDocument))
_intervals = partial(fields.List, fields.Nested(BundleIntervalDocument))


class SaidHoursDocument(ma.Schema):
    """Opening hours as people say them."""

    weekly = _weekly(
        metadata={
            "description": "The hours to show, if they are the same every week; days that it does "
            "not have are closed. Without `weekly` and `usual`: day and night, or not known."
        }
    )
    usual = _weekly(
        metadata={
            "description": "Instead of `weekly`, if there are `dated` hours, hours past "
            "midnight, or some that are not certain."
        }
    )
    closed_on_holidays = fields.Boolean(
        metadata={"description": "Whether public holidays are an exception from these."}
    )
    dated = fields.List(
        fields.Nested(BundleDatedDocument),
        metadata={
            "description": "The hours of dates, which take the place of `usual`: those of the "
            "coming year, and single days of the next eight weeks."
        },
    )


class BundlePermanentDocument(PermanentDocument, SaidHoursDocument):
    """The values of a centre in whose place temporary ones are."""

    phones = fields.List(fields.Nested("BundlePhoneDocument"))


class BundleTemporaryDocument(schemas.TemporarySchema, SaidHoursDocument):
    """The values of a centre for some days."""

    phones = fields.List(fields.Nested("BundlePhoneDocument"))


class BundlePhoneDocument(schemas.PhoneSchema, SaidHoursDocument):
    """A phone of a centre."""

    open = _intervals(
        metadata={
            "description": "When calls are answered, as for the centre. Absent if they are day and "
            "night, or if that is not known."
        }
    )


class BundleCentreDocument(schemas.CentreSchema, SaidHoursDocument):
    """The published record of a centre, without its sources and confirmation."""

    class Meta:
        """Leaves out what a visitor does not need."""

        exclude = (*LEFT_OUT, *private_members(Centre))

    address = fields.Nested(AddressDocument, required=True)
    location = fields.Nested(schemas.LocationSchema)
    temporary = fields.Nested(BundleTemporaryDocument)
    permanent = fields.Nested(
        BundlePermanentDocument,
        metadata={
            "description": "Only while the values of `temporary` replace these, which come back "
            "the day after `temporary.until`."
        },
    )
    phones = validators.LimitedList(fields.Nested(BundlePhoneDocument))
    languages = validators.LimitedList(fields.Nested(BundleSpokenDocument))
    contested = validators.LimitedList(fields.Nested(BundleContestedDocument))
    freshness = text(validate=validate.OneOf(vocabulary.FRESHNESS))
    verified_on = fields.Date(
        metadata={
            "description": "The day of the last confirmation. Absent if it is old, or if the "
            "record was changed since."
        }
    )
    changed_since = fields.Boolean(
        metadata={
            "description": "True if a phone, the address, the opening hours, the e-mail or the web "
            "site was changed after the last confirmation."
        }
    )
    description_sources = _texts(
        metadata={"description": "The ids of the sources of the description."}
    )
    open = _intervals(
        metadata={
            "description": "When it is open; closed between. Before `generated_at` and after "
            "`valid_until` its state is unknown. Absent if the hours are not known."
        }
    )


class LinkedSourceDocument(ma.Schema):
    """A source that can be linked."""

    publisher = text("Its publisher, else its title.")
    url = text()
    published = fields.String(
        metadata={"description": "The date of its text: a year, a month or a day, if it is known."}
    )
    accessed = fields.String(metadata={"description": "The month in which it was read."})


_sources = partial(
    by_key,
    fields.Nested(LinkedSourceDocument),
    required=True,
    metadata={"description": "By id, the sources that can be linked."},
)


class BundleHelplineDocument(schemas.HelplineSchema):
    """A number to call or a site to report at, without its sources and confirmation."""

    text_key = fields.String(
        metadata={
            "description": "The key of the text of the interface that says what it offers, for "
            "languages in which it has no name."
        }
    )

    class Meta:
        """Leaves out what a visitor does not need."""

        exclude = (*LEFT_OUT, *private_members(Helpline))


class PostcodeTableDocument(ma.Schema):
    """The postcodes of a country, as one list for each column."""

    pattern = text("A regular expression for a postcode in upper case. Its group is the code.")
    foreign_patterns = by_key(
        fields.String(),
        required=True,
        metadata={"description": "Such regular expressions for other countries."},
    )
    institutions = always(_texts, "Postcodes of institutions, which do not say where a person is.")
    codes = always(
        _texts,
        "For each code, how many letters it shares with the code before (a digit), and the rest.",
    )
    lat = always(_integers, f"WGS84, {_STEPS}")
    lon = always(_integers, f"WGS84, {_STEPS}")
    accuracy_base_m = whole("Metres.")
    accuracy_extra_m = always(
        _integers, "For each code, how many metres its accuracy is above `accuracy_base_m`."
    )
    names = always(_texts, "The name of the place of each code.")
    other_names = by_key(
        _texts(),
        metadata={
            "description": "By code, the names of its place in the other languages of the country."
        },
    )
    other_name_languages = _texts(
        metadata={
            "description": "For each code, the languages of its `other_names`: `fr|en de` for two."
        },
    )


class NamesDocument(ma.Schema):
    """Names that mean the same, with postcodes separated by spaces, without hyphens."""

    names = always(_texts, "As written, in all known languages.")
    town = fields.String(
        metadata={
            "description": "The postcodes of the only municipality with the name; its centre is in "
            "the first."
        }
    )
    towns = fields.String(metadata={"description": "Postcodes of other places to choose from."})
    parts = fields.String(metadata={"description": "Postcodes of which a part has the name."})
    apart = fields.Boolean(
        metadata={"description": "True if these are too far apart to be answered as one place."}
    )
    abroad = fields.String(
        metadata={
            "description": "The neighbouring countries (ISO 3166-1) that have such a name, too, "
            "separated by spaces."
        }
    )
    likely_abroad = fields.Boolean(
        metadata={"description": "True if more people mean the place in a neighbouring country."}
    )


class OutlineDocument(ma.Schema):
    """The simplified outline of a country, or of one and parts of others around it."""

    country = text("ISO 3166-1.")
    margin_m = whole("How many metres its line may be from the border.")
    is_exact = flag("Whether what is well inside is certainly in the country.")
    rings = always(
        partial(fields.List, _integers()),
        "Outer rings turn to the left, holes to the right. A ring has steps of longitude and "
        "latitude in turn, in 1/1000 degree; the first pair is from 0, 0.",
    )


class CoverageDocument(ma.Schema):
    """The countries with centres, and the outlines by which the country of a position is found."""

    countries = always(_texts, "ISO 3166-1.")
    notice = by_key(
        fields.String(), required=True, metadata={"description": "What to do outside, by language."}
    )
    outlines = many(
        OutlineDocument, "Those of its neighbours, too, in the order in which they are asked."
    )


class BundleDocument(ma.Schema):
    """The data for a search on the device. The same revision and day (UTC) give the same bytes."""

    format = whole(f"{FORMAT}; a higher number means another format.")
    revision = text(REVISION)
    revision_hash = text(REVISION_HASH)
    country = text("The country of the postcodes (ISO 3166-1).")
    country_names = always(_texts, "Its names that people write after a place.")
    generated_at = always(
        fields.AwareDateTime,
        "The beginning of the day (UTC) for which freshness and hours are valid.",
    )
    valid_until = always(fields.AwareDateTime, "Until when the hours are valid.")
    emergency = always(_texts, "The emergency numbers.")
    helplines = many(
        BundleHelplineDocument, "Those of the country, in the order in which to try them."
    )
    helplines_abroad = many(
        BundleHelplineDocument,
        "Those of the other countries in which a device finds places. Show those of the country of "
        "a place, with its name.",
    )
    centres = many(
        BundleCentreDocument,
        "The centres that are not permanently closed. Only active ones count as closest.",
    )
    location_uncertainty_m = by_key(
        fields.Integer(),
        required=True,
        metadata={
            "description": "By the precision of a location: the most metres from it to the centre."
        },
    )
    postcodes = text("The address of the table of its postcodes, with the hash of its content.")
    neighbours = always(
        _texts,
        "The countries (ISO 3166-1) of which /v1/bundle/names/{country} has the postcodes near "
        "the border.",
    )
    coverage = fields.Nested(CoverageDocument, required=True)
    attribution = many(AttributionDocument)
    sources = _sources()


class PostcodesDocument(ma.Schema):
    """The postcodes of one country."""

    format = whole(f"{FORMAT}, as that of a bundle.")
    country = text("The country of the postcodes (ISO 3166-1).")
    country_names = always(_texts, "Its names that people write after a place.")
    postcodes = fields.Nested(PostcodeTableDocument, required=True)
    attribution = many(AttributionDocument)


class PlaceNamesDocument(ma.Schema):
    """Every name of a place in one country, or in a neighbouring country near the border."""

    format = whole(f"{FORMAT}, as that of a bundle.")
    country = text("The country of the places (ISO 3166-1).")
    country_names = always(_texts, "Its names that people write after a place.")
    postcodes = fields.Nested(
        PostcodeTableDocument,
        metadata={"description": "Only of a neighbouring country: those near the border."},
    )
    names = many(NamesDocument, "In the order in which they are suggested.")
    words = always(
        _texts,
        "What people type who need a number and no place, such as `police`, in small letters "
        "without accents. Of the directory's own countries only.",
    )
    attribution = many(AttributionDocument)


# Lists of this length in the examples. A table whose columns have the same length is still valid.
_LONGEST = 2


def _described(name: str, response: type[ma.Schema]) -> Described:
    return Described("bundle", name, response, (404,), longest=_LONGEST)


OPERATIONS: Operations = {
    ("GET", "/v1/bundle"): _described("bundle", BundleDocument),
    ("GET", "/v1/bundle/<country>"): _described("bundle_of_country", BundleDocument),
    ("GET", "/v1/bundle/<country>/postcodes/<digest>"): _described(
        "postcodes_of_bundle", PostcodesDocument
    ),
    ("GET", "/v1/bundle/names/<country>"): _described("bundle_names", PlaceNamesDocument),
}
