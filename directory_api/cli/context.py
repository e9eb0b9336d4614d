"""Shared by all commands: the directory, the user at the terminal, and error messages."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.guards import NextSteps
from directory_api.config import Settings, SettingsInvalid
from directory_api.live.editions import utc_now
from directory_api.record.token import SCOPES, Actor
from directory_api.record.validators import plain_text_fault
from directory_api.text.errors import (
    ClientError,
    ConfirmationRequired,
    DirectoryError,
    StoreMissing,
)

FILE = click.Path(path_type=Path, dir_okay=False)


class CommandError(click.ClickException):
    """An error with exit status 2, for commands whose status 1 is not an error (see diff(1))."""

    exit_code = 2


def line(longest: int) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return a check of a parameter: plain text on one line of at most `longest` characters.

    The history stores the text, and other people's browsers show it.
    """

    def checked(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        fault = plain_text_fault(value) if value is not None else None
        if fault:
            raise click.BadParameter(fault)
        if value is not None and len(value) > longest:
            raise click.BadParameter(f"Use at most {longest} characters.")
        return value

    return checked


ID = line(200)
NAME = line(80)
HOW = line(200)
REASON = line(300)


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")


def port_option(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option of a port with a default."""
    return click.option(
        "--port",
        default=default,
        show_default=True,
        type=click.IntRange(1, 65535),
        help="Port to listen on.",
    )


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what would change.")


def reason_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option of a reason with a default."""
    return click.option(
        "--reason",
        callback=REASON,
        default=default,
        show_default=True,
        help="The reason, for the history.",
    )


TYPED = click.option(
    "--confirm-number",
    "typed",
    multiple=True,
    metavar="NUMBER",
    help="The number of a helpline that is changed or removed, typed once more: the new number, or "
    "that of a removed helpline; its web address if it has no number. Repeat it for each.",
)


_NEXT_STEPS = NextSteps(
    "If this is intended, add --allow-removals.",
    "To confirm the change, add --confirm-number {number}.",
)
ALLOW_REMOVALS = click.option(
    "--allow-removals",
    is_flag=True,
    help="Allow changes that are rejected by default as probable mistakes: the removal of more "
    "than a third of the centres, phones, addresses or e-mails, numbers that move between records, "
    "helplines that are removed or have another number.",
)


def command_clock() -> Callable[[], datetime]:
    """Return the clock of the command, in UTC: the object of click's context if the caller gave it
    one, else that of the machine.
    """
    context = click.get_current_context(silent=True)
    given: Callable[[], datetime] | None = context.obj if context else None
    return given or utc_now


def open_from_settings() -> Directory:
    """Return the directory of the settings; reads nothing yet. Raises SettingsInvalid.

    A folder at the path of the database is a wrong setting here. A running server does not end
    because of it.
    """
    directory = open_directory(Settings.from_environment(), command_clock())
    with suppress(OSError):  # opening the database says what is wrong
        if directory.file and directory.file.is_dir():
            raise SettingsInvalid(
                [
                    f"DIRECTORY_DATABASE_URL: {directory.file} is a folder; "
                    "give the path of a file instead"
                ]
            )
    return directory


def existing() -> Directory:
    """Return the existing directory, loaded. Raises StoreMissing with advice."""
    return _opened_by(Directory.open)


def migrated() -> Directory:
    """Return the existing directory, of which nothing has been read. Raises StoreMissing with
    advice.
    """
    return _opened_by(lambda directory: directory.writer.store.migrate())


def as_it_is() -> Directory:
    """Return the existing directory, of which nothing has been read, and whose tables may be those
    of an earlier version. Raises StoreMissing with advice.
    """
    return _opened_by(lambda directory: directory.stores.engine.pending())


def _opened_by(open_it: Callable[[Directory], object]) -> Directory:
    directory = open_from_settings()
    try:
        open_it(directory)
    except StoreMissing as error:
        if directory.live.last_good.exists():
            raise StoreMissing(f"{directory.place}: {directory.live.cause(error)}") from None
        raise StoreMissing(
            f"There is no directory at {directory.place}. Set DIRECTORY_DATABASE_URL to sqlite:/// "
            "and the path of an existing directory, or create one there with `directory-api load`"
            if directory.file
            else f"There is no directory in {directory.place}. Create one there with "
            "`directory-api load`, or put a backup of another one there with `directory-api "
            "restore-backup`"
        ) from None
    return directory


def actor() -> Actor:
    """Return the local user as an actor with all scopes.

    Such a user could also write to the database file directly. The name comes from the process's
    user id, because a user can set variables such as LOGNAME.
    """
    user = os.getuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:  # a container may use a user id without a name
        name = f"uid {user}"
    return Actor(f"local:{name}", name, SCOPES)


@contextmanager
def plain_errors(failure: type[click.ClickException] = click.ClickException) -> Iterator[None]:
    """Turn known errors into a ClickException with one line for each fault, without traceback."""
    try:
        yield
    except SettingsInvalid as error:
        raise failure("\n".join(error.faults)) from None
    except ClientError as refused:
        refusal: ClientError = refused
        if isinstance(refused, ConfirmationRequired):
            refusal = _NEXT_STEPS.added_to(refused)
        # Suggestions with an address are for callers over HTTP.
        hints = [hint.detail for hint in refusal.suggestions if hint.href is None]
        lines = [refusal.detail, *map(str, refusal.faults), *hints]
        raise failure("\n".join(lines)) from None
    except DirectoryError as error:
        raise failure(f"{error}.") from None
