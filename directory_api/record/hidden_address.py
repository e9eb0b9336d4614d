"""The texts of a centre whose address is not public: none of them may name its street or house."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from marshmallow import ValidationError

from directory_api.record.records import WHERE
from directory_api.text.message import Message
from directory_api.text.normalize import fold

# Members, at any depth, that are no texts, are not published either, or cannot be changed.
_NOT_COMPARED = frozenset(
    {
        *("street", "street_translations", "postal_code", "country", "subdivision", "location"),
        *("address_visibility", "kind", "status", "services", "audiences", "coverage", "timezone"),
        *("number", "languages", "verified", "sources", "id"),
    }
)
_Path = tuple[str | int, ...]

# Members that are an address on the Internet, if they are text.
_ADDRESSES = frozenset({"email", "website", "address"})

# A street has a house name in front of it, or the number of a flat after it.
_PARTS = re.compile(r"[,;()/|\u2013\u2014]|\s-\s")
# What such a number follows; alone it names no place.
_OF_A_HOUSE = frozenset(
    {
        *("app", "appartement", "apartment", "apt", "boite", "box", "bp", "bte", "bus", "etage"),
        *("flat", "floor", "postbus", "verdieping"),
    }
)
# `Kerkstraat` is also written `Kerkstr.`
_STREET = re.compile(r"(strasse|straat|str)\b")
# Shorter names are in many words: the street Wal, in the word wallet.
_SHORTEST_NAME, _SHORTEST_WITHOUT_SPACES, _SHORTEST_IN_ADDRESS = 4, 8, 5

_NAMED = Message(
    "This text names the street or the house of the address, which is not public. Remove it here."
)


def street_stays_hidden(centre: Mapping[str, Any]) -> None:
    """Require that no text of a centre whose address is not public names its street or house.

    Raises ValidationError, which names the members and not the street.
    """
    if centre.get("address_visibility", "public") == "public":
        return
    address = centre.get("address") or {}
    names = set(_names(address))
    # What sources say about a contested address is not published either.
    contested = [
        each if isinstance(each, Mapping) and each.get("member") not in WHERE else None
        for each in centre.get("contested") or ()
    ]
    centre = {**centre, "contested": contested}
    faults: dict[str | int, Any] = {}
    for path, text in _texts(centre, ()) if names else ():
        if _is_named(text, names, is_address=path[-1] in _ADDRESSES):
            *above, last = path
            below = faults
            for step in above:
                below = below.setdefault(step, {})
            below[last] = [_NAMED]
    if faults:
        raise ValidationError(faults)


def id_names_the_street(centre: Mapping[str, Any]) -> bool:
    """Return whether the id of a centre names the street of its address. If that is not public, it
    is no error, because an id cannot be changed, and the address must still be hidden.
    """
    return _is_named(centre["id"], set(_names(centre["address"])), is_address=True)


def _names(address: Mapping[str, Any]) -> Iterator[str]:
    """Yield what names the place: each part of the street, with and without numbers."""
    towns = {_folded(town) for town in (address.get("locality") or {}).values()}
    streets = [address.get("street") or "", *(address.get("street_translations") or {}).values()]
    for street in streets:
        for part in (street, *_PARTS.split(street)):
            words = _folded(part).split()
            name = " ".join(word for word in words if not any(map(str.isdigit, word)))
            if name in _OF_A_HOUSE:
                continue
            if len(words) > 1 and not words[0].isdigit():
                yield " ".join(words)
            if len(name) >= _SHORTEST_NAME and name not in towns:
                yield name


def _texts(value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            if name not in _NOT_COMPARED:
                yield from _texts(below, (*path, name))
    else:
        for index, below in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(below, (*path, index))


def _is_named(text: str, names: set[str], *, is_address: bool) -> bool:
    folded = _folded(unquote(text) if is_address else text)
    shortest = _SHORTEST_IN_ADDRESS if is_address else _SHORTEST_WITHOUT_SPACES
    joined = folded.replace(" ", "")
    for name in names:
        together = name.replace(" ", "")
        if f" {name} " in f" {folded} " or (len(together) >= shortest and together in joined):
            return True
    return False


def _folded(text: str) -> str:
    return _STREET.sub("str", fold(text))
