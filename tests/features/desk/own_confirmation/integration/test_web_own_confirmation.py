"""A centre answers for its own record by a link, and a maintainer reads the answer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_api.features.desk.own_confirmation.links import Link, LinkEnded, Links
from directory_api.record.token import TOKEN, Actor
from directory_api.web.app import create_app
from tests.support.html_browser import HERE, ORIGIN, Browser, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.moments import NOW, TODAY
from tests.support.records import made_up_centre
from tests.support.rules import rules

PAYOKE = "/v1/records/centres/payoke"
GONE = "This link does not work"


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app with a centre whose address is secret."""
    return create_maintainer_app(tmp_path, more=[HIDDEN])


def _link(browser: Browser, path: str = "/centres/payoke", **fields: str) -> str:
    """Make a link as a maintainer does, and return its address."""
    made = browser.send(browser.get(f"{path}/confirm"), "/link", **fields)
    (address,) = re.findall(r"https://\S+/confirm\S+#[A-Za-z0-9_.-]+", made.text)
    return str(address)


def _code(address: str) -> str:
    return address.partition("#")[2]


class Centre:
    """A person at the centre, in a browser of their own."""

    def __init__(self, maintainer_app: MaintainerApp, language: str = "en") -> None:
        self.client: FlaskClient = maintainer_app.app.test_client()
        self.language = language

    def post(self, **fields: str) -> TestResponse:
        """Send a form."""
        sent = {name.replace("__", "."): value for name, value in fields.items()}
        return self.client.post("/confirm", data={"lang": self.language, **sent}, base_url=ORIGIN)

    def answer(self, code: str, **fields: str) -> TestResponse:
        """Open a link, and press a button."""
        opened = self.post(code=code)
        assert opened.status_code == 200, opened.text
        (version,) = re.findall(r'name="revision" value="([^"]+)"', opened.text)
        return self.post(code=code, revision=version, **fields)


def _shown_today() -> str:
    return "/".join(_today().split("-")[::-1])


def _today() -> str:
    return TODAY.isoformat()


def test_a_centre_confirms_its_record_once(maintainer_app: MaintainerApp) -> None:
    """The public learns the day; the history names the centre and who made the link."""
    anna = signed_in_browser(maintainer_app, "anna")
    code = _code(_link(anna))
    centre = Centre(maintainer_app)
    done = centre.answer(code, do="right")
    assert "Your details are confirmed." in done.text
    assert maintainer_app.public(PAYOKE)["verified"] == {"on": _today()}
    entry = maintainer_app.history(PAYOKE)[0]
    assert entry["author"] == "the centre, by a link made by anna"
    dutch = anna.get("/changes", headers={"Accept-Language": "nl"}).text
    assert "het centrum, met een link gemaakt door anna" in dutch
    assert "met een link die naar het centrum is gestuurd" in dutch
    assert "anna" not in str(maintainer_app.public(PAYOKE))
    for fields in ({}, {"do": "right"}, {"do": "different"}, {"do": "tell", "text__else": "x"}):
        again = centre.post(code=code, **fields)
        assert (again.status_code, GONE in again.text) == (410, True)
    assert f"used on {_shown_today()}" in anna.get("/links").text


def test_a_centre_confirms_whatever_the_name_of_the_maker(maintainer_app: MaintainerApp) -> None:
    """Also one that is cut at a space in the history."""
    directory = maintainer_app.directory
    _, token = directory.tokens.create(f"{'x' * 49} {'y' * 20}", ["edit"], 30)
    maker = Actor(f"{TOKEN}{token.id}", token.name, token.scopes)
    code, link = Links(directory).make(maker, "centre", "payoke", 14)
    assert link.centre.name.endswith("x")
    assert "Your details are confirmed." in Centre(maintainer_app).answer(code, do="right").text


