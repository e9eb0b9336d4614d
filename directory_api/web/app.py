"""Application factory: blueprints and WSGI middleware."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from flask import Blueprint

from directory_api.bootstrap import Directory
from directory_api.config import FORWARDED, Settings, shipped
from directory_api.features.device import bundle, changes
from directory_api.features.imports import routes as imports
from directory_api.features.pages import embed, partners
from directory_api.features.pages import finder as visits
from directory_api.features.pages.presenters import Operator, PageOptions
from directory_api.features.reference import pages as openapi_pages
from directory_api.features.response_cache.response_cache import ResponseCache
from directory_api.hours.timetable import Timeless, Timetable
from directory_api.live.editions import EditionCache, utc_now
from directory_api.live.finder import Finder
from directory_api.text.strict_json import BODY_BYTES
from directory_api.web.access.auth import BearerAuth
from directory_api.web.errors import ADMIN, ErrorRenderer
from directory_api.web.http import responses
from directory_api.web.http.negotiation import FormatSuffixMiddleware
from directory_api.web.middleware.body_limit import BodyLimitMiddleware
from directory_api.web.middleware.kept_counts import KeptCounts
from directory_api.web.middleware.prefix import ForwardedPrefixMiddleware, PathPrefixMiddleware
from directory_api.web.middleware.rate_limit import (
    GUESSES,
    CallerIds,
    RateLimiter,
    RateLimitMiddleware,
)
from directory_api.web.middleware.request_log import (
    Meters,
    RequestLogMiddleware,
    note_route,
)
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.operations import monitoring
from directory_api.web.v1 import centres, nearest, postcodes, records
from directory_api.web.v1.nearest import PlainCoordinates
from directory_api.web.wsgi import log
from directory_api.web.wsgi.application import Application, by_body, by_method

if TYPE_CHECKING:
    from directory_api.features.admin.context import AdminContext
    from directory_api.features.shared_limit.shared_counts import SharedCounts


@dataclass(frozen=True, slots=True)
class FeatureParts:
    """The routes of a feature, and its files in a static site.

    `paths` gives the routes whose JSON becomes a file each; some of these answers contain the host
    name, so they exist only if the origin is known. `lists` gives each paginated list as a whole:
    its route and its JSON.
    """

    routes: Callable[[Finder, EditionCache], ApiBlueprint]
    paths: Callable[[Finder, bool], Iterable[str]]
    lists: Callable[[Finder], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature outside the core: the path below which its routes are, and what imports it."""

    path: str
    load: Callable[[], FeatureParts]


def create_app(
    directory: Directory,
    now: Callable[[], datetime] = utc_now,
    *,
    features: Iterable[Feature] = (),
    meters: Meters | None = None,
    kept: KeptCounts | None = None,
    log_requests: bool = True,
    static_site: bool = False,
) -> Application:
    """Return the Flask application for a directory.

    `now` returns the current time in UTC. `features` are added to the core, and `meters` count the
    requests, if not for this application alone. `kept` are the counts of the rate limit that
    outlive it. With `static_site` the
    pages have no form and show every centre, and none says that a centre is open now. Middleware
    runs in reverse order of wrapping.
    """
    finder, settings = directory.finder, directory.settings
    meters = meters or Meters()
    directory.live.report, directory.live.report_writes = log.store, log.writes
    hours = Timeless if static_site else Timetable
    country = settings.country
    editions = EditionCache(directory.live, settings.fresh_days, now, hours, country=country)
    app = Application(__name__)
    shared = _shared_counts(settings.rate_limit_store) if settings.rate_limit_store else None
    callers = CallerIds(settings.trusted_proxies, shared, kept=kept)
    limiter = RateLimiter(settings.rate_limit, callers) if settings.rate_limit else None
    auth = BearerAuth(directory.tokens, RateLimiter(GUESSES, callers, "guesses"))
    operator = Operator(settings.operator_name, settings.operator_url)
    options = PageOptions(settings.exit_url, static_site, operator if operator.name else None)
    pages, framed = (visits.Pages(finder, editions, options, base) for base in ("", "/embed"))

    @cache
    def admin_context() -> "AdminContext":
        from directory_api.features.admin import (
            routes as admin,  # with the first request for its pages
        )

        return admin.make_context(directory, auth, lambda: now().date())

    renderer = ErrorRenderer(app.part, finder, admin_context, pages, framed)
    configured = partial(_configured, settings=settings, renderer=renderer)
    configured(
        app,
        nearest.blueprint(finder, editions, limiter),
        centres.blueprint(finder, editions),
        postcodes.blueprint(finder),
        bundle.blueprint(finder, editions),
        changes.blueprint(finder, editions, limiter),
        records.blueprint(directory.editor, auth, editions, renderer.response),
        imports.blueprint(directory.importer, directory.proposals, auth),
        monitoring.blueprint(finder),
        monitoring.metrics(meters, finder, now, shared),
        openapi_pages.pages(shipped("openapi.yaml"), static_site=static_site),
        embed.blueprint(),
        changes.feed(finder, static_site=static_site),
        partners.blueprint(finder, options),
        visits.blueprint(pages, "finder"),
        visits.blueprint(framed, "frame"),
    )
    if settings.security_contact:
        app.register_blueprint(monitoring.security_txt(settings.security_contact, now))

    def admin_part() -> Application:
        from directory_api.features.admin import routes as admin

        return configured(Application(__name__), admin.blueprint(admin_context()))

    def feature_part(feature: Feature) -> Application:
        return configured(Application(__name__), feature.load().routes(finder, editions))

    app.add_part(ADMIN, admin_part)
    for feature in features:
        app.add_part(feature.path, partial(feature_part, feature))
    coordinates = PlainCoordinates(finder, settings.path_prefix)
    response_cache = ResponseCache(editions, limiter, meters, coordinates)
    reading = FormatSuffixMiddleware(response_cache.recording(app.wsgi_app))
    routes = by_method(reading, app.wsgi_app)
    bodies = BodyLimitMiddleware(routes, renderer.refuse, caller_of=callers.quick_hash)
    inner = by_body(bodies, routes)
    if limiter:
        inner = RateLimitMiddleware(inner, bodies.refuse, limiter)
    if settings.path_prefix:
        inner = PathPrefixMiddleware(inner, settings.path_prefix)
    elif settings.url_prefix == FORWARDED:
        inner = ForwardedPrefixMiddleware(inner)
    # Flask documents assigning to wsgi_app.
    app.wsgi_app = RequestLogMiddleware(  # type: ignore[method-assign]
        inner, renderer.crash, meters, response_cache.respond, log_requests=log_requests
    )
    return app


def _configured(
    app: Application, *blueprints: Blueprint, settings: Settings, renderer: ErrorRenderer
) -> Application:
    """Return an application with the settings that all parts have, and these routes."""
    # Werkzeug cuts a chunked body at this length without an error. The extra byte shows the reader
    # that the body was longer.
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES + 1
    # A redirect would repeat the query, and so the place. /v1 and /v1/ are the same route;
    # /v1//nearest is not found.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    # The path of requests that tests and other parts of this process send.
    app.config["APPLICATION_ROOT"] = settings.path_prefix or "/"
    app.jinja_env.globals.update(link=responses.link)
    renderer.install(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.before_request(note_route)
    app.after_request(responses.add_headers)
    return app


def _shared_counts(url: str) -> "SharedCounts":
    # Imported here: the package `limits` takes 3 MB.
    from directory_api.features.shared_limit.shared_counts import SharedCounts

    return SharedCounts(url)
