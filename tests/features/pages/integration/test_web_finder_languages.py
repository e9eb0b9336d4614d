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
    names = [link.text for link in form.all("a")]
    assert sorted(names) == sorted(language.name for language in languages())
    assert names == sorted(names, key=str.casefold)
    (dutch,) = form.all("a", lang="nl")
    assert dutch.attributes["href"] == f"{base}?service=legal&lang=nl"
    answer = send(client, {"postcode": "1000", "lang": "nl", "service": "legal"}, base)
    (chooser,) = answer.all("nav", **{"class": "languages"})[0].all("form")
    buttons = chooser.all("details")[0].all("button", name="lang")
    assert [button.text for button in buttons] == names
    fields = {each.attributes["name"]: each.attributes["value"] for each in chooser.all("input")}
    again = send(client, {**fields, "lang": "ar"}, chooser.attributes["action"])
    assert again.centres == answer.centres
    assert again.all("html")[0].attributes["dir"] == "rtl"


@pytest.mark.parametrize(
    ("accepted", "likely"),
    [
        ("ro, ar;q=0.9, uk;q=0.8, fr;q=0.7", ["en", "ro", "ar"]),
        ("fr-BE, fr;q=0.9, en;q=0.8, xx", ["en", "fr", "nl"]),
        ("", ["en", "nl", "fr"]),
    ],
)
def test_the_languages_that_a_device_asks_for_are_one_tap_away(
    client: FlaskClient, accepted: str, likely: list[str]
) -> None:
    """Beside that of the page; three in all, the others those of the centres."""
    page = Page(client.get("/?lang=en", headers={"Accept-Language": accepted}))
    (shown,) = page.all("ul", **{"class": "likely"})
    assert [link.attributes["lang"] for link in shown.all("a")] == likely


def test_a_frame_has_the_colour_scheme_that_it_is_given(client: FlaskClient) -> None:
    """Also after a search without scripts and in another language; none but light and dark."""
    opened = get(client, "/embed?scheme=dark&lang=en")
    (form,) = opened.all("form", **{"class": "search-form"})
    action = form.attributes["action"].partition("#")[0]
    answer = send(client, {"postcode": "1000", "lang": "en"}, action)
    (other,) = opened.all("details")[0].all("a", lang="nl")
    dutch = get(client, other.attributes["href"])
    for page in (opened, answer, dutch):
        assert page.all("meta", name="color-scheme")[0].attributes["content"] == "dark"
    for address in ("/embed?scheme=canary", "/embed", "/?scheme=dark"):
        page = get(client, address)
        assert page.all("meta", name="color-scheme")[0].attributes["content"] == "light dark"
        assert "canary" not in str(page.root)


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