@pytest.mark.parametrize("until", ["2099-12-31", "2020-12-31"])
def test_a_centre_reads_all_that_it_confirms(tmp_path: Path, until: str) -> None:
    """Permanent and temporary values, whichever hold today: the confirmation is about both."""
    own = {"phones": [{"number": "+3225116464", "kind": "main"}], "timezone": "Europe/Brussels"}
    temporary = {"until": until, "phones": [{"number": "+3232011690", "kind": "main"}]}
    record = made_up_centre(1, **own, temporary=temporary)
    app = create_maintainer_app(tmp_path, more=[record])
    code = _code(_link(signed_in_browser(app, "anna"), "/centres/made-up-001"))
    opened = Centre(app).post(code=code)
    assert all(number in opened.text for number in ("+32 2 511 64 64", "+32 3 201 16 90"))
    assert f"Until 31 December {until[:4]}" in opened.text


def test_a_link_leads_to_the_public_address(tmp_path: Path) -> None:
    """Not to the host at which the maintainer works, which the centre may not reach."""
    public = "https://public.example.org/help"
    app = create_maintainer_app(tmp_path, public_url=public)
    assert _link(signed_in_browser(app, "anna")).startswith(f"{public}/confirm?lang=")


def test_what_is_different_waits_for_a_maintainer(maintainer_app: MaintainerApp) -> None:
    """Nothing is published; /admin, the record and its form show it until it is dealt with."""
    anna = signed_in_browser(maintainer_app, "anna")
    code, before = _code(_link(anna)), maintainer_app.public(PAYOKE)
    centre = Centre(maintainer_app, "nl")
    form = centre.answer(code, do="different")
    assert form.text.count("<textarea") == 11
    done = centre.post(code=code, do="tell", text__phones='\'s Nachts: 0499 12 34 56\nof "9"')
    assert "Uw antwoord is aangekomen." in done.text
    assert maintainer_app.public(PAYOKE) == before
    assert "0499" not in maintainer_app.api.get("/v1/centres").text
    assert centre.post(code=code).status_code == 410
    for path in ("/centres/payoke", "/centres/payoke/edit"):
        page = anna.get(path)
        assert "0499 12 34 56" in page.text
        assert "the centre, by a link made by anna" in page.text
    assert "Answers of centres that wait to be dealt with: 1" in anna.get("/todo").text
    # It may have a secret address, and a sheet is printed.
    assert "0499" not in anna.get("/centres/payoke/confirm").text
    assert anna.send(anna.get("/centres/payoke"), "/done").path == "/admin/centres/payoke"
    assert "0499" not in anna.get("/centres/payoke").text
    assert "to be dealt with" not in anna.get("/todo").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "write what is different in at least one field"),
        ({"text__phones": " "}, "write what is different in at least one field"),
        ({"text__phones": "x" * 501, "text__email": "kept"}, "at most 500 characters"),
        ({"text__phones": "<b>", "text__email": "kept"}, "without special signs"),
        ({"text__phones": "a\x0bb\u2028c", "text__email": "kept"}, "without special signs"),
    ],
)
def test_an_answer_that_cannot_be_kept_does_not_use_the_link_up(
    maintainer_app: MaintainerApp, fields: dict[str, str], says: str
) -> None:
    """What was typed is still there."""
    code = _code(_link(signed_in_browser(maintainer_app, "anna")))
    centre = Centre(maintainer_app)
    refused = centre.post(code=code, do="tell", **fields)
    assert (refused.status_code, says in refused.text) == (422, True)
    assert (">kept<" in refused.text) == ("text__email" in fields)
    assert centre.post(code=code).status_code == 200


def test_the_end_of_a_line_counts_once(maintainer_app: MaintainerApp) -> None:
    """As in the browser, which sends two characters."""
    code = _code(_link(signed_in_browser(maintainer_app, "anna")))
    told = Centre(maintainer_app).post(code=code, do="tell", text__phones="a\r\n" * 250)
    assert told.status_code == 200


