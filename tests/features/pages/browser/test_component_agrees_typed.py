"""<nearest-centre> reads the signs that people type as the server does."""

import sys
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from directory_api.text import normalize
from tests.features.pages.browser.on_device import IMPORT

NEEDS = ("device",)

TIDY = f"async (texts) => {{ {IMPORT} return texts.map(module.tidy); }}"


@settings(max_examples=20)
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs", "Zl", "Zp"]) | st.just("\t"),
            max_size=12,
        ),
        min_size=50,
        max_size=200,
    )
)
def test_typed_text_is_tidied_as_on_the_server(module_page: Page, texts: list[str]) -> None:
    """Whatever signs people's keyboards have."""
    assert module_page.evaluate(TIDY, texts) == [normalize.tidy(text).strip() for text in texts]


def test_digits_of_every_script_are_digits(module_page: Page) -> None:
    """Each script's digits, hyphens, spaces and invisible signs are read as on the server."""
    kinds = ("Nd", "Pd", "Zs", "Cf")
    signs = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in kinds
    ]
    texts = [f"1{sign}2" for sign in signs]
    assert module_page.evaluate(TIDY, texts) == [normalize.tidy(text) for text in texts]
