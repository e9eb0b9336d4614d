"""Who may write: token create, list, revoke."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.edit.tokens import Tokens
from directory_api.text.errors import TokenRefused
from tests.support.command_line import RunCommand, fails, rows
from tests.support.moments import now
from tests.support.sqlite_stores import sqlite_access
from tests.support.store_under_test import everything


def _tokens(folder: Path) -> Tokens:
    """The tokens of the store of the commands, at the same time."""
    return open_directory(Settings(database_url=f"sqlite:///{folder}/cli.db"), now).tokens


def test_the_secret_is_alone_on_standard_output_and_opens_what_it_should(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """It can be piped; the explanation is on standard error, without the secret; nothing
    stores it.
    """
    result = run_command(
        "token", "create", "weekend team", "--scope", "approve", "--scope", "edit", "--days", 10
    )
    secret = result.stdout.removesuffix("\n")
    assert re.fullmatch(r"directory_[A-Za-z0-9_-]{43}", secret)
    assert "shown only once" in result.stderr
    assert secret not in result.stderr
    tokens = _tokens(tmp_path)
    assert (tokens.actor(secret).name, tokens.actor(secret).scopes) == (
        "weekend team",
        ("edit", "approve"),
    )
    assert all(secret not in row for row in everything(tmp_path / "cli.db"))
    assert secret not in run_command("token", "list").output


def test_the_list_says_what_became_of_each_token(run_command: RunCommand, tmp_path: Path) -> None:
    """Who made it, also a person without a token, and one whose maker calls themself the operator;
    the last day of use; and when it was revoked or ended.
    """
    assert "no token yet" in run_command("token", "list").stderr
    secret = run_command("token", "create", "one", "--scope", "edit").stdout.strip()
    ((identity, name, may, made, state, used, maker),) = rows(run_command("token", "list"))
    assert (name, may, used, maker) == ("one", "edit", "never", "the operator")
    assert state.startswith("valid until ")
    tokens = _tokens(tmp_path)
    tokens.actor(secret)
    tokens.create("program", ["edit"], 30, "dora")
    tokens.create_person("Els", ["edit"], 30, "the operator")
    told = run_command("token", "revoke", identity).stdout
    assert told.startswith(f"Revoked: {identity} of one\n")
    with pytest.raises(TokenRefused):
        tokens.actor(secret)
    long_ago = Tokens(sqlite_access(tmp_path / "cli.db"), lambda: datetime(2020, 1, 1, tzinfo=UTC))
    long_ago.create("old", ["edit"], 30)
    listed = {row[1]: row for row in rows(run_command("token", "list"))}
    assert listed["one"][4].startswith("revoked on ")
    assert listed["one"][5] == made
    assert listed["old"][4] == "expired on 2020-01-31"
    makers = [listed[name][6] for name in ("one", "program", "Els")]
    assert makers == ["the operator", "dora at /admin", "the operator at /admin"]


def test_a_wrong_token_is_refused_with_every_fault(run_command: RunCommand) -> None:
    """Name, length and life are told at once; an unknown id and an unknown scope end in a line."""
    fails(
        run_command("token", "create", "a<b", "--scope", "edit", "--days", 0), 1, "name: ", "days: "
    )
    fails(run_command("token", "create", "one", "--scope", "everything"), 2, "--scope")
    fails(run_command("token", "create", "one"), 2, "--scope")
    fails(run_command("token", "revoke", "nothing"), 1, "No token has this id.")


def test_rotate_prints_a_new_secret_and_the_old_one_is_valid_for_a_day(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """The new one is alone on standard output; the last day stays without --days."""
    old = run_command("token", "create", "one", "--scope", "edit", "--days", 30).stdout.strip()
    result = run_command("token", "rotate", "one")
    new = result.stdout.removesuffix("\n")
    assert "24 hours" in result.stderr
    assert new not in result.stderr
    tokens = _tokens(tmp_path)
    assert tokens.actor(old) == tokens.actor(new)
    (rotated,) = tokens.list()
    run_command("token", "rotate", "one", "--days", 60)
    assert (tokens.list()[0].expires - rotated.expires).days == 30
    fails(run_command("token", "rotate", "one", "--days", 0), 1, "days: ")
    fails(run_command("token", "rotate", "two"), 1, "No valid token has this name or id.")


def test_create_says_that_review_begins(run_command: RunCommand) -> None:
    """Before and after; the first and the third person who may approve change nothing."""
    said = [
        run_command("token", "create", name, "--scope", "approve").stderr
        for name in ("one", "two", "three")
    ]
    assert "two is the second person who may approve" in said[1]
    assert said[1].index("second person") < said[1].index("Review by a second person is on now.")
    assert "second person" not in said[0] + said[2]
