"""What stands inside the objects of HSDS 3.0: phones, languages, schedules, service areas, terms of taxonomies."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from directory_api.domain.hours.weekly import weekly
from directory_api.domain.model.values import Phone, Spoken, Texts, filled, in_language
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES, Labels
from directory_api.formats.as_json import english_name

Object = dict[str, Any]
# HSDS has one language for a text.
LANGUAGE = "en"
# An object keeps its id over revisions and servers (UUID version 5, RFC 9562). The namespace is random.
_NAMESPACE = uuid.UUID("0b7c9c39-5d0e-4a5f-9f0e-6a4f6d0f2a77")
# The types are those of RFC 6350.
_PHONE_TYPES = {"main": "voice", "duty": "voice", "mobile": "cell", "fax": "fax"}
_PHONE_WORDS = {"main": "main number", "duty": "telephone duty", "mobile": "mobile", "fax": "fax"}
_TAXONOMIES: Mapping[str, tuple[str, str, Mapping[str, Labels]]] = MappingProxyType(
    {
        "services": ("Services", "What a centre offers", SERVICES),
        "audiences": ("Audiences", "Who a centre is for", AUDIENCES),
    }
)
TERMS = tuple((taxonomy, code) for taxonomy, (_, _, labels) in _TAXONOMIES.items() for code in labels)
TAXONOMIES = tuple(_TAXONOMIES)


def identity(kind: str, *names: str) -> str:
    """The id of an object, from what it is and whose it is: slugs, which are never used again."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((kind, *names))))


def text(found: Texts) -> str | None:
    """The text in English, else in the first language that it is in."""
    said = in_language(found, LANGUAGE)
    return said.text if said else None


def _identities(kind: str, owner: str, names: Iterable[str]) -> Iterator[str]:
    """An id for each of the names, which may repeat: one that comes before or behind another changes no id."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield identity(kind, owner, name, str(seen[name]))


def phones(found: Iterable[Phone], service: str, organization: str) -> list[Object]:
    """The phones of a service: numbers in E.164, or short ones as they are dialled."""
    listed = tuple(found)
    numbers = _identities("phone", service, (f"{phone.number} {phone.kind}" for phone in listed))
    return [
        filled(
            {
                "id": id_,
                "service_id": service,
                "organization_id": organization,
                "number": phone.number,
                "type": _PHONE_TYPES[phone.kind],
                "description": _about_phone(phone),
                "languages": [
                    {"id": own, "phone_id": id_, **_language(code)}
                    for own, code in zip(_identities("language", id_, phone.languages), phone.languages, strict=True)
                ],
            }
        )
        for id_, phone in zip(numbers, listed, strict=True)
    ]


def _about_phone(phone: Phone) -> str:
    parts = (_PHONE_WORDS[phone.kind], phone.hours and f"hours: {phone.hours}", text(phone.note))
    return "; ".join(part for part in parts if part)


def languages(found: Iterable[Spoken], service: str) -> list[Object]:
    """The languages that are spoken without an interpreter, as far as is known; those with one are a text."""
    spoken = [each for each in found if not each.interpreter]
    return [
        {
            "id": id_,
            "service_id": service,
            **_language(each.code),
            **({} if each.interpreter is False else {"note": "Whether with an interpreter is not known."}),
        }
        for id_, each in zip(_identities("language", service, (each.code for each in spoken)), spoken, strict=True)
    ]


def interpretation(found: Iterable[Spoken]) -> str | None:
    """The languages that are spoken through an interpreter."""
    names = [english_name(each.code) for each in found if each.interpreter]
    return f"With an interpreter: {', '.join(names)}" if names else None


def _language(tag: str) -> Object:
    """The name says all of a BCP 47 tag; a code of ISO 639 only its first part."""
    return {"name": english_name(tag), "code": tag.partition("-")[0]}


def schedules(hours: str | None, timezone: str | None, service: str) -> list[Object]:
    """Hours as RFC 5545 rules where rules say all of them, else as a text in OpenStreetMap's syntax.

    Times are those of the clock on the wall in `timezone_name` (IANA): an offset would be wrong for half of the year.
    """
    if not hours:
        return []
    common = filled({"service_id": service, "description": hours, "timezone_name": timezone})
    rules: list[Object] = [
        {
            "freq": "WEEKLY",
            "byday": ",".join(days.days).upper(),
            "opens_at": days.opens,
            "closes_at": days.closes,
        }
        for days in weekly(hours)
    ] or [{}]
    # Of the rule alone: one that comes before another changes no id.
    identities = _identities("schedule", service, (" ".join(rule.values()) for rule in rules))
    return [{"id": id_, **common, **rule} for id_, rule in zip(identities, rules, strict=True)]


def service_areas(codes: Iterable[str], service: str) -> list[Object]:
    """The areas that a service is responsible for, as ISO 3166 codes."""
    listed = tuple(codes)
    return [
        {"id": id_, "service_id": service, "name": code, "extent": code, "extent_type": "text"}
        for id_, code in zip(_identities("service_area", service, listed), listed, strict=True)
    ]


def attributes(terms: Iterable[tuple[str, str]], service: str) -> list[Object]:
    """The links from a service to the terms of the taxonomies."""
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
    """The id of a taxonomy."""
    return identity("taxonomy", name)


def term_identity(taxonomy: str, code: str) -> str:
    """The id of a taxonomy's term."""
    return identity("taxonomy_term", taxonomy, code)


def taxonomy(name: str) -> Object:
    """One of TAXONOMIES."""
    title, about, _ = _TAXONOMIES[name]
    return {"id": taxonomy_identity(name), "name": title, "description": f"{about}; a closed vocabulary."}


def taxonomy_term(name: str, code: str) -> Object:
    """One of TERMS; `labels` are its names by language."""
    title, about, labels = _TAXONOMIES[name]
    return {
        "id": term_identity(name, code),
        "code": code,
        "name": labels[code][LANGUAGE],
        "description": f"{about}: {labels[code][LANGUAGE]}.",
        "taxonomy": title,
        "taxonomy_detail": taxonomy(name),
        "language": LANGUAGE,
        "taxonomy_id": taxonomy_identity(name),
        "labels": dict(labels[code]),
    }


def term_texts(name: str, code: str) -> tuple[str, ...]:
    """What a term is found by."""
    return (code, *_TAXONOMIES[name][2][code].values())
