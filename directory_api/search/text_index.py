"""Search by words: SQLite's FTS5 in memory (https://www.sqlite.org/fts5.html).

A row for each centre has its folded words. The rows are in the order of the ids, so that a page in
that order needs only its own rows.
"""

import re
import sqlite3
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

from directory_api.domain.model.records import Centre
from directory_api.domain.text.normalize import fold
from directory_api.i18n.translations import labels

# A telephone number as people write it; fewer digits may be a postcode or a street number.
_SHORTEST_NUMBER = 6
_NUMBER = re.compile(rf"[+(]?(?:[0-9][ ./()-]*){{{_SHORTEST_NUMBER},}}", re.ASCII)
# Between the rows of neighbours, for new ids. The difference of two rows that match is stored, in
# one byte if it is less than 128.
_GAP = 64
_TABLE = (
    "CREATE VIRTUAL TABLE centres USING fts5(words, content='', columnsize=0, detail=none, "
    # The words are folded already; prefixes of one to three letters have an index of their own.
    "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')"
)


def words_of(centre: Centre) -> str:
    """Return the folded words of a centre: names, place, description, services, audiences, and the
    ends of its telephone numbers.
    """
    vocabularies = (
        *(_label_words("service", code) for code in centre.services),
        *(_label_words("audience", code) for code in centre.audiences),
    )
    names = (centre.id, centre.name, *centre.name_translations.values())
    return " ".join(
        {
            *fold(" ".join(_texts(centre))).split(),
            # PAG-ASA is also written pagasa.
            *(fold(name).replace(" ", "") for name in names),
            *chain.from_iterable(_number_words(phone.number) for phone in centre.phones),
            *chain.from_iterable(vocabularies),
        }
    )


class TextIndex:
    """The words of each centre, by its id. Immutable, and safe in several threads."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """Make an index of pairs of an id and words, best in the order of the ids."""
        # The ids in their order, and the row of each.
        self._ids: list[str] = []
        self._rows: list[int] = []
        # One thread at a time may use a connection.
        self._turn = threading.Lock()
        self._database = _database()
        self._database.execute(_TABLE)
        self._insert(self._numbered(words))
        self._last_row = len(self._ids) * _GAP
        in_order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        # Whether the rows are in the order of the ids, too.
        self._is_in_order = in_order == [*range(len(self._ids))]
        self._ids = [self._ids[number] for number in in_order]
        self._rows = [self._rows[number] for number in in_order]

    def _numbered(self, words: Iterable[tuple[str, str]]) -> Iterator[tuple[int, str]]:
        for identity, text in words:
            self._ids.append(identity)
            self._rows.append(len(self._ids) * _GAP)
            yield self._rows[-1], text

    def changed(self, removed: Mapping[str, str], added: Mapping[str, str]) -> "TextIndex":
        """Return the index without some of its centres and with others, by id with their words."""
        index = TextIndex.__new__(TextIndex)
        index._ids, index._rows, index._turn = self._ids[:], self._rows[:], threading.Lock()
        index._last_row, index._is_in_order = self._last_row, self._is_in_order
        index._database = _database()
        with self._turn:
            self._database.backup(index._database)
        for identity, words in removed.items():
            number = bisect_left(index._ids, identity)
            index._delete(index._rows[number], words)
            del index._ids[number], index._rows[number]
        index._insert([(index._new_row(identity), words) for identity, words in added.items()])
        return index

    def count(self, query: str) -> int:
        """Return how many centres match, as in `matches`."""
        expression = _expression(query)
        if not expression:
            return 0
        with self._turn:
            row = self._database.execute(
                "SELECT count(*) FROM centres WHERE centres MATCH ?", [expression]
            ).fetchone()
        return int(row[0])

    def matches(self, query: str, after: str | None = None, limit: int | None = None) -> list[str]:
        """Return the ids of centres of which each word of the query is the beginning of a word.

        They are sorted, and follow `after`; at most `limit`. None match a query without words.
        """
        expression = _expression(query)
        first = 0 if after is None else bisect_right(self._ids, after)
        if not expression or first == len(self._ids):
            return []
        if self._is_in_order:
            least, most = self._rows[first], -1 if limit is None else limit
            rows = self._matching(expression, least, most)
            return [self._ids[bisect_left(self._rows, row)] for row in rows]
        matching = {*self._matching(expression, 0, -1)}
        following = zip(self._ids[first:], self._rows[first:], strict=True)
        return [identity for identity, row in following if row in matching][:limit]

    def _matching(self, expression: str, least: int, most: int) -> list[int]:
        with self._turn:
            rows = self._database.execute(
                "SELECT rowid FROM centres WHERE centres MATCH ? AND rowid >= ? "
                "ORDER BY rowid LIMIT ?",
                [expression, least, most],
            ).fetchall()
        return [row for (row,) in rows]

    def _new_row(self, identity: str) -> int:
        """Return a row for a new id between those of its neighbours; the last one if there is no
        room. Then every match is read for a page, until the next start.
        """
        number = bisect_left(self._ids, identity)
        before = self._rows[number - 1] if number else 0
        row = (before + self._rows[number]) // 2 if number < len(self._rows) else 0
        if row <= before or not self._is_in_order:
            self._is_in_order = self._is_in_order and number == len(self._rows)
            row = self._last_row + _GAP
        self._last_row = max(self._last_row, row)
        self._ids.insert(number, identity)
        self._rows.insert(number, row)
        return row

    def _insert(self, rows: Iterable[tuple[int, str]]) -> None:
        with self._database:
            self._database.executemany("INSERT INTO centres (rowid, words) VALUES (?, ?)", rows)

    def _delete(self, row: int, words: str) -> None:
        # An index without content has to be told what it contains.
        with self._database:
            self._database.execute(
                "INSERT INTO centres (centres, rowid, words) VALUES ('delete', ?, ?)", [row, words]
            )


def _database() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)


def _expression(query: str) -> str:
    """Return a query of FTS5: each word in quotation marks, as a prefix.

    A long number is one word: a telephone number, without what is dialled before it, or another
    one, as it is.
    """
    words = [f'"{word}" *' for word in fold(_NUMBER.sub(" ", query)).split()]
    numbers = [
        f'("{_dialled(number[0])}" * OR "{_digits(number[0])}" *)'
        for number in _NUMBER.finditer(query)
    ]
    return " AND ".join([*words, *numbers])


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
def _label_words(kind: str, code: str) -> tuple[str, ...]:
    """Return the folded words of a code and its labels in the languages that have all texts."""
    return (*fold(" ".join((code, *labels(kind)[code].values()))).split(),)
