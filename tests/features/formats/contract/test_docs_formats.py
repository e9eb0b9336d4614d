"""docs/formats.md: its commands give what it says, and it names every format."""

import re
import shlex
from pathlib import Path

from directory_api.answer.registry import FORMATS
from tests.support.api_client import ApiClient

ROOT = Path(__file__).parents[4]
TEXT = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"^curl .+$", TEXT, flags=re.MULTILINE)]


def test_the_commands_give_each_format_once(api: ApiClient) -> None:
    """Each curl line is answered, and together they show the formats in their order."""
    seen = []
    for _, *options, address in COMMANDS:
        headers = dict([options[1].split(": ")] if options else [])
        response = api.get(address.removeprefix("http://127.0.0.1:8000"), headers=headers)
        assert response.status_code == 200
        seen.append(response.mimetype)
    assert seen == [each.media_type for each in FORMATS]


def test_the_table_has_a_row_for_each_format() -> None:
    """Name and media type of each format of the registry, in its order."""
    rows = re.findall(r"^\| `(\w+)` \| `([a-z/+]+)` \|", TEXT, flags=re.MULTILINE)
    assert rows == [(each.name, each.media_type) for each in FORMATS]


def test_every_ending_is_named() -> None:
    """The endings of the registry, in its order."""
    assert ", ".join(f"`.{each.ending}`" for each in FORMATS) in TEXT
