"""What maintainers read about a record is a Message, which /admin can say in their language."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import date
from gettext import NullTranslations
from pathlib import Path

import pytest

import directory_api
from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.directory import postcode_faults, read_records
from directory_api.change.guards import NOTHING_ALLOWED, NextSteps, about_helplines, untyped
from directory_api.change.sentences import in_one_line, sentences
from directory_api.change.warnings import change_warnings, record_warnings
from directory_api.edit.check import NOT_CONFIRMED
from directory_api.place.gazetteer import Gazetteer
from directory_api.text.errors import ConfirmationRequired, Fault, RecordsInvalid
from directory_api.text.message import Message, Texts, translate
from tests.support.mistakes import MISTAKES, Mistake
from tests.support.records import shipped_records

TODAY = date(2026, 11, 24)
PACKAGE = Path(directory_api.__file__).parent


class _Marked(NullTranslations):
    """A language that does not exist: each sentence has a mark around it."""

    def gettext(self, message: str) -> str:
        """Return the pattern with the marks."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return one of both with the marks."""
        return self.gettext(msgid1 if n == 1 else msgid2)


MARKED = Texts("en", _Marked())


def _of_mistake(mistake: Mistake, gazetteer: Gazetteer) -> Iterator[str]:
    """Yield every sentence that is said of a mistake: its errors, warnings and differences, and
    what must be confirmed.
    """
    change = Change(mistake.kind, mistake.id, mistake.before(), mistake.after())
    document = shipped_records()
    collection = COLLECTIONS[mistake.kind]
    others = [each for each in document[collection] if each["id"] != mistake.id]
    document[collection] = [*others, *([change.after] if change.after else [])]
    try:
        records = read_records(document)
    except RecordsInvalid as error:
        yield error.detail
        yield from _said_of(error.faults)
        return
    yield in_one_line(change)
    yield from (sentence.text for sentence in sentences(change))
    faults = (*untyped([change], NOTHING_ALLOWED), *about_helplines([change]))
    needed = NextSteps(Message("Ask."), Message("Type {number}.")).added_to(
        ConfirmationRequired(NOT_CONFIRMED, faults)
    )
    yield needed.detail
    yield from _said_of(needed.faults)
    find = gazetteer.find
    for centre in records.centres:
        yield from _said_of(postcode_faults(centre, "", gazetteer))
    yield from _said_of(record_warnings(records.centres, records.helplines, find, TODAY))
    yield from _said_of(change_warnings(change))


def _said_of(faults: Iterable[Fault]) -> Iterator[str]:
    for fault in faults:
        yield fault.detail
        yield fault.message


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_what_is_said_of_a_mistake_can_be_said_in_another_language(
    mistake: Mistake, gazetteer: Gazetteer
) -> None:
    for text in _of_mistake(mistake, gazetteer):
        assert isinstance(text, Message), text
        marked = translate(text, MARKED)
        assert marked.startswith("⟦"), marked
        assert marked.endswith("⟧"), marked


# A back quote, a JSON pointer, an option of a command, a setting.
_FOR_PROGRAMS = re.compile(
    r"`|(?<![:/\w])/(centres|helplines|sources|[a-z_]+/[0-9])|--[a-z]|DIRECTORY_"
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_what_is_said_of_a_mistake_is_for_people(mistake: Mistake, gazetteer: Gazetteer) -> None:
    for text in _of_mistake(mistake, gazetteer):
        assert not _FOR_PROGRAMS.search(text), text


# Whose messages maintainers read in /admin. What operators read at a terminal is in English.
_READ = (
    *("record", "change", "hours", "edit", "text"),
    *("features/desk/imports", "features/desk/sheets", "features/review"),
)
_ONLY_OPERATORS = {
    *("edit/seed.py", "edit/tokens.py", "features/desk/imports/exporter.py"),
    *("features/desk/imports/commands.py", "features/review/commands.py"),
}
# Maintainers read the text of the problem type instead.
_NOT_READ = {
    *("StoreUnavailable", "StoreMissing", "NotReady", "KeyError"),
    *("CentreNotFound", "HelplineNotFound"),
    # A part that is left out is named to operators.
    "Unusable",
}


def _files() -> Iterator[Path]:
    for name in _READ:
        path = PACKAGE / name
        for file in [path] if path.suffix else sorted(path.glob("*.py")):
            if str(file.relative_to(PACKAGE)) not in _ONLY_OPERATORS:
                yield file


def _plain_errors(file: Path) -> Iterator[int]:
    """Yield the lines with an error or a fault that is made of a plain text."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or not call.args:
            continue
        text = call.args[0]
        is_text = isinstance(text, ast.JoinedStr) or (
            isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value != ""
        )
        is_raised = isinstance(node, ast.Raise) and call.func.id not in _NOT_READ
        if is_text and (is_raised or call.func.id == "Fault"):
            yield call.lineno


def test_every_error_that_maintainers_read_is_made_of_a_message() -> None:
    """Otherwise /admin would say it in English."""
    files = list(_files())
    assert len(files) > 40
    assert [f"{file}:{line}" for file in files for line in _plain_errors(file)] == []


def test_a_plain_error_is_found(tmp_path: Path) -> None:
    """So that the test above can fail."""
    file = tmp_path / "a.py"
    file.write_text('raise Invalid("No.")\nFault(f"{a}")\nraise Invalid(Message("No."))\n')
    assert [*_plain_errors(file)] == [1, 2]


@pytest.mark.parametrize(
    ("fault", "english", "place"),
    [
        (
            Fault("No.", sheet="A", row=3, column="id (B)", pointer="/centres/1/id"),
            "sheet A, row 3, column id (B): No.",
            True,
        ),
        (
            Fault("No.", line=4, pointer="/phones/0/number"),
            "line 4, field phones › 1 › number: No.",
            True,
        ),
        (Fault("No.", parameter="name"), "No.", False),
    ],
)
def test_a_fault_says_where_it_is_as_people_count(
    fault: Fault, english: str, *, place: bool
) -> None:
    """From 1, and without a JSON pointer."""
    assert fault.message == english
    assert isinstance(fault.place, Message) is place


def test_the_id_of_its_record_is_put_behind_a_fault_and_taken_away() -> None:
    """By what is checked alone, and by what is one of many."""
    fault = Fault(Message("No."))
    named = fault.of_record("pag-asa")
    assert named.detail == "No. (pag-asa)"
    assert named.without_record("payoke") == named
    assert named.without_record("pag-asa") == fault
    assert fault.without_record("pag-asa") == fault
