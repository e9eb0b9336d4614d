"""A person registers a passkey by a link, and signs in with it; every other way is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from directory_api.features.desk.passkeys.ceremony import SECONDS, Refused
from directory_api.features.desk.passkeys.passkeys import LINK_LIFE, MOST, LinkEnded, Passkeys
from directory_api.features.desk.passkeys.site import Site
from directory_api.record.token import TOKEN, Actor
from tests.features.desk.passkeys.authenticator import Device
from tests.features.desk.passkeys.people import (
    REGISTER,
    code_in,
    identity,
    new_person,
    opened,
    options_in,
    registered,
    sign_in_options,
    signed_in,
)
from tests.support.html_browser import ORIGIN, Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.store_under_test import everything

GONE = "This link does not work"
REFUSED = "This passkey does not work here."
SITE = Site(ORIGIN, ORIGIN, "localhost")


@pytest.fixture
def app(tmp_path: Path) -> MaintainerApp:
    """An app with the tokens of five people; dora is an administrator."""
    return create_maintainer_app(tmp_path)


@pytest.fixture
def code(app: MaintainerApp) -> str:
    """The code of a link for a new person, Els."""
    return code_in(new_person(signed_in_browser(app, "dora"), "Els", "edit"))


@pytest.fixture
def device(app: MaintainerApp, code: str) -> Device:
    """The device of Els, with a passkey."""
    device = Device()
    assert registered(Browser(app.app), code, device).status == 200
    return device


def _is_in(page: Page, name: str = "Els") -> bool:
    return f"Signed in as {name}" in page.text


def test_a_person_registers_a_passkey_by_a_link_and_signs_in_with_it(
    app: MaintainerApp, code: str
) -> None:
    """The session is like that of a token: the same cookie, and the scopes of the person."""
    browser, device = Browser(app.app), Device()
    page = opened(browser, code)
    assert "Welcome, Els" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert _is_in(registered(browser, code, device))
    assert not _is_in(browser.send(browser.get("/"), "/sign-out"))
    assert _is_in(signed_in(browser, device))
    assert app.directory.tokens.signed_in(browser.session).scopes == ("edit",)
    row = browser.get("/passkeys").text
    assert "my phone" in row
    assert "never" not in row


def test_nothing_but_the_day_and_the_key_is_stored(
    app: MaintainerApp, device: Device, code: str
) -> None:
    """No code, no challenge, no address and no browser of a person."""
    browser = Browser(app.app)
    browser.client.environ_base |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Kanarie/7"}
    options = sign_in_options(browser)
    assert _is_in(signed_in(browser, device))
    stored = "\n".join(everything(app.path))
    for canary in ("203.0.113.77", "Kanarie", code, options["challenge"], browser.session):
        assert canary not in stored
    (passkey,) = app.directory.stores.access.credentials("passkey")
    assert sorted(passkey.data) == ["count", "host", "key", "made", "name", "used"]
    assert len(passkey.data["used"]) == len("2026-11-29")


def test_the_form_that_waited_is_there_again_after_a_passkey(
    app: MaintainerApp, device: Device
) -> None:
    """As after a token; also if the first try fails."""
    browser = Browser(app.app)
    form = {"return_to": "/admin/centres/payoke/edit/review", "name": "x"}
    refused = browser.post("/admin/passkeys/use", {"credential": "no", **form})
    assert refused.status == 401
    kept = dict(refused.form("/passkeys/use").fields)
    assert kept == {"credential": "", **form}
    assert kept.items() >= form.items()


def test_the_page_to_sign_in_works_without_scripts_with_a_token(app: MaintainerApp) -> None:
    """The button of the passkey is shown by the script alone, which hides the sentence why."""
    page = Browser(app.app).get("/sign-in")
    assert page.html.index("/passkeys/use") < page.html.index("Your token")
    assert '<p class="help" data-say="no-script">' in page.html
    assert "<div data-able hidden>" in page.html
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_script_is_served_to_everybody_under_the_hash_of_its_content(
    app: MaintainerApp,
) -> None:
    """For a year."""
    browser = Browser(app.app)
    page = browser.get("/sign-in")
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    own = [each for each in scripts if "/passkeys-" in each["src"]]
    assert [each["type"] for each in own] == ["module"]
    answer = browser.client.get(own[0]["src"], base_url=ORIGIN)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]


# Refusals of a sign-in.


def _wrong_origin(app: MaintainerApp, device: Device) -> Page:
    return signed_in(Browser(app.app), replace(device, origin="https://evil.example"))


def _wrong_host(app: MaintainerApp, device: Device) -> Page:
    return signed_in(Browser(app.app), replace(device, host="evil.example"))


def _unverified(app: MaintainerApp, device: Device) -> Page:
    return signed_in(Browser(app.app), replace(device, verifies=False))


def _unknown(app: MaintainerApp, device: Device) -> Page:
    return signed_in(Browser(app.app), replace(device, id=b"x" * 16))


def _of_another_person(app: MaintainerApp, device: Device) -> Page:
    """The passkey of Els with the user handle of Fay."""
    fay = Device()
    code = code_in(new_person(signed_in_browser(app, "dora"), "Fay", "edit"))
    registered(Browser(app.app), code, fay)
    return signed_in(Browser(app.app), replace(device, user=fay.user))


def _with_the_key_of_another(app: MaintainerApp, device: Device) -> Page:
    return signed_in(Browser(app.app), replace(device, key=Device().key))


def _again(app: MaintainerApp, device: Device) -> Page:
    """The same answer twice, as a thief of one would send it."""
    browser = Browser(app.app)
    credential = device.sign_in(sign_in_options(browser))
    form = {"credential": credential}
    assert _is_in(browser.post("/admin/passkeys/use", form))
    return Browser(app.app).post("/admin/passkeys/use", form)


def _own_challenge(app: MaintainerApp, device: Device) -> Page:
    credential = device.sign_in({"challenge": "A" * 43, "rpId": "localhost"})
    return Browser(app.app).post("/admin/passkeys/use", {"credential": credential})


def _challenge_to_register(app: MaintainerApp, device: Device) -> Page:
    dora = signed_in_browser(app, "dora")
    challenge = options_in(dora.get("/passkeys"))["challenge"]
    credential = device.sign_in({"challenge": challenge, "rpId": "localhost"})
    return Browser(app.app).post("/admin/passkeys/use", {"credential": credential})


def _revoked(app: MaintainerApp, device: Device) -> Page:
    app.directory.tokens.revoke(identity(app, "Els"))
    return signed_in(Browser(app.app), device)


def _removed(app: MaintainerApp, device: Device) -> Page:
    passkeys = Passkeys(app.directory)
    (passkey,) = passkeys.all()
    passkeys.remove(passkey.token, passkey.id)
    return signed_in(Browser(app.app), device)


def _no_json(app: MaintainerApp, device: Device) -> Page:
    del device
    return Browser(app.app).post("/admin/passkeys/use", {"credential": "{"})


@pytest.mark.parametrize(
    "refusal",
    [
        *(_wrong_origin, _wrong_host, _unverified, _unknown, _of_another_person, _again),
        *(_with_the_key_of_another, _own_challenge, _challenge_to_register, _revoked, _removed),
        _no_json,
    ],
)
def test_every_refusal_to_sign_in_looks_the_same(
    app: MaintainerApp, device: Device, refusal: Callable[[MaintainerApp, Device], Page]
) -> None:
    """The page to sign in, with one sentence and without a session; helplines are there."""
    page = refusal(app, device)
    assert (page.status, REFUSED in page.text, "Signed in as" in page.text) == (401, True, False)
    assert "112" in page.text


def test_a_counter_that_does_not_grow_is_refused(app: MaintainerApp, code: str) -> None:
    """The device was copied; the next right use works all the same."""
    device = Device(counts=True, copied=False)
    registered(Browser(app.app), code, device)
    copy = replace(device)
    for _ in range(2):
        assert _is_in(signed_in(Browser(app.app), device))
    assert signed_in(Browser(app.app), copy).status == 401
    assert _is_in(signed_in(Browser(app.app), device))


def test_a_form_of_another_site_is_refused(app: MaintainerApp, device: Device) -> None:
    """Nor does it get a challenge."""
    browser = Browser(app.app)
    credential = device.sign_in(sign_in_options(browser))
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    for path in ("options", "use", "first", "register"):
        refused = browser.post(f"/admin/passkeys/{path}", {"credential": credential}, elsewhere)
        assert refused.status == 403
    assert browser.session == ""


# Links


def test_a_link_works_once(app: MaintainerApp, device: Device, code: str) -> None:
    """Also if a second device was asked before the first one had answered."""
    del device
    assert opened(Browser(app.app), code).status == 410
    two = code_in(
        signed_in_browser(app, "dora").post(f"/admin/people/{identity(app, 'Els')}/link", {})
    )
    first, second = Device(), Device()
    answers = [each.register(options_in(opened(Browser(app.app), two))) for each in (first, second)]
    pages = [
        Browser(app.app).post(REGISTER, {"code": two, "name": "x", "credential": answer})
        for answer in answers
    ]
    assert [_is_in(page) for page in pages] == [True, False]
    assert (pages[1].status, GONE in pages[1].text) == (410, True)


def test_opening_a_link_uses_nothing_up(app: MaintainerApp, code: str) -> None:
    """Programs that look at the links in mails open it, too; the code is in no address."""
    browser = Browser(app.app)
    for _ in range(3):
        assert "Continue" in browser.get("/passkeys/first").text
        assert "Welcome, Els" in opened(browser, code).text
        assert "Welcome, Els" in opened(browser, f"{ORIGIN}/admin/passkeys/first#{code}").text


def test_a_failed_registration_can_be_repeated(app: MaintainerApp, code: str) -> None:
    """The page comes back with what was typed; the link still works."""
    browser = Browser(app.app)
    for device in (Device(origin="https://evil.example"), Device(verifies=False), Device(host="x")):
        page = registered(browser, code, device, "work phone")
        assert (page.status, "was not registered" in page.text) == (422, True)
        assert 'value="work phone"' in page.html
    for name in ("", "x" * 41, "a<b"):
        assert registered(browser, code, Device(), name).status == 422
    assert Passkeys(app.directory).all() == []
    assert _is_in(registered(browser, code, Device(), "work phone"))


def test_a_challenge_for_one_person_registers_no_passkey_for_another(
    app: MaintainerApp, code: str
) -> None:
    """Nor does one to sign in, or one that was used."""
    dora = signed_in_browser(app, "dora")
    other = options_in(dora.get("/passkeys"))
    mine = options_in(opened(Browser(app.app), code))
    sign_in = sign_in_options(Browser(app.app))["challenge"]
    for challenge in (other["challenge"], sign_in):
        credential = Device().register({**mine, "challenge": challenge})
        form = {"code": code, "name": "x", "credential": credential}
        assert Browser(app.app).post(REGISTER, form).status == 422
    assert Passkeys(app.directory).all() == []


def test_a_lost_device_is_replaced_by_a_new_link(app: MaintainerApp, device: Device) -> None:
    """The old passkey is removed, and the sessions that it may have opened end."""
    thief = Browser(app.app)
    assert _is_in(signed_in(thief, device))
    dora, new = signed_in_browser(app, "dora"), Device()
    code = code_in(dora.post(f"/admin/people/{identity(app, 'Els')}/link", {}))
    els = Browser(app.app)
    assert "I have lost a device" in opened(els, code).text
    assert _is_in(registered(els, code, new, "new phone", others="remove"))
    assert not _is_in(thief.get("/"))
    assert signed_in(Browser(app.app), device).status == 401
    assert _is_in(signed_in(Browser(app.app), new))
    assert _is_in(els.get("/"))


def test_links_end(app: MaintainerApp, code: str) -> None:
    """After a day; when another one is made; when they, their person or their maker is revoked."""
    passkeys, tokens = Passkeys(app.directory), app.directory.tokens
    els = next(each for each in tokens.list() if each.name == "Els")
    dora = Actor(f"{TOKEN}{identity(app, 'dora')}", "dora", ("admin",))
    assert passkeys.open_link(code)[1] == els

    now = app.directory.clock()
    late = Passkeys(replace(app.directory, clock=lambda: now + LINK_LIFE + timedelta(seconds=1)))
    second, _ = passkeys.make_link(dora, els, waits=False)
    third, _ = passkeys.make_link(dora, els, waits=False)
    for ended, by in ((code, passkeys), (second, passkeys), (third, late), ("", passkeys)):
        with pytest.raises(LinkEnded):
            by.open_link(ended)
    assert passkeys.open_link(third)[0].by == "dora"
    passkeys.revoke_link(dora, els.id)
    fourth, _ = passkeys.make_link(dora, els, waits=False)
    tokens.revoke(identity(app, "dora"))
    of_terminal, _ = passkeys.make_link(Actor("local:root", "root", ()), els, waits=False)
    for ended in (third, fourth):
        with pytest.raises(LinkEnded):
            passkeys.open_link(ended)
    assert passkeys.open_link(of_terminal)[1] == els
    tokens.revoke(els.id)
    with pytest.raises(LinkEnded):
        passkeys.open_link(of_terminal)


def test_a_challenge_is_valid_for_five_minutes(app: MaintainerApp, device: Device) -> None:
    """And only once, also if the answer was wrong."""
    passkeys, now = Passkeys(app.directory), app.directory.clock()

    def at(seconds: int) -> Passkeys:
        return Passkeys(replace(app.directory, clock=lambda: now + timedelta(seconds=seconds)))

    answer = device.sign_in(json.loads(at(0).sign_in_options(SITE)))
    with pytest.raises(Refused):
        at(SECONDS + 1).sign_in(SITE, answer)
    answer = device.sign_in(json.loads(at(0).sign_in_options(SITE)))
    assert at(SECONDS - 1).sign_in(SITE, answer)
    options = json.loads(passkeys.sign_in_options(SITE))
    with pytest.raises(Refused):
        passkeys.sign_in(SITE, replace(device, verifies=False).sign_in(options))
    with pytest.raises(Refused):
        passkeys.sign_in(SITE, device.sign_in(options))


def test_old_challenges_do_not_pile_up(app: MaintainerApp) -> None:
    """Everybody may ask for one."""
    now = app.directory.clock()
    for minutes in range(0, 60, 10):
        at = partial(now.__add__, timedelta(minutes=minutes))
        Passkeys(replace(app.directory, clock=at)).sign_in_options(SITE)
    assert len(app.directory.stores.access.credentials("passkey-challenge")) == 1


def test_a_passkey_works_only_at_the_host_for_which_it_was_registered(
    app: MaintainerApp, device: Device
) -> None:
    """A page in between that shows another host gets nothing that is of use."""
    passkeys = Passkeys(app.directory)
    other = Site("https://evil.example", "https://evil.example", "evil.example")
    answer = replace(device, origin=other.origin).sign_in(
        json.loads(passkeys.sign_in_options(other))
    )
    with pytest.raises(Refused):
        passkeys.sign_in(other, answer)


def test_where_no_passkey_works_the_page_says_so(app: MaintainerApp, code: str) -> None:
    """An address without a name of a host; tokens work there all the same."""
    client = app.app.test_client()
    here = {"base_url": "http://127.0.0.1:8000", "headers": {"Sec-Fetch-Site": "same-origin"}}
    for method, path, data in (
        ("GET", "sign-in", {}),
        ("POST", "passkeys/use", {"credential": "x"}),
        ("POST", "passkeys/link", {"code": code}),
        ("POST", "passkeys/register", {"code": code, "name": "x", "credential": "x"}),
    ):
        page = client.open(f"/admin/{path}", method=method, data=data, **here)  # type: ignore[arg-type]
        assert "Passkeys work only over https" in page.text
        assert "navigator" not in page.text
    assert client.post("/admin/passkeys/options", **here).text == "null"


def test_the_address_of_the_operator_decides_where_passkeys_work(tmp_path: Path) -> None:
    """And not the host that a request names."""
    app = create_maintainer_app(tmp_path, public_url="https://help.example.org")
    page = Browser(app.app).get("/sign-in")
    assert 'data-origin="https://help.example.org"' in page.html
    assert sign_in_options(Browser(app.app))["rpId"] == "help.example.org"
    made = new_person(signed_in_browser(app, "dora"), "Els", "edit")
    assert "https://help.example.org/admin/passkeys/first#" in made.html


# A person's own passkeys


def test_a_person_adds_and_removes_passkeys(app: MaintainerApp, device: Device) -> None:
    """Removing one ends the other sessions, and not this one."""
    els, elsewhere, tablet = Browser(app.app), Browser(app.app), Device()
    signed_in(els, device)
    signed_in(elsewhere, device)
    page = els.get("/passkeys")
    assert page.text.count("my phone") == 2  # and as an example
    form = {"name": "tablet", "credential": tablet.register(options_in(page))}
    assert "tablet" in els.post("/admin/passkeys", form).text
    assert _is_in(signed_in(Browser(app.app), tablet))
    mine = Passkeys(app.directory).of(identity(app, "Els"))
    phone = next(each for each in mine if each.name == "my phone")
    left = els.post("/admin/passkeys/remove", {"passkey": phone.id})
    assert (_is_in(left), "tablet" in left.text) == (True, True)
    assert not _is_in(elsewhere.get("/"))
    assert signed_in(Browser(app.app), device).status == 401


def test_a_person_cannot_remove_the_passkey_of_another(app: MaintainerApp, device: Device) -> None:
    """With the page for one's own; and a passkey that is registered already stays one."""
    (passkey,) = Passkeys(app.directory).all()
    anna = signed_in_browser(app, "anna")
    anna.post("/admin/passkeys/remove", {"passkey": passkey.id})
    form = {"name": "x", "credential": device.register(options_in(anna.get("/passkeys")))}
    assert anna.post("/admin/passkeys", form).status == 422
    assert Passkeys(app.directory).all() == [passkey]


