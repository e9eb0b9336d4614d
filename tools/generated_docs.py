"""Writes the generated parts of the documentation: `make docs-generated`.

Such a part is between `<!-- generated: NAME -->` and `<!-- end of NAME -->`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from textwrap import fill

import click

from directory_api.cli import main as cli
from directory_api.cli.sections import OTHERS, SECTIONS
from directory_api.text.errors import DirectoryError
from directory_api.web.http import problems

_DOCS = Path(__file__).parents[1] / "docs"
_MANIFEST = _DOCS.parent / "directory_api/features/pages/custom-elements.json"


def problem_types() -> Iterator[str]:
    """Yield a section for each problem type, with the codes that belong to it."""
    types: dict[str, list[type[DirectoryError]]] = {}
    for error in problems.BY_CODE.values():
        types.setdefault(problems.type_of(error), []).append(error)
    for name, members in types.items():
        yield f"\n## {name}\n"
        for error in members:
            status = "any status" if error is problems.OfStatus else error.status
            line = f"- `{error.code}` ({status}): {error.title}. {error.advice}"
            yield fill(line, 100, subsequent_indent="  ", break_on_hyphens=False)


def commands() -> Iterator[str]:
    """Yield a table for each section of `directory-api --help`."""
    for section in (*SECTIONS, None):
        rows = [
            _command(words, command)
            for name, top in cli.commands.items()
            if (top in section if section else not any(top in each for each in SECTIONS))
            for words, command in _leaves(name, top)
        ]
        if rows:
            title = section.title if section else OTHERS
            yield f"\n### {title}\n\n| command | what it does | options |\n|---|---|---|"
            yield from rows


def _leaves(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield the command, and those below it if it is a group."""
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield words, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _leaves(f"{words} {name}", below)


def _command(words: str, command: click.Command) -> str:
    context = click.Context(command)
    pieces = [f"directory-api {words}"]
    options = []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            pieces.append(parameter.make_metavar(context))
        elif isinstance(parameter, click.Option) and not parameter.hidden:
            options.append(f"`{parameter.opts[0]}`")
    summary = command.get_short_help_str(limit=1000)
    return _row(f"`{' '.join(pieces)}`", summary, ", ".join(options))


def _row(*cells: str) -> str:
    return " ".join(["|", *(f"{each} |".lstrip() for each in cells)])


def component(kind: str) -> Iterator[str]:
    """Yield a table of custom-elements.json, such as that of the `attributes`."""
    manifest = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    (declaration,) = manifest["modules"][0]["declarations"]
    yield "\n| name | meaning |\n|---|---|"
    for member in declaration[kind]:
        yield _row(f"`{member['name']}`", member["description"])


# The lines of each generated part.
PARTS: Mapping[str, Callable[[], Iterable[str]]] = {
    "problems": problem_types,
    "commands": commands,
    "attributes": partial(component, "attributes"),
    "events": partial(component, "events"),
    "custom properties": partial(component, "cssProperties"),
}


def rewritten(page: str) -> str:
    """Return a page with its generated parts as they must be."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        lines = "\n".join(PARTS[name]())
        return f"<!-- generated: {name} -->\n{lines}\n\n<!-- end of {name} -->"

    pattern = r"<!-- generated: ([^\n]+) -->\n.*?<!-- end of \1 -->"
    return re.sub(pattern, part, page, flags=re.DOTALL)


def main() -> None:
    """Rewrite the pages of docs/ that have such a part."""
    for path in _DOCS.glob("**/*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(rewritten(text), encoding="utf-8")


if __name__ == "__main__":
    main()
