"""Assets for our pages and partners' pages: component module, texts, scripts and styles."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort

from directory_api.answer import as_json
from directory_api.hours.in_words import hours_words
from directory_api.live import editions
from directory_api.text.translations import words
from directory_api.web.http import negotiation, responses

JAVASCRIPT = "text/javascript"
_STATIC: Mapping[str, str] = {
    "exit.js": JAVASCRIPT,
    "finder.css": "text/css",
    "page.js": JAVASCRIPT,
}
STATIC = tuple(f"/static/{name}" for name in _STATIC)
_SOON = responses.CACHE.format(editions.MAX_AGE_SECONDS)
# Texts change with a release; a day-old text does no harm.
WORDS_SECONDS = 3600


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
def _said(tag: str) -> negotiation.CompressedBody:
    """Return the texts in one of the languages, and what writes opening hours in it."""
    return negotiation.prepare(as_json.dump(words_record(tag)))


def words_record(tag: str) -> dict[str, Any]:
    """Return the JSON that the component reads."""
    return {**words(tag).to_record(), "week": dict(hours_words(tag))}


@cache
def _file(name: str) -> negotiation.CompressedBody:
    """Return one of the static files."""
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


def blueprint() -> Blueprint:
    """Return the routes."""
    routes = Blueprint("embed", __name__)

    @routes.get("/embed/nearest-centre.js")
    def component() -> Response:
        return responses.asset(module().file, _SOON, JAVASCRIPT)

    @routes.get("/embed/nearest-centre.<digest>.js")
    def pinned(digest: str) -> Response:
        if module().path != f"/embed/nearest-centre.{digest}.js":
            abort(404)
        return responses.asset(module().file, responses.FOR_EVER, JAVASCRIPT)

    @routes.get("/embed/words/<tag>.json")
    def spoken(tag: str) -> Response:
        """Return the texts in a language or the nearest known one, else in English.

        The answer names its language.
        """
        return responses.asset(
            _said(words(tag).language.tag), responses.CACHE.format(WORDS_SECONDS)
        )

    @routes.get("/static/<name>")
    def static(name: str) -> Response:
        if name not in _STATIC:
            abort(404)
        return responses.asset(_file(name), _SOON, _STATIC[name])

    return routes
