"""The texts of a language for the person who reviews them: `make speaker TAG=tr`.

They are by screen, and the screens by the harm that a wrong sentence can do. With --export the
texts of all languages become files that Weblate reads, and with --import they come back.
"""

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.locale import COMPLETE, LOCALE

_VALUE = re.compile(r"\{[a-z]+\}")


@dataclass(frozen=True, slots=True)
class Screen:
    """A part of what a visitor sees, the harm that a wrong sentence can do there, and the
    beginnings of its keys.
    """

    name: str
    harm: str
    keys: tuple[str, ...]

    def begins(self, key: str) -> int:
        """Return the length of the longest beginning of a key, or -1 if none of them is one."""
        return max((len(each) for each in self.keys if key.startswith(each)), default=-1)


# The worst harm first. A key belongs to the screen with its longest beginning; the last has all.
SCREENS = (
    Screen(
        "Leaving, and what others can see",
        "a person who looks at the screen learns what the page is for, or the visitor believes "
        "that the history is gone",
        ("title", "heading", "neutral.", "exit."),
    ),
    Screen(
        "The numbers to call",
        "the visitor does not call, calls too late, or calls the wrong number",
        ("helplines.", "call", "helpline.", "hours.always", "phone.", "open.", "aloud.", "way."),
    ),
    Screen(
        "What is promised",
        "the visitor trusts a promise that no one made: that it is free, secret or safe",
        (
            *("trust.", "privacy.", "address.hidden", "address.map_help"),
            *("share.help", "way.free", "way.charged", "way.cost", "way.bill"),
            *("way.off_bill", "way.on_bill", "way.sound", "way.trace", "way.sms_", "way.credit_"),
        ),
    ),
    Screen(
        "On paper",
        "the print hangs on a wall with it, and cannot be corrected",
        ("flyer.", "print_check."),
    ),
    Screen(
        "What is not certain",
        "the visitor goes to a place that is closed, has moved, or is not the closest",
        (
            *("record.", "contested.", "temporary.", "status.", "uncertain.", "outside", "offline"),
            *("name.unknown", "hours.", "distance", "responsible."),
        ),
    ),
    Screen(
        "Advice to people who help",
        "they put the person in danger, or do nothing",
        (
            *("door.sign", "door.care", "door.several", "door.confront", "door.refuse"),
            *("door.doubt", "door.report", "door.advise", "door.child"),
        ),
    ),
    Screen(
        "When a search fails",
        "the visitor gives up, or believes to have done something wrong",
        ("error.", "suggestions.", "alternatives.", "position.", "load", "retry.", "empty"),
    ),
    Screen(
        "The form and the answer",
        "the visitor does not understand what to type, or what a centre offers",
        (
            *(
                "postcode.",
                "country.",
                "find.",
                "again.",
                "change.",
                "results.",
                "result.",
                "kind.",
            ),
            *("service", "audience", "spoken.", "speaks", "address", "filter", "route", "door."),
        ),
    ),
    Screen("Everything else", "the visitor needs longer", ("",)),
)


def screen_of(key: str) -> Screen:
    """Return the screen of a key."""
    return max(SCREENS, key=lambda screen: screen.begins(key))


def sheet(tag: str, folder: Path = LOCALE) -> Iterator[str]:
    """Yield the lines of a page in Markdown: each text in English and in the language."""
    english, own = _read(folder / "en.json"), _read(folder / f"{tag}.json")
    yield f"# {own['name']} ({tag}): {len(own['words'])} texts, {len(own['unsure'])} missing"
    for number, screen in enumerate(SCREENS, 1):
        keys = [key for key in english["words"] if screen_of(key) is screen]
        yield f"\n## {number}. {screen.name}\n\nIf it is wrong: {screen.harm}.\n"
        yield "| key | English | in this language |\n|---|---|---|"
        for key in keys:
            text = own["words"].get(key, "**missing**")
            yield f"| `{key}` | {english['words'][key]} | {text} |"


def exported(folder: Path, target: Path) -> None:
    """Write the texts of each language as one object, with an empty text for each missing key."""
    order = [*_read(folder / "en.json")["words"]]
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.json")):
        own = _read(path)["words"]
        _write(target / path.name, {key: own.get(key, "") for key in order})


def imported(source: Path, folder: Path) -> list[str]:
    """Take over the texts of all languages but English. Return what is wrong, with nothing written
    then; an empty list if all is right. Whether a speaker has reviewed a language stays as it is.
    """
    english = _read(folder / "en.json")["words"]
    locales, faults = {}, list[str]()
    for path in sorted(source.glob("*.json")):
        if path.stem != "en":
            texts = _read(path)
            faults += _faults(path.stem, texts, english, folder)
            locales[path.stem] = texts
    if not faults:
        for tag, texts in locales.items():
            locale = _read(folder / f"{tag}.json")
            locale["unsure"] = [key for key in english if not texts.get(key)]
            locale["words"] = {key: texts[key] for key in english if texts.get(key)}
            _write(folder / f"{tag}.json", locale)
    return faults


def _faults(
    tag: str, texts: Mapping[str, Any], english: Mapping[str, str], folder: Path
) -> Iterator[str]:
    if not (folder / f"{tag}.json").exists():
        yield f"{tag}: there is no such language; add its file first"
    for key in texts.keys() - english.keys():
        yield f"{tag}: {key}: English has no such key"
    for key in english:
        text = texts.get(key) or ""
        if not text and tag in COMPLETE:
            yield f"{tag}: {key}: this language has every key"
        elif text and _values(text) != _values(english[key]):
            yield f"{tag}: {key}: write the same values in braces as in English: {english[key]}"


def _values(text: str) -> Sequence[str]:
    return sorted(_VALUE.findall(text))


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Print a sheet, or exchange the files. Returns 1 if something is wrong, with what it is."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("tag", nargs="?", help="the language, such as tr")
    parser.add_argument("--export", type=Path, help="the folder to write the texts to")
    parser.add_argument("--import", type=Path, dest="source", help="the folder to read them from")
    given = parser.parse_args()
    faults: Iterable[str] = ()
    if given.export:
        exported(LOCALE, given.export)
    elif given.source:
        faults = imported(given.source, LOCALE)
    elif given.tag and (LOCALE / f"{given.tag}.json").exists():
        print("\n".join(sheet(given.tag)))
    else:
        faults = [f"Name a language: {', '.join(sorted(path.stem for path in LOCALE.glob('*')))}"]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
