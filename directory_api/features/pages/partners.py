"""For editors of partners' sites: a page with the code to paste, and oEmbed."""

from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.exceptions import NotImplemented as NotOffered

from directory_api.answer import as_json
from directory_api.bootstrap import Directory
from directory_api.countries.languages import listed_languages
from directory_api.feature import use_each
from directory_api.features.pages import embed, presenters
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.text.translations import ENGLISH, words
from directory_api.web.http import responses
from directory_api.web.http.negotiation import choose

# The text width of most pages; the height of the form with the helplines on a phone.
WIDTH, HEIGHT = 480, 840
_PATH = "/partners"
_CACHE_SECONDS = 86_400
# The parameters that a frame's URL may have; a place is not among them.
_CARRIED = ("lang", "language", "service", "audience", "scheme")


def blueprint(directory: Directory, options: presenters.PageOptions) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("partners", __name__, template_folder="templates")

    @routes.get(_PATH)
    def partners() -> Response:
        tag = choose("", request.args.get("lang"))
        body = render_template(
            "finder/partners.html",
            say=presenters.PageTranslator(words(ENGLISH)),
            language=words(ENGLISH).language,
            languages=listed_languages(),
            theirs=presenters.PageTranslator(words(tag)),
            here=responses.public_home(),
            origin=_origin(responses.public_home()),
            module=embed.module(),
            exit_url=options.exit_url,
            base="",
            static_site=options.static_site,
            address_in=options.address_in,
            path_in=options.path_in,
            width=WIDTH,
            height=HEIGHT,
            services=SERVICES,
            audiences=AUDIENCES,
            country=directory.home,
            materials=[] if options.static_site else _materials(),
        )
        return Response(body, mimetype="text/html")

    @routes.get("/oembed")
    def oembed() -> Response:
        """Return oEmbed 1.0 (https://oembed.com), in JSON."""
        if request.args.get("format", "json") != "json":
            raise _OnlyJson
        carried = _carried(request.args.get("url", ""))
        if carried is None:
            abort(404)
        return responses.about_the_host(
            as_json.dump(_rich(directory.live.snapshot.header["publisher"], carried))
        )

    return routes


def _materials() -> list[tuple[str, str]]:
    """Return the path and the key of the text of each page for people who help victims at work,
    but this one.
    """
    every = chain.from_iterable(use_each(lambda feature: feature.materials))
    return [(path, key) for path, key in every if path != _PATH]


class _OnlyJson(NotOffered):
    """The status that the specification requires for an unavailable format (section 2.3.4)."""

    advice = "oEmbed is answered in JSON only: leave format away, or send format=json."


def _carried(url: str) -> dict[str, str] | None:
    """Return the parameters that a frame takes over from a finder or embed URL of this server, of
    the host that was asked or the public one.

    None for any other URL.
    """
    try:
        parts = urlsplit(url)
        given = parse_qs(parts.query, max_num_fields=20) if len(parts.query) <= 500 else {}
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or (parts.netloc, parts.path) not in _framed():
        return None
    return {name: given[name][0] for name in _CARRIED if name in given}


def _framed() -> set[tuple[str, str]]:
    """Return host and path of the pages that a frame can show; the first may be written without
    /.
    """
    public = urlsplit(responses.public_home())
    return {
        (host, f"{home}{page}")
        for host, home in ((request.host, responses.prefix()), (public.netloc, public.path))
        for page in ("", "/", "/embed")
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rich(publisher: str, carried: dict[str, str]) -> dict[str, Any]:
    translator = presenters.PageTranslator(words(choose("", carried.get("lang"))))
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    address = f"{responses.address('/embed')}{'?' if carried else ''}{urlencode(carried)}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": translator.plain("title"),
        "provider_name": publisher,
        "provider_url": responses.address("/"),
        "cache_age": _CACHE_SECONDS,
        "html": render_template(
            "finder/frame.html",
            address=address,
            title=translator.plain("title"),
            width=width,
            height=height,
        ),
        "width": width,
        "height": height,
    }


def _at_most(name: str, ours: int) -> int:
    requested = request.args.get(name, type=int)
    return min(ours, requested) if requested and requested > 0 else ours
