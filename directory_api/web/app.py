"""Application factory: blueprints and WSGI middleware."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from directory_api.bootstrap import Directory
from directory_api.config import shipped
from directory_api.domain.text.strict_json import BODY_BYTES
from directory_api.services.editions import EditionCache
from directory_api.services.finder import Finder
from directory_api.web import admin
from directory_api.web.http import headers, monitoring, problems, responses
from directory_api.web.http.auth import BearerAuth
from directory_api.web.middleware.body_limit import BodyLimitMiddleware
from directory_api.web.middleware.fast_path import NearestFastPath
from directory_api.web.middleware.format_suffix import FormatSuffixMiddleware
from directory_api.web.middleware.rate_limit import (
    CallerIds,
    FailedLoginLimiter,
    RateLimitMiddleware,
)
from directory_api.web.middleware.request_log import (
    ROUTE,
    UNMATCHED,
    Freshness,
    Meters,
    RequestLogMiddleware,
)
from directory_api.web.openapi import pages as openapi_pages
from directory_api.web.openapi.api import ApiBlueprint, DirectoryApi, make_api
from directory_api.web.pages import embed, partners
from directory_api.web.pages import finder as visits
from directory_api.web.pages.error_pages import ErrorPages
from directory_api.web.v1 import bundle, centres, changes, imports, nearest, postcodes, records

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature outside the core: its routes, and its files in a static site.

    `paths` gives the routes whose JSON becomes a file each; some of these answers contain the host
    name, so they exist only if the origin is known. `lists` gives each paginated list as a whole:
    its route and its JSON.
    """

    routes: Callable[[Finder], ApiBlueprint]
    paths: Callable[[Finder, bool], Iterable[str]]
    lists: Callable[[Finder], Iterable[tuple[str, bytes]]]


def create_app(
    directory: Directory,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    features: Iterable[Feature] = (),
    log_requests: bool = True,
    still: bool = False,
) -> Flask:
    """Return the Flask application for a directory.

    `now` returns the current time in UTC. `features` add their routes to those of the core. With
    `still` the pages are those of a static site: without a form, and with every centre. Middleware
    runs in reverse order of wrapping.
    """
    finder, settings, meters = directory.finder, directory.settings, Meters()
    meters.registry.register(Freshness(finder, now))
    editions = EditionCache(finder, now)
    app = Flask(__name__, static_folder=None)
    # Werkzeug cuts a chunked body at this length without an error. The extra byte shows the reader
    # that the body was longer.
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES + 1
    # A redirect would repeat the query, and so the place. /v1 and /v1/ are the same route;
    # /v1//nearest is not found.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    callers = CallerIds(settings.trusted_proxies)
    auth = BearerAuth(directory.tokens, FailedLoginLimiter(callers))
    api = make_api(app)
    for blueprint in (
        nearest.blueprint(finder, editions),
        centres.blueprint(finder, editions),
        postcodes.blueprint(finder),
        bundle.blueprint(finder, now),
        changes.blueprint(finder, now),
        *(feature.routes(finder) for feature in features),
        records.blueprint(directory.editor, auth, editions),
        imports.blueprint(directory.importer, directory.proposals, auth),
        monitoring.blueprint(finder),
    ):
        api.register_blueprint(blueprint)
    app.register_blueprint(monitoring.metrics(meters))
    if settings.security_contact:
        app.register_blueprint(monitoring.security_txt(settings.security_contact, now))
    app.register_blueprint(openapi_pages.pages(shipped("openapi.yaml"), still=still))
    app.register_blueprint(admin.blueprint(directory, auth, lambda: now().date()))
    app.register_blueprint(embed.blueprint())
    app.register_blueprint(changes.feed(finder))
    app.register_blueprint(partners.blueprint(finder, settings.exit_url, still=still))
    pages, framed = (
        visits.Pages(finder, editions, settings.exit_url, base, still=still)
        for base in ("", "/embed")
    )
    app.register_blueprint(visits.blueprint(pages, "finder"))
    app.register_blueprint(visits.blueprint(framed, "frame"))
    app.extensions[DirectoryApi.__name__] = api
    troubles = ErrorPages(app, finder, pages, framed)
    problems.install(app, finder, troubles.beside_routes)
    _mark_routes(app)
    inner: WSGIApplication = FormatSuffixMiddleware(
        NearestFastPath(BodyLimitMiddleware(app.wsgi_app, troubles.refuse), finder, editions)
    )
    if settings.rate_limit:
        inner = RateLimitMiddleware(inner, troubles.refuse, settings.rate_limit, callers)
    # Flask documents assigning to wsgi_app.
    app.wsgi_app = RequestLogMiddleware(inner, finder, meters, log_requests=log_requests)  # type: ignore[method-assign]
    return app


def _mark_routes(app: Flask) -> None:
    @app.before_request
    def note_route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else UNMATCHED

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in g.get("headers", headers.headers_for(request.path)).items():
            response.headers.setdefault(name, value)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # The address of a refused request may contain a place.
            response.headers.update(responses.ABOUT_A_PLACE)
        if request.method == "OPTIONS":
            response.headers.update(headers.PREFLIGHT)
        return response
