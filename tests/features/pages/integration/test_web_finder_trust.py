"""What the visitor's page says of its operator and of a call, with the sources."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_api.countries.known import About, known
from directory_api.features.pages import presenters
from directory_api.features.pages.presenters import PageTranslator
from directory_api.text.translations import words
from tests.features.pages.unsourced import unsourced_page
from tests.support.finder_pages import NOON, app_of, get
from tests.support.records import made_up_centre

NEEDS = ("desk",)


@pytest.mark.parametrize("url", ["https://example.org/about", ""])
def test_the_foot_says_who_runs_the_page(tmp_path: Path, url: str) -> None:
    """By name, with a link if there is a page about them; there a mistake can be reported."""
    settings = {"of_features": {"operator_name": "Ré & Co", "operator_url": url}}
    client = app_of(tmp_path, [made_up_centre(1)], NOON, **settings).test_client()
    for lang, is_reviewed in (("en", True), ("nl", False)):
        (foot,) = get(client, f"/?lang={lang}").all("footer")
        sentence = words(lang).say("operator.label", name="Ré & Co").removesuffix(".")
        assert sentence in foot.text
        links = [link.text for link in foot.all("a", href=url)] if url else []
        mistakes = [] if is_reviewed else [words(lang)["translation.mistake"]]
        assert links == (["Ré & Co", *mistakes] if url else [])
        assert (words(lang)["notice.unreviewed"] in foot.text) is not is_reviewed


def test_nobody_is_named_where_no_operator_is_set(client: FlaskClient) -> None:
    """Without the setting the foot has no such sentence."""
    assert "run by" not in get(client, "/?lang=en").all("footer")[0].text


def test_what_happens_when_one_calls_has_its_source(client: FlaskClient) -> None:
    """The foot of the page links the source of each sentence, in their order."""
    (section,) = get(client, "/?lang=en").all("section", **{"class": "trust"})
    for key in ("listen", "invited", "choice", "discreet", "free"):
        assert words("en")[f"trust.{key}"] in section.text
    (foot,) = get(client, "/?lang=en").all("footer")
    (sources,) = foot.all("p", **{"class": "row sources"})
    (line,) = get(client, "/?lang=en").all("p", **{"class": "listen"})
    assert line.text == words("en")["trust.short"]
    addresses = [link.attributes["href"] for link in sources.all("a")]
    assert [address.split("/")[2].removeprefix("www.") for address in addresses] == [
        "stophumantrafficking.be",
        "fedasilinfo.be",
        "bipt.be",
    ]


def test_a_centres_own_statement_links_its_source(client: FlaskClient) -> None:
    """In the description of this centre, and of no other."""
    own = {"payoke": "https://www.payoke.be/", "surya": "https://www.asblsurya.org/"}
    for card in get(client, "/?lang=en").all("article"):
        id = card.attributes["data-centre"]
        described, *_ = card.all("details")[1].all("p")
        links = [link.attributes["href"] for link in described.all("a", **{"class": "source"})]
        assert links == ([own[id]] if id in own else [])
        assert ("free and confidential" in card.text) is (id == "payoke")
        assert ("at any time" in card.text) is (id == "surya")


def test_without_a_source_nothing_is_said_of_a_call(tmp_path: Path) -> None:
    """In a directory whose records have no sources to link."""
    page = unsourced_page(tmp_path)
    for key in ("short", "listen", "invited", "choice", "discreet", "free"):
        assert words("en")[f"trust.{key}"] not in page.text


def test_a_country_has_texts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text by language is shown in that of the page, or marked as another one."""
    free = {"en": "Calls to 999 are free.", "de": "Anrufe bei 999 sind kostenlos."}
    country = replace(
        known()["BE"], about=(About("bipt", (free, "trust.discreet")), About("gone", (free,)))
    )
    monkeypatch.setattr(presenters, "known", lambda: {"BE": country})
    sources = {"bipt": {"publisher": "example.org", "url": "https://example.org"}}
    for tag, shown in (("de", free["de"]), ("fr", '<span lang="en" dir="auto">Calls to 999')):
        (about,) = presenters.about_views("BE", sources, PageTranslator(words(tag)))
        assert shown in about.sentences[0]
        assert about.sentences[1] == words(tag)["trust.discreet"]
        assert about.line is None
    assert presenters.about_views("XX", sources, PageTranslator(words("en"))) == ()
