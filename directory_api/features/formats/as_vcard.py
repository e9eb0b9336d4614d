"""Contacts for an address book (vCard 4.0, RFC 6350).

A card can have a neutral name instead of the centre's. It then contains nothing that identifies the
centre, so it has no e-mail or web address.
"""

import uuid
from collections.abc import Iterable, Iterator

from directory_api.answer.listing import Listing
from directory_api.record.centre_in_words import TEMPORARY, CentreInWords
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.parts import Phone
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import localized
from directory_api.record.ways import Way, ways
from directory_api.text.translations import country_names, words

MEDIA_TYPE = "text/vcard"
# In octets, without the line break (RFC 6350, section 3.2).
_LINE_OCTETS = 75
# A centre's UID is constant, so that an address book that imports the card again updates the old
# one. The namespace is random.
_NAMESPACE = uuid.UUID("6f0d5a0e-7a0b-4f0e-9a55-1f2c7a3b9d41")
# RFC 6350, section 6.4.1. There is no type for a duty phone, so it is a work phone like the main
# one.
_PHONE_TYPES = {
    "main": '"voice,work"',
    "duty": '"voice,work"',
    "mobile": '"cell,work"',
    "fax": '"fax,work"',
}
_VOICE, _SMS = _PHONE_TYPES["main"], '"text,work"'
# RFC 8605: a page with a form to write to people. For an app there is no property but URL.
_PAGES = {"chat": "CONTACT-URI", "form": "CONTACT-URI", "app": "URL", "relay": "URL"}


def vcard(centre: CentreInWords, neutral_name: str | None = None) -> bytes:
    """Return the card of a centre (UTF-8), under a neutral name if one is given."""
    lines = _full(centre) if neutral_name is None else _neutral(centre.neutral, neutral_name)
    return b"".join(map(_folded, lines))


def write(listing: Listing) -> bytes:
    """Return a card for each helpline that has a number, in the order to try them, then one for
    each centre.

    The card of a helpline of another country is named with that country. The card of a centre has
    notes: when calls are answered, until when a value holds, whether it is closed, what sources
    disagree about. A saved card is read without the answer around it.
    """
    language = listing.language
    lines = (
        line
        for helpline in listing.helplines.brief.all
        if helpline.number
        for line in _helpline(helpline, language, helpline in listing.helplines.abroad)
    )
    centres = (listing.in_words(result.centre) for result in listing.results)
    return b"".join([*map(_folded, lines), *map(vcard, centres)])


def helpline(helpline: Helpline, language: str, neutral_name: str | None) -> bytes:
    """Return the card of a helpline that has a number (UTF-8), in a language if available; under a
    neutral name it has only the number.
    """
    lines: Iterable[str] = _helpline(helpline, language, is_abroad=False)
    if neutral_name is not None:
        name = f"FN:{_text(neutral_name)}"
        lines = ("BEGIN:VCARD", "VERSION:4.0", name, *_numbers(helpline), "END:VCARD")
    return b"".join(map(_folded, lines))


def _helpline(helpline: Helpline, language: str, is_abroad: bool) -> Iterator[str]:
    # In a language that the name is not in, as pages and cards of the API have it.
    in_words = describe_helpline(helpline, Speaker(words(language)))
    name = helpline.name.get(language) or in_words.original or in_words.name
    note = localized(helpline.note, language)
    if is_abroad:
        name = f"{country_names(helpline.countries, language)}: {name}"
    yield from _head(f"helpline:{helpline.id}")
    yield f"FN:{_text(name)}"
    yield from _numbers(helpline)
    yield from _other_ways(helpline, ())
    if helpline.url:
        yield f"URL:{helpline.url_translations.get(language, helpline.url)}"
    if note:
        yield f"NOTE;LANGUAGE={note.tag}:{_text(note.text)}"
    yield "END:VCARD"


def _numbers(helpline: Helpline) -> Iterator[str]:
    """Yield the number of a helpline: to call it, to send it text messages, or both."""
    for way in ways(helpline):
        if way.kind in ("call", "sms") and way.address == helpline.number:
            yield _tel(_VOICE if way.kind == "call" else _SMS, way.address or "")


def _other_ways(record: Centre | Helpline, own: Iterable[str | None]) -> Iterator[str]:
    """Yield the ways of a record that are not its own number, e-mail or web site: other numbers,
    and pages. What is known of a way is not in the card.
    """
    listed = {*own, record.number if isinstance(record, Helpline) else None}
    for way in ways(record):
        if way.address not in listed and (line := _way(way)):
            yield line


