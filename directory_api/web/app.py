"""Application factory: blueprints and WSGI middleware."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from werkzeug.middleware.proxy_fix import ProxyFix

from directory_api.bootstrap import Directory
from directory_api.config import FORWARDED
from directory_api.feature import Feature, use_each
from directory_api.left_out import Unusable, leave_out, left_out
from directory_api.text.strict_json import BODY_BYTES
from directory_api.web.access.auth import BearerAuth
from directory_api.web.api import blueprints
from directory_api.web.error_renderer import ErrorRenderer
from directory_api.web.http import responses
from directory_api.web.http.negotiation import FormatSuffixMiddleware
from directory_api.web.http.parsing import refuse_content_coding
from directory_api.web.middleware.body import BodyMiddleware
from directory_api.web.middleware.prefix import ForwardedPrefixMiddleware, PathPrefixMiddleware
from directory_api.web.middleware.rate_limit import (
    IgnoredProxyMiddleware,
    RateLimiter,
    RateLimitMiddleware,
)
from directory_api.web.middleware.request_log import RequestLogMiddleware, note_route
from directory_api.web.routes import ROUTES, SECURITY_TXT
from directory_api.web.served import Web
from directory_api.web.v1.nearest import NearestRoute
from directory_api.web.wsgi import log
from directory_api.web.wsgi.application import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_app(
    directory: Directory,
    now: Callable[[], datetime] | None = None,
    *,
    log_requests: bool = True,
    static_site: bool = False,
) -> Application:
    """Return the Flask application for a directory: the core, and what the features add.

    `now` returns the current time in UTC, by default that of the directory. With
    `static_site` the pages have no form and show every centre, and none says that a centre is open
    now.

    A feature that fails is left out, and the application made again, so that nothing of it is left.
    """
    now = now or directory.clock
    directory.live.report, directory.live.report_writes = log.store, log.writes
    rate = directory.settings.rate_limit
    while True:
        before = len(left_out())
        web = Web(
            directory,
            directory.editions(now, timeless=static_site),
            BearerAuth(directory.tokens),
            RateLimiter(rate) if rate else None,
            now,
            static_site,
        )
        app = _with_routes(web, log_requests=log_requests)
        if len(left_out()) == before:
            return app


def _with_routes(web: Web, *, log_requests: bool) -> Application:
    app = Application(__name__)
    audiences = [*chain(*use_each(lambda feature: tuple(feature.audiences(web))))]
    renderer = ErrorRenderer(app.part, web.editions, audiences)
    _configure(app, web, renderer)
    core = (*ROUTES, SECURITY_TXT) if web.settings.security_contact else ROUTES
    for blueprint in blueprints("core", core, web.auth):
        app.register_blueprint(blueprint)
    use_each(lambda feature: _register(app, feature.routes(web)))

    def add_parts(feature: Feature) -> None:
        for path, routes in feature.parts.items():
            app.add_part(path, partial(_part, path, routes, web, renderer))

    use_each(add_parts)
    _add_middleware(app, web, renderer, log_requests=log_requests)
    return app


def _add_middleware(
    app: Application, web: Web, renderer: ErrorRenderer, *, log_requests: bool
) -> None:
    """Put the middleware around an application, from inside to outside."""
    settings = web.settings
    inner: WSGIApplication = FormatSuffixMiddleware(
        NearestRoute(app.wsgi_app, web.editions, renderer.refuse),
        {route.path: route.formats for route in ROUTES},
    )
    if web.limiter:
        inner = RateLimitMiddleware(inner, renderer.refuse, web.limiter)
    if settings.path_prefix:
        inner = PathPrefixMiddleware(inner, settings.path_prefix)
    elif settings.url_prefix == FORWARDED:
        inner = ForwardedPrefixMiddleware(inner)
    inner = BodyMiddleware(inner)
    inner = RequestLogMiddleware(inner, renderer.crash, log_requests=log_requests)
    # Flask documents assigning to wsgi_app.
    app.wsgi_app = (  # type: ignore[method-assign]
        ProxyFix(inner, x_for=settings.trusted_proxies, x_proto=0)
        if settings.trusted_proxies
        else IgnoredProxyMiddleware(inner)
    )


def _register(app: Application, blueprints: Iterable[Blueprint]) -> None:
    before = _app_wide(app)
    for each in blueprints:
        app.register_blueprint(each)
    if _app_wide(app) != before:
        raise Unusable("it adds functions that are called for every request")


def _app_wide(app: Application) -> list[int]:
    """Return how many functions are called for requests of all routes."""
    functions: tuple[Mapping[Any, Sequence[object]], ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
        app.url_default_functions,
        app.template_context_processors,
    )
    handlers = app.error_handler_spec.get(None, {}).values()
    return [*(len(each.get(None, ())) for each in functions), sum(map(len, handlers))]


def _part(
    path: str, routes: Callable[[Web], Blueprint], web: Web, renderer: ErrorRenderer
) -> Application:
    """Return the application of a feature's part, which is below a path."""
    app = Application(__name__)
    _configure(app, web, renderer)
    try:
        app.register_blueprint(routes(web))
    except Exception as error:
        leave_out(f"what is below {path}", error)
        raise
    return app


def _configure(app: Application, web: Web, renderer: ErrorRenderer) -> None:
    """Give an application the settings that all parts have."""
    # Werkzeug cuts a chunked body at this length without an error. The extra byte shows the reader
    # that the body was longer.
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES + 1
    # A redirect would repeat the query, and so the place. /v1 and /v1/ are the same route;
    # /v1//nearest is not found.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    # The path of requests that tests and other parts of this process send.
    app.config["APPLICATION_ROOT"] = web.settings.path_prefix or "/"
    app.config[responses.PUBLIC_URL] = web.settings.public_url
    app.extensions["directory"] = web
    app.jinja_env.globals.update(link=responses.link)
    renderer.install(app)
    app.before_request(note_route)
    app.before_request(lambda: refuse_content_coding(request))
    app.after_request(responses.add_headers)
