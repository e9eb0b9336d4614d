"""Assets for our pages and partners' pages: component module, texts, scripts and styles."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort

from directory_api.answer import as_json
from directory_api.features.pages.cards_file import cards_record, words_record
from directory_api.live.editions import MAX_AGE_SECONDS, EditionCache
from directory_api.text.errors import ServiceUnavailable
from directory_api.text.translations import words
from directory_api.web.http import negotiation, responses

JAVASCRIPT = "text/javascript"
_STATIC: Mapping[str, str] = {
    "exit.js": JAVASCRIPT,
    "finder.css": "text/css",
    "page.js": JAVASCRIPT,
}
STATIC = tuple(f"/static/{name}" for name in _STATIC)
_SOON = responses.CACHE.format(MAX_AGE_SECONDS)
# What a telephone on a slow network can load, compressed.
_MOST_BYTES = 2 * 1024 * 1024
# As a bundle: a changed number is visible within five minutes, and without a network the copy of a
# cache is used.
CARDS_CACHE = responses.CACHE.format(300)


@dataclass(frozen=True, slots=True)
class Module:
    """The component's file, its path with a hash in the name, and its SRI integrity (sha384)."""

    file: negotiation.CompressedBody
    path: str
    integrity: str


@cache
def module() -> Module:
    """Return the component's module, built from src/ by `make frontend` and read once."""
    body = (files(__package__) / "static/nearest-centre.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    name = f"nearest-centre.{hashlib.sha256(body).hexdigest()[:16]}.js"
    return Module(negotiation.prepare(body), f"/embed/{name}", f"sha384-{digest}")


@cache
def pinned_modules() -> Mapping[str, negotiation.CompressedBody]:
    """Return the modules that partners may have pinned, by their paths: this one, and those of
    releases that were replaced within the last year.
    """
    past = (each for each in (files(__package__) / "past").iterdir() if each.name.endswith(".js"))
    older = {f"/embed/{each.name}": negotiation.prepare(each.read_bytes()) for each in past}
    return {**older, module().path: module().file}


@cache
def _texts(tag: str) -> negotiation.CompressedBody:
    """Return the texts in one of the languages, without cards."""
    return negotiation.prepare(as_json.dump(words_record(tag)))


def _words(tag: str, editions: EditionCache) -> tuple[negotiation.CompressedBody, str]:
    """Return the texts in one of the languages with the cards, and how long they may be cached.

    Without cards, the scripts say in the language that the list did not load. That is so before the
    first load, and in a directory that is too large for a device.
    """

    def make() -> negotiation.CompressedBody:
        written = negotiation.prepare(as_json.dump(cards_record(tag, edition)))
        return written if len(written.encoded["gzip"]) <= _MOST_BYTES else _texts(tag)

    try:
        edition = editions.current()
        body, is_current = responses.current_or_stale(editions, edition, ("cards", tag), make)
    except ServiceUnavailable:
        return _texts(tag), responses.NO_CACHE
    return body, CARDS_CACHE if is_current else responses.NO_CACHE


@cache
def _file(name: str) -> negotiation.CompressedBody:
    return negotiation.prepare((files(__package__) / "static" / name).read_bytes())


@dataclass(frozen=True, slots=True)
class Inline:
    """A static file as it stands within a page, and its hash for a Content-Security-Policy."""

    text: str
    hash: str


@cache
def inline(name: str) -> Inline:
    """Return one of the static files for a page that can load nothing."""
    body = _file(name)
    return Inline(body.plain.decode(), f"sha256-{base64.b64encode(body.digest).decode()}")


def blueprint(editions: EditionCache) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("embed", __name__)

    @routes.get("/embed/nearest-centre.js")
    def component() -> Response:
        return responses.asset(module().file, _SOON, JAVASCRIPT)

    @routes.get("/embed/nearest-centre.<digest>.js")
    def pinned(digest: str) -> Response:
        file = pinned_modules().get(f"/embed/nearest-centre.{digest}.js")
        if not file:
            abort(404)
        return responses.asset(file, responses.FOR_EVER, JAVASCRIPT)

    @routes.get("/embed/words/<tag>.json")
    def spoken(tag: str) -> Response:
        """Return texts, cards and helplines in a language or the nearest known one, else in
        English.

        The answer names its language.
        """
        return responses.asset(*_words(words(tag).language.tag, editions))

    @routes.get("/static/<name>")
    def static(name: str) -> Response:
        if name not in _STATIC:
            abort(404)
        return responses.asset(_file(name), _SOON, _STATIC[name])

    return routes
