"""Parts of HSDS objects: phones, languages, schedules, service areas and taxonomy terms."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from directory_api.features.hsds import shapes
from directory_api.features.hsds.weekly import weekly
from directory_api.hours.in_words import HoursInWords
from directory_api.record.parts import Phone, Spoken
from directory_api.record.texts import TextsByLanguage, text_in
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.record.ways import WAYS, Way, facts
from directory_api.text.translations import labels, language_name

# A text in HSDS has one language.
LANGUAGE = "en"
# An object has the same id in all revisions and on all servers (UUID version 5, RFC 9562). The
# namespace is random.
_NAMESPACE = uuid.UUID("0b7c9c39-5d0e-4a5f-9f0e-6a4f6d0f2a77")
# The types of RFC 6350.
_PHONE_TYPES: Mapping[str, shapes.PhoneType] = MappingProxyType(
    {"main": "voice", "duty": "voice", "mobile": "cell", "fax": "fax"}
)
_PHONE_WORDS: Mapping[str, str] = MappingProxyType(
    {"main": "main number", "duty": "telephone duty", "mobile": "mobile", "fax": "fax"}
)
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


def _identities(kind: str, owner: str, names: Iterable[str]) -> Iterator[str]:
    """Yield an id for each name; names may repeat.

    Adding another name before or after changes no id.
    """
    counts: Counter[str] = Counter()
    for name in names:
        counts[name] += 1
        yield identity(kind, owner, name, str(counts[name]))


def text(texts: TextsByLanguage) -> str | None:
    """Return the text in English, else in its first language."""
    return text_in(texts, LANGUAGE)


def phones(numbers: Iterable[Phone], service: str, organization: str) -> tuple[shapes.Phone, ...]:
    """Return the phones of a service: numbers in E.164, or short numbers as they are dialled."""
    numbers = tuple(numbers)
    identities = _identities(
        "phone", service, (f"{phone.number} {phone.kind}" for phone in numbers)
    )
    return tuple(
        shapes.Phone(
            id=id_,
            service_id=service,
            organization_id=organization,
            number=phone.number,
            type=_PHONE_TYPES[phone.kind],
            description=_phone_description(phone),
            languages=tuple(
                shapes.Language(
                    id=language_id,
                    phone_id=id_,
                    name=language_name(tag, LANGUAGE),
                    code=_iso_639(tag),
                )
                for language_id, tag in zip(
                    _identities("language", id_, phone.languages), phone.languages, strict=True
                )
            ),
        )
        for id_, phone in zip(identities, numbers, strict=True)
    )


def texted(ways: Iterable[Way], service: str, organization: str) -> tuple[shapes.Phone, ...]:
    """Return the numbers that take text messages."""
    numbers = tuple((way.address, way) for way in ways if way.kind == "sms" and way.address)
    identities = _identities("phone", service, (f"{number} sms" for number, _ in numbers))
    return tuple(
        shapes.Phone(
            id=id_,
            service_id=service,
            organization_id=organization,
            number=number,
            type="text",
            description=_way(way),
        )
        for id_, (number, way) in zip(identities, numbers, strict=True)
    )


def application(ways: Iterable[Way]) -> str | None:
    """Return the ways to reach a service as a text, each with what is known of it."""
    sentences = [f"{_capital(_way(way))}." for way in ways]
    return " ".join(sentences) or None


def _way(way: Way) -> str:
    languages = ", ".join(language_name(each.code, LANGUAGE) for each in way.languages or ())
    whom = text(way.eligibility) if way.eligibility else None
    note = (text(way.note) or "").rstrip(".") if way.note else None
    known = (
        *map(str, facts(way)),
        way.hours and f"hours: {HoursInWords(way.hours)}",
        languages and f"languages: {languages}",
        whom and f"for: {whom}",
        note,
    )
    # The point at the end of an address would be taken for a part of it.
    address = f" ({way.address})" if way.address else ""
    return "; ".join((f"{WAYS[way.kind]}{address}", *filter(None, known)))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _phone_description(phone: Phone) -> str:
    hours = phone.hours and f"hours: {HoursInWords(phone.hours)}"
    parts = (_PHONE_WORDS[phone.kind], hours, text(phone.note))
    return "; ".join(part for part in parts if part)


def languages(spoken: Iterable[Spoken], service: str) -> tuple[shapes.Language, ...]:
    """Return the languages spoken without an interpreter, or where that is not known.

    Those with an interpreter are a text in HSDS.
    """
    direct = [language for language in spoken if not language.interpreter]
    identities = _identities("language", service, (language.code for language in direct))
    return tuple(
        shapes.Language(
            id=id_,
            service_id=service,
            name=language_name(language.code, LANGUAGE),
            code=_iso_639(language.code),
            note=None
            if language.interpreter is False
            else "Whether with an interpreter is not known.",
        )
        for id_, language in zip(identities, direct, strict=True)
    )


def interpretation(spoken: Iterable[Spoken]) -> str | None:
    """Return the languages spoken through an interpreter, as a text."""
    names = [language_name(language.code, LANGUAGE) for language in spoken if language.interpreter]
    return f"With an interpreter: {', '.join(names)}" if names else None


def _iso_639(tag: str) -> str:
    """Return the ISO 639 code of a BCP 47 tag, which is its first part."""
    return tag.partition("-")[0]


def schedules(hours: str | None, timezone: str | None, service: str) -> tuple[shapes.Schedule, ...]:
    """Return hours as RFC 5545 rules if they can be expressed so, else in OpenStreetMap's syntax.

    Times are local times in `timezone_name` (IANA): an offset would be wrong for half of the year.
    """
    if not hours:
        return ()
    rules = [
        {"byday": ",".join(rule.days).upper(), "opens_at": rule.opens, "closes_at": rule.closes}
        for rule in weekly(hours)
    ]
    # The id depends on the rule only: adding another rule changes no id.
    names = [" ".join(("WEEKLY", *rule.values())) for rule in rules] or [""]
    return tuple(
        shapes.Schedule(
            id=id_,
            service_id=service,
            description=hours,
            timezone_name=timezone,
            freq="WEEKLY" if rule else None,
            byday=rule.get("byday"),
            opens_at=rule.get("opens_at"),
            closes_at=rule.get("closes_at"),
        )
        for id_, rule in zip(_identities("schedule", service, names), rules or [{}], strict=True)
    )


def service_areas(codes: Iterable[str], service: str) -> tuple[shapes.ServiceArea, ...]:
    """Return the areas that a service is responsible for, as ISO 3166 codes."""
    codes = tuple(codes)
    return tuple(
        shapes.ServiceArea(id=id_, service_id=service, name=code, extent=code, extent_type="text")
        for id_, code in zip(_identities("service_area", service, codes), codes, strict=True)
    )


def attributes(terms: Iterable[tuple[str, str]], service: str) -> tuple[shapes.Attribute, ...]:
    """Return the links from a service to the terms of the taxonomies."""
    return tuple(
        shapes.Attribute(
            id=identity("attribute", service, name, code),
            link_id=service,
            taxonomy_term_id=term_identity(name, code),
            link_type=name,
            link_entity="service",
            taxonomy_term=taxonomy_term(name, code),
        )
        for name, code in terms
    )


def taxonomy_identity(name: str) -> str:
    """Return the id of a taxonomy."""
    return identity("taxonomy", name)


def term_identity(taxonomy: str, code: str) -> str:
    """Return the id of a taxonomy's term."""
    return identity("taxonomy_term", taxonomy, code)


def taxonomy(name: str) -> shapes.Taxonomy:
    """Return one of TAXONOMIES."""
    title, about, _ = _TAXONOMIES[name]
    return shapes.Taxonomy(
        id=taxonomy_identity(name), name=title, description=f"{about}; a closed vocabulary."
    )


def taxonomy_term(name: str, code: str) -> shapes.Term:
    """Return one of TERMS; `labels` are its names by language."""
    title, about, prefix = _TAXONOMIES[name]
    names = labels(prefix)[code]
    return shapes.Term(
        id=term_identity(name, code),
        code=code,
        name=names[LANGUAGE],
        description=f"{about}: {names[LANGUAGE]}.",
        taxonomy=title,
        taxonomy_detail=taxonomy(name),
        language=LANGUAGE,
        taxonomy_id=taxonomy_identity(name),
        labels=names,
    )
