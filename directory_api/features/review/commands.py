"""Changes that wait for review: proposals list, show, approve, reject."""

from collections.abc import Iterator

import click

from directory_api.change.rebase import CHANGED_SINCE
from directory_api.change.summary import differences, summary
from directory_api.change.values import changed_values
from directory_api.cli.context import ID, REASON, TYPED, actor, existing
from directory_api.cli.output import print_outcome, print_table, print_warnings, say_where
from directory_api.features.review.proposal import Proposal
from directory_api.features.review.proposals import Proposals


@click.group()
def proposals() -> None:
    """Changes that wait for review by a second maintainer.

    Changes that the public can read need review from the day on which two persons can approve
    changes (see the setting DIRECTORY_SECOND_LOOK). A proposal expires after 14 days. The author of
    a change cannot approve it.
    """


@proposals.command("list")
def list_() -> None:
    """List the proposals: helplines first, emergency and police numbers before all others."""
    rows = [
        (
            proposal.id,
            proposal.author,
            "" if proposal.is_in_force else f"{proposal.expires:%Y-%m-%d}",
            _state(proposal, outdated=outdated),
            summary(proposal.change),
        )
        for proposal, outdated in Proposals(existing().writer).waiting()
    ]
    print_table(("Id", "Author", "Expires on", "State", "Change"), rows)
    if not rows:
        click.echo("There are no proposals to review.", err=True)


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
def show(identity: str) -> None:
    """Show everything that the proposal ID would change."""
    proposal, outdated = Proposals(existing().writer).get(identity)
    print_table(("Field", "Value"), list(_lines(proposal, outdated=outdated)))


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
@TYPED
def approve(identity: str, typed: tuple[str, ...]) -> None:
    """Approve the proposal ID, which takes effect at once.

    If the change is in force already, this only records that you have looked at it. Check the
    change first: call the number, or open the web address.
    """
    directory = existing()
    outcome = Proposals(directory.writer).approve(actor(), identity, typed=typed)
    print_outcome(outcome, directory.place)


@proposals.command()
@click.argument("identity", metavar="ID", callback=ID)
@click.option(
    "--reason", callback=REASON, required=True, help="The reason, for the person who proposed it."
)
def reject(identity: str, reason: str) -> None:
    """Reject the proposal ID, or withdraw your own. A change that is in force is undone; what has
    changed again since stays.
    """
    directory = existing()
    outcome = Proposals(directory.writer).reject(actor(), identity, reason)
    print_warnings(outcome.warnings)
    is_part = any(warning.code == CHANGED_SINCE for warning in outcome.warnings)
    click.echo(f"{'Undone in part' if is_part else 'Rejected'}: {identity}")
    say_where(directory.place)


def _state(proposal: Proposal, *, outdated: bool) -> str:
    if proposal.is_in_force:
        changed = ", and the record has changed again since" if outdated else ""
        return f"in force, to be looked at{changed}"
    return "outdated: reject it and propose the change again" if outdated else "needs review"


def _lines(proposal: Proposal, *, outdated: bool) -> Iterator[tuple[str, str]]:
    yield "Id", proposal.id
    yield "Author", proposal.author
    yield "Time (UTC)", f"{proposal.at:%Y-%m-%d %H:%M}"
    yield "Reason", proposal.reason
    if not proposal.is_in_force:
        yield "Expires on", f"{proposal.expires:%Y-%m-%d}"
    yield "State", _state(proposal, outdated=outdated)
    yield "Record", f"{proposal.change.kind} {proposal.change.id}"
    for warning in proposal.warnings:
        yield "Warning", warning
    for difference in differences(proposal.change):
        yield "Change", difference.text
    is_changed = proposal.change.before and proposal.change.after
    for value in changed_values(proposal.change):
        path = "/".join(map(str, value.path))
        for side, text in (("before", value.before), ("after", value.after)):
            if is_changed:
                yield f"{path}, {side}", text or "(empty)"
            elif text is not None:
                yield path, text
