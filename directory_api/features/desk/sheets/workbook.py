"""Writes the records as a workbook for maintainers (.xlsx), with lists to choose from and a sheet
of help; reader.py reads it again.

Equal records give equal bytes. All cells are text, so that a spreadsheet program removes no 0 and
no +, and makes no date of `24/7` and no formula of any text.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial
from typing import Any

import xlsxwriter
from marshmallow import fields, validate
from xlsxwriter.worksheet import Worksheet

from directory_api.change.change import Contents
from directory_api.features.desk import columns
from directory_api.features.desk.members.labels import column_in_words
from directory_api.features.desk.sheets import filled_in
from directory_api.features.desk.sheets.raw_records import COLLECTIONS
from directory_api.features.desk.sheets.table import letter
from directory_api.features.desk.sheets.words import HEADINGS, INTRODUCTION
from directory_api.record import cells, validators
from directory_api.record.record_value import Record
from directory_api.record.records import in_dialling_order
from directory_api.text.message import Texts, translate
from directory_api.text.translations import ENGLISH, language_name, locale_of

# What changes most often. {} is the first language of the towns.
SHORT = (
    "id",
    "name",
    "status",
    "closed_until",
    "address.street",
    "address.postcode",
    "address.locality.{}",
    "address_visibility",
    "phones.1.number",
    "phones.1.kind",
    "phones.1.hours",
    "phones.2.number",
    "phones.2.kind",
    "email",
    "website",
    "languages.1.code",
    "languages.2.code",
    "languages.3.code",
    "services",
    "opening_hours",
)
_TOWN = "address.locality"
# A workbook says when it was made: always the same, so that equal records are equal files.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
# Rows below the records in which new ones can be written, with the same lists.
_NEW_ROWS = 500
# Limits of Excel for what it shows beside a selected cell.
_LONGEST_TITLE = 32
_LONGEST_MESSAGE = 255
_WIDEST = 40
_NARROWEST = 11
_DAY = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a sheet, with its words for the reader; `allowed` are the words of its list."""

    name: str
    label: str
    help: str
    example: str
    allowed: Mapping[str, str]
    # Several of the words of its list can be in one cell.
    takes_several: bool
    is_language: bool
    is_day: bool


