"""What maintainers write by name: languages and sources."""

import pytest

from directory_api.features.desk.admin.form.choices import (
    Choices,
    Names,
    instead,
    language_choices,
    source_choices,
)
from directory_api.text.translations import COMPLETE
from tests.support.records import shipped_records

SPOKEN, SOURCES = "phones.1.languages", "sources.phones"


@pytest.fixture
def names() -> Names:
    """The languages in English, and the shipped sources."""
    return Names(sources=source_choices(shipped_records()["sources"]))


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        *((typed, "ro") for typed in ("Roemeens", "romanian", "Roumain", "ro", "RO", "română")),
        ("Oekraïens", "uk"),
        ("oekraiens", "uk"),
        ("Farsi", "fa"),
        ("pt-BR", "pt-BR"),
        ("ga", "ga"),
        ("Roman", None),
        ("no language", None),
        ("und", None),
        ("", None),
    ],
)
def test_a_language_is_understood_in_four_languages(typed: str, tag: str | None) -> None:
    """And by its tag and its own name."""
    assert language_choices("en").value_of(typed) == tag


@pytest.mark.parametrize("tag", COMPLETE)
def test_what_a_field_shows_of_a_language_is_understood_as_this_language(tag: str) -> None:
    """Otherwise a form that is sent back unchanged would change a record: Ga is not Irish."""
    choices = language_choices(tag)
    assert [code for code in choices.labels if choices.value_of(choices.label(code)) != code] == []


def test_what_is_shown_of_a_source_is_understood_as_this_source() -> None:
    """Also where two have the same title."""
    twins = [{"id": each, "title": "Same; title", "publisher": "p"} for each in ("a", "b")]
    for sources in (shipped_records()["sources"], twins):
        choices = source_choices(sources)
        labels = [choices.label(each["id"]) for each in sources]
        assert [choices.value_of(label) for label in labels] == [each["id"] for each in sources]
        assert not [label for label in labels if ";" in label]


def test_a_part_of_a_source_is_enough_if_it_is_in_one_only(names: Names) -> None:
    """Several are offered; a retired one is not."""
    assert names.resolved({SOURCES: "shelters"}) == {SOURCES: "myria"}
    assert names.resolved({SOURCES: "Child Focus"}) == {SOURCES: "Child Focus"}
    assert names.sources.near("Child Focus") == ("igvm", "zanzu")
    retired = [{"id": "old", "title": "Old report", "retired": True}]
    choices = source_choices(retired)
    assert (choices.value_of("report"), choices.near("report"), choices.listed) == (None, (), ())
    assert choices.value_of("old") == "old"


def test_names_between_commas_become_tags(names: Names) -> None:
    """What is ticked, and written once more, is there once; what is not known stays."""
    typed = {SPOKEN: "nl; Dutch, Roemeens; Klingonese", "name": "Dutch, Roemeens"}
    assert names.resolved(typed) == {**typed, SPOKEN: "nl; ro; Klingonese"}
    assert names.unknown(SPOKEN, typed[SPOKEN]) == ["Klingonese"]
    assert names.unknown("name", "Dutch") == []


def test_a_ticked_value_takes_the_place_of_the_unknown_name(names: Names) -> None:
    """The other unknown names stay."""
    typed = {SPOKEN: f"Roemens; Xyz; {instead('ro', 'Roemens')}"}
    assert names.resolved(typed) == {SPOKEN: "Xyz; ro"}
    assert names.unknown(SPOKEN, typed[SPOKEN]) == ["Xyz"]


def test_an_unknown_name_is_refused_with_the_nearest_ones(names: Names) -> None:
    """Or with what to write."""
    assert names.faults(SPOKEN, "Roemens")[0].startswith(
        "No language is called “Roemens”. Do you mean Romanian"
    )
    assert "Dutch, French, German or English" in names.faults(SPOKEN, "qqqqqq")[0]
    assert "Do you mean igvm" in names.faults(SOURCES, "Child Focus")[0]
    assert "A web address begins with https://" in names.faults(SOURCES, "qqqqqq")[0]
    assert names.faults("name", "qqqqqq") == []


def test_of_many_unknown_names_the_first_five_get_the_nearest_ones(names: Names) -> None:
    """To look for them takes milliseconds each."""
    faults = names.faults(SPOKEN, "; ".join(f"Roemens{number}" for number in range(4000)))
    assert len(faults) == 4000
    assert sum("Do you mean" in each for each in faults) == 5


def test_without_choices_nothing_is_understood() -> None:
    """A value is its own label then."""
    assert (Choices().value_of("x"), Choices().near("x"), Choices().label("x")) == (None, (), "x")
