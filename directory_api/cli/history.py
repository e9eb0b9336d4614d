"""Changes of records: history, restore, verify."""

import click

from directory_api.cli.context import HOW, ID, REASON, actor, existing
from directory_api.cli.output import print_outcome, print_table
from directory_api.domain.changes.change import HistoryEntry
from directory_api.domain.changes.summary import summary
from directory_api.domain.errors import CentreNotFound, HelplineNotFound
from directory_api.domain.query import MOST_REVISIONS
from directory_api.services.editor import Edit, Editor

_HELPLINE = click.option(
    "--helpline", is_flag=True, help="ID is a helpline's, where a centre has the same id."
)


@click.command()
@click.argument("identity", metavar="[ID]", callback=ID, required=False)
@_HELPLINE
def history(identity: str | None, helpline: bool) -> None:
    """Show who changed what, when and why, newest first.

    ID is a centre or a helpline; without it, the last 100 changes of all records. A removed record
    has a history, too. The first column has the number that `restore` takes.
    """
    editor = existing().editor
    entries = editor.recent() if identity is None else _history(editor, identity, helpline)
    print_table(
        ("Revision", "When (UTC)", "Who", "Approved by", "What", "Why"),
        [_row(entry) for entry in entries],
    )


@click.command()
@click.argument("identity", metavar="ID", callback=ID)
@click.argument("revision", type=click.IntRange(1, MOST_REVISIONS))
@click.option(
    "--reason", callback=REASON, default="restored", show_default=True, help="Why, for the history."
)
@_HELPLINE
def restore(identity: str, revision: int, reason: str, helpline: bool) -> None:
    """Restore the record ID to what it was at REVISION.

    Such as: restore pag-asa 3. ID is a centre or a helpline. `directory-api history ID` lists the
    revisions. A record that was removed can be restored. This is a change like any other, and can
    be undone.
    """
    directory = existing()
    kind = _history(directory.editor, identity, helpline)[0].change.kind
    print_outcome(
        directory.editor.restore(Edit(actor(), kind, identity, reason), revision), directory.path
    )


@click.command()
@click.argument("identity", metavar="ID", callback=ID)
@click.option(
    "--how", callback=HOW, required=True, help='How you know, such as "called the main number".'
)
def verify(identity: str, how: str) -> None:
    """Record that you have confirmed the centre ID today.

    That is: every phone, the address, the hours. It then counts as fresh again; see `directory-api
    freshness`.
    """
    edit = Edit(actor(), "centre", identity, reason="confirmed")
    directory = existing()
    print_outcome(directory.editor.verify(edit, how), directory.path)


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
            "No record has, or ever had, this id. `directory-api freshness` lists the centres, `directory-api export` "
            "has the helplines, too."
        ) from None


def _row(entry: HistoryEntry) -> tuple[str, ...]:
    stamp = entry.stamp
    return (
        str(entry.revision),
        f"{stamp.at:%Y-%m-%d %H:%M}",
        stamp.author,
        stamp.approved_by or "",
        summary(entry.change),
        stamp.reason,
    )
