"""Names of countries and regions in sentences for maintainers."""

import pytest

from directory_api.countries.area_name import AreaName
from directory_api.countries.known import known
from directory_api.text.message import Texts
from directory_api.text.translations import COMPLETE


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("BE", {"en": "Belgium", "nl": "België", "fr": "Belgique", "de": "Belgien"}),
        ("BE-VAN", {"en": "Antwerp", "nl": "Antwerpen", "fr": "Anvers", "de": "Antwerpen"}),
        ("BE-WLG", {"en": "Liège", "nl": "Luik", "fr": "Liège", "de": "Lüttich"}),
        ("BE-XXX", dict.fromkeys(COMPLETE, "BE-XXX")),
        ("Brussels", dict.fromkeys(COMPLETE, "Brussels")),
    ],
)
def test_an_area_has_its_name_in_the_language(code: str, names: dict[str, str]) -> None:
    """What has no name stays as it is."""
    assert {tag: AreaName(code).translate(Texts(tag)) for tag in COMPLETE} == names


def test_a_region_is_shown_by_its_first_name_in_other_languages() -> None:
    assert AreaName("BE-VAN").translate(Texts("ro")) == "Antwerpen"


def test_every_region_has_a_name_in_each_language_of_maintainers() -> None:
    for country in known().values():
        for code in country.regions:
            assert country.region_names[code].keys() == set(COMPLETE)
            assert set(country.region_names[code].values()) <= set(country.regions[code])
