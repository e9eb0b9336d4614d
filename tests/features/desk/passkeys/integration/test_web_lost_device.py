"""One of two people has lost a device, and no third person may approve: a link works after a day,
and both see it until then.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.desk.passkeys import ceremony
from directory_api.features.desk.passkeys.passkeys import (
    DELAY,
    EVENT_LIFE,
    LATELY,
    LINK_LIFE,
    MOST,
    Passkey,
    Passkeys,
)
from directory_api.record.token import TOKEN, Actor
from tests.features.desk.passkeys.authenticator import Device
from tests.features.desk.passkeys.people import (
    code_in,
    identity,
    new_person,
    opened,
    options_in,
    registered,
    signed_in,
)
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import NOW
from tests.support.store_under_test import everything

ASKED = "dora has asked for a link with which Els can sign in on a new device."
SECOND = timedelta(seconds=1)


@dataclass
class Clock:
    """A clock that is moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Two:
    """A team where changes wait for a second person: dora and Els, who has a passkey. No one else
    may approve.
    """

    app: MaintainerApp
    clock: Clock
    device: Device = field(default_factory=Device)

    @property
    def dora(self) -> Browser:
        """A browser in which dora is signed in."""
        return signed_in_browser(self.app, "dora")

    def els(self) -> Browser:
        """Els, signed in with the passkey that she has."""
        browser = Browser(self.app.app)
        assert "Signed in as Els" in signed_in(browser, self.device).text
        return browser

    def ask(self, browser: Browser | None = None, name: str = "Els") -> Page:
        """Press “Make a link”."""
        link = f"/admin/people/{identity(self.app, name)}/link"
        return (browser or self.dora).post(link, {})

    def opens(self, code: str) -> bool:
        """Return whether the link with this code works."""
        return opened(Browser(self.app.app), code).status == 200

    def end(self, *names: str) -> None:
        """End the access of people."""
        for name in names:
            self.app.directory.tokens.revoke(identity(self.app, name))


def _team(folder: Path, *scopes: str) -> Two:
    clock = Clock(NOW - LATELY)
    app = create_maintainer_app(folder, review="auto", now=clock)
    two = Two(app, clock)
    code = code_in(new_person(two.dora, "Els", *scopes))
    carl = signed_in_browser(app, "carl")
    carl.send(carl.get("/people"), "/link/allow")
    registered(Browser(app.app), code, two.device)
    two.end("bert", "carl")
    clock.now = NOW
    return two


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """Both are administrators."""
    return _team(tmp_path, "admin")


@pytest.fixture(params=["admin", "edit"])
def any_two(tmp_path: Path, request: pytest.FixtureRequest) -> Two:
    """The second is an administrator, or may only edit."""
    return _team(tmp_path, request.param)


def test_a_link_works_once_from_a_day_later_for_a_day(any_two: Two) -> None:
    """Not a second earlier or later; only the one who asks sees it, once."""
    page = any_two.ask()
    code = code_in(page)
    assert "There is no third person who could allow it" in page.text
    assert "It works once, until 03/12/2026 11:00" in page.text
    assert code not in any_two.dora.get("/people").html
    begins = any_two.clock.now + DELAY
    for moment, is_open in (
        (begins - SECOND, False),
        (begins, True),
        (begins + LINK_LIFE - SECOND, True),
        (begins + LINK_LIFE, False),
    ):
        any_two.clock.now = moment
        assert any_two.opens(code) is is_open, moment
    any_two.clock.now = begins
    new = Browser(any_two.app.app)
    assert "Your other passkeys then end" in opened(new, code).text
    assert "Signed in as Els" in registered(new, code, Device()).text
    assert not any_two.opens(code)
    assert ASKED not in any_two.dora.get("/todo").text


def test_the_old_passkeys_and_sessions_end_when_it_is_used(two: Two) -> None:
    """Without being asked: the device that was lost may be in other hands. Until then they work,
    and no administrator can remove them, so that Els can still revoke the link.
    """
    code = code_in(two.ask())
    (passkey,) = two.app.directory.stores.access.credentials("passkey")
    assert "Remove the passkey" not in two.dora.get("/people").text
    remove = f"/admin/people/{identity(two.app, 'Els')}/remove"
    assert two.dora.post(remove, {"passkey": passkey.id}).status == 404
    two.clock.now += DELAY
    lost = two.els()
    registered(Browser(two.app.app), code, Device())
    assert lost.get("/").path == "/admin/sign-in"
    assert signed_in(Browser(two.app.app), two.device).status == 401


