"""The routes of the desk outside /admin and /notices, and who reads errors as a page."""

from collections.abc import Iterable

from flask import Blueprint

from directory_api.features.desk.admin.audience import Maintainers
from directory_api.features.desk.imports import routes as of_imports
from directory_api.features.desk.own_confirmation.page import confirm_page
from directory_api.web.api import blueprints
from directory_api.web.served import Audience, Web


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the routes of /v1/import and of the page of a centre's link."""
    return (*blueprints("imports", of_imports.ROUTES, web.auth), confirm_page(web).routes())


def audiences(web: Web) -> Iterable[Audience]:
    """Return the maintainers, and those who open the link of a centre."""
    return (Maintainers(web), confirm_page(web))
