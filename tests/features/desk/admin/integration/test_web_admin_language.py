"""The language of the pages at /admin: how it is chosen, and that every text has one."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from directory_api.countries.known import known
from directory_api.features.desk import catalogues
from directory_api.features.desk.admin.form.choices import source_label
from directory_api.features.desk.notices.words import words as words_of_todo
from directory_api.text.translations import COMPLETE, locale_of, words
from tests.support.admin_texts import extracted
from tests.support.html_browser import (
    CENTRE,
    HERE,
    ORIGIN,
    Browser,
    Page,
    changed,
    signed_in_browser,
)
from tests.support.maintainer_app import HIDDEN, STAFF, MaintainerApp, create_maintainer_app
from tests.support.rules import rules
from tests.support.texts import texts

NEEDS = ("formats", "pages")
LANGUAGE = "__Secure-language"
PAYOKE = "/centres/payoke"
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Texts in these are not of the page: the card of a record, in its own language; what is typed; and
# names of languages in themselves.
SKIPPED = ("template", "textarea", "style", "script")
SHOWN = ("aria-label", "title", "alt", "placeholder", "data-label")
EMPTY = ("input", "br", "meta", "link", "img", "hr", "source", "wbr")


class Untranslated(HTMLParser):
    """The texts of a page that are outside of ⟦ and ⟧."""

    def __init__(self, html: str, tag: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag = tag
        self._skipped: list[str] = []
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Read the attributes that are shown or read aloud."""
        attributes = {name: value or "" for name, value in attrs}
        for name in () if self._skipped else SHOWN:
            self.found += _outside(attributes.get(name, ""), 0)[0]
        if tag not in EMPTY and (
            self._skipped or tag in SKIPPED or attributes.get("lang", self._tag) != self._tag
        ):
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Go on after what is skipped."""
        if self._skipped and tag == self._skipped[-1]:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        """Read a text."""
        if not self._skipped:
            found, self._depth = _outside(data, self._depth)
            self.found += found


def _outside(text: str, depth: int) -> tuple[list[str], int]:
    found = [""]
    for sign in text:
        if sign == "⟦":
            depth += 1
            found.append("")
        elif sign == "⟧":
            depth -= 1
        elif depth == 0:
            found[-1] += sign
    return [each.strip() for each in found if LETTERS.search(each)], depth


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value
        yield value.removeprefix("https://").removeprefix("www.").partition("/")[0]


def _data(app: MaintainerApp, tag: str) -> re.Pattern[str]:
    """Return what matches the data and the names of other places that a page may show."""
    locale = locale_of(tag)
    regions = [
        name for each in known().values() for names in each.regions.values() for name in names
    ]
    every = {
        *_strings(app.file()),
        *map(source_label, app.file()["sources"]),
        *STAFF,
        *words(tag).texts.values(),
        *words_of_todo(tag).values(),
        *(words(each).language.name for each in COMPLETE),
        *locale.languages.values(),
        *locale.territories.values(),
        *locale.days["stand-alone"]["wide"].values(),
        *regions,
        *TYPED,
    }
    longest = sorted({each for each in every if len(each) > 1}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)), re.IGNORECASE)


# What the test types.
TYPED = (
    "start",
    "test",
    "a phone call",
    "the first records",
    "edited over the API",
    "qqq",
    "Zzyzx",
    "zzyzx-1",
    "nobody",
    "always",
    "di 9u-17u",
    "qqq",
    "sheltered",
    "xx",
    "wrong@example.org",
)


def _plain_addresses(app: MaintainerApp) -> Iterator[str]:
    """Yield every page of all features whose address names no record."""
    for rule in rules(app.app):
        path = rule.rule.removeprefix("/admin")
        is_page = "<" not in path and "." not in path
        if path != rule.rule and "GET" in (rule.methods or ()) and is_page:
            yield path


def _walk(app: MaintainerApp, browser: Browser) -> Iterator[tuple[str, Page]]:
    """Yield every page of a maintainer who may do everything, and its name."""
    for path in ("/?q=pag", "/?q=qqq", *_plain_addresses(app)):
        yield path, browser.get(path)
    for path in (
        CENTRE,
        "/centres/sheltered",
        "/helplines/be-112",
        "/helplines/be-trafficking-line",
    ):
        for page in ("", "/edit", "/confirm", "/remove", "/history"):
            yield f"{path}{page}", browser.get(f"{path}{page}")
    yield "an address that does not exist", browser.get("/qqq")
    for path in ("/add/centres", "/add/helplines"):
        yield path, browser.get(path)
    form = browser.get(f"{CENTRE}/edit")
    yield (
        "a form with faults",
        browser.send(
            form,
            "/review",
            name="",
            email="nobody",
            opening_hours="di 9u-17u",
            phones__1__number="0251164",
            location__point="qqq",
            address__postcode="10x0",
            sources__phones="nobody",
        ),
    )
    preview = changed(browser, name="Zzyzx", phones__1__number="02 511 64 65")
    yield "a preview", preview
    yield "a preview without a reason", browser.send(preview, "/save", reason="")
    yield "nothing changed", changed(browser)
    yield "a proposal", browser.send(preview, "/save", reason="qqq")
    yield "the record of a proposal", browser.get(CENTRE)
    yield "a confirmation with a change that waits", browser.get(f"{CENTRE}/confirm")
    yield "no reason to remove", browser.send(browser.get(f"{PAYOKE}/remove"), "/remove", reason="")
    line = changed(
        browser, "/helplines/be-trafficking-line", number="078 055 801", display="078 055 801"
    )
    yield "a number to type once more", browser.send(line, "/save", reason="qqq")
    yield from _walk_parts(browser)
    yield from _walk_back(app, browser)
    yield from _walk_files(app, browser)
    yield from _walk_calls_and_links(browser)
    yield from _walk_reviews(app)


def _walk_parts(browser: Browser) -> Iterator[tuple[str, Page]]:
    """Yield the form of a part with faults, and after a change by another maintainer."""
    page = browser.get(f"{CENTRE}/edit?part=hours")
    yield "the form of a part", page
    week = {
        f"week__{day}__word": "closed" for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
    }
    days = {
        name: value
        for name, value in week.items()
        if name.replace("__", ".") in dict(page.form("/review").fields)
    }
    yield "no hours", browser.send(page, "/review", **dict.fromkeys(days, "off"))
    yield (
        "hours of no form",
        browser.send(page, "/review", week__Mo__word="open", week__Mo__times="qqq"),
    )
    yield (
        "hours past midnight",
        browser.send(page, "/review", week__Mo__word="open", week__Mo__times="22-3"),
    )
    old = browser.get(f"{PAYOKE}/edit")
    browser.send(changed(browser, PAYOKE, name="Zzyzx"), "/save", reason="qqq")
    yield "merged", browser.send(old, "/review", name="qqq")


def _walk_back(app: MaintainerApp, browser: Browser) -> Iterator[tuple[str, Page]]:
    """Yield what is on the way to an earlier revision."""
    app.patch("/v1/records/centres/surya", acknowledged=[])
    app.write(
        "PATCH",
        "/v1/records/helplines/be-child-focus?confirm_number=116000",
        json={"note": {"nl": "qqq"}},
    )
    history = browser.get("/centres/surya/history")
    yield "restore", browser.send(history, "/restore/review")
    undo = browser.send(browser.get("/changes"), "/undo/review")
    yield "undo", undo
    report = browser.get("/todo")
    acknowledge = next(link for link in report.links if "/acknowledge" in link)
    page = browser.get(acknowledge.removeprefix("/admin"))
    yield "acknowledge", page
    yield "acknowledge without a reason", browser.send(page, "/acknowledge", reason="")


def _walk_files(app: MaintainerApp, browser: Browser) -> Iterator[tuple[str, Page]]:
    """Yield imports of a file with errors, without a change, and with one."""

    def compared(raw: bytes) -> Page:
        file = FileStorage(io.BytesIO(raw), "qqq", "file")
        return browser.upload("/admin/upload/compare", MultiDict([("file", file)]))

    table = browser.client.get("/admin/download/centres.csv", base_url=ORIGIN).data
    yield "no file", compared(b"")
    yield "no table", compared(b"qqq")
    yield "no change", compared(table)
    yield (
        "errors in a table",
        compared(table.replace(b"@payoke.be", b"").replace(b"BE-WLG", b"qqq")),
    )
    whole = app.file()
    whole["centres"][0]["email"] = "nobody"
    yield "errors in JSON", compared(json.dumps(whole).encode())
    yield "too much", compared(json.dumps({**app.file(), "centres": []}).encode())
    plan = compared(table.replace(b"Luik", b"Zzyzx"))
    yield "a plan", plan
    form = plan.form("/upload/take")
    yield "imported", browser.upload(form.action, form.filled({"reason": "qqq"}))


def _walk_calls_and_links(browser: Browser) -> Iterator[tuple[str, Page]]:
    sheet = browser.get(f"{PAYOKE}/confirm")
    form = sheet.form(f"{PAYOKE}/confirm/call")
    typed = {name: text for name, text in form.fields if not name.startswith("answer.")}
    yield "a call without answers", browser.post(form.action, typed)
    yield "a call with an answer", browser.post(form.action, {**typed, "text.phones": "qqq"})
    yield "the record after a call", browser.get(PAYOKE)
    yield "the sheet after a call", browser.get(f"{PAYOKE}/confirm")
    link = browser.get(f"{CENTRE}/confirm")
    yield "a link without an end", browser.send(link, "/link", days="qqq")
    yield "a link", browser.send(link, "/link")
    yield "links", browser.get("/links")


def _walk_reviews(app: MaintainerApp) -> Iterator[tuple[str, Page]]:
    """Yield what a second person sees, and who is not signed in or may only read."""
    for name in ("bert", "rita"):
        browser = signed_in_browser(app, name)
        browser.client.set_cookie(LANGUAGE, "nl", path="/admin", secure=True)
        for path in ("/", CENTRE, "/todo", f"{CENTRE}/history", f"{CENTRE}/edit"):
            yield f"{path} of {name}", browser.get(path)
        for link in dict.fromkeys(browser.get("/todo").links):
            if "/proposals/" in link:
                path = link.removeprefix("/admin")
                yield f"a proposal to {name}", browser.get(path)
                if name == "bert":
                    page = browser.get(path)
                    yield "no reason", browser.send(page, "/reject", reason="")
    stranger = Browser(app.app)
    stranger.client.set_cookie(LANGUAGE, "nl", path="/admin", secure=True)
    yield "sign in", stranger.get("/sign-in")
    yield "no cookie", stranger.get("/?welcome=yes")
    yield "refused", stranger.sign_in("qqq")
    yield "a form without a session", stranger.post(f"/admin{CENTRE}/review", {"name": "qqq"})
    yield "from another site", stranger.post("/admin/sign-in", {}, {"Sec-Fetch-Site": "cross-site"})


def test_no_text_of_any_page_is_untranslatable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text without `_` or `Message` is found on its page, as is one that pybabel does not see."""
    marked = {text: f"⟦{text}⟧" for message in extracted() for text in catalogues.forms(message.id)}
    monkeypatch.setattr(catalogues, "texts_in", lambda tag: texts(tag, marked))
    app = create_maintainer_app(tmp_path, review="on", more=[HIDDEN])
    browser = signed_in_browser(app, "dora")
    browser.client.set_cookie(LANGUAGE, "nl", path="/admin", secure=True)
    data = _data(app, "nl")
    found = {}
    for name, page in _walk(app, browser):
        assert page.status < 500, name
        left = [
            text
            for text in Untranslated(page.html, "nl").found
            if LETTERS.search(data.sub(" ", text))
        ]
        if left:
            found[name] = sorted(set(left))
    assert found == {}