def test_an_answer_waits_beside_what_was_said_on_the_phone_whoever_confirms(
    maintainer_app: MaintainerApp,
) -> None:
    """No call and no other link silences a centre."""
    anna = signed_in_browser(maintainer_app, "anna")
    codes = [_code(_link(anna)) for _ in range(2)]
    centre = Centre(maintainer_app)
    centre.post(code=codes[0], do="tell", text__phones="0499 12 34 56")
    sheet = anna.get("/centres/payoke/confirm")
    anna.send(sheet, "/centres/payoke/confirm/call", text__minors="From 16 on")
    centre.answer(codes[1], do="right")
    seen = anna.get("/centres/payoke")
    assert "0499 12 34 56" in seen.text
    assert "From 16 on" in seen.text
    centre.post(code=_code(_link(anna)), do="tell", text__phones="0499 00 00 00")
    left = anna.send(seen, "/done").text
    assert "0499 12 34 56" not in left
    assert "0499 00 00 00" in left


def test_a_body_that_is_too_large_is_refused_like_anything_else(
    maintainer_app: MaintainerApp,
) -> None:
    """With the page, and without a crash."""
    refused = Centre(maintainer_app).post(code="x" * 70_000)
    assert refused.status_code == 413
    assert "112" in refused.text


def test_opening_a_link_changes_nothing(maintainer_app: MaintainerApp) -> None:
    """As programs do that look at the links in mails: they may ask by GET and HEAD, and run the
    script, which sends the code.
    """
    address = _link(signed_in_browser(maintainer_app, "anna"))
    before = maintainer_app.everything()
    client = maintainer_app.app.test_client()
    for method in ("GET", "HEAD", "GET"):
        response = client.open(address, method=method)
        assert response.status_code == 200
        assert _code(address) not in response.text
    centre = Centre(maintainer_app)
    for button in ("", "different"):
        assert centre.post(code=_code(address), do=button).status_code == 200
    assert maintainer_app.everything() == before


def test_the_page_shows_what_the_public_sees_and_nothing_hidden(
    maintainer_app: MaintainerApp,
) -> None:
    """No secret address, no name of a maintainer, and no source."""
    maintainer_app.write(
        "POST", "/v1/records/centres/sheltered/verify", json={"how": "canary-how"}, by="anna"
    )
    code = _code(_link(signed_in_browser(maintainer_app, "anna"), "/centres/sheltered"))
    for language in ("en", "nl", "fr", "de"):
        page = Centre(maintainer_app, language).post(code=code, do="different").text
        assert "Sheltered centre" in page
        for secret in ("Geheimstraat", "9000", "51.0311", "anna", "canary-how"):
            assert secret not in page, secret


def test_the_page_is_in_the_language_of_the_link_and_changes_it(
    maintainer_app: MaintainerApp,
) -> None:
    """That of the centre is chosen first; each has every text."""
    anna = signed_in_browser(maintainer_app, "anna")
    address = _link(anna)
    assert "?lang=nl#" in address
    made = anna.send(anna.get("/centres/payoke/confirm"), "/link", lang="fr")
    assert "Merci de vérifier les informations" in made.text
    for language, says in {
        "en": "All of this is right",
        "nl": "Dit klopt allemaal",
        "fr": "Tout est exact",
        "de": "Alles ist richtig",
    }.items():
        page = Centre(maintainer_app, language).post(code=_code(address))
        assert says in page.text
        assert f'<html lang="{language}">' in page.text
        assert page.text.count('name="lang" value=') == 5


def test_a_person_without_scripts_pastes_the_whole_link(maintainer_app: MaintainerApp) -> None:
    """With spaces around it, as a mail program copies it."""
    address = _link(signed_in_browser(maintainer_app, "anna"))
    assert Centre(maintainer_app).post(code=f" {address}\n").status_code == 200
    start = Centre(maintainer_app, "de").post()
    assert "Prüfen Sie Ihre Angaben" in start.text


