"""The closed vocabularies of a record, with their labels by language (BCP 47)."""

from collections.abc import Mapping
from types import MappingProxyType

Labels = Mapping[str, str]

# The service of a centre with a telephone duty: callers in danger reach it outside office hours.
DUTY = "emergency-duty"


def _labels(en: str, nl: str, fr: str, de: str) -> Labels:
    return MappingProxyType({"en": en, "nl": nl, "fr": fr, "de": de})


SERVICES: Mapping[str, Labels] = MappingProxyType(
    {
        "information": _labels(
            "advice and information",
            "advies en informatie",
            "conseils et informations",
            "Rat und Information",
        ),
        "accommodation": _labels("accommodation", "opvang", "hébergement", "Unterkunft"),
        "psychological": _labels(
            "psychological help",
            "psychologische hulp",
            "aide psychologique",
            "psychologische Hilfe",
        ),
        "medical": _labels("medical help", "medische hulp", "aide médicale", "medizinische Hilfe"),
        "administrative": _labels(
            "administrative support",
            "administratieve begeleiding",
            "soutien administratif",
            "Hilfe bei Behörden",
        ),
        "legal": _labels(
            "legal assistance",
            "juridische bijstand",
            "assistance juridique",
            "rechtlicher Beistand",
        ),
        DUTY: _labels(
            "telephone duty for emergencies",
            "telefonische wachtdienst voor noodgevallen",
            "permanence téléphonique pour les urgences",
            "Telefonbereitschaft für Notfälle",
        ),
    }
)

AUDIENCES: Mapping[str, Labels] = MappingProxyType(
    {
        "victims": _labels(
            "victims of all forms of exploitation",
            "slachtoffers van alle vormen van uitbuiting",
            "victimes de toute forme d’exploitation",
            "Opfer aller Formen der Ausbeutung",
        ),
        "children": _labels(
            "presumed child victims",
            "vermoedelijk minderjarige slachtoffers",
            "mineurs présumés victimes",
            "mutmaßlich minderjährige Opfer",
        ),
        "professionals": _labels(
            "first-line services",
            "eerstelijnsdiensten",
            "services de première ligne",
            "Dienste der ersten Linie",
        ),
    }
)

KINDS = ("specialised-centre", "reception-centre")
STATUSES = ("active", "temporarily_closed", "closed")
VISIBILITIES = ("public", "locality", "hidden")
PRECISIONS = ("exact", "street", "postcode", "municipality")
PHONE_KINDS = ("main", "duty", "mobile", "fax")
FRESHNESS = ("unverified", "fresh", "due", "stale")
HELPLINE_KINDS = ("emergency", "police", "national_line", "reporting_site")
