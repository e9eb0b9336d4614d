"""Administrators make and end the access of people and programs at /admin/people."""

import re
from pathlib import Path

import pytest

from directory_api.edit.second_person import review_required
from directory_api.store.digests import checksum
from tests.features.desk.passkeys.authenticator import Device
from tests.features.desk.passkeys.people import (
    code_in,
    identity,
    last_day,
    new_person,
    opened,
    registered,
    signed_in,
)
from tests.support.html_browser import Browser, Page, changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.sqlite_stores import sqlite_access

SECRET = re.compile(r">(directory_[A-Za-z0-9_-]{43})<")


@pytest.fixture
def app(tmp_path: Path) -> MaintainerApp:
    """An app with the tokens of five people; dora is an administrator."""
    return create_maintainer_app(tmp_path)


@pytest.fixture
def reviewed(tmp_path: Path) -> MaintainerApp:
    """The same, where changes wait for a second person."""
    return create_maintainer_app(tmp_path, review="auto")


def _post(browser: Browser, identity: str, action: str, **fields: str) -> Page:
    return browser.post(f"/admin/people/{identity}/{action}", fields)


def _allow(browser: Browser, identity: str, code: str) -> Page:
    """Allow the link with this code, as the button beside it does."""
    return _post(browser, identity, "link/allow", link=checksum(code))


