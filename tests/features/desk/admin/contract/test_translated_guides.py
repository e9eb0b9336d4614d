"""The guide for maintainers in Dutch and French is written from the English one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from babel.messages.catalog import Catalog

from directory_api.change.proposal import PROPOSAL_LIFE
from directory_api.config import Settings
from directory_api.edit.tokens import SESSION_LIFE
from directory_api.features.desk.passkeys.passkeys import LINK_LIFE
from tools import guide

ORIGINAL = guide.ORIGINAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", guide.LANGUAGES)
def test_the_guide_is_written_from_its_translations(language: str) -> None:
    """Every entry is translated; `make docs-generated` writes the page."""
    catalog, desk = guide.read(guide.translations(language)), guide.labels(language)
    assert list(guide.faults(ORIGINAL, catalog, desk)) == []
    page = guide.target(language).read_text(encoding="utf-8")
    assert page == guide.translated(ORIGINAL, catalog, desk)


def test_the_guide_is_short_and_has_eight_pictures() -> None:
    """It is for people who are not programmers."""
    assert len(ORIGINAL.split()) <= 2200
    assert ORIGINAL.count("](images/") == 8


def test_the_times_in_the_guide_are_those_of_the_code() -> None:
    """How long links, sessions and proposals last, and how long a record is fresh."""
    hours = {LINK_LIFE // timedelta(hours=1), SESSION_LIFE // timedelta(hours=1)}
    days = {PROPOSAL_LIFE.days, Settings().fresh_days}
    assert {*map(int, re.findall(r"(\d+)\s+hours", ORIGINAL))} == hours
    assert {*map(int, re.findall(r"(\d+)\s+days", ORIGINAL))} == days


LINE = "Press *Save*, then read [more](flyer.md) about `24/7`."
TRANSLATION = "Druk op *Save* en lees [meer](flyer.md) over `24/7`."
DESK = {"Save": "Opslaan"}


def _catalog() -> Catalog:
    catalog = Catalog(locale="nl")
    catalog.add(LINE, TRANSLATION)
    return catalog


def test_a_label_is_translated_as_on_the_desk() -> None:
    """The translations have it in English; lines are joined and wrapped again."""
    page = "- Druk op *Opslaan* en lees [meer](flyer.md) over `24/7`.\n"
    original = f"- {LINE}\n".replace("then ", "then\n  ")
    assert list(guide.faults(original, _catalog(), DESK)) == []
    assert guide.translated(original, _catalog(), DESK) == page


def _fuzzy(catalog: Catalog) -> None:
    catalog[LINE].flags.add("fuzzy")


def _missing(catalog: Catalog) -> None:
    catalog[LINE].string = ""


def _obsolete(catalog: Catalog) -> None:
    catalog.add("An old sentence.", "Een oude zin.")


def _own_label(catalog: Catalog) -> None:
    catalog[LINE].string = TRANSLATION.replace("Save", "Opslaan")


def _other_link(catalog: Catalog) -> None:
    catalog[LINE].string = TRANSLATION.replace("flyer.md", "flyers.md")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_fuzzy, "fuzzy: "),
        (_missing, "not translated: "),
        (_obsolete, "obsolete: "),
        (_own_label, "other labels, code or links: "),
        (_other_link, "other labels, code or links: "),
    ],
)
def test_a_fault_of_the_translations_is_found(spoil: Callable[[Catalog], None], fault: str) -> None:
    """The page is not written with it."""
    catalog = _catalog()
    spoil(catalog)
    (found,) = guide.faults(LINE, catalog, DESK)
    assert found.startswith(fault)


def test_a_label_that_the_desk_does_not_have_is_found() -> None:
    """It was renamed, or is misspelt."""
    assert list(guide.faults(LINE, _catalog(), {})) == ["no label of the desk: Save"]


def test_a_changed_sentence_becomes_fuzzy() -> None:
    """It keeps its translation until a person has looked at it."""
    catalog = _catalog()
    changed = LINE.replace("then read", "and then read")
    guide.update(changed, catalog)
    assert list(guide.faults(changed, catalog, DESK)) == [f"fuzzy: {changed}"]