def test_a_text_without_translation_is_noticed() -> None:
    """In an element and in an attribute; not what is in another language or typed."""
    html = (
        '<p aria-label="Pages">⟦Signed in as <b>anna</b>⟧ Save <i lang="fr">Français</i></p>'
        "<textarea>typed</textarea><p>⟦Back⟧</p>"
    )
    assert Untranslated(html, "nl").found == ["Pages", "Save"]


def _chosen(browser: Browser, tag: str, page: str = "/admin/") -> Page:
    return browser.post("/admin/language", {"lang": tag, "page": page})


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [("nl-BE,nl;q=0.9,en;q=0.8", "nl"), ("pl, fr;q=0.5", "fr"), ("pl", "en"), ("", "en")],
)
def test_the_browser_says_the_language_until_one_is_chosen(
    maintainer_app: MaintainerApp, accepted: str, tag: str
) -> None:
    """Also before signing in. Languages without texts for maintainers are passed over."""
    stranger = Browser(maintainer_app.app)
    headers = {"Accept-Language": accepted}
    page = stranger.get("/sign-in", headers=headers)
    assert f'<html lang="{tag}">' in page.html
    _chosen(stranger, "de", "/admin/sign-in")
    assert '<html lang="de">' in stranger.get("/sign-in", headers=headers).html


