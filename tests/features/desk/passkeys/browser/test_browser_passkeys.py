"""Passkeys in Chromium, with its virtual authenticator: the first time, signing in, a lost device.

Chromium takes http://localhost for a secure context, and its virtual devices answer at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.desk.passkeys.passkeys import LINK, Passkeys
from directory_api.record.token import Actor
from tests.support.browser import axe_violations
from tests.support.servers import SERVE, Served, serving

SIZES = [(360, 800), (1280, 900)]
HEADING = "Centres and helplines"


@dataclass
class Trial:
    """A running server, and the secret of an administrator."""

    served: Served
    secret: str

    @property
    def admin(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.served.port}/admin"

    def sign_in(self, page: Page) -> None:
        """As the first administrator does, with a token."""
        page.goto(f"{self.admin}/sign-in")
        page.get_by_label("Your token").fill(self.secret)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)


class Phone:
    """A virtual device with a fingerprint, in one page of a browser."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._session: CDPSession = context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = ""
        self.buy()

    def buy(self) -> None:
        """Begin with an empty device."""
        if self._id:
            self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = added["authenticatorId"]

    def finger(self, *, is_right: bool) -> None:
        """Let the device accept the finger, or refuse it."""
        self._session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": is_right}
        )

    def passkeys(self) -> int:
        """Return how many passkeys it has."""
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return len(found["credentials"])


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A server over the shipped records."""
    folder = tmp_path_factory.mktemp("passkeys")
    directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
    directory.prepare()
    secret, _ = directory.tokens.create("dora", ["admin"], 30)
    with serving(SERVE, folder, rate_limit="") as served:
        yield Trial(served, secret)


def _page(browser: Browser, **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    return page


def _link(page: Page) -> str:
    """Return the link on a page, which ends with its code."""
    address = page.get_by_label("Link", exact=True).input_value()
    assert re.fullmatch(r"http://localhost:[0-9]+/admin/passkeys/first#[\w-]{43}", address)
    return address


def _new_person(trial: Trial, administrator: Page, name: str) -> str:
    administrator.goto(f"{trial.admin}/people")
    administrator.get_by_role("link", name="Add a person or a token").click()
    administrator.get_by_label("Name", exact=True).fill(name)
    administrator.get_by_label("change records").check()
    administrator.get_by_role("button", name="Add", exact=True).click()
    return _link(administrator)


def _register(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Name of the passkey").fill("my phone")
    page.get_by_role("button", name="Register a passkey and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)


def _sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)


def test_first_time_by_link_then_by_passkey_then_a_lost_device(
    browser: Browser, trial: Trial
) -> None:
    """The code of the link is in no address that is sent, in no log and not in the history; one
    press signs in; a link for a new device ends the old one.
    """
    administrator, els = _page(browser), _page(browser)
    trial.sign_in(administrator)
    link = _new_person(trial, administrator, "Els")
    code = link.partition("#")[2]
    asked: list[str] = []
    els.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    faults: list[str] = []
    els.on("console", lambda message: faults.append(message.text))
    phone = Phone(els.context, els)
    _register(els, link)
    assert phone.passkeys() == 1
    assert [each for each in asked if code in each] == []
    history = els.evaluate("navigation.entries().map((entry) => entry.url)")
    assert [url for url in history if code in url] == []
    assert code not in trial.served.logged()

    els.get_by_role("button", name="Sign out").click()
    _sign_in(els)
    expect(els.get_by_text("Signed in as Els")).to_be_visible()
    assert faults == []

    administrator.goto(f"{trial.admin}/people")
    administrator.get_by_role("button", name="Make a link for Els").click()
    link = _link(administrator)
    els.context.clear_cookies()
    phone.buy()
    els.goto(link)
    els.get_by_label("I have lost a device").check()
    els.get_by_label("Name of the passkey").fill("new phone")
    els.get_by_role("button", name="Register a passkey and sign in").click()
    expect(els.get_by_role("heading", level=1)).to_have_text(HEADING)
    els.get_by_role("link", name="Signed in as").click()
    expect(els.get_by_role("rowheader")).to_have_text(["new phone"])
    els.get_by_role("button", name="Sign out").click()
    _sign_in(els)
    els.goto(link)
    expect(els.get_by_role("heading", level=1)).to_have_text("This link does not work")
    for page in (administrator, els):
        page.context.close()


def test_a_device_that_refuses_leaves_everything_as_it_was(browser: Browser, trial: Trial) -> None:
    """The page says that nothing has changed; a second try works. A device without a passkey, and
    one that has one already, are told so.
    """
    administrator, page = _page(browser), _page(browser)
    trial.sign_in(administrator)
    link = _new_person(trial, administrator, "Fay")
    phone = Phone(page.context, page)
    phone.finger(is_right=False)
    page.goto(link)
    page.get_by_label("Name of the passkey").fill("my phone")
    button = page.get_by_role("button", name="Register a passkey and sign in")
    button.click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("Nothing has changed")
    assert phone.passkeys() == 0
    phone.finger(is_right=True)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    page.get_by_role("link", name="Signed in as").click()
    page.get_by_label("Name of the passkey").fill("again")
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("has a passkey for you")
    page.get_by_role("button", name="Remove my phone").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This passkey does not work here.")
    for each in (administrator, page):
        each.context.close()


def test_without_scripts_a_token_signs_in_and_the_pages_say_why(
    browser: Browser, trial: Trial
) -> None:
    """The link is not used up by a browser without scripts."""
    page = _page(browser, java_script_enabled=False)
    page.goto(f"{trial.admin}/sign-in")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    trial.sign_in(page)
    link = _new_person(trial, page, "Gus")
    page.goto(link)
    expect(page.get_by_text("then open the link once more. It still works.")).to_be_visible()
    page.get_by_label("The link that you got").fill(link)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Gus")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    page.context.close()


def test_one_of_two_helps_the_other_after_a_day(browser: Browser, tmp_path: Path) -> None:
    """At the width of a phone: asked for, seen and revoked by the other; asked for again, and used
    a day later.
    """
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}"))
    directory.prepare()
    secret, _ = directory.tokens.create("dora", ["admin"], 30)
    els = directory.tokens.create_person("Els", ["admin"], 30)
    code, _ = Passkeys(directory).make_link(Actor("local:root", "root", ()), els, waits=False)
    phone_size = {"width": 360, "height": 800}
    with serving(SERVE, tmp_path, rate_limit="") as served:
        trial = Trial(served, secret)
        dora, page = _page(browser, viewport=phone_size), _page(browser, viewport=phone_size)
        phone = Phone(page.context, page)
        _register(page, f"{trial.admin}/passkeys/first#{code}")
        trial.sign_in(dora)
        _ask_for_els(trial, dora)
        page.goto(f"{trial.admin}/todo")
        asked = page.get_by_text("dora has asked for a link with which Els can sign in")
        expect(asked).to_be_visible()
        _is_readable(page, 360)
        page.get_by_role("button", name="Revoke the link for Els").click()
        expect(asked).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_have_text("People and tokens")

        link = _ask_for_els(trial, dora)
        dora.goto(f"{trial.admin}/people")
        _is_readable(dora, 360)
        new = _page(browser, viewport=phone_size)
        Phone(new.context, new)
        new.goto(link)
        expect(new.get_by_role("heading", level=1)).to_have_text("This link does not work")
        _a_day_later(directory)
        new.goto(link)
        expect(new.get_by_text("Your other passkeys then end")).to_be_visible()
        _is_readable(new, 360)
        _register(new, link)
        page.goto(f"{trial.admin}/todo")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("This passkey does not work here.")
        assert phone.passkeys() == 1
        dora.goto(f"{trial.admin}/people")
        dora.get_by_text("Links after a lost device").click()
        expect(dora.get_by_text("Els used the link")).to_be_visible()
        _is_readable(dora, 360)
        for each in (dora, page, new):
            each.context.close()


def _ask_for_els(trial: Trial, administrator: Page) -> str:
    administrator.goto(f"{trial.admin}/people")
    administrator.get_by_role("button", name="Make a link for Els").click()
    expect(administrator.get_by_text("There is no third person")).to_be_visible()
    _is_readable(administrator, 360)
    return _link(administrator)


def _a_day_later(directory: Directory) -> None:
    """Let the link that waits be a day older: the clock of the server is that of the machine."""
    access = directory.stores.access
    (link,) = access.credentials(LINK)
    starts = directory.clock() - timedelta(minutes=1)
    assert access.change_credential(link, {**link.data, "starts": starts.isoformat()})


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_readable_at_each_size(
    browser: Browser, trial: Trial, width: int, height: int, scheme: str
) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    page = _page(browser, viewport={"width": width, "height": height}, color_scheme=scheme)
    phone = Phone(page.context, page)
    page.goto(f"{trial.admin}/sign-in")
    _is_readable(page, width)
    trial.sign_in(page)
    for path in ("people", "people/new", "passkeys", "passkeys/first"):
        page.goto(f"{trial.admin}/{path}")
        _is_readable(page, width)
    link = _new_person(trial, page, f"Person {width} {scheme}")
    _is_readable(page, width)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")
    _is_readable(page, width)
    page.get_by_label("Name of the passkey").fill("a phone with quite a long name, for a test")
    page.get_by_role("button", name="Register a passkey and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    assert phone.passkeys() == 1
    page.goto(f"{trial.admin}/passkeys")
    _is_readable(page, width)
    page.context.close()


def _is_readable(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert axe_violations(page) == [], page.url
