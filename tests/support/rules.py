"""The rules of all routes, also of the parts that an application makes with their first request."""

from flask import Flask
from werkzeug.routing import MapAdapter, Rule

from directory_api.web.http.application import Application


def rules(app: Flask) -> list[Rule]:
    """Return the rules of an application and of all of its parts."""
    assert isinstance(app, Application)
    return [rule for part in app.every_part() for rule in part.url_map.iter_rules()]


def adapter(app: Flask, path: str) -> MapAdapter:
    """Return what finds the rule for a path."""
    assert isinstance(app, Application)
    return app.part(path).url_map.bind("localhost")
