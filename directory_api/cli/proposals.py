"""Changes that wait for review: proposals list, show, approve, reject."""

from collections.abc import Iterator

import click

from directory_api.cli.context import ID, REASON, actor, existing
from directory_api.cli.output import flat, print_outcome, print_table, say_where
from directory_api.domain.changes.change import Proposal
from directory_api.domain.changes.summary import differences, summary


@click.group()
def proposals() -> None:
    """Changes that wait for review by a second maintainer.

    If two maintainers have tokens that may approve (DIRECTORY_SECOND_LOOK), a changed phone,
    e-mail, web address, visibility or status waits here for 14 days. The author of a change cannot
    approve it.
    """


@proposals.command("list")
def list_() -> None:
    """List what waits, oldest first."""
    rows = [
        (
            waits.id,
            waits.author,
            f"{waits.expires:%Y-%m-%d}",
            _state(outdated=outdated),
            summary(waits.change),
        )
        for waits, outdated in existing().proposals.waiting()
    ]
    print_table(("Id", "Who", "Waits until", "State", "What"), rows)
    if not rows:
        click.echo("Nothing waits for a second look.", err=True)


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
def show(identity: str) -> None:
    """Show everything that the proposal ID would change."""
    waits, outdated = existing().proposals.get(identity)
    print_table(("Field", "Value"), list(_lines(waits, outdated=outdated)))


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
def approve(identity: str) -> None:
    """Approve the proposal ID; it takes effect. Check it first: call the number, open the site."""
    directory = existing()
    print_outcome(directory.proposals.approve(actor(), identity), directory.path)


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
@click.option("--reason", callback=REASON, required=True, help="Why not, for whoever proposed it.")
def reject(identity: str, reason: str) -> None:
    """Reject the proposal ID; the record stays as it is. Authors may withdraw their proposals."""
    directory = existing()
    directory.proposals.reject(actor(), identity, reason)
    click.echo(f"Rejected: {identity}")
    say_where(directory.path)


def _state(*, outdated: bool) -> str:
    return "outdated: reject it, propose anew" if outdated else "waits"


def _lines(waits: Proposal, *, outdated: bool) -> Iterator[tuple[str, str]]:
    yield "Id", waits.id
    yield "Who", waits.author
    yield "When (UTC)", f"{waits.at:%Y-%m-%d %H:%M}"
    yield "Why", waits.reason
    yield "Waits until", f"{waits.expires:%Y-%m-%d}"
    yield "State", _state(outdated=outdated)
    yield "Record", f"{waits.change.kind} {waits.change.id}"
    for difference in differences(waits.change):
        yield "What", difference.text
    if waits.change.before is None:  # in a new record everything is new
        yield from flat(waits.change.after)
