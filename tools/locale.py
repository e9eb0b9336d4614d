"""Adds a key to the texts of every language: `make locale KEY=service.shelter AFTER=service.legal
EN="Shelter" NL=... FR=... DE=...`.

The four complete languages get their texts, and every other language the key among its `unsure`
ones, where a speaker finds it.
"""

import json
import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).parents[1] / "directory_api" / "text" / "locale"
_KEY = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
# The languages that have every key.
COMPLETE = ("nl", "fr", "de")


def add(folder: Path, key: str, after: str, texts: dict[str, str]) -> list[str]:
    """Add a key after another one; `texts` are by language, and have at least English. Return what
    is wrong, with nothing written then; an empty list if all is right.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.json"))}
    locales = {tag: json.loads(path.read_text(encoding="utf-8")) for tag, path in files.items()}
    english = [*locales["en"]["words"]]
    faults = [] if _KEY.fullmatch(key) else [f"{key}: write small letters, digits, - and dots"]
    if key in english:
        faults.append(f"{key}: every language has this key")
    if after not in english:
        faults.append(f"{after}: there is no such key to follow")
    if not faults:
        order = [*english[: english.index(after) + 1], key, *english[english.index(after) + 1 :]]
        for tag, locale in locales.items():
            _put(locale, key, texts.get(tag), order)
            files[tag].write_text(
                json.dumps(locale, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
            )
    return faults


def _put(locale: dict[str, Any], key: str, text: str | None, order: list[str]) -> None:
    """Put a key into one language, in the order of English."""
    if text is None:
        locale["unsure"] = sorted([*locale["unsure"], key], key=order.index)
    else:
        words = {**locale["words"], key: text}
        locale["words"] = {each: words[each] for each in order if each in words}


def main() -> int:
    """Read the arguments. Returns 1 if something is wrong, with what it is."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("key")
    parser.add_argument("--after", required=True, help="the key that it follows")
    for tag in ("en", *COMPLETE):
        parser.add_argument(f"--{tag}", help="the text in this language")
    given = vars(parser.parse_args())
    texts = {tag: given[tag] for tag in ("en", *COMPLETE) if given[tag]}
    missing = [tag for tag in ("en", *COMPLETE) if tag not in texts]
    faults = [f"{tag}: this language has every key; give its text" for tag in missing]
    faults = faults or add(LOCALE, given["key"], given["after"], texts)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
