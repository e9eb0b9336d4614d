"""The languages in which the visitor's page is served."""

import re

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import languages, words
from tests.support.finder_pages import BASES, Page, get, send


def test_the_language_is_the_browsers_or_the_one_that_was_asked_for(client: FlaskClient) -> None:
    """Accept-Language decides unless `?lang=` or the form's `lang` is set; language and direction
    are declared.
    """
    for path, accept, tag in (
        ("/", "ar-MA,fr;q=0.8", "ar"),
        ("/?lang=fr", "ar", "fr"),
        ("/", "yi", "en"),
        ("/", "", "en"),
    ):
        (html,) = get(client, path, **{"Accept-Language": accept}).all("html")
        assert (html.attributes["lang"], html.attributes["dir"]) == (
            tag,
            words(tag).language.direction,
        )
    response = client.post(
        "/?lang=fr", data={"postcode": "2000", "lang": "fa"}, headers={"Accept-Language": "nl"}
    )
    assert Page(response).all("html")[0].attributes["lang"] == "fa"
    assert "Accept-Language" in response.headers["Vary"]


@BASES
def test_every_language_can_be_chosen_by_its_own_name(client: FlaskClient, base: str) -> None:
    """Each language is a link on the form and a button on an answer, which keeps answer and
    filters.
    """
    form = get(client, f"{base}?lang=nl&service=legal").all("details")[0]
    assert [link.text for link in form.all("a")] == [language.name for language in languages()]
    assert [link.attributes["href"] for link in form.all("a")][1] == f"{base}?service=legal&lang=nl"
    answer = send(client, {"postcode": "1000", "lang": "nl", "service": "legal"}, base)
    (chooser,) = answer.all("details")[0].all("form")
    buttons = chooser.all("button", name="lang")
    assert [button.attributes["value"] for button in buttons] == [
        language.tag for language in languages()
    ]
    fields = {each.attributes["name"]: each.attributes["value"] for each in chooser.all("input")}
    again = send(client, {**fields, "lang": "ar"}, chooser.attributes["action"])
    assert again.centres == answer.centres
    assert again.all("html")[0].attributes["dir"] == "rtl"


@pytest.mark.parametrize("tag", [language.tag for language in languages()])
def test_every_language_has_every_page(client: FlaskClient, tag: str) -> None:
    """Form, answer, print and error are complete; unreviewed and borrowed texts are marked."""
    pages = [get(client, f"/?lang={tag}"), send(client, {"postcode": "2800", "lang": tag})]
    pages.append(send(client, {"centre": "payoke", "lang": tag}, "/print"))
    pages.append(send(client, {"postcode": "", "lang": tag}, status=400))
    for page in pages:
        assert page.all("title")[0].text == words(tag)["title"]
        assert not re.search(r"\{[a-z]+\}|None|Markup", page.text)
        exit_link = page.all("a", rel="noreferrer noopener")[0]
        assert exit_link.text == f"{words(tag)['exit.button']} ×"
        assert exit_link.all("span", **{"aria-hidden": "true"})[0].text == "×"
    assert (words(tag)["notice.unreviewed"] in pages[0].text) is not words(tag).language.reviewed
    if "postcode.label" in words(tag).english_keys:
        assert pages[0].all("label")[0].all("span")[0].attributes["lang"] == "en"


def test_a_page_says_that_some_sentences_are_english(client: FlaskClient) -> None:
    """At the foot, in a language without all of its texts."""
    for lang in ("so", "ar"):
        foot = get(client, f"/?lang={lang}").all("footer")[0].text
        said = words(lang)["translation.english"] in foot
        assert said is bool(words(lang).english_keys)
