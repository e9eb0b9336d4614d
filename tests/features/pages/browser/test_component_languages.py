"""<nearest-centre> speaks the language of the page, or the nearest one that the directory has."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.features.pages.embed import module
from directory_api.text.translations import languages, words
from tests.support.amount import some
from tests.support.browser import serving_site
from tests.support.partner_page import SHARED, embedded, field, files, find, names


def test_a_centre_is_described_in_the_visitors_language(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """In one that it has no description in, by the words for its kind."""
    for centre in bundle["centres"]:
        centre.pop("description", None)
    bundle["centres"][0]["description"] = {"nl": "Een centrum.", "fr": "Un centre."}
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="nl" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        page.locator("nearest-centre article > details > summary").first.click()
        expect(page.get_by_text("Een centrum.")).to_be_visible()
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('lang', 'ar')")
        first = page.locator("nearest-centre article > details").first
        expect(first).to_contain_text(words("ar")["kind.specialised_centre"])
        expect(page.get_by_text("Een centrum.")).to_have_count(0)


def test_it_speaks_the_language_of_the_page(partner: Page, embed_origin: str) -> None:
    """Without an attribute it uses the page's language; English is one tap away."""
    with embedded(partner, embed_origin, "", page_tag='<html lang="nl-BE">') as page:
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"
        find(page, "2000")
        page.get_by_role("button", name="Lees deze pagina in het Engels").click()
        expect(page.get_by_role("heading", name="Find a centre")).to_be_visible()
        expect(page.locator("nearest-centre [data-place]")).to_have_text("Near 2000 Antwerp")
        assert names(page)[0] == "Payoke"


def test_arabic_runs_from_right_to_left_and_numbers_do_not(
    partner: Page, embed_origin: str
) -> None:
    """The layout is mirrored, also in a left-to-right page, but for the bar, whose exit stays where
    it is in every language. Phone numbers keep the order of their digits.
    """
    with embedded(partner, embed_origin, 'lang="ar"') as page:
        find(page, "2000")
        box = page.locator("nearest-centre .box")
        assert box.get_attribute("dir") == "rtl"
        button, exit_ = (
            field(page).bounding_box(),
            page.locator("nearest-centre .exit").bounding_box(),
        )
        assert button
        assert exit_
        assert exit_["x"] > 400
        groups = page.evaluate(
            """() => {
              const root = document.querySelector("nearest-centre").shadowRoot;
              const text = root.querySelector(".calls a bdi").firstChild;
              const left = (part) => {
                const range = document.createRange(), at = text.data.indexOf(part);
                range.setStart(text, at); range.setEnd(text, at + part.length);
                return range.getBoundingClientRect().left;
              };
              return ["+", "32", "201", "16", "90"].map(left);
            }"""
        )
        assert groups == sorted(groups)
        assert names(page)[0] == "Payoke"


@pytest.mark.parametrize(
    ("tag", "spoken", "asked"),
    some(
        [
            ("nl-BE", "nl", ["nl-BE", "nl"]),
            ("NL_be", "nl", ["NL_be", "nl"]),
            ("zh-CN", "zh-Hans", ["zh-CN", "zh-Hans"]),
            ("sr", "sr-Latn", ["sr", "sr-Latn"]),
            ("prs-AF", "fa", ["prs-AF", "fa"]),
            ("en-GB", "en", ["en-GB", "en"]),
            ("not a tag", "en", ["not%20a%20tag", "en"]),
            ("xx", "en", ["xx", "en"]),
        ],
        2,
    ),
)
def test_a_folder_of_files_speaks_the_language_that_is_nearest(
    partner: Page, embed_origin: str, bundle: Any, tag: str, spoken: str, asked: list[str]
) -> None:
    """A folder has exact language names only; the component then tries the base language and
    English.
    """
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="{tag}" src="{site.origin}"', also=site.origin
        ) as page,
    ):
        assert page.locator("nearest-centre .box").get_attribute("lang") == spoken
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('accent', 'teal')")
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        words_asked = [path for path in site.asked if "/words/" in path]
        assert words_asked == [f"/embed/words/{each}.json" for each in asked]


def test_a_host_that_does_not_share_its_404_does_not_end_the_search_for_words(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """From another origin the status of a 404 is hidden; the texts are found all the same."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        page.route("**/words/nl-BE.json", lambda route: route.abort())  # as a script sees it
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('lang', 'nl-BE')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()


def test_the_nearest_language_of_a_folder_is_kept_for_later(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """Without the directory, a page in nl-BE stays Dutch: the missing nl-BE is cached, too."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            browser, embed_origin, f'lang="nl-BE" src="{site.origin}"', also=site.origin
        ) as page,
    ):
        site.stop()
        page.reload()
        expect(field(page)).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"


def test_every_language_of_the_directory_is_found_by_its_primary_subtag() -> None:
    """A language whose words have a script in their name is one that the module knows."""
    tags = sorted(language.tag for language in languages() if "-" in language.tag)
    known = ",".join(f'{tag.partition("-")[0]}:"{tag}"' for tag in tags)
    assert f"{{{known}}}" in module().file.plain.decode()


OTHER = "PAG-ASA in Brussels speaks English."


@pytest.mark.parametrize(
    ("attributes", "typed", "expected", "calls"),
    some(
        [
            ("", "4000", OTHER, ["tel:+3225116464"]),
            ("full", "4000", OTHER, []),
            ("full", "2000", "", []),
            (
                'service="shelter"',
                "4000",
                OTHER,
                ["tel:+3225116464"],
            ),
            ('language="fr" full', "4000", "", []),
        ],
        2,
    ),
)
def test_the_closest_centre_that_speaks_the_visitors_language_is_named(
    partner: Page, embed_origin: str, attributes: str, typed: str, expected: str, calls: list[str]
) -> None:
    """Unless it is the closest, or another language is asked for; with its numbers if it is not in
    the answer. It changes no order.
    """
    with embedded(partner, embed_origin, f'lang="en" {attributes}', full=False) as page:
        find(page, typed)
        notes = page.locator("nearest-centre article .notes")
        assert notes.inner_text().split("\n")[0] == expected
        links = notes.locator(".call")
        assert [link.get_attribute("href") for link in links.all()] == calls
        assert names(page)[0] == ("Payoke" if typed == "2000" else "Sürya")
