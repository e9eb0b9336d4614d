"""Administrators and people in browsers of their own, with devices that have passkeys."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

from tests.features.desk.passkeys.authenticator import Device
from tests.support.html_browser import Browser, Page
from tests.support.maintainer_app import MaintainerApp
from tests.support.moments import TODAY

REGISTER = "/admin/passkeys/register"


def last_day(days: int = 30) -> str:
    """Return a day from now, as the field of a form has it."""
    return (TODAY + timedelta(days=days)).isoformat()


def new_person(
    administrator: Browser, name: str, *scopes: str, days: int = 30, **fields: str
) -> Page:
    """Send the form for a new person."""
    form = {"name": name, "scope": [*scopes], "kind": "person", "ends": last_day(days), **fields}
    return administrator.post("/admin/people/new", form)


def code_in(page: Page) -> str:
    """Return the code of the link on a page."""
    (code,) = re.findall(r"https://localhost/admin/passkeys/first#([A-Za-z0-9_-]{43})", page.html)
    return str(code)


def options_in(page: Page) -> dict[str, Any]:
    """Return what a page gives to the device."""
    (options,) = re.findall(r'data-options="([^"]+)"', page.html)
    loaded: dict[str, Any] = json.loads(unescape(options))
    return loaded


def identity(app: MaintainerApp, name: str) -> str:
    """Return the id of the newest token of a name."""
    return next(each.id for each in reversed(app.directory.tokens.list()) if each.name == name)


def opened(browser: Browser, code: str) -> Page:
    """Open a link."""
    return browser.post("/admin/passkeys/link", {"code": code})


def registered(
    browser: Browser, code: str, device: Device, name: str = "my phone", **fields: str
) -> Page:
    """Open a link and register a passkey with it."""
    sent = {"code": code, "name": name, **fields}
    credential = device.register(options_in(opened(browser, code)))
    return browser.post(REGISTER, {**sent, "credential": credential})


def sign_in_options(browser: Browser) -> dict[str, Any]:
    """Return what the server asks the device for."""
    options: dict[str, Any] = json.loads(browser.post("/admin/passkeys/options", {}).html)
    return options


def signed_in(browser: Browser, device: Device, **fields: str) -> Page:
    """Sign in with a passkey."""
    credential = device.sign_in(sign_in_options(browser))
    return browser.post("/admin/passkeys/use", {"credential": credential, **fields})
