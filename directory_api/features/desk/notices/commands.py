"""The commands about what there is to do: notify, notify list, notify address, notify failed."""

import re
from functools import partial
from pathlib import Path

import click

from directory_api.cli.context import ID, command_clock, existing
from directory_api.cli.output import counted, print_table
from directory_api.cli.sections import OPERATORS
from directory_api.config import Settings
from directory_api.edit.todo import todo
from directory_api.features.desk.notices.address import secret_path
from directory_api.features.desk.notices.current import link_check_of, situation
from directory_api.features.desk.notices.links import answers
from directory_api.features.desk.notices.mail import (
    Failure,
    failure_message,
    message_id,
    reason,
    send,
)
from directory_api.features.desk.notices.sending import Notifier
from directory_api.features.desk.notices.words import words
from directory_api.text.errors import InputInvalid
from directory_api.text.translations import ENGLISH

# systemd.unit(5): the characters of a name; longer ones are refused there.
_UNIT = re.compile(r"[A-Za-z0-9:_.@\\-]{1,255}\Z")


def _unit(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _UNIT.match(value):
        raise click.BadParameter("write the name of a unit of systemd")
    return value


@OPERATORS.group(invoke_without_command=True)
@click.pass_context
def notify(ctx: click.Context) -> None:
    """Mail maintainers a count of what they have to do.

    The mail goes to DIRECTORY_MAIL_TO, from DIRECTORY_MAIL_FROM, through DIRECTORY_MAIL_SERVER. It
    has no text of a record and no name. Run it by a timer, such as each hour, on one machine. The
    first run of a week (it begins on Monday, in UTC) sends everything that needs attention, if
    anything does. Later runs send only what visitors may read wrongly, once. Mail that the server
    did not accept is sent with the next run. The exit code is 0 if all is sent, or nothing was due;
    1 otherwise.
    """
    if ctx.invoked_subcommand:
        return
    directory = existing()
    settings = directory.settings
    for name in ("mail_server", "mail_from", "mail_to"):
        if not settings.of_feature(name):
            raise click.ClickException(
                f"set DIRECTORY_{name.upper()}; `directory-api notify list` needs no mail"
            )
    give = partial(send, url=settings.of_feature("mail_server"))
    notifier = Notifier(settings, Path(f"{directory.stores.base_path}.notified.json"), give)
    with notifier.lock():
        here = situation(directory)
        outcomes = [*notifier.run(todo(here), directory.live.snapshot.store, directory.clock())]
        # After the mail, because it can take minutes: the next run tells what it finds.
        if link_check := link_check_of(directory):
            link_check.run(here.records, here.today, answers)
    if failures := [*filter(None, outcomes)]:
        why = ", ".join(dict.fromkeys(map(reason, failures)))
        raise click.ClickException(
            f"the mail server did not accept {len(failures)} of {counted(len(outcomes), 'mail')} "
            f"({why}); they are sent with the next run"
        )
    if outcomes:
        click.echo(f"Sent: {counted(len(outcomes), 'mail')}.")


@notify.command("list")
def list_() -> None:
    """List the open tasks, the most urgent first."""
    said = words(ENGLISH)
    print_table(
        ("Urgent", "What", "About", "Member", "Since"),
        [
            (
                "urgent" if each.is_urgent else "",
                said[each.kind],
                each.about,
                each.member,
                each.since.isoformat() if each.since else "",
            )
            for each in todo(situation(existing()))
        ],
    )


@notify.command()
@click.argument("token", callback=ID)
def address(token: str) -> None:
    """Print the secret URLs of the feed and the calendar for the token with the id TOKEN.

    A feed reader and a calendar open them without signing in; they contain ids of records, of
    tokens and of changes that wait, but no name and no number. Everybody who has a URL can read
    it until the token expires or is revoked (`directory-api token revoke`).
    """
    directory = existing()
    path = secret_path(directory, token)
    if path is None:
        raise InputInvalid(
            "No valid token has this id. `directory-api token list` lists them, with their ids."
        )
    for ending in ("atom", "ics"):
        click.echo(f"{directory.settings.public_url}{path}.{ending}")


@notify.command()
@click.argument("unit", callback=_unit)
def failed(unit: str) -> None:
    """Report a failed UNIT of systemd to the operator, for OnFailure=.

    It prints a line, for the journal. With the settings DIRECTORY_MAIL_SERVER, DIRECTORY_MAIL_FROM
    and DIRECTORY_MAIL_TO it also sends mail, which has the name of the unit and nothing that the
    unit wrote. It opens no directory, because that may be what failed. The exit code is 1 if the
    mail server did not accept the mail.
    """
    click.echo(f"{unit} failed. Look at: journalctl --unit {unit}")
    settings = Settings.from_environment()
    url, sender, to = (settings.of_feature(f"mail_{name}") for name in ("server", "from", "to"))
    if not (url and sender and to):
        return
    now = command_clock()()
    mail = failure_message(unit, now)
    mail["Message-ID"] = message_id("operator", (unit, now), sender)
    mail["From"], mail["To"] = sender, to.replace(",", ", ")
    try:
        send(mail, url)
    except Failure as error:
        raise click.ClickException(
            f"the mail server did not accept the mail ({reason(error)})"
        ) from None