def _row(page: Page, name: str) -> str:
    """Return the row of a person in the list, as text."""
    (row,) = re.findall(rf'<tr>\s*<th scope="row">{name}\b.*?</tr>', page.html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_the_list_says_what_each_may_and_when_it_ends(app: MaintainerApp) -> None:
    """In words; with the day of last use, and the passkeys."""
    dora, device = signed_in_browser(app, "dora"), Device()
    code = code_in(new_person(dora, "Els", "edit", "approve"))
    page = dora.get("/people")
    row = _row(page, "Els")
    assert "change records approve the changes of others" in row
    assert "never" in row
    assert "a link, until" in row
    registered(Browser(app.app), code, device)
    row = _row(dora.get("/people"), "Els")
    assert "passkey “my phone”, last used: " in row
    assert "never" not in row
    assert "a token" not in row
    assert "everything, also large changes, people and tokens" in _row(page, "dora")
    assert "a token" in _row(page, "anna")
    assert "never" in _row(page, "rita")


def test_the_list_says_who_added_each_and_when(app: MaintainerApp) -> None:
    """The administrator, or the operator at the terminal; also of an access that has ended."""
    dora = signed_in_browser(app, "dora")
    new_person(dora, "Els", "edit")
    new_person(dora, "import", "edit", kind="token")
    day = f"{app.directory.tokens.list()[-1].created:%d/%m/%Y}"
    page = dora.get("/people")
    for name, maker in (("Els", "dora"), ("import", "dora"), ("anna", "the operator")):
        assert f"by {maker} on {day}" in _row(page, name)
    page = _post(dora, identity(app, "Els"), "revoke")
    ended = page.html.partition("Whose access has ended")[2]
    assert f"by dora on {day}" in " ".join(re.sub(r"<[^>]+>", " ", ended).split())


def test_an_access_ends_at_once(app: MaintainerApp) -> None:
    """With its sessions and passkeys; it stays in the list of what has ended."""
    dora, els, device = signed_in_browser(app, "dora"), Browser(app.app), Device()
    registered(els, code_in(new_person(dora, "Els", "edit")), device)
    page = _post(dora, identity(app, "Els"), "revoke")
    assert "Whose access has ended" in page.text
    assert "Els" in page.text.partition("Whose access has ended")[2]
    assert els.get("/").path == "/admin/sign-in"
    assert signed_in(Browser(app.app), device).status == 401
    assert _post(dora, identity(app, "Els"), "link").status == 404
    again = new_person(dora, "Els", "edit")
    assert code_in(again)


def test_an_administrator_cannot_end_their_own_access(app: MaintainerApp) -> None:
    """The last administrator would be locked out."""
    dora = signed_in_browser(app, "dora")
    assert "End the access" not in _row(dora.get("/people"), "dora")
    assert _post(dora, identity(app, "dora"), "revoke").status == 404
    assert "Signed in as dora" in dora.get("/people").text


def test_a_program_gets_a_token_that_is_shown_once(app: MaintainerApp) -> None:
    """And a new one, while the old one is valid for a day."""
    dora = signed_in_browser(app, "dora")
    made = new_person(dora, "import", "edit", kind="token")
    (first,) = SECRET.findall(made.html)
    page = dora.get("/people")
    assert first not in page.html
    rotated = _post(dora, identity(app, "import"), "rotate")
    (second,) = SECRET.findall(rotated.html)
    assert "valid for one more day" in rotated.text
    tokens = app.directory.tokens
    assert tokens.actor(first) == tokens.actor(second)
    assert tokens.actor(first).scopes == ("edit",)


def test_a_person_without_a_token_gets_no_new_one(app: MaintainerApp) -> None:
    """The list offers none."""
    dora = signed_in_browser(app, "dora")
    new_person(dora, "Els", "edit")
    assert "Make a new token" not in _row(dora.get("/people"), "Els")
    assert _post(dora, identity(app, "Els"), "rotate").status == 404


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "a<b"}, "e-name"),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"name": "ANNA"}, "Another token has this name."),
        ({"scope": ""}, "Choose at least one of them."),
        ({"scope": "everything"}, "Choose at least one of them."),
        ({"ends": ""}, "Choose a day after today"),
        ({"ends": "soon"}, "Choose a day after today"),
        ({"ends": last_day(0)}, "Choose a day after today"),
        ({"ends": last_day(4_000)}, "Choose a day after today"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_what_was_typed(
    app: MaintainerApp, fields: dict[str, str], fault: str
) -> None:
    """The fault is beside its field, and no person is made."""
    before = app.directory.tokens.list()
    form = {"name": "Els", "scope": "edit", "kind": "token", "ends": last_day(), **fields}
    page = signed_in_browser(app, "dora").post("/admin/people/new", form)
    assert (page.status, fault in page.html) == (422, True)
    assert page.by_id("f-ends")["value"] == form["ends"]
    assert 'value="token" checked' in page.html
    assert app.directory.tokens.list() == before


@pytest.mark.parametrize("name", ["anna", "bert", "rita"])
def test_only_an_administrator_changes_who_may_what(app: MaintainerApp, name: str) -> None:
    """Who may approve sees the list, without buttons; others do not see it."""
    dora, other = signed_in_browser(app, "dora"), signed_in_browser(app, name)
    code = code_in(new_person(dora, "Els", "edit"))
    before, els = app.directory.tokens.list(), identity(app, "Els")
    assert other.get("/people").status == (200 if name == "bert" else 403)
    assert ("/admin/people" in other.get("/").links) == (name == "bert")
    if name == "bert":
        assert "<form" not in other.get("/people").html.partition("<main")[2]
    refused = [
        other.get("/people/new"),
        new_person(other, "Fay", "admin"),
        *(_post(other, els, action) for action in ("link", "link/revoke", "rotate", "revoke")),
        _post(other, els, "remove", passkey="x"),
    ]
    assert [each.status for each in refused] == [403] * 7
    allow = _allow(other, els, code).status
    assert allow == (404 if name == "bert" else 403)
    assert app.directory.tokens.list() == before
    assert opened(Browser(app.app), code).status == 200


def test_an_administrator_revokes_links_and_removes_passkeys(app: MaintainerApp) -> None:
    """Of a person who has lost a device."""
    dora, els, device = signed_in_browser(app, "dora"), Browser(app.app), Device()
    code = code_in(new_person(dora, "Els", "edit"))
    page = _post(dora, identity(app, "Els"), "link/revoke")
    assert "nothing yet: make a link" in _row(page, "Els")
    assert opened(Browser(app.app), code).status == 410
    code = code_in(_post(dora, identity(app, "Els"), "link"))
    registered(els, code, device)
    (passkey,) = app.directory.stores.access.credentials("passkey")
    _post(dora, identity(app, "anna"), "remove", passkey=passkey.id)
    assert "Signed in as Els" in els.get("/").text
    _post(dora, identity(app, "Els"), "remove", passkey=passkey.id)
    assert els.get("/").path == "/admin/sign-in"
    assert signed_in(Browser(app.app), device).status == 401


# Review


def _alone(folder: Path) -> MaintainerApp:
    """An app in which dora alone may approve, and review has never been on."""
    app = create_maintainer_app(folder, review="auto")
    access = sqlite_access(app.path)
    with access._engine.write_transaction() as connection:
        connection.execute("DELETE FROM tokens WHERE name IN ('bert', 'carl')")
    return app


def test_the_second_person_who_may_approve_is_made_knowingly(tmp_path: Path) -> None:
    """The page says what it means before, and what has happened after."""
    app = _alone(tmp_path)
    dora = signed_in_browser(app, "dora")
    assert "Review is off until two people may approve." in dora.get("/people").text
    asked = new_person(dora, "Els", "edit", "approve")
    assert (asked.status, "Review begins with Els" in asked.text) == (200, True)
    assert not review_required("auto", app.directory.tokens.list())
    done = dora.send(asked, "/people/new", begins="yes")
    assert "Review is on now" in done.text
    assert review_required("auto", app.directory.tokens.list())
    assert "Review is on:" in dora.get("/people").text
    # The first of them could still do everything alone when this link was made.
    els = Browser(app.app)
    assert "Signed in as Els" in registered(els, code_in(done), Device()).text


def test_where_review_is_off_the_list_says_so(app: MaintainerApp) -> None:
    """The operator has switched it off."""
    dora = signed_in_browser(app, "dora")
    assert "Review is switched off" in dora.get("/people").text
    assert (
        "Signed in as Els"
        in registered(Browser(app.app), code_in(new_person(dora, "Els", "approve")), Device()).text
    )


@pytest.mark.parametrize("scope", ["edit", "approve", "admin"])
def test_one_administrator_cannot_make_a_second_person_who_proposes_or_approves(
    reviewed: MaintainerApp, scope: str
) -> None:
    """A thief of that session would propose as one person and approve as another: the link waits,
    the administrator cannot allow it, and only the operator makes such a token.
    """
    dora, app = signed_in_browser(reviewed, "dora"), reviewed
    assert "wait until another person who may approve" in dora.get("/people/new").text
    made = new_person(dora, "Els", "read_history", scope)
    assert "The link does not work yet" in made.text
    code = code_in(made)
    assert opened(Browser(app.app), code).status == 410
    assert _allow(dora, identity(app, "Els"), code).status == 404
    again = code_in(_post(dora, identity(app, "Els"), "link"))
    assert opened(Browser(app.app), again).status == 410
    before = app.directory.tokens.list()
    token = new_person(dora, "program", scope, kind="token")
    assert (token.status, "only the operator" in token.text) == (422, True)
    assert not SECRET.search(token.html)
    assert app.directory.tokens.list() == before


@pytest.mark.parametrize("name", ["anna", "bert", "carl", "dora"])
def test_one_administrator_takes_over_no_other_access(reviewed: MaintainerApp, name: str) -> None:
    """Neither by a link for a device of their own, nor by a new secret of the token."""
    dora, app = signed_in_browser(reviewed, "dora"), reviewed
    assert "Make a new token" not in _row(dora.get("/people"), name)
    rotated = _post(dora, identity(app, name), "rotate")
    assert (rotated.status, SECRET.search(rotated.html)) == (404, None)
    code = code_in(_post(dora, identity(app, name), "link"))
    assert opened(Browser(app.app), code).status == 410
    assert _allow(dora, identity(app, name), code).status == 404
    assert opened(Browser(app.app), code).status == 410


def badge(browser: Browser) -> int:
    """Return the number in the menu."""
    (number,) = re.findall(r'To do <span class="badge">([0-9]+)</span>', browser.get("/todo").html)
    return int(number)


def test_a_second_person_allows_a_link(reviewed: MaintainerApp) -> None:
    """One who may approve, and is neither its maker nor the one who gets it."""
    app = reviewed
    dora, bert, els = (
        signed_in_browser(app, "dora"),
        signed_in_browser(app, "bert"),
        Browser(app.app),
    )
    before = {name: badge(signed_in_browser(app, name)) for name in ("anna", "bert")}
    code = code_in(new_person(dora, "Els", "edit", "approve"))
    assert badge(bert) == before["bert"] + 1
    assert badge(signed_in_browser(app, "anna")) == before["anna"]
    assert "1 link for a person waits for a second person" in bert.get("/todo").text
    assert "waits for a second person" not in signed_in_browser(app, "anna").get("/todo").text
    listed = bert.send(bert.get("/people"), "/link/allow")
    assert "Allow the link" not in listed.text
    assert "waits for a second person" not in bert.get("/todo").text
    assert "Signed in as Els" in registered(els, code, Device()).text
    of_bert = code_in(_post(dora, identity(app, "bert"), "link"))
    assert _allow(bert, identity(app, "bert"), of_bert).status == 404
    assert opened(Browser(app.app), of_bert).status == 410
    assert _allow(els, identity(app, "bert"), of_bert).status == 200
    assert opened(Browser(app.app), of_bert).status == 200


def test_allow_means_the_link_that_the_page_showed(reviewed: MaintainerApp) -> None:
    """Another administrator has replaced it by a link of their own since: it still waits, and the
    list says that it is another one.
    """
    app = reviewed
    eve_secret, _ = app.directory.tokens.create("eve", ["admin"], 30)
    dora, bert = signed_in_browser(app, "dora"), signed_in_browser(app, "bert")
    eve = Browser(app.app)
    eve.post("/admin/sign-in", {"token": eve_secret})
    first = code_in(new_person(dora, "Els", "edit"))
    seen = bert.get("/people")
    second = code_in(_post(eve, identity(app, "Els"), "link"))
    refused = bert.send(seen, "/link/allow")
    assert (refused.status, "The link has changed" in refused.text) == (409, True)
    assert "a link by eve waits for a second person" in _row(refused, "Els")
    assert [opened(Browser(app.app), code).status for code in (first, second)] == [410, 410]
    assert bert.send(refused, "/link/allow").status == 200
    assert [opened(Browser(app.app), code).status for code in (first, second)] == [410, 200]


@pytest.mark.parametrize("action", ["link/revoke", "revoke"])
def test_a_link_that_is_gone_is_not_allowed(reviewed: MaintainerApp, action: str) -> None:
    """The list that the second person sees is older than the end of the link, or of the access."""
    app = reviewed
    dora, bert = signed_in_browser(app, "dora"), signed_in_browser(app, "bert")
    code = code_in(new_person(dora, "Els", "edit"))
    seen = bert.get("/people")
    _post(dora, identity(app, "Els"), action)
    refused = bert.send(seen, "/link/allow")
    assert refused.status == (409 if action == "link/revoke" else 404)
    assert opened(Browser(app.app), code).status == 410


def test_who_can_only_read_needs_no_second_person(reviewed: MaintainerApp) -> None:
    """Neither a person nor a program: they propose nothing."""
    dora, els = signed_in_browser(reviewed, "dora"), Browser(reviewed.app)
    code = code_in(new_person(dora, "Els", "read_history"))
    assert "Signed in as Els" in registered(els, code, Device()).text
    assert SECRET.search(new_person(dora, "program", "read_history", kind="token").html)
    assert SECRET.search(_post(dora, identity(reviewed, "program"), "rotate").html)


def test_a_person_with_a_passkey_is_one_with_their_token(reviewed: MaintainerApp) -> None:
    """Who proposes with a passkey cannot approve with the token, nor as a person of that name."""
    app, device = reviewed, Device()
    dora, carl = signed_in_browser(app, "dora"), signed_in_browser(app, "carl")
    code = code_in(_post(dora, identity(app, "bert"), "link"))
    _allow(carl, identity(app, "bert"), code)
    by_passkey = Browser(app.app)
    registered(by_passkey, code, device)
    review = changed(by_passkey, **{"phones.1.number": "02 511 64 65"})
    waits = by_passkey.send(review, "/save", reason="told by the centre")
    proposal = waits.path.rpartition("/")[2]
    by_token = signed_in_browser(app, "bert")
    tried = by_token.post(f"/admin/proposals/{proposal}/approve", {})
    assert (tried.status, "You proposed this change yourself." in tried.text) == (403, True)
    assert app.public()["phones"][0]["number"] == "+3225116464"
    assert carl.get(f"/proposals/{proposal}").status == 200
