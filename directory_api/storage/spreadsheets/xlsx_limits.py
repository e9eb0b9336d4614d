"""Measures the parts of a workbook (ECMA-376 part 1, SpreadsheetML) without storing their content.

It must count at least what calamine reads: the same bytes as UTF-8, elements by their local names
in every part, no entities.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from directory_api.domain.errors import Fault
from directory_api.storage.spreadsheets.table import letter

# 10,000 rows of 200 columns; calamine needs about 80 MB for them.
MOST_CELLS = 2_000_000
# Many cells can share one string, and each gets its own copy.
MOST_TEXT = 50 * 1024 * 1024
_POSITION = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_ROW = re.compile(r"[0-9]{1,7}", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


class InvalidWorkbook(Exception):
    """The file is not a valid workbook; the message gives the reason and fits after a colon."""


class TooLarge(Exception):
    """The file unpacks to more data than any real directory has."""


@dataclass(slots=True)
class WorkbookStats:
    """The totals over all parts."""

    area: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    shared: Counter[int] = field(default_factory=Counter)
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    odd: list[tuple[str, Fault]] = field(default_factory=list)

    def look_through(self, part: str, content: bytes) -> None:
        """Add one part. Raises Broken if it is not plain XML."""
        _PartScanner(self, part).read(content)

    def check(self) -> None:
        """Raise TooLarge if calamine would need too much memory."""
        text = sum(self.lengths[index] * times for index, times in self.shared.items())
        if self.area > MOST_CELLS or text > MOST_TEXT:
            raise TooLarge

    def faults(self) -> Iterator[Fault]:
        """Yield faults for cells with an error or with a formula without a result, each with its
        sheet's name.
        """
        for part, fault in self.odd:
            ids = [
                identity
                for identity, target in self.targets.items()
                if part.endswith(target.lstrip("/."))
            ]
            yield replace(
                fault, sheet=next((self.sheets[one] for one in ids if one in self.sheets), None)
            )


class _PartScanner:
    """A scan of one part."""

    def __init__(self, seen: WorkbookStats, part: str) -> None:
        self._seen = seen
        self._part = part
        self._row = self._column = 0  # numbered from 1, as in spreadsheets; 0 before the first
        self._last_row = self._last_column = 0
        self._kind = ""
        self._inside: set[str] = set()
        self._value = ""
        self._text: list[str] = []
        self._strings = 0

    def read(self, content: bytes) -> None:
        # Override the declared encoding, since calamine ignores it.
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text_comes
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise InvalidWorkbook("the workbook is damaged") from None
        self._seen.area += self._last_row * self._last_column

    def _text_comes(self, text: str) -> None:
        self._text.append(text)

    def _doctype(self, *_: object) -> None:
        raise InvalidWorkbook("the workbook is not written as spreadsheets write it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._inside.add(local)
        if local == "row":
            self._row = int(_match(_ROW, attributes.get("r", str(self._row + 1)))[0])
            self._column = 0
        elif local == "c":
            self._begin_cell(attributes)
        elif local in ("v", "si"):
            self._text.clear()
        elif local == "sheet":
            identity = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), ""
            )
            self._seen.sheets[identity] = attributes.get("name", "")
        elif local == "Relationship" and self._part.lower() == "xl/_rels/workbook.xml.rels":
            self._seen.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            letters, row = _match(_POSITION, attributes["r"]).groups()
            self._row, self._column = int(row), _index(letters)
        self._kind = attributes.get("t", "")
        self._inside.clear()
        self._value = ""

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._end_cell()
        elif local == "si":
            self._seen.lengths[self._strings] = max(
                self._seen.lengths[self._strings], sum(map(len, self._text))
            )
            self._strings += 1
        elif local == "v":
            self._value = "".join(self._text)

    def _end_cell(self) -> None:
        """Count a cell only if it has content: calamine does not allocate cells that only have a
        format.
        """
        if not self._inside & {"v", "is", "f"}:
            return
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._kind == "s":
            self._seen.shared[int(_match(_INDEX, self._value)[0])] += 1
        elif self._kind == "e":
            self._odd("holds an error of its formula; mend the formula, then save again")
        # The result of a formula may be an empty text.
        elif "f" in self._inside and not self._value and self._kind != "str":
            self._odd(
                "holds a formula without its result; open and save it in a spreadsheet program"
            )

    def _odd(self, detail: str) -> None:
        fault = Fault(detail, row=self._row, column=letter(self._column - 1))
        self._seen.odd.append((self._part, fault))


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if not found:
        raise InvalidWorkbook("the workbook is damaged")
    return found


def _index(letters: str) -> int:
    """The number of a column, from 1: A is 1, AA is 27."""
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number