@pytest.mark.parametrize("path", ["/todo", "/people", "/passkeys", "/"])
def test_both_see_it_on_every_page_until_it_is_used(two: Two, path: str) -> None:
    """With from when to when it works; people whom it is not about do not see it."""
    two.ask()
    for later in (timedelta(), DELAY):
        two.clock.now = NOW + later
        for browser in (two.dora, two.els()):
            text = browser.get(path).text
            assert ASKED in text
            assert "It works from 02/12/2026 11:00 until 03/12/2026 11:00." in text
        assert ASKED not in signed_in_browser(two.app, "anna").get("/todo").text
    two.clock.now += LINK_LIFE
    assert ASKED not in two.els().get(path).text


@pytest.mark.parametrize("who", [lambda two: two.dora, lambda two: two.els()], ids=["dora", "Els"])
@pytest.mark.parametrize("after", [timedelta(hours=1), DELAY], ids=["waits", "works"])
def test_each_of_both_can_revoke_it(
    any_two: Two, who: Callable[[Two], Browser], after: timedelta
) -> None:
    """By the button beside the sentence, also when it works already."""
    code = code_in(any_two.ask())
    any_two.clock.now += after
    browser = who(any_two)
    page = browser.send(browser.get("/todo"), "/link/revoke")
    assert (page.status, ASKED in page.text) == (200, False)
    any_two.clock.now = NOW + DELAY
    assert not any_two.opens(code)
    assert "Signed in as Els" in any_two.els().get("/").text


def test_a_second_request_ends_the_first_and_waits_a_whole_day(two: Two) -> None:
    """Of several that arrive at the same moment, one link is left at most."""
    first = code_in(two.ask())
    two.clock.now += timedelta(hours=23)
    second = code_in(two.ask())
    two.clock.now += timedelta(hours=1)
    assert not two.opens(first)
    assert not two.opens(second)
    two.clock.now += timedelta(hours=23)
    assert [two.opens(code) for code in (first, second)] == [False, True]

    passkeys, tokens = Passkeys(two.app.directory), two.app.directory.tokens
    dora = Actor(f"{TOKEN}{identity(two.app, 'dora')}", "dora", ("admin",))
    els = tokens.valid("Els")
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(passkeys.make_link, dora, els, waits=True, host="localhost")
            for _ in range(8)
        ]
        codes = [each.result()[0] for each in made]
    two.clock.now += DELAY
    assert sum(two.opens(code) for code in codes) <= 1


# Who gets no such link


def _waits(two: Two, page: Page) -> bool:
    """Return whether a link waits for a second person, however late it is."""
    code, before = code_in(page), two.clock.now
    assert "another person who may approve" in page.text
    works = []
    for hours in (0, 23, 24, 47, 49):
        two.clock.now = before + timedelta(hours=hours)
        works.append(two.opens(code))
    return not any(works)


def test_where_a_third_person_may_approve_the_link_waits_for_them(two: Two) -> None:
    """Time alone opens nothing then, and not within a week of the end of their access."""
    tokens = two.app.directory.tokens
    tokens.create("Fay", ["approve"], 30)
    assert _waits(two, two.ask())
    two.clock.now = NOW
    two.end("Fay")
    for days in (0, 6):
        two.clock.now = NOW + timedelta(days)
        assert _waits(two, two.ask())
    two.clock.now = NOW + LATELY
    code = code_in(two.ask())
    two.clock.now += DELAY
    assert two.opens(code)


def test_an_invented_person_gets_no_second_voice_by_waiting(two: Two) -> None:
    """Without a passkey, the person cannot see the link and revoke it."""
    assert _waits(two, new_person(two.dora, "Gus", "edit"))
    two.clock.now = NOW
    assert _waits(two, two.ask(name="Gus"))


def test_a_program_is_nobody_who_has_lost_a_device(two: Two) -> None:
    """A thief of the only session would propose as the program."""
    two.app.directory.tokens.create("import", ["edit"], 30)
    two.end("Els")
    assert _waits(two, two.ask(name="import"))


def test_nobody_takes_the_way_of_two_alone(two: Two) -> None:
    """The other one can allow a link for oneself."""
    assert _waits(two, two.ask(name="dora"))


def _add(two: Two, browser: Browser, name: str) -> Device:
    """Register a further passkey in a browser in which Els is signed in."""
    device = Device()
    options = options_in(browser.get("/passkeys"))
    browser.post("/admin/passkeys", {"name": name, "credential": device.register(options)})
    assert name in {each.name for each in _passkeys(two)}
    return device


def _passkeys(two: Two) -> tuple[Passkey, ...]:
    return tuple(Passkeys(two.app.directory).of(identity(two.app, "Els")))


def test_no_passkey_is_removed_by_the_other_of_two(two: Two) -> None:
    """Before a link, too: with the passkey that Els uses gone and one of a lost device left, she
    could neither see the link nor revoke it.
    """
    laptop = _add(two, two.els(), "laptop")
    people = two.dora.get("/people")
    assert "Remove the passkey" not in people.text
    (used,) = (each.id for each in _passkeys(two) if each.name == "laptop")
    path = f"/admin/people/{identity(two.app, 'Els')}/remove"
    assert two.dora.post(path, {"passkey": used}).status == 404
    assert "Signed in as Els" in signed_in(Browser(two.app.app), laptop).text