def test_the_choice_is_kept_for_the_pages_of_maintainers_alone(
    maintainer_app: MaintainerApp,
) -> None:
    """By a cookie that scripts and other sites cannot use; the page is opened again."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get("/?q=pag").form("/language")
    assert dict(form.fields)["page"] == "/admin/?q=pag"
    answer = browser.client.post(
        form.action, data={**dict(form.fields), "lang": "fr"}, headers=HERE, base_url=ORIGIN
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/?q=pag")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{LANGUAGE}=fr; ")
    for attribute in ("Secure", "HttpOnly", "Path=/admin", "SameSite=Strict"):
        assert attribute in cookie.split("; ")
    page = browser.get("/")
    assert '<html lang="fr">' in page.html
    assert [each["lang"] for tag, each in page.elements if each.get("aria-current") == "true"] == [
        "fr"
    ]


def test_a_choice_leads_to_no_other_site_and_sets_no_other_language(
    maintainer_app: MaintainerApp,
) -> None:
    browser = Browser(maintainer_app.app)
    for page in ("https://example.org/", "//example.org", "/v1/", "/admin/\r\nx", ""):
        answer = browser.client.post(
            "/admin/language", data={"lang": "xx", "page": page}, headers=HERE, base_url=ORIGIN
        )
        assert (answer.headers["Location"], answer.headers.get("Set-Cookie")) == ("/admin/", None)
    stranger = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/admin/language", {"lang": "fr"}, stranger).status == 403


def test_no_language_is_offered_where_something_typed_would_be_lost(
    maintainer_app: MaintainerApp,
) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    preview = changed(browser, name="PAG-ASA vzw")
    assert not [form for form in preview.forms if form.action.endswith("/language")]


def test_names_and_dates_are_in_the_language(maintainer_app: MaintainerApp) -> None:
    """Services, countries, languages and days need no text of these pages."""
    browser = signed_in_browser(maintainer_app, "anna")
    _chosen(browser, "de")
    form = browser.get(f"{CENTRE}/edit").text
    legal = words("de")["service.legal"]
    for name in (legal, "Belgien", "Niederländisch"):
        assert name in form
    assert re.search(r"\d\d\.\d\d\.20\d\d", browser.get("/").text)
    _chosen(browser, "nl")
    assert re.search(r"\d\d/\d\d/20\d\d", browser.get("/").text)
    assert "Maandag" in browser.get(CENTRE).text


def test_a_country_and_a_region_are_chosen_by_name(maintainer_app: MaintainerApp) -> None:
    """They are stored as codes, also one that is not offered."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/edit")
    assert MultiDict(page.form("/review").fields)["address.country"] == "BE"
    assert "Brussels-Capital Region" in page.text
    saved = changed(browser, "/helplines/be-child-focus", countries="BE; PL")
    assert "Poland" in saved.text


