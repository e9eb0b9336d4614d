"""The closed vocabularies of a record: their codes, in the order in which they are shown.

Their labels are in the locale files (i18n/locale/), under keys such as service.legal.
"""

# The service of a centre with a telephone duty: callers in danger reach it outside office hours.
DUTY = "emergency-duty"

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
KINDS = ("specialised-centre", "reception-centre")
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
FRESHNESS = ("unverified", "fresh", "due", "stale")
HELPLINE_KINDS = ("emergency", "police", "national_line", "reporting_site", "child_line")