def test_a_record_that_changed_since_is_shown_again(maintainer_app: MaintainerApp) -> None:
    """The centre confirms only what it has read, and the link still works."""
    code = _code(_link(signed_in_browser(maintainer_app, "anna")))
    centre = Centre(maintainer_app)
    opened = centre.post(code=code)
    (version,) = re.findall(r'name="revision" value="([^"]+)"', opened.text)
    maintainer_app.patch(PAYOKE, email="new@payoke.be")
    again = centre.post(code=code, revision=version, do="right")
    assert again.status_code == 412
    assert "have changed since you opened this page" in again.text
    assert "new@payoke.be" in again.text
    assert "verified" not in maintainer_app.public(PAYOKE)
    assert "confirmed" in centre.answer(code, do="right").text


def _refused(maintainer_app: MaintainerApp, codes: Sequence[str]) -> set[str]:
    """The pages for codes that do not work."""
    pages = set()
    for code in codes:
        response = Centre(maintainer_app).post(code=code, do="right")
        assert response.status_code == 410
        pages.add(response.text)
    return pages


def test_every_link_that_does_not_work_gets_the_same_page(maintainer_app: MaintainerApp) -> None:
    """Used, revoked, altered, of another installation, or no code at all: it says what to do, has
    the helplines, and names no record.
    """
    anna = signed_in_browser(maintainer_app, "anna")
    used, revoked, good = (_code(_link(anna)) for _ in range(3))
    Centre(maintainer_app).answer(used, do="right")
    anna.send(anna.get("/links"), f"/{revoked[:8]}/revoke")
    altered = good[:-1] + ("A" if good[-1] != "A" else "B")
    codes = [
        *(used, revoked, altered, f"{used[:8]}.{good[9:]}", good[:-1], "x", "é\x00"),
        f"00000000.{'a' * 43}",
    ]
    (page,) = _refused(maintainer_app, codes)
    assert 'href="tel:112"' in page
    assert "ask the person who sent it for a new one" in page
    assert "payoke" not in page.lower()
    assert Centre(maintainer_app).post(code=good).status_code == 200


def test_a_link_ends_with_its_day_and_with_the_token_that_made_it(
    maintainer_app: MaintainerApp,
) -> None:
    """A stolen token that is revoked leaves no link behind."""
    directory = maintainer_app.directory
    anna = signed_in_browser(maintainer_app, "anna")
    code = _code(_link(anna, days="3"))
    last, after = (
        Links(replace(directory, clock=partial(NOW.__add__, timedelta(days)))) for days in (3, 4)
    )
    assert last.open(code)[0].by == "anna"
    with pytest.raises(LinkEnded):
        after.open(code)
    (token,) = (each for each in directory.tokens.list() if each.name == "anna")
    directory.tokens.revoke(token.id)
    assert Centre(maintainer_app).post(code=code).status_code == 410


def test_a_link_of_a_removed_record_does_not_work(maintainer_app: MaintainerApp) -> None:
    """And says no more than any other."""
    anna = signed_in_browser(maintainer_app, "anna")
    code = _code(_link(anna, "/centres/sheltered"))
    anna.send(anna.get("/centres/sheltered/remove"), "/remove", reason="closed")
    assert maintainer_app.api.get("/v1/centres/sheltered").status_code == 404
    _refused(maintainer_app, [code])


def test_only_one_of_two_answers_at_the_same_time_is_taken(maintainer_app: MaintainerApp) -> None:
    """The link is used up in the transaction of the confirmation."""
    anna = signed_in_browser(maintainer_app, "anna")
    code = _code(_link(anna))
    links = Links(maintainer_app.directory)
    link, stored = links.open(code)
    links.tell(link, {"Phone": "another"})
    with pytest.raises(LinkEnded):
        links.confirm(link, stored.version)
    assert "verified" not in maintainer_app.public(PAYOKE)
    with pytest.raises(LinkEnded):
        links.tell(link, {"Phone": "a third"})


