"""The rules of all routes, also of the parts that an application makes with their first request."""

from flask import Flask
from werkzeug.routing import MapAdapter, Rule

from directory_api.web.wsgi.application import Application


def rules(app: Flask) -> list[Rule]:
    """Return the rules of an application and of all of its parts."""
    assert isinstance(app, Application)
    return [rule for part in app.every_part() for rule in part.url_map.iter_rules()]


def methods_by_path(app: Flask) -> dict[str, set[str]]:
    """Return the methods that each path takes, by its template, in order."""
    taken: dict[str, set[str]] = {}
    for rule in sorted(rules(app), key=lambda rule: rule.rule):
        taken.setdefault(rule.rule, set()).update(rule.methods or ())
    return taken


def adapter(app: Flask, path: str) -> MapAdapter:
    """Return what finds the rule for a path."""
    assert isinstance(app, Application)
    return app.part(path).url_map.bind("localhost")