def test_a_passkey_of_a_former_host_sees_no_link(two: Two) -> None:
    """After a move of the site, no one could sign in with it and revoke the link."""
    access = two.app.directory.stores.access
    (passkey,) = access.credentials("passkey")
    access.change_credential(passkey, {**passkey.data, "host": "old.example"})
    assert _waits(two, two.ask())


def test_the_most_passkeys_do_not_close_the_way_of_two(two: Two) -> None:
    """They end when the link is used."""
    lost = two.els()
    for number in range(MOST - 1):
        _add(two, lost, f"device {number}")
    code = code_in(two.ask())
    two.clock.now += DELAY
    assert "Signed in as Els" in registered(Browser(two.app.app), code, Device()).text
    assert len(_passkeys(two)) == 1


def test_a_third_person_whose_access_has_just_expired_counts(two: Two) -> None:
    """As one whose access was ended: else one is invented for a day."""
    two.app.directory.tokens.create("Fay", ["approve"], 1)
    two.clock.now += timedelta(days=2)
    assert _waits(two, two.ask())
    two.clock.now += LATELY
    code = code_in(two.ask())
    two.clock.now += DELAY
    assert two.opens(code)


def test_a_passkey_that_is_added_while_the_link_is_used_ends(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has the lost device may wait for this moment."""
    code = code_in(two.ask())
    two.clock.now += DELAY
    lost, late = two.els(), Device()
    options = options_in(lost.get("/passkeys"))
    register = Passkeys.register

    def registering(self: Passkeys, *of_new: Any) -> str:
        monkeypatch.setattr(Passkeys, "register", register)
        new = register(self, *of_new)
        lost.post("/admin/passkeys", {"name": "late", "credential": late.register(options)})
        return new

    monkeypatch.setattr(Passkeys, "register", registering)
    assert "Signed in as Els" in registered(Browser(two.app.app), code, Device()).text
    assert signed_in(Browser(two.app.app), late).status == 401


def test_a_sign_in_that_has_begun_ends_with_its_passkey(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves no session of the lost device."""
    code = code_in(two.ask())
    two.clock.now += DELAY
    two.els()
    used = ceremony.used

    def using(*of_use: Any) -> int:
        monkeypatch.setattr(ceremony, "used", used)
        count = used(*of_use)
        assert "Signed in as Els" in registered(Browser(two.app.app), code, Device()).text
        return count

    monkeypatch.setattr(ceremony, "used", using)
    lost = Browser(two.app.app)
    signed_in(lost, two.device)
    assert lost.get("/todo").path == "/admin/sign-in"


def test_who_may_not_manage_people_makes_no_link(two: Two) -> None:
    """An editor neither asks for one, nor revokes the one of others."""
    anna = signed_in_browser(two.app, "anna")
    assert two.ask(anna).status == 403
    code = code_in(two.ask())
    assert anna.post(f"/admin/people/{identity(two.app, 'Els')}/link/revoke", {}).status == 403
    two.clock.now += DELAY
    assert two.opens(code)


@pytest.mark.parametrize("name", ["dora", "Els"])
def test_it_ends_with_the_access_of_either(two: Two, name: str) -> None:
    """Who sees that a session of dora is in other hands ends her access."""
    code = code_in(two.ask())
    two.end(name)
    two.clock.now += DELAY
    assert not two.opens(code)


# The trace


def _trace(browser: Browser) -> list[str]:
    part = browser.get("/people").html.partition("Links after a lost device")[2]
    listed = part.partition("</details>")[0]
    return [" ".join(each.split()) for each in re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)]


def test_the_page_of_people_says_what_was_done_with_such_links(two: Two) -> None:
    """For 90 days, without the codes."""
    codes = [code_in(two.ask())]
    assert "a link by dora works from 02/12/2026 11:00" in two.dora.get("/people").text
    two.clock.now += timedelta(hours=1)
    els = two.els()
    els.send(els.get("/todo"), "/link/revoke")
    two.clock.now += timedelta(hours=1)
    codes.append(code_in(two.ask()))
    two.clock.now += DELAY
    registered(Browser(two.app.app), codes[1], Device())
    assert _trace(two.dora) == [
        "02/12/2026 13:00 · Els used the link",
        "01/12/2026 13:00 · dora asked for a link for Els",
        "01/12/2026 12:00 · Els revoked the link for Els",
        "01/12/2026 11:00 · dora asked for a link for Els",
    ]
    stored = "\n".join(everything(two.app.path))
    assert not [code for code in codes if code in stored]
    passkeys = Passkeys(two.app.directory)
    assert passkeys.events()
    two.clock.now += EVENT_LIFE
    assert passkeys.events() == []
