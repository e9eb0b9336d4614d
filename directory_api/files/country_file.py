"""Checks the file that describes a country: each fault of it, with file and line."""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from directory_api.countries.known import COUNTRY_FILE, folders, postcode_format
from directory_api.hours.holidays import days_of
from directory_api.left_out import Unusable
from directory_api.place.postcode import rule_of
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import ENGLISH, is_language, words

# The members of a country's file: what each means, what it is, and whether it is needed.
# `make docs-generated` writes them into docs/countries.md.
_MEMBERS: Mapping[str, tuple[type, bool]] = {
    # The name in an English sentence, such as `the Netherlands`.
    "name": (str, True),
    # Names that people write after a place, such as `België` in `Gent, België`.
    "names": (list, False),
    # The countries whose postcodes people may type, the most probable first.
    "near": (list, False),
    # The languages to offer first, and the order in which names of places are chosen.
    "languages": (list, False),
    # That order in subdivisions (ISO 3166-2), by the beginning of their code.
    "languages_in": (dict, False),
    # How the country writes postcodes.
    "postcode": (dict, True),
    # The public holidays in the law.
    "holidays": (dict, False),
    # Texts of pages, each shown if the records have its `source`.
    "about": (list, False),
    # How `neighbours/` is made.
    "neighbours": (dict, False),
    # The sources of the postcodes, which every response names.
    "attributions": (list, False),
}
_POSTCODE: Mapping[str, tuple[type, bool]] = {
    # Letters before a postcode, such as `BE`.
    "prefixes": (list, True),
    # A regular expression in capitals. Its group `key` is the part that the table lists.
    "shape": (str, True),
    # A postcode.
    "example": (str, True),
    # Postcodes without a location.
    "institutions": (list, False),
    # A pattern after a postcode that no other country writes.
    "with_name": (str, False),
}
_ABOUT: Mapping[str, tuple[type, bool]] = {
    # The id of the source.
    "source": (str, True),
    # About a call.
    "sentences": (list, False),
    # Below the national line.
    "line": (object, False),  # a text or a table
    # The name of a helpline with this source.
    "helpline": (str, False),
    # Signs of exploitation.
    "signs": (list, False),
    # Advice to people who are worried about someone.
    "worried": (list, False),
    # Advice to people who help victims at work.
    "work": (list, False),
    # Ids of further helplines for people who are worried about someone.
    "lines": (list, False),
}
_HOLIDAYS: Mapping[str, tuple[type, bool]] = {
    # Days of every year and single ones.
    "public": (list, True),
    # Those for some people only, or not confirmed.
    "unclear": (list, False),
}
_ANY_YEAR = 2028
_WORDS: Mapping[type, str] = {str: "a text in quotes", list: "a list in brackets", dict: "a table"}
# Members of the lists that have other members than texts.
_LISTS_OF_ABOUT = ("sentences", "signs", "worried", "work")
_TABLES_IN = (
    *("holidays.public", "holidays.unclear", "attributions", "about"),
    *(f"about.{name}" for name in _LISTS_OF_ABOUT),
)


class FileFault(NamedTuple):
    """What is wrong with a member of the country's file, or with a value in it."""

    member: str
    what: str
    value: str = ""


class CountryFile(NamedTuple):
    """What the file of a country says, its text, and everything that is wrong with it."""

    record: Mapping[str, Any]
    text: str
    faults: list[str]


def refuse_faults(data: Path) -> None:
    """Raise FileUnreadable with every fault of the files of the countries of a data folder."""
    faults = [fault for folder in folders(data) for fault in checked_file(folder).faults]
    if faults:
        raise FileUnreadable("\n".join(faults))


def checked_file(folder: Path) -> CountryFile:
    """Return the file of a country with the faults for which no server uses it. Whether codes of
    languages and countries exist is not among them: that needs Babel.
    """
    path = folder / COUNTRY_FILE
    try:
        text = path.read_text(encoding="utf-8")
        record = tomllib.loads(text)
    except OSError as error:
        where = (
            f"{path}: cannot be read ({error.strerror}); name the folder of one country, such as"
        )
        return CountryFile({}, "", [f"{where} our-data/countries/nl"])
    except ValueError as error:
        return CountryFile({}, "", [f"{path}: {error}"])
    faults = [*placed(path, text, _faults(record))]
    if not re.fullmatch("[a-z]{2}", folder.name):
        faults.insert(0, f"{folder}: name the folder by the country's ISO 3166-1 code, such as nl")
    return CountryFile(record, text, faults)


def placed(path: Path, text: str, faults: Iterable[FileFault]) -> Iterator[str]:
    """Yield each fault as a sentence with its file and line."""
    for fault in faults:
        yield f"{path}: line {_line(text, fault)}: {fault.what}"


def _line(text: str, fault: FileFault) -> int:
    """Return the line of a value, else of its member; that of the end for one that is missing."""
    last = fault.member.rpartition(".")[2]
    lines = text.splitlines()
    pattern = re.compile(rf"(\[+)?\s*(\w+\.)*{re.escape(last)}\s*[=\]]")
    at = next((at for at, line in enumerate(lines) if pattern.match(line)), len(lines) - 1)
    quoted = (f'"{fault.value}"', f"'{fault.value}'") if fault.value else ()
    with_value = (at for at in range(at, len(lines)) if any(each in lines[at] for each in quoted))
    return max(1, next(with_value, at) + 1)


