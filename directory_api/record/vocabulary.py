"""The closed vocabularies of a record: their codes, in the order in which they are shown.

Their labels are in the locale files (text/locale/), under keys such as service.legal.
"""

from collections.abc import Mapping
from types import MappingProxyType

# The service of a centre with a telephone duty: callers in danger reach it outside office hours.
DUTY = "emergency_duty"

SERVICES = (
    "information",
    "accommodation",
    "psychological",
    "medical",
    "administrative",
    "legal",
    DUTY,
)
AUDIENCES = ("victims", "children", "professionals")
CENTRE_KINDS = ("specialised_centre", "reception_centre")
STATUSES = ("active", "temporarily_closed", "closed")
VISIBILITIES = ("public", "locality", "hidden")
PRECISIONS = ("exact", "street", "postcode", "municipality")
PHONE_KINDS = ("main", "duty", "mobile", "fax")
# The members of a centre about which sources can disagree, and that visitors act on.
CONTESTABLE = (
    "address",
    "phones",
    "email",
    "website",
    "languages",
    "services",
    "audiences",
    "opening_hours",
)
# Those of which another source's value can be stored, and the field of the record that it would
# take the place of.
CLAIMED: Mapping[str, str] = MappingProxyType(
    {
        "address": "address.street",
        "phones": "phones.1.number",
        "email": "email",
        "website": "website",
        "opening_hours": "opening_hours",
    }
)
# The ways to reach a centre or a helpline. A relay passes on what is said or typed, such as an
# interpreter of sign language between two parties.
CHANNEL_KINDS = ("call", "sms", "chat", "app", "form", "email", "relay", "in_person")
# Those whose address is a telephone number.
BY_PHONE = ("call", "sms")
COSTS = ("free", "charged")
FRESHNESS = ("unverified", "fresh", "due", "stale")
# In the order in which to try them. A national line is for victims of human trafficking, a child
# line for children in any trouble; whom another line is for, only its name says.
HELPLINE_KINDS = (
    "emergency",
    "police",
    "national_line",
    "other_line",
    "reporting_site",
    "child_line",
)
# The warnings about a centre or a helpline that can be acknowledged;
# record/plausibility.py and directory.py give them.
WARNINGS = (
    "foreign_phone",
    "foreign_timezone",
    "no_phone",
    "other_domain",
    "outside_postcode",
    "overnight_hours",
    "past_hours",
    "premium_rate",
    "shared_phone",
    "street_name",
    "temporary_long",
    "unclear_hours",
    "unknown_number",
    "unknown_postcode",
)
# The kinds for immediate danger. Their numbers are answered day and night.
EMERGENCY_KINDS = ("emergency", "police")
