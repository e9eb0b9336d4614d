"""Search by words: SQLite's FTS5 in memory (https://www.sqlite.org/fts5.html).

Each centre has its folded words there. The labels of services and audiences are not among them:
they are most of the words of a centre, and follow from its codes.
"""

import re
import sqlite3
import threading
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, count, islice, takewhile

from orjson import loads

from directory_api.place.rows import bits_of
from directory_api.record.records import Centre
from directory_api.text.normalize import fold
from directory_api.text.translations import labels

# A telephone number as people write it; fewer digits may be a postcode or a street number.
_SHORTEST_NUMBER = 6
_NUMBER = re.compile(rf"[+(]?(?:[0-9][ ./()-]*){{{_SHORTEST_NUMBER},}}", re.ASCII)
_TABLE = (
    "CREATE VIRTUAL TABLE centres USING fts5(words, content='', columnsize=0, detail=none, "
    # The words are folded already; prefixes of one to three letters have an index of their own.
    "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')"
)
# In one row: SQLite releases the lock of the interpreter for each row that it returns, and a
# hundred thousand of them take 30 ms more.
_MATCHES = "SELECT json_group_array(rowid) FROM centres WHERE centres MATCH ?"
# The last bits of the number of a text are its row, those before it its generation.
_ROW_BITS = 32
_ROW = (1 << _ROW_BITS) - 1
# Of a row whose centre was removed.
_NO_GENERATION = -1
# The rows of a prefix are kept in memory if they are more than this, and more than one in
# _COMMON_SHARE. So many are read in 1 ms. Rarer prefixes are not kept: they may name a place.
_COMMON = 1000
_COMMON_SHARE = 32
# At 100,000 centres the rows of one take 12.5 kB.
_MOST_KEPT = 500


def words_of(centre: Centre) -> str:
    """Return the folded words of a centre: names, place, description, and the ends of its telephone
    numbers; but not the labels of its services and audiences (see `labelled`).
    """
    names = (centre.id, centre.name, *centre.name_translations.values())
    return " ".join(
        {
            *fold(" ".join(_texts(centre))).split(),
            # PAG-ASA is also written pagasa.
            *(fold(name).replace(" ", "") for name in names),
            *chain.from_iterable(_number_words(phone.number) for phone in centre.phones),
        }
    )


def terms_of(query: str) -> list[tuple[str, ...]]:
    """Return what a query asks for: of each tuple one prefix has to begin a word.

    A long number is one word: a telephone number, without what is dialled before it, or another
    one, as it is.
    """
    return [
        *((word,) for word in fold(_NUMBER.sub(" ", query)).split()),
        *((_dialled(number[0]), _digits(number[0])) for number in _NUMBER.finditer(query)),
    ]