def test_the_name_of_a_helpline_is_in_the_language(maintainer_app: MaintainerApp) -> None:
    """In the list, on its page and where it is changed."""
    browser = signed_in_browser(maintainer_app, "anna")
    path = "/helplines/be-child-focus"
    names = maintainer_app.file()["helplines"]
    name = next(each["name"]["fr"] for each in names if path.endswith(each["id"]))
    _chosen(browser, "fr")
    for page in ("/", path, f"{path}/confirm", f"{path}/history", f"{path}/remove"):
        assert " ".join(name.split()) in browser.get(page).text


def test_below_a_prefix_the_language_is_kept_for_its_pages(tmp_path: Path) -> None:
    """Other sites of the host do not get the cookie."""
    app = create_maintainer_app(tmp_path, url_prefix="/help").app
    client = app.test_client()
    form = Page(client.get("/help/admin/sign-in", base_url=ORIGIN)).form("/language")
    assert form.action == "/help/admin/language"
    answer = client.post(
        form.action, data={**dict(form.fields), "lang": "fr"}, headers=HERE, base_url=ORIGIN
    )
    assert answer.headers["Location"] == "/help/admin/sign-in"
    assert "Path=/help/admin" in answer.headers["Set-Cookie"].split("; ")


def test_a_helpline_on_an_error_is_named_in_the_language(maintainer_app: MaintainerApp) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    _chosen(browser, "nl")
    page = browser.get("/nothing")
    assert page.status == 404
    assert words("nl")["helpline.emergency"] in page.text


def test_a_number_has_the_form_of_its_plural(maintainer_app: MaintainerApp) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    _chosen(browser, "fr")
    assert "1 fiche trouvée" in browser.get("/?q=payoke").text
    assert re.search("[0-9]+ fiches trouvées", browser.get("/?q=be").text)


@pytest.mark.needs("pages")
def test_a_record_is_shown_as_visitors_see_it_in_the_language_of_the_page(
    maintainer_app: MaintainerApp,
) -> None:
    """A centre and a helpline, and the preview of a change."""
    browser = signed_in_browser(maintainer_app, "anna")
    _chosen(browser, "nl")
    for path, said in (("/centres/payoke", "Bel "), ("/helplines/be-112", "Noodnummer")):
        page = browser.get(path)
        card = page.html.partition('<template shadowrootmode="open">')[2].partition("</template>")
        assert said in card[0]
    page = browser.send(
        browser.get("/centres/payoke/edit?part=phones"), "/review", phones__1__number="03 201 16 91"
    )
    assert "Bel " in page.html.partition('<template shadowrootmode="open">')[2]