def test_with_review_a_maintainer_cannot_be_two_persons_by_a_link(tmp_path: Path) -> None:
    """What a link says never becomes a proposal, so no change of the person who made it can be
    approved as that of another.
    """
    app = create_maintainer_app(tmp_path, review="on")
    bert = signed_in_browser(app, "bert")
    Centre(app).post(code=_code(_link(bert)), do="tell", text__phones="0499 12 34 56")
    assert "/proposals/" not in bert.get("/todo").html
    Centre(app).answer(_code(_link(bert)), do="right")
    assert app.public(PAYOKE)["verified"] == {"on": _today()}


def test_the_answers_are_stored_nowhere_and_sent_to_no_other_site(
    maintainer_app: MaintainerApp,
) -> None:
    """No copy, no referrer, no index; only files of this server; no frame."""
    code = _code(_link(signed_in_browser(maintainer_app, "anna")))
    client = maintainer_app.app.test_client()
    for response in (
        client.get("/confirm"),
        client.post("/confirm", data={"code": code}, headers={"Accept-Encoding": "gzip"}),
        client.post("/confirm", data={"code": "x"}),
    ):
        headers = response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "Content-Encoding" not in headers
        assert "Access-Control-Allow-Origin" not in headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "Set-Cookie" not in headers
    for path in ("/confirm/confirm.js", "/confirm/confirm.css"):
        assert client.get(path).status_code == 200


def test_only_a_person_who_may_edit_makes_and_sees_links(maintainer_app: MaintainerApp) -> None:
    """Nor can another revoke them; days have limits."""
    anna, rita = (signed_in_browser(maintainer_app, name) for name in ("anna", "rita"))
    link = _code(_link(anna))[:8]
    for path in ("/links", "/centres/payoke/confirm"):
        assert rita.get(path).status == 403
    for path in ("/centres/payoke/confirm/link", f"/links/{link}/revoke"):
        assert rita.post(f"/admin{path}", {"days": "14"}).status == 403
    assert "/confirm" not in rita.get("/centres/payoke").html
    long = ("00301", "0060999999999", "000" + 5000 * "9")
    for days in ("0", "61", "1e1", "", "-1", "99999999999999", *long):
        page = anna.send(anna.get("/centres/payoke/confirm"), "/link", days=days)
        assert (page.status, "from 1 to 60" in page.text) == (422, True)
    assert anna.post("/admin/links/ffffffff/revoke", {}).status == 404
    assert anna.get("/centres/unknown/confirm").status == 404
    assert anna.get("/links").html.count("/revoke") == 1


def test_the_code_is_in_no_log_metric_or_crash(
    maintainer_app: MaintainerApp,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sent in every way through every route, whether it works or not; the store has no code, and
    the log only the route.
    """
    anna = signed_in_browser(maintainer_app, "anna")
    code = _code(_link(anna))
    secret = code.partition(".")[2]
    app = create_app(maintainer_app.directory)
    client = app.test_client()
    paths = sorted({re.sub("<[^>]*>", "x", rule.rule) for rule in rules(app)})
    assert "/confirm" in paths
    for path in paths:
        for method in ("GET", "POST"):
            client.open(path, method=method, data={"code": f"{code}x", "token": code}, headers=HERE)

    def crash(*_: object) -> Link:
        raise RuntimeError(code)

    monkeypatch.setattr(Links, "open", crash)
    crashed = client.post("/confirm", data={"code": code})
    metrics = client.get("/metrics").text
    out, err = capfd.readouterr()
    assert (crashed.status_code, secret in crashed.text) == (500, False)
    assert '"event": "crash"' in err
    assert '"route": "/confirm"' in err
    assert secret not in out + err + metrics
    assert secret not in "".join(maintainer_app.everything())