def labelled(prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the services and audiences, as pairs of `service` or `audience` and a code, of which
    the code or a label has a word that begins with a prefix.
    """
    words = _label_words()
    following = islice(words, bisect_left(words, (prefix, "", "")), None)
    beginning = takewhile(lambda each: each[0].startswith(prefix), following)
    return ((kind, code) for _, kind, code in beginning)


class TextIndex:
    """The words of each centre, by its row. Immutable, and safe in several threads.

    The index of the next revision adds what has changed to the same table, as texts of another
    generation. Texts that it does not have any more stay there, and are left out of its answers.
    """

    def __init__(self, words: Iterable[tuple[int, str]]) -> None:
        """Make an index of pairs of a row and words, best in the order of the rows."""
        self._table = _Table()
        # The generation of the text of each row.
        self._generations = array("i")
        # The rows of prefixes that many centres have, as bits.
        self._common: dict[str, int] = {}
        self._add(words)

    def changed(self, removed: Mapping[int, str], added: Mapping[int, str]) -> "TextIndex":
        """Return the index without some of its centres and with others, by row with their words."""
        index = TextIndex.__new__(TextIndex)
        index._table, index._generations = self._table, self._generations[:]
        for row in removed:
            index._generations[row] = _NO_GENERATION
        index._add(added.items())
        index._common = self._common.copy()
        rows_without, rows_with = _rows_by_prefix(removed), _rows_by_prefix(added)
        for prefix in index._common.keys() & (rows_without.keys() | rows_with.keys()):
            without, others = rows_without[prefix], rows_with[prefix]
            index._common[prefix] = index._common[prefix] & ~bits_of(without) | bits_of(others)
        return index

    @property
    def texts(self) -> int:
        """The number of texts in the table, with those that no centre has any more."""
        return self._table.texts

    def rows(self, prefix: str) -> int:
        """Return the rows of the centres with a word that begins with a prefix, as bits."""
        bits = self._common.get(prefix)
        if bits is None:
            rows = self._matching(prefix)
            bits = bits_of(rows)
            if len(rows) > max(_COMMON, len(self._generations) // _COMMON_SHARE):
                if len(self._common) >= _MOST_KEPT:
                    self._common.clear()
                self._common[prefix] = bits
        return bits

    def _matching(self, prefix: str) -> list[int]:
        generations, most = self._generations, len(self._generations)
        return [
            row
            for text in self._table.matches(prefix)
            if (row := text & _ROW) < most and generations[row] == text >> _ROW_BITS
        ]

    def _add(self, words: Iterable[tuple[int, str]]) -> None:
        self._table.add(self._numbered(words))

    def _numbered(self, words: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        generation = next(self._table.generations)
        for row, text in words:
            missing = row + 1 - len(self._generations)
            self._generations.extend([_NO_GENERATION] * missing)
            self._generations[row] = generation
            yield generation << _ROW_BITS | row, text


class _Table:
    """A table of FTS5. One thread at a time may use its connection."""

    def __init__(self) -> None:
        self.generations = count()
        self.texts = 0
        self._turn = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(_TABLE)

    def __del__(self) -> None:
        # The indexes of several revisions share the table; it ends with the last of them.
        self._database.close()

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add pairs of the number of a text and its words."""
        with self._turn, self._database:
            insert = "INSERT INTO centres (rowid, words) VALUES (?, ?)"
            self.texts += self._database.executemany(insert, texts).rowcount

    def matches(self, prefix: str) -> list[int]:
        """Return the numbers of the texts with a word that begins with a prefix."""
        with self._turn:
            (numbers,) = self._database.execute(_MATCHES, [f'"{prefix}" *']).fetchone()
        matches: list[int] = loads(numbers)
        return matches


def _rows_by_prefix(words: Mapping[int, str]) -> Mapping[str, set[int]]:
    """Return the rows by the beginnings of their words."""
    rows = defaultdict[str, set[int]](set)
    for row, text in words.items():
        for word in text.split():
            for end in range(1, len(word) + 1):
                rows[word[:end]].add(row)
    return rows


def _dialled(number: str) -> str:
    """Return the digits of a telephone number without the zeros of 02 or 0032, and of +32 (0)2."""
    return _digits(number.replace("(0)", "")).lstrip("0") or _digits(number)


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _number_words(number: str) -> Iterator[str]:
    """Yield the ends of a telephone number in E.164, so that it is found without its country."""
    digits = _dialled(number)
    for start in range(max(1, len(digits) - _SHORTEST_NUMBER + 1)):
        yield digits[start:]


def _texts(centre: Centre) -> list[str]:
    address = centre.address
    return [
        centre.id,
        centre.name,
        *centre.name_translations.values(),
        *centre.description.values(),
        address.street or "",
        *address.street_translations.values(),
        address.postal_code or "",
        *address.locality.values(),
    ]


@cache
def _label_words() -> list[tuple[str, str, str]]:
    """Return the words of each service and audience, sorted, with what they are words of: those of
    the code, and of its labels in the languages that have all texts.
    """
    return sorted(
        (word, kind, code)
        for kind in ("service", "audience")
        for code, names in labels(kind).items()
        for word in {*fold(" ".join((code, *names.values()))).split()}
    )
