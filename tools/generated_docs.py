"""Writes the generated parts of the documentation: `make docs-generated`.

Such a part is between `<!-- generated: NAME -->` and `<!-- end of NAME -->`.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import click
import yaml
from prometheus_client.parser import text_string_to_metric_families

from directory_api import feature
from directory_api.bootstrap import open_directory
from directory_api.change.review import ALLOWED, AT_ONCE, Exemption
from directory_api.cli import main as cli
from directory_api.cli.sections import OTHERS, SECTIONS
from directory_api.config import PREFIX, Settings, every_setting
from directory_api.files import country_file
from directory_api.text.errors import DirectoryError
from directory_api.web.app import create_app
from directory_api.web.http import problems
from tools.speakers import SCREENS

_DOCS = Path(__file__).parents[1] / "docs"
_RULES = _DOCS.parent / "deploy/prometheus/rules.yml"
# The declarations of country.toml, and where their properties are.
_TABLES_OF_A_COUNTRY = {
    "_MEMBERS": "",
    "_POSTCODE": "postcode.",
    "_HOLIDAYS": "holidays.",
    "_ABOUT": "about.",
}
_KINDS = {"str": "text", "list": "list", "dict": "table", "object": "text or table"}
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


def settings() -> Iterator[str]:
    """Yield a table of the settings, from their declarations."""
    yield "\n| variable | default | meaning |\n|---|---|---|"
    for name, setting in every_setting().items():
        default = "empty" if setting.default == "" else f"`{setting.default}`"
        yield _row(f"`{PREFIX}{name.upper()}`", default, setting.meaning)


def metrics() -> Iterator[str]:
    """Yield a table of what a server measures, from the HELP and TYPE of /metrics."""
    yield "\n| metric | type | labels | meaning |\n|---|---|---|---|"
    with TemporaryDirectory() as folder:
        directory = open_directory(Settings(database_url=f"sqlite:///{folder}/directory.db"))
        directory.prepare()
        client = create_app(directory, log_requests=False).test_client()
        client.get("/v1/nearest?postcode=1000")
        text = client.get("/metrics").text
    for family in text_string_to_metric_families(text):
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = sorted({label for each in family.samples for label in each.labels} - {"le"})
        yield _row(f"`{name}`", family.type, ", ".join(labels), family.documentation)


def alerts() -> Iterator[str]:
    """Yield a section for each alert, from its annotations in deploy/prometheus/rules.yml."""
    groups = yaml.safe_load(_RULES.read_text(encoding="utf-8"))["groups"]
    for rule in (each for group in groups for each in group["rules"] if "alert" in each):
        yield f"\n### {rule['alert']}\n\nSeverity: {rule['labels']['severity']}.\n"
        for name in ("impact", "check", "action"):
            line = f"- **{name.capitalize()}**: {rule['annotations'][name]}"
            yield fill(line, 100, subsequent_indent="  ", break_on_hyphens=False)


def faults() -> Iterator[str]:
    """Yield a table of what `make faults` tests, from the marks of tests/faults."""
    yield "\n| fault | what must hold |\n|---|---|"
    for path in sorted(_DOCS.parent.glob("tests/faults/test_*.py")):
        for test in vars(import_module(f"tests.faults.{path.stem}")).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "fault":
                    yield _row(*mark.args)


def hooks() -> Iterator[str]:
    """Yield a table of the fields of Feature, from the comments above them."""
    yield "\n| field | what it adds |\n|---|---|"
    source = inspect.getsource(feature.Feature)
    for comment, names in re.findall(r"((?:^    # .*\n)+)((?:^    \w+: .*\n)+)", source, re.M):
        meaning = " ".join(line.strip(" #") for line in comment.splitlines())
        yield _row(", ".join(re.findall(r"^    (\w+):", names, re.M)), meaning)


def country() -> Iterator[str]:
    """Yield a table of the properties of country.toml, from the comments above them."""
    yield "\n| property | value | meaning |\n|---|---|---|"
    source = inspect.getsource(country_file)
    for table, path in _TABLES_OF_A_COUNTRY.items():
        (members,) = re.findall(
            rf"^{table}: [^\n]* = {{\n(.*?)^}}", source, re.MULTILINE | re.DOTALL
        )
        rows = re.findall(r'(?:    # (.+)\n)?    "(\w+)": \((\w+), (\w+)\)', members)
        for meaning, name, kind, is_needed in rows:
            need = ", needed" if is_needed == "True" else ""
            yield _row(f"`{path}{name}`", f"{_KINDS[kind]}{need}", meaning)


def screens() -> Iterator[str]:
    """Yield a table of the screens of tools.speakers, the most harmful first."""
    yield "\n| | screen | if a sentence is wrong |\n|---|---|---|"
    for number, screen in enumerate(SCREENS, 1):
        yield _row(str(number), screen.name, screen.harm)


def exemptions(heading: str, entries: Iterable[Exemption]) -> Iterator[str]:
    """Yield a table of changes that need no review, from the list of the code."""
    yield f"\n| member | {heading} | why |\n|---|---|---|"
    for each in entries:
        yield _row(f"`{each.kind}.{each.member}`", each.what, each.why)


# The lines of each generated part.
PARTS: Mapping[str, Callable[[], Iterable[str]]] = {
    "problems": problem_types,
    "commands": commands,
    "screens": screens,
    "allowed": partial(exemptions, "what one person may change alone", ALLOWED),
    "at once": partial(exemptions, "what takes effect at once", AT_ONCE),
    "attributes": partial(component, "attributes"),
    "events": partial(component, "events"),
    "settings": settings,
    "metrics": metrics,
    "alerts": alerts,
    "faults": faults,
    "hooks": hooks,
    "country": country,
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
