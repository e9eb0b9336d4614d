"""What a table has no columns for: it stays as it is stored.

A person who gets twenty of eighty columns, or deletes one, says nothing about the others. To empty
a field, its cell is emptied.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from directory_api.features.desk import columns
from directory_api.record import phone_numbers

_Cells = Mapping[str, str]
# Of a list of objects, what names an entry: its other cells are kept where that is the same.
_KEYS: Mapping[str, str] = {
    "phones": "number",
    "languages": "code",
    "contested": "member",
    "acknowledged": "warning",
}
# A phone in the place of another one keeps these, and is printed in the same way.
_OF_ANY_NUMBER = ("kind", "languages", "hours", "note")
_WHILE_CLOSED = ("closed_until", "closed_reason")


def with_kept(kind: str, cells: _Cells, stored: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a row, by column, with those of the stored record for which the table has
    no column. An empty cell empties its field.
    """
    before = columns.flatten(kind, stored)
    if before.keys() <= cells.keys():
        return dict(cells)
    lists = {member: key for member, key in _KEYS.items() if isinstance(stored.get(member), list)}
    kept = {
        column: text
        for column, text in before.items()
        if column not in cells and column.partition(".")[0] not in lists
    }
    if cells.get("status", "temporarily_closed").strip() != "temporarily_closed":
        kept = {
            column: text
            for column, text in kept.items()
            if column.partition(".")[0] not in _WHILE_CLOSED
        }
    for member, key in lists.items():
        kept.update(_kept_in_list(member, key, cells, before))
    return {**cells, **kept}


def _kept_in_list(
    member: str, key: str, cells: _Cells, before: _Cells
) -> Iterator[tuple[str, str]]:
    """Yield the kept cells of a list of objects, such as the languages of a phone."""
    rows, stored = _entries(member, cells), _entries(member, before)
    named = {_key(entry, key) for entry in rows.values()}
    taken = set()
    for number, row in rows.items():
        if not any(map(str.strip, row.values())):  # the entry was removed
            continue
        old = stored.get(number, {})
        name = _key(row, key) if key in row else _key(old, key)
        same = number if _key(old, key) == name else _moved_from(name, key, rows, stored)
        taken.add(same)
        entry = stored.get(same or "", {})
        if not entry and member == "phones" and _key(old, key) not in named:
            entry = _of_another_number(name, old)
        for step, text in entry.items():
            if step not in row:
                yield f"{member}.{number}.{step}", text
    for number, entry in stored.items():  # those beyond the columns of the table
        if number not in rows and number not in taken:
            for step, text in entry.items():
                yield f"{member}.{number}.{step}", text


def _of_another_number(number: str, old: _Cells) -> dict[str, str]:
    """Return the cells of a phone that it keeps with another number; the printed form, if it had
    one, is that of the new number in the same way.
    """
    kept = {step: text for step, text in old.items() if step.split(".")[0] in _OF_ANY_NUMBER}
    if (display := old.get("display")) and phone_numbers.fault_in_number(number) is None:
        countries = {phone_numbers.country_of(each) for each in (number, old["number"])}
        is_national = not display.startswith("+") and len(countries) == 1
        kept["display"] = phone_numbers.printed(number, is_national=is_national)
    return kept


def _moved_from(
    name: str, key: str, rows: Mapping[str, _Cells], stored: Mapping[str, _Cells]
) -> str | None:
    """Return the number of the stored entry of this name, if it is not that of another row."""
    for number, entry in stored.items():
        if _key(entry, key) == name and _key(rows.get(number, {}), key) != name:
            return number
    return None


def _key(entry: _Cells, key: str) -> str:
    return entry.get(key, "").strip()


def _entries(member: str, cells: _Cells) -> dict[str, dict[str, str]]:
    """Return the cells of each entry of a list, by its number and the rest of the column."""
    entries: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for column, text in cells.items():
        first, _, rest = column.partition(".")
        if first == member:
            number, _, step = rest.partition(".")
            entries[number][step] = text
    return entries
