"""Sources that the directory lacks, named where their value is written: a web page by its address,
and a call as “phone call with …”.
"""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from directory_api.features.desk.admin.form.ids import free_id
from directory_api.record.record_value import Record
from directory_api.record.validators import plain_text_fault, web_address_fault
from directory_api.store.digests import checksum
from directory_api.text.message import Message
from directory_api.text.normalize import fold

# How a text begins that names a call, in each language of the pages for maintainers.
_CALLS = tuple(
    map(
        fold,
        (
            "phone call",
            "call with",
            "telefoongesprek",
            "telefonisch",
            "appel",
            "entretien téléphonique",
            "Telefongespräch",
            "Telefonat",
            "Anruf",
        ),
    )
)
_MOST = 200
# A title of a page of which an id has everything.
_IN_ID = re.compile(r"[a-z0-9./-]{1,56}", re.ASCII)


def is_call(typed: str) -> bool:
    """Return whether a text names a call."""
    return fold(typed).startswith(_CALLS)


def names_new(typed: str) -> bool:
    """Return whether a text names a source that need not be known."""
    return is_call(typed) or bool(_address(typed))


def new_fault(typed: str) -> str | None:
    """Return what is wrong with a text that names a new source."""
    if len(typed) > _MOST:
        return Message("Write at most {most} characters.", most=_MOST)
    return plain_text_fault(typed) if is_call(typed) else web_address_fault(_address(typed))


def named_source(typed: str, known: Mapping[str, Record], today: date, about: str) -> Record:
    """Return the source that a text without faults names; a call is one of today. `about` is the id
    of the record that cites it.
    """
    if is_call(typed):
        return known_or_new({"title": typed, **dates(today)}, known, f"{about} {today} {typed}")
    page = _page(address := _address(typed), today)
    # Sources that wait are not known: other pages get other ids, also with the same title.
    is_whole = _IN_ID.fullmatch(page["title"]) and not {"?", "#"} & {*address}
    named = page["title"] if is_whole else f"{page['publisher'][:40]} {checksum(address)[:8]}"
    return known_or_new(page, known, named)


def known_or_new(source: Record, known: Mapping[str, Record], named: str) -> Record:
    """Return the known source with the same address, or the same title and day; else a new one with
    an id of its own: others that wait for review are not known yet.
    """
    same = ("url",) if "url" in source else ("title", "published")
    for each in known.values():
        if all(each.get(name) == source.get(name) for name in same):
            return each
    return {"id": free_id(named, lambda id: id not in known), **source}


def dates(today: date) -> Record:
    """Return the dates of what was said today."""
    return {"published": today.isoformat(), "accessed": f"{today:%Y-%m}"}


def _address(typed: str) -> str:
    """Return the web address that a text is; empty if it is not one."""
    if "://" in typed:
        return typed
    # What looks like a host is an address: example.org/contact.
    return f"https://{typed}" if "." in typed and " " not in typed else ""


def _page(address: str, today: date) -> Record:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    page = parts.path.rstrip("/")
    return {
        "title": f"{host}{page}"[:300],
        "publisher": host,
        "url": address,
        "accessed": f"{today:%Y-%m}",
    }
