"""Parts of HSDS objects: phones, languages, schedules, service areas and taxonomy terms."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from directory_api.domain.hours import weekly
from directory_api.domain.model.records import Phone, Spoken, Texts, text_in, without_empty
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES
from directory_api.i18n.translations import labels, language_name

Object = dict[str, Any]
# A text in HSDS has one language.
LANGUAGE = "en"
# An object has the same id in all revisions and on all servers (UUID version 5, RFC 9562). The
# namespace is random.
_NAMESPACE = uuid.UUID("0b7c9c39-5d0e-4a5f-9f0e-6a4f6d0f2a77")
# The types of RFC 6350.
_PHONE_TYPES = {"main": "voice", "duty": "voice", "mobile": "cell", "fax": "fax"}
_PHONE_WORDS = {"main": "main number", "duty": "telephone duty", "mobile": "mobile", "fax": "fax"}
# The name and description of each taxonomy, and the prefix of its labels in the locale files.
_TAXONOMIES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "services": ("Services", "What a centre offers", "service"),
        "audiences": ("Audiences", "Who a centre is for", "audience"),
    }
)
TAXONOMIES = tuple(_TAXONOMIES)
TERMS = (
    *(("services", code) for code in SERVICES),
    *(("audiences", code) for code in AUDIENCES),
)


def identity(kind: str, *names: str) -> str:
    """Return the id of an object, from its kind and its record's slug, which is never reused."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((kind, *names))))


def text(texts: Texts) -> str | None:
    """Return the text in English, else in its first language."""
    return text_in(texts, LANGUAGE)


def _identities(kind: str, owner: str, names: Iterable[str]) -> Iterator[str]:
    """Yield an id for each name; names may repeat.

    Adding another name before or after changes no id.
    """
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield identity(kind, owner, name, str(seen[name]))


def phones(found: Iterable[Phone], service: str, organization: str) -> list[Object]:
    """Return the phones of a service: numbers in E.164, or short numbers as they are dialled."""
    listed = tuple(found)
    numbers = _identities("phone", service, (f"{phone.number} {phone.kind}" for phone in listed))
    return [
        without_empty(
            {
                "id": id_,
                "service_id": service,
                "organization_id": organization,
                "number": phone.number,
                "type": _PHONE_TYPES[phone.kind],
                "description": _about_phone(phone),
                "languages": [
                    {"id": own, "phone_id": id_, **_language(code)}
                    for own, code in zip(
                        _identities("language", id_, phone.languages), phone.languages, strict=True
                    )
                ],
            }
        )
        for id_, phone in zip(numbers, listed, strict=True)
    ]


def _about_phone(phone: Phone) -> str:
    parts = (_PHONE_WORDS[phone.kind], phone.hours and f"hours: {phone.hours}", text(phone.note))
    return "; ".join(part for part in parts if part)


def languages(found: Iterable[Spoken], service: str) -> list[Object]:
    """Return the languages spoken without an interpreter, or where that is not known.

    Those with an interpreter are a text in HSDS.
    """
    spoken = [each for each in found if not each.interpreter]
    return [
        {
            "id": id_,
            "service_id": service,
            **_language(each.code),
            **(
                {}
                if each.interpreter is False
                else {"note": "Whether with an interpreter is not known."}
            ),
        }
        for id_, each in zip(
            _identities("language", service, (each.code for each in spoken)), spoken, strict=True
        )
    ]


def interpretation(found: Iterable[Spoken]) -> str | None:
    """Return the languages spoken through an interpreter, as a text."""
    names = [language_name(each.code, LANGUAGE) for each in found if each.interpreter]
    return f"With an interpreter: {', '.join(names)}" if names else None


def _language(tag: str) -> Object:
    """Return the name of a whole BCP 47 tag, and the ISO 639 code, which is only its first part."""
    return {"name": language_name(tag, LANGUAGE), "code": tag.partition("-")[0]}


def schedules(hours: str | None, timezone: str | None, service: str) -> list[Object]:
    """Return hours as RFC 5545 rules if they can be expressed so, else in OpenStreetMap's syntax.

    Times are local times in `timezone_name` (IANA): an offset would be wrong for half of the year.
    """
    if not hours:
        return []
    common = without_empty({"service_id": service, "description": hours, "timezone_name": timezone})
    rules: list[Object] = [
        {
            "freq": "WEEKLY",
            "byday": ",".join(days.days).upper(),
            "opens_at": days.opens,
            "closes_at": days.closes,
        }
        for days in weekly(hours)
    ] or [{}]
    # The id depends on the rule only: adding another rule changes no id.
    identities = _identities("schedule", service, (" ".join(rule.values()) for rule in rules))
    return [{"id": id_, **common, **rule} for id_, rule in zip(identities, rules, strict=True)]


def service_areas(codes: Iterable[str], service: str) -> list[Object]:
    """Return the areas that a service is responsible for, as ISO 3166 codes."""
    listed = tuple(codes)
    return [
        {"id": id_, "service_id": service, "name": code, "extent": code, "extent_type": "text"}
        for id_, code in zip(_identities("service_area", service, listed), listed, strict=True)
    ]


def attributes(terms: Iterable[tuple[str, str]], service: str) -> list[Object]:
    """Return the links from a service to the terms of the taxonomies."""
    return [
        {
            "id": identity("attribute", service, taxonomy, code),
            "link_id": service,
            "taxonomy_term_id": term_identity(taxonomy, code),
            "link_type": taxonomy,
            "link_entity": "service",
            "taxonomy_term": taxonomy_term(taxonomy, code),
        }
        for taxonomy, code in terms
    ]


def taxonomy_identity(name: str) -> str:
    """Return the id of a taxonomy."""
    return identity("taxonomy", name)


def term_identity(taxonomy: str, code: str) -> str:
    """Return the id of a taxonomy's term."""
    return identity("taxonomy_term", taxonomy, code)


def taxonomy(name: str) -> Object:
    """Return one of TAXONOMIES."""
    title, about, _ = _TAXONOMIES[name]
    return {
        "id": taxonomy_identity(name),
        "name": title,
        "description": f"{about}; a closed vocabulary.",
    }


def taxonomy_term(name: str, code: str) -> Object:
    """Return one of TERMS; `labels` are its names by language."""
    title, about, prefix = _TAXONOMIES[name]
    names = labels(prefix)[code]
    return {
        "id": term_identity(name, code),
        "code": code,
        "name": names[LANGUAGE],
        "description": f"{about}: {names[LANGUAGE]}.",
        "taxonomy": title,
        "taxonomy_detail": taxonomy(name),
        "language": LANGUAGE,
        "taxonomy_id": taxonomy_identity(name),
        "labels": dict(names),
    }


def term_texts(name: str, code: str) -> tuple[str, ...]:
    """Return the texts that a search for a term looks in."""
    return (code, *labels(_TAXONOMIES[name][2])[code].values())
