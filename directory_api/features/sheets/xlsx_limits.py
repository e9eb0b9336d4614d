"""Measures the parts of a workbook (ECMA-376 part 1, SpreadsheetML) without storing their content.

It must count at least what calamine reads: the same bytes as UTF-8, and elements by their local
names in every part. A part with a DOCTYPE, which could define entities, is refused.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from directory_api.features.sheets.table import letter
from directory_api.text.errors import Fault
from directory_api.text.message import Message

# 10,000 rows of 200 columns; calamine needs about 80 MB for them.
MOST_CELLS = 2_000_000
# In bytes of UTF-8. Many cells can share one string, and each gets its own copy.
MOST_TEXT = 50 * 1024 * 1024
# Spreadsheet programs nest fewer than 20 levels. The parser keeps every open element in memory.
MOST_NESTED = 100
# Sheets with records. Each of them can be for another kind, country or town.
MOST_SHEETS = 100
# Tags and attributes of all parts: 10,000 centres of 74 columns have 3.9 million in a file of
# openpyxl, and 5.2 million in one of Excel. Scanning takes 2 to 3 microseconds for each.
MOST_MARKUP = 6_000_000
# A part of 12 million empty elements is packed into 50 kB. Real cells have positions, which differ:
# the file above has 1.2 tags and attributes for each packed byte.
MARKUP_PER_BYTE = 4
MARKUP_OF_ANY = 100_000
# Bytes from one tag to the next one: a cell has at most 32,767 characters. The attributes of one
# tag are in memory at once.
LONGEST_RUN = 256 * 1024
# Different names of elements and attributes in a part; the parser stores each of them.
MOST_NAMES = 1_000
_POSITION = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_ROW = re.compile(r"[0-9]{1,7}", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNKNOWN_PROGRAM = Message("no spreadsheet program writes a workbook like this one")


class InvalidWorkbook(Exception):
    """The file is not a valid workbook; the message gives the reason and fits after a colon."""


class TooLarge(Exception):
    """The file unpacks to more data than any real directory has."""


def check_markup(parts: Mapping[str, bytes], packed_bytes: int) -> None:
    """Raise TooLarge if the parts have more tags and attributes than a real workbook. This takes
    0.1 s for 50 MB, and reading so many takes minutes.
    """
    most = min(MOST_MARKUP, MARKUP_OF_ANY + MARKUP_PER_BYTE * packed_bytes)
    if sum(part.count(b"<") + part.count(b"=") for part in parts.values()) > most:
        raise TooLarge
    for part in parts.values():
        for start in range(0, len(part) - LONGEST_RUN, LONGEST_RUN):
            if part.find(b"<", start, start + LONGEST_RUN) < 0:
                raise TooLarge


@dataclass(slots=True)
class WorkbookStats:
    """The totals over all parts: the cells that calamine allocates, the bytes of each shared
    string and how many cells use it, the sheets' names and files by relationship id, the faults.
    """

    area: int = 0
    lengths: "array[int]" = field(default_factory=lambda: array("Q"))
    uses: Counter[int] = field(default_factory=Counter)
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    faults_by_part: list[tuple[str, Fault]] = field(default_factory=list)

    def add_part(self, part: str, content: bytes) -> None:
        """Add one part. Raises InvalidWorkbook if it is not plain XML."""
        _PartScanner(self, part).read(content)

    def check(self) -> None:
        """Raise TooLarge if calamine would need too much memory."""
        count = len(self.lengths)
        text = sum(self.lengths[at] * uses for at, uses in self.uses.items() if at < count)
        if self.area > MOST_CELLS or text > MOST_TEXT:
            raise TooLarge
        # calamine reads a part again for each sheet that names it, and ignores its case.
        used = Counter(
            target.lower().lstrip("/.").removeprefix("xl/")
            for identity, target in self.targets.items()
            if identity in self.sheets
        )
        if any(sheets > 1 for sheets in used.values()):
            raise InvalidWorkbook(_UNKNOWN_PROGRAM)

    def faults(self) -> Iterator[Fault]:
        """Yield faults for cells with an error or with a formula without a result, each with its
        sheet's name.
        """
        for part, fault in self.faults_by_part:
            ids = [
                identity
                for identity, target in self.targets.items()
                if part.endswith(target.lstrip("/."))
            ]
            names = (self.sheets[identity] for identity in ids if identity in self.sheets)
            yield replace(fault, sheet=next(names, None))

    def add_string(self, index: int, length: int) -> None:
        """Note the bytes of a shared string; of several parts with strings the longest counts."""
        if index == len(self.lengths):
            self.lengths.append(length)
        else:
            self.lengths[index] = max(self.lengths[index], length)


class _PartScanner:
    """A scan of one part."""

    def __init__(self, stats: WorkbookStats, part: str) -> None:
        self._stats = stats
        self._part = part
        self._row = self._column = 0  # numbered from 1, as in spreadsheets; 0 before the first
        self._last_row = self._last_column = 0
        self._kind = ""
        self._seen_in_cell: set[str] = set()
        self._value = ""
        self._text: list[str] = []
        self._strings = 0
        self._depth = 0
        self._names: dict[str, str] = {}

    def read(self, content: bytes) -> None:
        # Override the declared encoding, since calamine ignores it.
        parser = expat.ParserCreate("utf-8", intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise InvalidWorkbook(Message("the workbook is damaged")) from None
        self._stats.area += self._last_row * self._last_column

    def _add_text(self, text: str) -> None:
        self._text.append(text)

    def _refuse(self, *_: object) -> None:
        raise InvalidWorkbook(_UNKNOWN_PROGRAM)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED or len(self._names) > MOST_NAMES:
            self._refuse()
        local = name.rpartition(":")[2]
        self._seen_in_cell.add(local)
        if local == "row":
            self._row = int(_match(_ROW, attributes.get("r", str(self._row + 1)))[0])
            self._column = 0
        elif local == "c":
            self._begin_cell(attributes)
        elif local in ("v", "si"):
            self._text.clear()
        elif local == "sheet":
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            if len(ids) != 1 or ids[0] in self._stats.sheets:
                self._refuse()
            self._stats.sheets[ids[0]] = attributes.get("name", "")
        elif local == "Relationship" and self._part.lower() == "xl/_rels/workbook.xml.rels":
            self._stats.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            letters, row = _match(_POSITION, attributes["r"]).groups()
            self._row, self._column = int(row), _column_number(letters)
        self._kind = attributes.get("t", "")
        self._seen_in_cell.clear()
        self._value = ""

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        if local == "c":
            self._end_cell()
        elif local == "si":
            self._stats.add_string(self._strings, len("".join(self._text).encode()))
            self._strings += 1
        elif local == "v":
            self._value = "".join(self._text)

    def _end_cell(self) -> None:
        """Count a cell only if it has content: calamine does not allocate cells that only have a
        format.
        """
        if not self._seen_in_cell & {"v", "is", "f"}:
            return
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._kind == "s":
            self._stats.uses[int(_match(_INDEX, self._value)[0])] += 1
        elif self._kind == "e":
            self._add_fault(
                Message(
                    "The formula in this cell gives an error. Correct it and save the file again."
                )
            )
        # The result of a formula may be an empty text.
        elif "f" in self._seen_in_cell and not self._value and self._kind != "str":
            self._add_fault(
                Message(
                    "The cell has a formula without a result. Open the file in a spreadsheet "
                    "program and save it."
                )
            )

    def _add_fault(self, detail: str) -> None:
        fault = Fault(detail, row=self._row, column=letter(self._column - 1))
        self._stats.faults_by_part.append((self._part, fault))


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if not match:
        raise InvalidWorkbook(Message("the workbook is damaged"))
    return match


def _column_number(letters: str) -> int:
    """The number of a column, from 1: A is 1, AA is 27."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number
