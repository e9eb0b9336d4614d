"""Public changes as an Atom feed (RFC 4287), for partners.

The feed says what has changed. An entry leads people to the page of visitors, and programs to the
record. It never contains old values: a centre
may have withdrawn its street or a number for safety. It names the publisher, but no maintainer, and
gives no reasons for changes.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from directory_api.change.public_history import PublicChange, RevisionLinks
from directory_api.record.records import Helpline

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MIMETYPE = "application/atom+xml"
PATH = "/v1/changes.atom"
_ATOM = "http://www.w3.org/2005/Atom"
_WHERE = {"centre": "/v1/centres/{}", "helpline": "/v1/helplines/{}"}
# `updated` is required (RFC 4287, section 4.1.1), also in a feed without entries.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_SENTENCES = {
    "added": "It is new in the directory.",
    "closed": "It is permanently closed. Please remove it from your own pages.",
    "removed": "It is in the directory no longer. Please take it out of your own pages.",
}


def as_atom(
    store: str,
    links: RevisionLinks,
    publisher: str,
    news: Iterable[PublicChange],
    helplines: Iterable[Helpline],
    names: Mapping[tuple[str, str], str] = MappingProxyType({}),
    prefix: str = "",
    own: str = PATH,
) -> bytes:
    """Return the feed of one store, newest entries first; links are relative to `own`, the address
    of the feed.

    `names` has the names of all public records, by kind and id; other records are shown by their
    id. `prefix` is the path below which everything is.
    """
    from xml.etree.ElementTree import Element  # only readers of the feed need it

    changes = list(news)
    feed = Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", _urn(store))
    _add(feed, "title", f"{publisher}: changes")
    _add(feed, "subtitle", "Help at once: " + ", ".join(_reached(line) for line in helplines))
    _add(feed, "updated", _time(max((each.at for each in changes), default=_NEVER)))
    _add(_add(feed, "author"), "name", publisher)
    _add(feed, "link", rel="self", type=MIMETYPE, href=own)
    _add(feed, "link", rel="alternate", type="text/html", href=f"{prefix}/")
    for each in changes:
        _entry(
            _add(feed, "entry"),
            f"{store}/{links.version(each.revision)}",
            each,
            names.get((each.kind, each.id), each.id),
            page=f"{prefix}/",
            record=f"{prefix}{_WHERE[each.kind].format(each.id)}",
        )
    return _serialise(feed)


def with_origin(origin: str, feed: bytes) -> bytes:
    """Return the feed with absolute links for an origin such as https://help.example.org, for
    readers that do not support relative links.
    """
    from xml.etree.ElementTree import fromstring

    whole = fromstring(feed)  # noqa: S314  # our own feed
    for link in whole.iter(f"{{{_ATOM}}}link"):
        link.set("href", urljoin(origin, link.attrib["href"]))
    return _serialise(whole)


def _serialise(feed: "Element") -> bytes:
    from xml.etree.ElementTree import register_namespace, tostring

    register_namespace("", _ATOM)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(
    entry: "Element", revision: str, news: PublicChange, name: str, *, page: str, record: str
) -> None:
    changed = ", ".join(member.replace("_", " ") for member in news.members)
    _add(entry, "id", _urn(f"{revision}/{news.kind}/{news.id}"))
    # Most feed readers show only titles, so titles must tell the changes of a record apart.
    _add(
        entry, "title", f"{name}: {changed} {news.action}" if changed else f"{name}: {news.action}"
    )
    _add(entry, "updated", _time(news.at))
    # Feed readers open the alternate link, in a browser.
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "link", rel="related", type="application/json", href=record)
    _add(entry, "category", term=news.kind)
    _add(
        entry,
        "summary",
        _SENTENCES.get(news.action) or f"Changed: {changed}. The link leads to what holds now.",
    )


def _add(parent: "Element", name: str, text: str | None = None, **attributes: str) -> "Element":
    element = parent.makeelement(f"{{{_ATOM}}}{name}", attributes)
    parent.append(element)
    element.text = text
    return element


def _urn(name: str) -> str:
    """Return a permanent URN for a name (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"directory/{name}").urn


def _time(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _reached(line: Helpline) -> str:
    return line.display or line.number or str(line.url)