def _way(way: Way) -> str | None:
    address = way.address or ""
    if way.kind in ("call", "sms"):
        return _tel(_VOICE if way.kind == "call" else _SMS, address)
    if way.kind == "email":
        return f"EMAIL;TYPE=work:{_text(address)}"
    return f"{_PAGES[way.kind]}:{address}" if way.kind in _PAGES and address else None


def _head(name: str) -> Iterator[str]:
    yield from (
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:urn:uuid:{uuid.uuid5(_NAMESPACE, name)}",
    )


def _full(in_words: CentreInWords) -> Iterator[str]:
    centre, language = in_words.centre, in_words.say.tag
    yield from _head(centre.id)
    yield f"FN:{_text(in_words.name)}"
    yield f"ORG:{_text(in_words.name)}"
    yield from map(_phone, centre.phones)
    yield from _texted(centre)
    if centre.email:
        yield f"EMAIL;TYPE=work:{_text(centre.email)}"
    if centre.website:
        yield f"URL:{centre.website}"
    if centre.status == "active":
        own = (centre.email, centre.website, *(phone.number for phone in centre.phones))
        yield from _other_ways(centre, own)
    yield _address(in_words)
    # A point that represents a whole town would lead visitors to a wrong address.
    if centre.address_visibility == "public" and centre.location:
        point = centre.location.point
        yield f"GEO:geo:{point.lat},{point.lon};u={centre.location.blur_m:.0f}"
    yield from (f"LANG:{spoken.code}" for spoken in centre.languages)
    if centre.timezone:
        yield f"TZ:{_text(centre.timezone)}"
    yield from _notes(in_words)
    if description := localized(centre.description, language):
        yield f"NOTE;LANGUAGE={description.tag}:{_text(description.text)}"
    yield "END:VCARD"


def _texted(centre: Centre) -> Iterator[str]:
    """Yield the phones of a centre that take text messages."""
    own = {phone.number for phone in centre.phones}
    for way in ways(centre):
        if way.kind == "sms" and way.address in own and centre.status == "active":
            yield _tel(_SMS, way.address or "")


def _neutral(in_words: CentreInWords, name: str) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:4.0", f"FN:{_text(name)}")
    yield from map(_phone, in_words.centre.phones)
    yield _address(in_words)
    yield from _notes(in_words)
    yield "END:VCARD"


def _notes(in_words: CentreInWords) -> Iterator[str]:
    """Yield when each number is answered, and every caveat: a card is read without what is around
    it, and after the last day of a temporary value, too.
    """
    language = in_words.say.tag
    for each in in_words.numbers:
        if each.hours:
            text = f"{each.display}: {each.hours}" if len(in_words.numbers) > 1 else each.hours
            yield f"NOTE;LANGUAGE={language}:{_text(text)}"
    for caveat in in_words.caveats:
        # A card has no opening hours.
        if (caveat.kind, caveat.member) != (TEMPORARY, "opening_hours"):
            yield f"NOTE;LANGUAGE={language}:{_text(caveat.labelled(in_words.say))}"
            if note := localized(caveat.note, language):
                yield f"NOTE;LANGUAGE={note.tag}:{_text(note.text)}"


def _phone(phone: Phone) -> str:
    return _tel(_PHONE_TYPES[phone.kind], phone.number)


def _tel(kinds: str, number: str) -> str:
    # A tel: URI for a number without a country code would need a context (RFC 3966), so a short
    # number is plain text.
    if number.startswith("+"):
        return f"TEL;VALUE=uri;TYPE={kinds}:tel:{number}"
    return f"TEL;VALUE=text;TYPE={kinds}:{_text(number)}"


def _address(in_words: CentreInWords) -> str:
    address = in_words.centre.address
    parts = (
        "",  # post office box
        "",  # extended address; both should be empty (RFC 6350, section 6.3.1)
        in_words.street or "",
        in_words.town or "",
        "",
        address.postcode or "",
        address.country,
    )
    return f"ADR;TYPE=work:{';'.join(map(_text, parts))}"


def _text(value: str) -> str:
    """Escape a text value, also as a component of a structured value (RFC 6350, section 3.4)."""
    for sign in ("\\", ",", ";"):
        value = value.replace(sign, f"\\{sign}")
    return value.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold a line into pieces of at most 75 octets. Each piece except the first begins with a
    space; no multi-byte character is split.
    """
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
