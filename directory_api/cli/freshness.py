"""Lists which records to confirm again."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from directory_api.cli.context import FILE, CommandError, existing, plain_errors
from directory_api.cli.output import print_table
from directory_api.domain.model.records import Centre, due_on
from directory_api.domain.model.records import freshness as freshness_of

TO_CONFIRM = 1


@click.command()
@click.option(
    "--ics", type=FILE, metavar="FILE", help="Also write reminders into FILE, for a calendar."
)
def freshness(ics: Path | None) -> None:
    """List the centres by when to confirm them again.

    Centres that are closed for good are left out. A record is fresh for 180 days from its last
    confirmation (DIRECTORY_FRESH_DAYS), due for the same period again, then stale. A record that
    was never confirmed is unverified. Call the centre, then `directory-api verify ID --how ...`.

    Exits 0 when all are fresh, 1 when any is not, 2 on an error: for a weekly job.
    """
    with plain_errors(CommandError):
        directory = existing()
        if ics is not None:
            directory.exporter.write("ics", ics)
    days, today = directory.finder.fresh_days, datetime.now(UTC).date()
    rows = sorted(_row(centre, days, today) for centre in directory.finder.snapshot.listed)
    print_table(("Due on", "Freshness", "Last verified", "Id", "Centre"), rows)
    if any(word != "fresh" for _, word, *_ in rows):
        raise SystemExit(TO_CONFIRM)


def _row(centre: Centre, days: int, today: date) -> tuple[str, ...]:
    word = freshness_of(centre.verified, today, days)
    verified = centre.verified
    due = today if verified is None or word == "unverified" else due_on(verified, days)
    return (
        due.isoformat(),
        word,
        verified.on.isoformat() if verified else "never",
        centre.id,
        centre.name,
    )