def test_a_person_has_at_most_ten_passkeys(app: MaintainerApp) -> None:
    """A stolen session cannot fill the store."""
    anna = signed_in_browser(app, "anna")
    early = options_in(anna.get("/passkeys"))
    for number in range(MOST):
        credential = Device().register(options_in(anna.get("/passkeys")))
        page = anna.post("/admin/passkeys", {"name": f"n{number}", "credential": credential})
        assert page.status == 200
    assert "which is the most" in page.text
    form = {"name": "one more", "credential": Device().register(early)}
    assert anna.post("/admin/passkeys", form).status == 422
    assert len(Passkeys(app.directory).all()) == MOST


def test_the_owner_of_a_token_may_have_passkeys_too(app: MaintainerApp) -> None:
    """They are one person: the same id, whichever way they signed in."""
    anna, device = signed_in_browser(app, "anna"), Device()
    credential = device.register(options_in(anna.get("/passkeys")))
    anna.post("/admin/passkeys", {"name": "phone", "credential": credential})
    browser = Browser(app.app)
    assert _is_in(signed_in(browser, device), "anna")
    tokens = app.directory.tokens
    assert tokens.signed_in(browser.session) == tokens.actor(app.secrets["anna"])


@pytest.mark.parametrize("path", ["/passkeys", "/people", "/people/new"])
def test_pages_about_people_are_for_people_who_have_signed_in(
    app: MaintainerApp, path: str
) -> None:
    """Others are asked to sign in."""
    assert Browser(app.app).get(path).path == "/admin/sign-in"


def test_without_its_package_the_feature_offers_nothing() -> None:
    """The product starts, and people and programs have tokens."""
    program = """
import sys
sys.modules["webauthn"] = None
import tempfile
from pathlib import Path
from tests.support.html_browser import Browser, signed_in_browser
from tests.support.maintainer_app import create_maintainer_app
from directory_api.cli import main
with tempfile.TemporaryDirectory() as folder:
    app = create_maintainer_app(Path(folder))
    assert "asskey" not in Browser(app.app).get("/sign-in").html
    dora = signed_in_browser(app, "dora")
    assert "Signed in as dora" in dora.get("/").text
    people = dora.get("/people").text
    assert "a token" in people
    assert "Make a link" not in people
    typed = {"name": "Els", "scope": "edit", "kind": "person", "ends": "2027-01-01"}
    assert "directory_" in dora.post("/admin/people/new", typed).html
    assert dora.post("/admin/people/1/link", {}).status == 404
assert "passkey" not in main.commands
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
