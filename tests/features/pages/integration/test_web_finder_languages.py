"""The languages in which the visitor's page is served."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import languages, words
from tests.support.finder_pages import BASES, Node, Page, get, send
from tests.support.records import shipped_records


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
    """Those of the country and English are the first ones. Each is a link on the form and a button
    on an answer, which keeps answer and filters.
    """
    form = get(client, f"{base}?lang=nl&service=legal").all("details")[0]
    names = [link.text for link in form.all("a")]
    assert sorted(names) == sorted(language.name for language in languages())
    assert names[:4] == ["Nederlands", "Français", "Deutsch", "English"]
    assert names[4:] == sorted(names[4:], key=str.casefold)
    (dutch,) = form.all("a", lang="nl")
    assert dutch.attributes["href"] == f"{base}?service=legal&lang=nl"
    answer = send(client, {"postcode": "1000", "lang": "nl", "service": "legal"}, base)
    (chooser,) = answer.all("details", **{"class": "languages"})[0].all("form")
    buttons = chooser.all("button", name="lang")
    assert [button.text for button in buttons] == names
    fields = {each.attributes["name"]: each.attributes["value"] for each in chooser.all("input")}
    again = send(client, {**fields, "lang": "ar"}, chooser.attributes["action"])
    assert again.centres == answer.centres
    assert again.all("html")[0].attributes["dir"] == "rtl"


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


# Words that no other of these languages has in its sentences.
ENGLISH = re.compile(r"\b(the|and|with|you|your|this|who|which|that)\b")
# A text in another language is the name of a town or of a language, or leads to that language.
MOST_WORDS_OF_A_NAME = 3
# Only the name of such a helpline says whom it is for.
LINES = {
    name
    for line in shipped_records()["helplines"]
    if line["kind"] == "other_line"
    for name in line["name"].values()
}


def test_no_english_sentence_is_on_a_page_in_another_language(client: FlaskClient) -> None:
    """On arrival, in an answer and in one abroad, in each language of which all texts are sure. The
    data sets at the end have English names.
    """
    every = [each.tag for each in languages() if each.tag != "en"]
    tags = [tag for tag in every if not words(tag).english_keys]
    assert len(tags) >= 12
    found = {}
    for tag in tags:
        pages = [get(client, f"/?lang={tag}"), get(client, f"/embed?lang={tag}")]
        fields = ({"postcode": typed, "lang": tag} for typed in ("1000", "59000 Lille"))
        pages += [send(client, each) for each in fields]
        texts = {text for page in pages for text in _texts(page.all("body")[0], tag)}
        names = {text for text in texts if "GeoNames" in text}
        assert len(names) == 1
        if english := {each for each in texts - names if ENGLISH.search(each)}:
            found[tag] = english
    assert found == {}


def _texts(node: Node, tag: str) -> Iterator[str]:
    """The texts in an element that are in the language of the page; others are names."""
    for each in node.inside:
        if isinstance(each, str):
            yield " ".join(each.split())
        elif each.attributes.get("lang", tag) == tag:
            yield from _texts(each, tag)
        else:
            allowed = {words(tag)["notice.english"], *LINES}
            is_name = len(each.text.split()) <= MOST_WORDS_OF_A_NAME
            assert is_name or each.text in allowed, each.text
