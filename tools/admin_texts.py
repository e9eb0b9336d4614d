"""Lists the texts of /admin in the files of their translations: `make admin-texts`.

A text is the first argument of `_` in a template for maintainers and of `Message` in Python. Each
language has the texts of a feature in the folder `locale` of that feature, if its first file has
`texts=__name__`; all others are in that of features/desk/admin, and so are those that both
use. A new text is added without a
translation, and one that is no longer used is removed. The keys of en.json, which other pages of
the feature use, stay as they are.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, nodes

PACKAGE = Path(__file__).parents[1] / "directory_api"
ADMIN = PACKAGE / "features" / "desk" / "admin"
TAGS = ("nl", "fr", "de")
_VALUE = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"[^\W\d_]")
# This file makes messages of patterns that it gets.
_MAKERS = ("text/message.py",)


class NotLiteral(ValueError):
    """A text is not one string in the code, so nothing can find it."""


def patterns() -> Mapping[Path, frozenset[str]]:
    """Return the English patterns of all texts, by the folder with their translations. Raises
    NotLiteral.
    """
    found: dict[Path, set[str]] = {ADMIN / "locale": set()}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).as_posix() not in _MAKERS:
            found.setdefault(_folder(path), set()).update(_of_python(path))
    for path in sorted(PACKAGE.glob("features/*/templates/admin/**/*.html")):
        found.setdefault(_folder(path), set()).update(_of_template(path))
    common = found[ADMIN / "locale"]
    own = {folder: texts - common for folder, texts in found.items() if texts is not common}
    return {
        ADMIN / "locale": frozenset(common),
        **{folder: frozenset(own[folder]) for folder in own},
    }


def translations(folder: Path, tag: str) -> dict[str, str]:
    """Return the translations in a folder by their English pattern; empty ones are missing."""
    keys = _read(folder / "en.json")
    return {text: said for text, said in _read(folder / f"{tag}.json").items() if text not in keys}


def write(found: Mapping[Path, frozenset[str]]) -> None:
    """Add the missing texts to the files of each folder, and remove those that are not used."""
    for folder, texts in found.items():
        folder.mkdir(exist_ok=True)
        keys = _read(folder / "en.json")
        for tag in TAGS:
            path = folder / f"{tag}.json"
            stored = _read(path)
            words = {key: said for key, said in stored.items() if key in keys}
            words |= {text: stored.get(text, "") for text in sorted(texts)}
            path.write_text(json.dumps(words, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _folder(path: Path) -> Path:
    feature = path.relative_to(PACKAGE).parts[:2]
    if feature[0] == "features":
        folder = PACKAGE.joinpath(*feature)
        first = folder / "__init__.py"
        if first.is_file() and "texts=__name__" in first.read_text("utf-8"):
            return folder / "locale"
    return ADMIN / "locale"


def _of_python(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    if "Message(" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Message":
            first = node.args[0]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                raise NotLiteral(f"{path}:{node.lineno}: write the text as one string")
            # A text of values alone is the same in each language.
            if _WORD.search(_VALUE.sub("", first.value)):
                yield first.value


def _of_template(path: Path) -> Iterator[str]:
    for call in Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):  # noqa: S701
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            first = call.args[0]
            if not (isinstance(first, nodes.Const) and isinstance(first.value, str)):
                raise NotLiteral(f"{path}:{call.lineno}: write the text as one string")
            yield first.value


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    texts: dict[str, str] = json.loads(path.read_text("utf-8"))
    return texts


if __name__ == "__main__":
    write(patterns())
