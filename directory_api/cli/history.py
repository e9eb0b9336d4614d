"""Changes of records, and their confirmation: history, restore, verify."""

import click

from directory_api.change.change import HistoryEntry
from directory_api.change.guards import Allowed
from directory_api.change.sentences import in_one_line
from directory_api.cli.context import (
    ALLOW_REMOVALS,
    DRY_RUN,
    HOW,
    ID,
    TYPED,
    actor,
    existing,
    reason_option,
)
from directory_api.cli.output import print_outcome, print_table
from directory_api.cli.sections import MAINTAINERS
from directory_api.edit.editor import Edit, Editor
from directory_api.search.query import MOST_REVISIONS
from directory_api.text.errors import CentreNotFound, HelplineNotFound
from directory_api.text.message import Message

_HELPLINE = click.option(
    "--helpline", is_flag=True, help="ID is the id of a helpline, even if a centre has the same id."
)


@MAINTAINERS.command()
@click.argument("identity", metavar="[ID]", callback=ID, required=False)
@_HELPLINE
def history(identity: str | None, helpline: bool) -> None:
    """Show who changed what, when and why, newest first.

    ID is the id of a centre or a helpline, also of a removed one. Without ID, the last 100 changes
    of all records are shown. The first column is the revision number for `restore`.
    """
    editor = existing().editor
    entries = editor.recent() if identity is None else _history(editor, identity, helpline)
    print_table(
        ("Revision", "Time (UTC)", "Author", "Approved by", "Change", "Reason"),
        [_history_row(entry) for entry in entries],
    )


def _id_and_revision(
    ctx: click.Context, param: click.Parameter, words: tuple[str, ...]
) -> tuple[str | None, int]:
    """Return the id, if there is one, and the revision."""
    if not 1 <= len(words) <= 2:
        raise click.BadParameter("Write the id of a record and a revision, or only a revision.")
    number = words[-1]
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= MOST_REVISIONS):
        raise click.BadParameter("The last word is the number of a revision, such as 3.")
    identity = ID(ctx, param, words[0]) if len(words) == 2 else None
    return identity, int(number)


@MAINTAINERS.command()
@click.argument("words", metavar="[ID] REVISION", nargs=-1, callback=_id_and_revision)
@DRY_RUN
@reason_option("restored")
@_HELPLINE
@ALLOW_REMOVALS
@TYPED
def restore(
    words: tuple[str | None, int],
    dry_run: bool,
    reason: str,
    helpline: bool,
    allow_removals: bool,
    typed: tuple[str, ...],
) -> None:
    """Restore the record ID, or all records, as at REVISION.

    For example: restore example-centre 3. ID is the id of a centre or a helpline, also of a removed
    one; without ID, every centre, every helpline and the directory's header are restored, such as
    after a wrong import. `directory-api history` lists the revisions. What a second person has
    approved before, or what was loaded first, takes effect at once, and another maintainer is asked
    to look at it; any other state can need review. To restore all records needs the same
    confirmations as an import. Restoring can be undone, too.
    """
    identity, revision = words
    directory = existing()
    if identity is None:
        allowed = Allowed.of(typed, removals=allow_removals)
        outcome = directory.rollback.restore_all(
            actor(), revision, reason, allowed=allowed, dry_run=dry_run
        )
    else:
        kind = _history(directory.editor, identity, helpline)[0].change.kind
        edit = Edit(actor(), kind, identity, reason, dry_run=dry_run, typed=typed)
        outcome = directory.editor.restore(edit, revision)
    print_outcome(outcome, directory.place, dry_run=dry_run)


@MAINTAINERS.command()
@click.argument("identity", metavar="ID", callback=ID)
@click.option(
    "--how",
    callback=HOW,
    required=True,
    help='How you checked it, for example "called the main number".',
)
@_HELPLINE
def verify(identity: str, how: str, helpline: bool) -> None:
    """Record that the centre or helpline ID was checked today.

    Check every phone, the address and the opening hours first: all must be correct. The record then
    counts as fresh again.
    """
    directory = existing()
    kind = _history(directory.editor, identity, helpline)[0].change.kind
    edit = Edit(actor(), kind, identity, reason=str(Message("confirmed")))
    print_outcome(directory.editor.verify(edit, how), directory.place)


def _history(editor: Editor, identity: str, helpline: bool) -> tuple[HistoryEntry, ...]:
    """Return the changes of a centre; if no centre has this id, of a helpline."""
    if not helpline:
        try:
            return editor.history("centre", identity)
        except CentreNotFound:
            pass  # try a helpline
    try:
        return editor.history("helpline", identity)
    except HelplineNotFound:
        raise HelplineNotFound(
            "No record has, or ever had, this id. `directory-api export` prints all records."
        ) from None


def _history_row(entry: HistoryEntry) -> tuple[str, ...]:
    stamp = entry.stamp
    return (
        str(entry.revision),
        f"{stamp.at:%Y-%m-%d %H:%M}",
        stamp.author,
        stamp.approved_by or "",
        in_one_line(entry.change),
        stamp.reason,
    )
