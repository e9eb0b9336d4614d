"""Follows every link of a site: in pages, JSON, feeds, style sheets and headers."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import yaml

# What is written for the braces of a link in JSON.
TEMPLATE = {
    "postcode": "1000",
    "lat": "50.85",
    "lon": "4.35",
    "country": "BE",
    "prefix": "10",
    "store": "",
}
_LINKS = ("href", "src", "action", "formaction", "data-page")
# Not a sentence that begins with a path.
_PATH = re.compile(r"/\S*")
_HEADER = re.compile(r"<([^>]*)>")
_URL = re.compile(r"https?://[^\s\"'<>&]+")
# A path of ours in the text of a script, which no prefix can change.
_PATH_IN_SCRIPT = re.compile(r"[\"'`](/(?:v1|embed|static|admin|docs|problems|hsds)\b[^\"'`]*)")


@dataclass(frozen=True)
class Fetched:
    """What was answered: the status, the headers by small names, and the body."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Crawl:
    """What a crawl has seen. A link is `page -> link`, as it is written."""

    outside: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)


def crawl(
    fetch: Callable[[str], Fetched],
    origin: str,
    prefix: str,
    starts: Iterable[str],
    passed_over: re.Pattern[str] = re.compile(r"(?!)"),
) -> Crawl:
    """Follow all links of an origin from some paths. `outside` has those that do not begin with the
    prefix, `missing` those without an answer below 400; `forms` are the targets of forms sent by
    POST, which are not sent.
    """
    seen, waiting = Crawl(), [(path, "the start") for path in starts]
    while waiting:
        path, page = waiting.pop()
        if path in seen.followed or passed_over.search(path):
            continue
        seen.followed.add(path)
        fetched = fetch(path)
        if fetched.status >= 400:
            seen.missing.append(f"{page} -> {path}: {fetched.status}")
        for kind, link in _links(_Linking.of(fetched), origin):
            whole = urlsplit(urljoin(f"{origin}{path}", link))
            if f"{whole.scheme}://{whole.netloc}" != origin:
                continue
            if whole.path != prefix and not whole.path.startswith(f"{prefix}/"):
                seen.outside.append(f"{path} -> {link}")
            elif kind == "post":
                seen.forms.add(whole.path)
            elif kind == "get":
                waiting.append((whole._replace(scheme="", netloc="", fragment="").geturl(), path))
    return seen


class _Linking(NamedTuple):
    """The parts of an answer that may have links."""

    location: str | None
    link: str
    media_type: str
    body: str

    @classmethod
    def of(cls, fetched: Fetched) -> "_Linking":
        """Return those of an answer."""
        headers = fetched.headers
        media_type = headers.get("content-type", "").partition(";")[0]
        return cls(headers.get("location"), headers.get("link", ""), media_type, fetched.body)


# Crawls of one app in several ways get the same pages.
@lru_cache(1000)
def _links(answer: _Linking, origin: str) -> tuple[tuple[str, str], ...]:
    """Each link with how it is used: `get`, `post`, or `shown`."""
    return tuple(_read_links(answer, origin))


def _read_links(answer: _Linking, origin: str) -> Iterator[tuple[str, str]]:
    if answer.location is not None:
        yield "get", answer.location
    for link in _HEADER.findall(answer.link):
        yield "get", link
    if answer.media_type == "text/html":
        yield from _Page(answer.body).links
        # Snippets for partners have whole addresses.
        yield from _whole(unescape(unescape(answer.body)), origin)
    elif answer.media_type.endswith("json") and answer.body.startswith('{"openapi":"3'):
        yield from _in_openapi(json.loads(answer.body))
    elif answer.media_type.endswith("json"):
        yield from _in_json(json.loads(answer.body))
        yield from _whole(answer.body.replace("\\", '"'), origin)
    elif answer.media_type in _IN_OTHERS:
        yield from _IN_OTHERS[answer.media_type](answer.body)


def _in_feed(body: str) -> Iterator[tuple[str, str]]:
    for each in ElementTree.fromstring(body).iter():
        if "href" in each.attrib:
            yield "get", each.attrib["href"]


def _in_script(body: str) -> Iterator[tuple[str, str]]:
    yield from (("shown", path) for path in _PATH_IN_SCRIPT.findall(body))


def _in_openapi_yaml(body: str) -> Iterator[tuple[str, str]]:
    yield from _in_openapi(yaml.load(body, yaml.CSafeLoader))


def _in_openapi(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Its examples are those of a server without a prefix."""
    for server in document["servers"]:
        yield "get", f"{server['url'].rstrip('/')}/"


_IN_OTHERS: Mapping[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "application/atom+xml": _in_feed,
    "text/javascript": _in_script,
    "application/yaml": _in_openapi_yaml,
}


def _whole(text: str, origin: str) -> Iterator[tuple[str, str]]:
    for url in _URL.findall(text):
        if url.startswith(f"{origin}/"):
            yield ("shown" if "…" in url else "get"), url


def _in_json(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for member, below in value.items():
            yield from _in_json(below, member)
    elif isinstance(value, list):
        for below in value:
            yield from _in_json(below, name)
    # A pointer (RFC 6901) is no link.
    elif isinstance(value, str) and _PATH.fullmatch(value) and name != "pointer":
        # Only by POST, or with what only a device knows.
        shown = value.endswith("/batch") or "{store}" in value
        # Only a neighbour of the directory's country has its postcodes in a file.
        filled = {**TEMPLATE, "country": "LU"} if "/bundle/names/" in value else TEMPLATE
        yield ("shown" if shown else "get"), value if shown else value.format_map(filled)


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self._form = "shown"
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            # What a form by GET asks for depends on its fields.
            self._form = attributes.get("method", "shown")
        for name in _LINKS:
            if name not in attributes or attributes[name].startswith(("#", "data:")):
                continue
            is_form = name in ("action", "formaction")
            how = self._form if is_form else "shown" if name == "data-page" else "get"
            self.links.append((how, attributes[name]))
