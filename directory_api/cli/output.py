"""Output of commands: tables at a terminal, plain lines with TABs in a pipe."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from directory_api.bootstrap import Directory
from directory_api.change.change import Change
from directory_api.change.outcome import Outcome
from directory_api.change.sentences import in_one_line
from directory_api.config import shipped
from directory_api.record.helplines import PlaceHelplines
from directory_api.record.parts import address_line
from directory_api.record.records import Centre
from directory_api.record.texts import text_in
from directory_api.search.query import Result
from directory_api.text.errors import Fault
from directory_api.text.translations import ENGLISH, country_names

# The most changes and warnings that a command prints; it counts the others.
MOST_PRINTED = 100
# Line breaks and TABs would break the columns, and control characters could send commands to a
# terminal.
_ONE_LINE = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows with their headers. In a pipe each row is one line with TABs between cells."""
    cells = [[cell.translate(_ONE_LINE) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in (columns, *cells):
            click.echo("\t".join(row))
        return
    # Imported here: a server imports this module, too, and prints no table.
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*row)
    Console(highlight=False, markup=False, emoji=False).print(table)


def busy(doing: str) -> AbstractContextManager[object]:
    """Show a spinner at a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console  # see print_table

    return Console(stderr=True).status(doing)


@contextmanager
def steps(doing: str, count: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar at a terminal, one step for each call; nothing elsewhere."""
    with click.progressbar(
        length=count, label=doing, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield lambda: bar.update(1)


@contextmanager
def reading_progress(doing: str, file: Path) -> Iterator[Callable[[int], None]]:
    """Show how much of a file has been read, at a terminal; call the function with each number of
    bytes.
    """
    # Imported here: a server that is started needs no progress bar in memory.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
    )
    hidden = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(doing, total=file.stat().st_size if file.is_file() else None)
        yield lambda done: bar.advance(task, done)


def print_results(results: Iterable[Result]) -> None:
    """Print the closest centres, one per line."""
    print_table(
        ("Distance", "Centre", "Phone", "Address"),
        [
            (
                f"{each.distance_m / 1000:.1f} km" if each.has_distance else "",
                each.centre.name,
                _phones(each.centre),
                _address(each.centre),
            )
            for each in results
        ],
    )


def print_record(record: dict[str, Any]) -> None:
    """Print a record, one value per line."""
    print_table(("Field", "Value"), flat(record))


def print_warnings(warnings: Sequence[Fault]) -> None:
    """Print the first warnings for maintainers on standard error, and the number of the others."""
    for warning in warnings[:MOST_PRINTED]:
        click.echo(f"warning: {warning}", err=True)
    if more := len(warnings[MOST_PRINTED:]):
        click.echo(f"warning: and {counted(more, 'more warning')}", err=True)


def print_changes(changes: Iterable[Change], before: str = "") -> None:
    """Print changes in words, one per line."""
    for change in changes:
        click.echo(f"{before}{in_one_line(change)}".translate(_ONE_LINE))


def print_outcome(outcome: Outcome, place: str, *, dry_run: bool = False) -> None:
    """Print the result of an edit: what is in effect, what needs review, and the next steps."""
    print_warnings(outcome.warnings)
    print_changes(outcome.applied[:MOST_PRINTED], "would change: " if dry_run else "done: ")
    if others := Counter(change.action for change in outcome.applied[MOST_PRINTED:]):
        by_action = ", ".join(f"{count:,} {action}" for action, count in sorted(others.items()))
        click.echo(f"and {counted(others.total(), 'more change')}: {by_action}")
    for proposal in outcome.proposals[:MOST_PRINTED]:
        print_changes(
            [proposal.change], "would need review: " if dry_run else f"proposal {proposal.id}: "
        )
    if waiting := outcome.proposals[MOST_PRINTED:]:
        click.echo(f"and {counted(len(waiting), 'more change')} for review")
    if dry_run:
        nothing = "Nothing was changed" if outcome.changes else "Nothing would change"
        click.echo(f"{nothing}; compared with revision {outcome.revision}.")
        return
    if not outcome.changes:
        click.echo(f"Revision {outcome.revision}, no change.")
    else:
        waits = f", {len(outcome.proposals)} waiting for review" if outcome.proposals else ""
        done = counted(len(outcome.applied), "change")
        click.echo(f"Revision {outcome.revision}, {done} in effect{waits}.")
    say_where(place)
    if outcome.to_check:
        ids = ", ".join(proposal.id for proposal in outcome.to_check[:MOST_PRINTED])
        click.echo(
            "Visitors see this now. Ask another maintainer to look at it at /admin/todo: to "
            "approve it if it is right, or to reject it, which undoes it.",
            err=True,
        )
        click.echo(f"In force, to be looked at: {ids}", err=True)
    if outcome.proposals:
        _print_next_steps([proposal.id for proposal in outcome.proposals[:MOST_PRINTED]])


def say_where(place: str, *, err: bool = False) -> None:
    """Print where the directory is: a path depends on the folder in which a command is started."""
    click.echo(f"Directory: {place}", err=err)


def say_created(directory: Directory) -> None:
    """Print where a new directory is, so that a command in the wrong folder is noticed, and what it
    was made from.
    """
    data = "shipped data" if directory.data == shipped("data") else f"data in {directory.data}"
    click.echo(f"Created a new directory at {directory.place} with the {data}.")


def _print_next_steps(waiting: Sequence[str]) -> None:
    click.echo(
        "Visitors rely on these details, so another maintainer must approve the changes at "
        "/admin/todo.",
        err=True,
    )
    click.echo(f"Waiting for review: {', '.join(waiting)}", err=True)


def counted(count: int, noun: str) -> str:
    """Return `no changes`, `1 change` or `2 changes`."""
    return f"{f'{count:,}' if count else 'no'} {noun}{'s' * (count != 1)}"


def flat(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """Yield every value of a record with its path."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from flat(part, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        for index, part in enumerate(value):
            yield from flat(part, f"{path}/{index}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _phones(centre: Centre) -> str:
    return ", ".join(phone.display or phone.number for phone in centre.phones)


def _address(centre: Centre) -> str:
    address = centre.address
    return address_line(address.street, address.postcode, text_in(address.locality))


def print_helplines(lines: PlaceHelplines) -> None:
    """Print the helplines, one per line, those of other countries with the country."""
    for line in lines.all:
        if line in lines.own:
            click.echo(f"{line.display or line.number or line.url}: {text_in(line.name)}")
        else:
            where = country_names(line.countries, ENGLISH)
            click.echo(f"{where}: {line.number or line.url}: {text_in(line.name)}")