def _faults(record: Mapping[str, Any]) -> Iterator[FileFault]:
    wrong = [*_unlike(record, _MEMBERS, "")]
    for name, members in (("postcode", _POSTCODE), ("holidays", _HOLIDAYS)):
        if isinstance(record.get(name), dict):
            wrong += _unlike(record[name], members, f"{name}.")
    yield from wrong
    unusable = {fault.member for fault in wrong}
    if isinstance(record.get("postcode"), dict):
        yield from _faults_of_shape(record["postcode"], unusable)
    if isinstance(record.get("holidays"), dict):
        yield from _faults_of_holidays(record["holidays"], unusable)
    if "near" not in unusable:
        for code in record.get("near", ()):
            if not re.fullmatch("[A-Z]{2}", code):
                yield FileFault(
                    "near", "near has ISO 3166-1 codes of two capitals, such as NL", code
                )
    if "about" not in unusable:
        yield from _faults_of_about(record.get("about", ()))


def _faults_of_about(about: Iterable[Any]) -> Iterator[FileFault]:
    for each in about:
        if not isinstance(each, dict):
            yield FileFault("about", "about must be tables: write [[about]]")
            continue
        wrong = [*_unlike(each, _ABOUT, "about.")]
        yield from wrong
        listed = (text for name in _LISTS_OF_ABOUT for text in each.get(name, ()))
        texts = () if wrong else (*listed, each.get("line"), each.get("helpline"))
        for text in filter(None, texts):
            if not (_is_key(text) if isinstance(text, str) else _is_by_language(text)):
                yield FileFault(
                    "about",
                    f"about has {text!r}: write a key of the interface's words, such as "
                    '"trust.free", or a table of texts by language: { en = "Calls are free." }',
                    text if isinstance(text, str) else "",
                )


def _is_key(text: str) -> bool:
    try:
        return bool(words(ENGLISH)[text])
    except KeyError:
        return False
    except Unusable:  # no key can be checked
        return True


def _is_by_language(texts: Any) -> bool:
    return isinstance(texts, dict) and all(
        is_language(tag) and isinstance(text, str) for tag, text in texts.items()
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _unlike(
    record: Mapping[str, Any], members: Mapping[str, tuple[type, bool]], below: str
) -> Iterator[FileFault]:
    for name, (kind, is_needed) in members.items():
        path = below + name
        if name not in record and is_needed:
            yield FileFault(path, f"{path} is missing: write {_WORDS[kind]}")
        elif name in record and not isinstance(record[name], kind):
            yield FileFault(path, f"{path} must be {_WORDS[kind]}")
        elif (
            kind is list and path not in _TABLES_IN and not all(map(_is_text, record.get(name, ())))
        ):
            yield FileFault(path, f"{path} must be a list of texts in quotes")
    for name in record:
        if name not in members:
            yield FileFault(
                below + name, f"{below}{name} is unknown; there are {', '.join(members)}"
            )


def _faults_of_shape(postcode: Mapping[str, Any], unusable: Container[str]) -> Iterator[FileFault]:
    wrong = [*_faults_of_patterns(postcode, unusable)]
    yield from wrong
    if wrong or any(f"postcode.{name}" in unusable for name in _POSTCODE):
        return
    rule = rule_of("", "", postcode_format(postcode))
    if rule.key(postcode["example"]) is None:
        yield FileFault("postcode.example", "postcode.example is not written like postcode.shape")
    for code in postcode.get("institutions", ()):
        if rule.key(code) != code:
            what = f"postcode.institutions has {code!r}, which postcode.shape does not have as key"
            yield FileFault("postcode.institutions", what, code)


def _faults_of_patterns(
    postcode: Mapping[str, Any], unusable: Container[str]
) -> Iterator[FileFault]:
    for name in ("shape", "with_name"):
        member = f"postcode.{name}"
        if member in unusable:
            continue
        try:
            pattern = re.compile(postcode.get(name, ""))
        except re.error as error:
            yield FileFault(member, f"{member} is no regular expression: {error}")
        else:
            if name == "shape" and [*pattern.groupindex] != ["key"]:
                yield FileFault(member, f"{member} needs one group, named key: (?P<key>...)")


def _faults_of_holidays(
    holidays: Mapping[str, Any], unusable: Container[str]
) -> Iterator[FileFault]:
    for member in ("holidays.public", "holidays.unclear"):
        days = holidays.get(member.partition(".")[2], ())
        for day in () if member in unusable else days:
            try:
                days_of([day], _ANY_YEAR)
            except (KeyError, TypeError, ValueError):
                yield FileFault(
                    member,
                    f"{member} has {day!r}, which is no day: write one as 12-25, easter+1 or "
                    "2028-06-17",
                    day if isinstance(day, str) else "",
                )
