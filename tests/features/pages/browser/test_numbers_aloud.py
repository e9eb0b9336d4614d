"""How the page says numbers and days aloud: all of the directory, in every language."""

import json
import re
from pathlib import Path

from directory_api.hours.in_words import hours_lines, hours_words
from directory_api.text.translations import words
from tests.support import node
from tests.support.records import shipped_records
from tests.support.servers import ROOT

SPOKEN = ROOT / "directory_api/features/pages/src/spoken.js"
DAYS = """
import {{ spokenDays }} from "{module}";
const said = {values}.map(({{ text, week }}) => spokenDays(text, week));
console.log(JSON.stringify(said));
"""
SCRIPT = """
import {{ spokenGroups }} from "{module}";
const {{ numbers, words }} = {values};
const said = words.map((plus) => numbers.map((number) => spokenGroups(number, plus)));
console.log(JSON.stringify(said));
"""
SHOWN = ("number", "display")
KEYS = ("aloud.button", "aloud.sound", "aloud.stop", "aloud.plus")


TAGS = sorted(path.stem for path in (ROOT / "directory_api/text/locale").glob("*.json"))


def shown_numbers() -> list[str]:
    """All numbers of the records, as the page shows them: in their country and in another one."""
    records = shipped_records()
    phones = [phone for centre in records["centres"] for phone in centre.get("phones", ())]
    called = [each for each in (*records["helplines"], *phones) if each.get("number")]
    return sorted({each.get(name) or each["number"] for each in called for name in SHOWN})


def test_every_number_is_said_digit_by_digit_in_every_language(tmp_path: Path) -> None:
    """With the digits that are shown, in their order and groups, and no others."""
    numbers = shown_numbers()
    assert {"112", "101", "078 055 800", "+32 2 511 64 64", "+3225116464"} <= set(numbers)
    plus = [words(tag)["aloud.plus"] for tag in TAGS]
    values = json.dumps({"numbers": numbers, "words": plus})
    script = tmp_path / "say.mjs"
    script.write_text(SCRIPT.format(module=SPOKEN.as_uri(), values=values), encoding="utf-8")
    said = json.loads(node.output(tmp_path, "node", str(script)))
    assert len(said) == len(plus) == 27
    for word, numbers_said in zip(plus, said, strict=True):
        for number, groups in zip(numbers, numbers_said, strict=True):
            assert [re.sub(r"\D", "", group) for group in groups] == [
                re.sub(r"\D", "", group) for group in number.split()
            ]
            tokens = [token for group in groups for token in group.split(", ")]
            assert all(token == word or re.fullmatch("[0-9]", token) for token in tokens)
            assert tokens.count(word) == number.count("+")


def test_the_words_around_a_number_have_no_digits() -> None:
    """A digit in them would be taken for one of the number."""
    for tag in TAGS:
        said = words(tag)
        assert not any(re.search(r"\d", said[key]) for key in KEYS)
        assert not re.search(r"\d", said["call"].format(number=""))


def test_every_day_of_a_range_is_said_in_every_language(tmp_path: Path) -> None:
    """In their order, as the page names them; the times stay as they are shown."""
    lines = [hours_lines("Tu-Sa 09:00-17:00", "BE", None, tag)[0] for tag in TAGS]
    weeks = [dict(hours_words(tag)) for tag in TAGS]
    values = [{"text": line, "week": week} for line, week in zip(lines, weeks, strict=True)]
    script = tmp_path / "say.mjs"
    text = DAYS.format(module=SPOKEN.as_uri(), values=json.dumps(values))
    script.write_text(text, encoding="utf-8")
    texts = json.loads(node.output(tmp_path, "node", str(script)))
    for said, week in zip(texts, weeks, strict=True):
        assert said.startswith(", ".join(week["days"][1:6]))
        assert re.findall(r"\d\d", said) == ["09", "00", "17", "00"]
