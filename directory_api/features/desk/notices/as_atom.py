"""What there is to do as an Atom feed (RFC 4287), newest first."""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

from directory_api.edit.todo import Item
from directory_api.features.desk.notices.words import words

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
# Stands for a day that is not known: readers sort by it.
_UNKNOWN = date(1970, 1, 1)


def feed(items: Iterable[Item], store: str, language: str, address: Callable[[str], str]) -> bytes:
    """Return the feed. `address` returns the whole address of a path of this server. An entry has
    the kind of an item and the id of what it is about.
    """
    said = words(language)
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    newest = sorted(items, key=lambda each: each.since or _UNKNOWN, reverse=True)
    _text(root, "id", _urn(store, "notices"))
    _text(root, "title", said["others"].rstrip(" :"))
    _text(root, "updated", _moment(newest[0].since if newest else None))
    _text(SubElement(root, "author"), "name", "directory-api")
    for each in newest:
        entry = SubElement(root, "entry")
        _text(entry, "id", _urn(store, f"{each.key}/{each.since}"))
        _text(entry, "title", titled(said[each.kind], each.about))
        _text(entry, "updated", _moment(each.since))
        SubElement(entry, "link", href=address(page(each.about)))
        SubElement(entry, "category", term="urgent" if each.is_urgent else each.kind)
        _text(entry, "content", said["urgent"] if each.is_urgent else said[each.kind])
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def titled(words_of_kind: str, about: str) -> str:
    """Return a title with the id of what it is about: `Records to be confirmed again: pag-asa`."""
    return ": ".join(filter(None, (words_of_kind, about.rpartition("/")[2])))


def page(about: str) -> str:
    """Return the path of the page of maintainers for what an item is about; tokens have none."""
    return f"/admin/{'' if about.startswith('tokens/') else about}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _urn(store: str, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{store}/{name}").urn


def _moment(day: date | None) -> str:
    return f"{datetime.combine(day or _UNKNOWN, time(), UTC):%Y-%m-%dT%H:%M:%SZ}"
