"""What the JSON says where there is little to say."""

import pytest

from directory_api.formats import as_json


@pytest.mark.parametrize(
    ("code", "name", "name_en"),
    [
        ("nl", "Nederlands", "Dutch"),
        ("pt-BR", "português (Brasil)", "Portuguese (Brazil)"),
        ("rom", "Romany", "Romany"),
        ("ary", "Moroccan Arabic", "Moroccan Arabic"),
        ("en-x-foo", "en-x-foo", "en-x-foo"),
    ],
)
def test_every_language_has_a_name(code: str, name: str, name_en: str) -> None:
    """A language is named in itself; where CLDR cannot, in English; and where it cannot either, by its tag."""
    (language,) = as_json.languages(1, {code: 1})["languages"]
    assert (language["name"], language["name_en"]) == (name, name_en)