def workbook(contents: Contents, texts: Texts, *, has_all: bool) -> bytes:
    """Return a workbook of the centres with the columns of SHORT; or of all records, with all
    columns. The centres are sorted by id.
    """
    centres = [record for _, record in sorted(contents.get("centre", {}).items())]
    records: dict[str, list[Record]] = {"centre": centres}
    if has_all:
        records["helpline"] = [*in_dialling_order(contents.get("helpline", {}).values())]
        records["source"] = [
            source
            for header in contents.get("directory", {}).values()
            for source in header["sources"]
        ]
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        _Writer(book, texts).write(records, has_all=has_all)
    return packed.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, texts: Texts) -> None:
        self._book = book
        self._texts = texts
        plain = {"num_format": "@", "valign": "top"}
        self._text = book.add_format({**plain, "locked": False})
        self._day = book.add_format({**plain, "locked": False, "num_format": _DAY})
        self._wrapped = book.add_format({**plain, "text_wrap": True})
        self._locked = book.add_format({**plain, "bg_color": "#e7e6e6"})
        self._head = book.add_format(
            {**plain, "bold": True, "text_wrap": True, "bg_color": "#d9e2f3", "bottom": 1}
        )
        self._lists: dict[tuple[str, ...], str] = {}

    def write(self, records: Mapping[str, Sequence[Record]], *, has_all: bool) -> None:
        sheets = {}
        for kind, of_kind in records.items():
            names = columns.column_names(kind, of_kind)
            chosen = names if has_all else _short(names, of_kind, self._texts.tag)
            sheets[kind] = [*map(partial(self._column, kind), chosen)]
            worksheet = self._book.add_worksheet(COLLECTIONS[kind])
            self._write_records(worksheet, kind, sheets[kind], of_kind)
        self._write_help(sheets)
        self._write_lists()

    def _column(self, kind: str, name: str) -> _Column:
        words = column_in_words(kind, name)
        assert words is not None  # a test compares the columns of the schemas with the fields
        field = filled_in.field_of(kind, name)
        takes_several = isinstance(field, fields.List)
        inner = field.inner if isinstance(field, fields.List) else field
        is_language = isinstance(field, validators.LanguageTag)
        return _Column(
            name,
            self._say(words.label),
            self._say(words.cell),
            words.field.example,
            self._languages if is_language else self._allowed(inner, words.field.labels),
            takes_several,
            is_language,
            validators.day in inner.validators,
        )

    def _say(self, text: str) -> str:
        return translate(text, self._texts)

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        """Return the languages with a tag of two letters, by name."""
        tags = [tag for tag in map(str, locale_of(ENGLISH).languages) if len(tag) == len(ENGLISH)]
        names = {tag: language_name(tag, self._texts.tag) for tag in tags}
        return {tag: names[tag] for tag in sorted(tags, key=lambda tag: names[tag].casefold())}

    def _allowed(self, field: fields.Field[Any], labels: Mapping[str, str]) -> Mapping[str, str]:
        """Return the words of a closed list, with what each means."""
        if isinstance(field, fields.Boolean):
            return {"yes": "", "no": ""}
        lists = [each.choices for each in field.validators if isinstance(each, validate.OneOf)]
        return {word: self._say(labels.get(word, "")) for word in (lists[0] if lists else ())}

    def _write_records(
        self,
        worksheet: Worksheet,
        kind: str,
        each_column: Sequence[_Column],
        records: Sequence[Record],
    ) -> None:
        first, last = 2, 1 + len(records)
        for at, column in enumerate(each_column):
            worksheet.write_string(0, at, column.label, self._head)
            worksheet.write_string(1, at, column.name, self._head)
        longest = [len(column.label) // 2 for column in each_column]
        for row, record in enumerate(records, start=first):
            texts = columns.flatten(kind, record)
            for at, column in enumerate(each_column):
                if text := self._cell(column, texts.get(column.name, "")):
                    longest[at] = max(longest[at], len(text))
                    self._write(worksheet, row, at, column, text)
        for at, column in enumerate(each_column):
            width = min(max(longest[at] + 2, _NARROWEST), _WIDEST)
            worksheet.set_column(at, at, width, self._day if column.is_day else self._text)
            self._offer(worksheet, at, column, (first, last + _NEW_ROWS))
        # The names of the columns are for the import, the labels above them for people.
        worksheet.set_row(0, 32)
        worksheet.set_row(1, None, None, {"hidden": True})
        worksheet.freeze_panes(2, 2)
        rows = f"A1:{letter(len(each_column) - 1)}{last + _NEW_ROWS + 1}"
        worksheet.ignore_errors({"number_stored_as_text": rows})
        # Without a password: it prevents mistakes, and is no secret.
        worksheet.protect("", {"format_columns": True, "format_rows": True})

    def _cell(self, column: _Column, text: str) -> str:
        if text and column.is_language:
            name = language_name(text, self._texts.tag)
            return _with_name(text, name)
        return text if cells.unguarded(text) == text else cells.guarded(text)

    def _write(self, worksheet: Worksheet, row: int, at: int, column: _Column, text: str) -> None:
        if column.is_day and (day := _day(text)):
            worksheet.write_datetime(row, at, day, self._day)
            return
        worksheet.write_string(row, at, text, self._locked if column.name == "id" else self._text)

    def _offer(self, worksheet: Worksheet, at: int, column: _Column, rows: tuple[int, int]) -> None:
        """Show the help beside a selected cell, and the list if the column has one."""
        options: dict[str, Any] = {"validate": "any"}
        if column.allowed:
            offered = tuple(
                _with_name(word, name) if column.is_language else word
                for word, name in column.allowed.items()
            )
            options = {
                "validate": "list",
                "source": self._listed(offered),
                # A language may be written without its name, and services with semicolons.
                "show_error": not (column.takes_several or column.is_language),
            }
        message = " ".join(filter(None, (column.help, _example(column.example))))
        if message or column.allowed:
            options["input_title"] = column.label[:_LONGEST_TITLE]
            options["input_message"] = _shortened(message)
            worksheet.data_validation(rows[0], at, rows[1], at, options)

    def _listed(self, offered: tuple[str, ...]) -> str:
        """Return where the words of a list are: in a cell Excel takes 255 characters only."""
        if offered not in self._lists:
            column = letter(len(self._lists))
            self._lists[offered] = f"=Lists!${column}$1:${column}${len(offered)}"
        return self._lists[offered]

    def _write_lists(self) -> None:
        worksheet = self._book.add_worksheet("Lists")
        worksheet.hide()
        for at, offered in enumerate(self._lists):
            for row, word in enumerate(offered):
                worksheet.write_string(row, at, word)

    def _write_help(self, sheets: Mapping[str, Sequence[_Column]]) -> None:
        worksheet = self._book.add_worksheet("Help")
        worksheet.hide_gridlines(2)
        for at, width in enumerate((12, 28, 60, 30, 50)):
            worksheet.set_column(at, at, width, self._wrapped)
        row = 0
        for sentence in INTRODUCTION:
            worksheet.merge_range(row, 0, row, 4, self._say(sentence), self._wrapped)
            worksheet.set_row(row, 32)
            row += 1
        for at, heading in enumerate(HEADINGS):
            worksheet.write_string(row + 1, at, self._say(heading), self._head)
        row += 2
        worksheet.freeze_panes(row, 0)
        for kind, each_column in sheets.items():
            for column in each_column:
                allowed = (
                    ()
                    if column.is_language
                    else (
                        f"{word}: {name}" if name else word for word, name in column.allowed.items()
                    )
                )
                shown = (
                    COLLECTIONS[kind],
                    column.label,
                    column.help,
                    column.example,
                    "\n".join(allowed),
                )
                for at, text in enumerate(shown):
                    worksheet.write_string(row, at, text, self._wrapped)
                row += 1


def _short(names: Sequence[str], records: Sequence[Record], language: str) -> list[str]:
    """Return the columns of SHORT; all of them, even if no record has a second phone. The town is
    in the language that most records have, and of these in that of the reader.
    """
    counts = Counter(tag for record in records for tag in record["address"]["locality"])
    tags = [name.removeprefix(f"{_TOWN}.") for name in names if name.startswith(f"{_TOWN}.")]
    town = max(tags, key=lambda tag: (counts[tag], tag == language))
    return [name.format(town) for name in SHORT]


def _with_name(tag: str, name: str) -> str:
    return f"{tag} ({name})" if name and name != tag else tag


def _example(text: str) -> str:
    return f"({text})" if text else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def _day(text: str) -> date | None:
    """Return the day of a cell; None before 1900, which a workbook cannot have."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1900 else None
