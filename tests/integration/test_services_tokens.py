"""Tokens and sessions: 256 bits that are stored nowhere, valid for their scopes and their time."""

import base64
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from directory_api.edit.second_person import begins_review, review_required
from directory_api.edit.tokens import BEGINNING, BOTH_VALID, LONGEST_DAYS, SESSION_LIFE, Tokens
from directory_api.record.token import SCOPES, Actor, Token
from directory_api.store.sql.access import AccessStore
from directory_api.store.sqlite.engine import SqliteEngine
from directory_api.text.errors import InputInvalid, StoreUnavailable, TokenRefused
from tests.support.sqlite_stores import sqlite_access, sqlite_store
from tests.support.store_under_test import everything
from tests.support.write_side import NOON, Clock


@pytest.fixture
def clock() -> Clock:
    """A clock at noon of 24 November 2026."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database without tokens."""
    sqlite_store(tmp_path / "directory.db").create()
    return tmp_path / "directory.db"


@pytest.fixture
def tokens(path: Path, clock: Clock) -> Tokens:
    """The tokens of the database."""
    return Tokens(sqlite_access(path), clock)


class FullDisk(AccessStore):
    """An access store on a full disk."""

    def put_token(self, token: Token) -> None:
        raise StoreUnavailable("the database cannot be used: the disk is full")


def _refusal(action: Callable[[], object]) -> tuple[str, object]:
    with pytest.raises(TokenRefused) as refused:
        action()
    return str(refused.value), refused.value.faults


def test_a_token_has_256_bits_and_a_prefix(tokens: Tokens) -> None:
    """The secret is the prefix and 32 random bytes, always new; the id is public and not part of
    it.
    """
    made = [tokens.create(f"n{number}", ["edit"], 9) for number in range(20)]
    secrets = [secret for secret, _ in made]
    assert len(set(secrets)) == len({token.id for _, token in made}) == 20
    for secret, token in made:
        assert re.fullmatch(BEGINNING + "[A-Za-z0-9_-]{43}", secret)
        assert len(base64.urlsafe_b64decode(secret.removeprefix(BEGINNING) + "=")) * 8 == 256
        assert token.id not in secret
    # Each of the bytes differs somewhere: none is fixed.
    raw = [base64.urlsafe_b64decode(secret.removeprefix(BEGINNING) + "=") for secret in secrets]
    assert all(len(set(column)) > 1 for column in zip(*raw, strict=True))


def test_a_secret_is_nowhere_in_the_database(tokens: Tokens, path: Path) -> None:
    """The database file and its journal contain no secret of a token or a session, in any
    encoding.
    """
    secret, _ = tokens.create("anna", ["edit"], 9)
    session, _ = tokens.sign_in(secret)
    tokens.actor(secret)
    bytes_on_disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"anna" in bytes_on_disk
    for text in (secret, secret.removeprefix(BEGINNING), session):
        raw = base64.urlsafe_b64decode(text.removeprefix(BEGINNING) + "=")
        for hidden in (text.encode(), raw, raw.hex().encode(), raw.hex().upper().encode()):
            assert hidden not in bytes_on_disk
    assert BEGINNING not in "".join(everything(path))


def test_a_token_says_who_and_what_for(tokens: Tokens) -> None:
    """A secret identifies the token's id and name, with its scopes in their order."""
    secret, token = tokens.create("Énée", ["approve", "edit", "approve"], 9)
    assert tokens.actor(secret) == Actor(f"token:{token.id}", "Énée", ("edit", "approve"))
    assert (token.created, token.expires) == (NOON.date(), NOON.date() + timedelta(days=9))
    assert [listed.id for listed in tokens.list()] == [token.id]


def test_a_token_opens_until_the_end_of_its_last_day(tokens: Tokens, clock: Clock) -> None:
    """One day: until midnight of tomorrow (UTC), and not a moment longer."""
    secret, _ = tokens.create("anna", ["edit"], 1)
    midnight = NOON.replace(hour=0) + timedelta(days=2)
    clock.now = midnight - timedelta(microseconds=1)
    assert tokens.actor(secret).name == "anna"
    clock.now = midnight
    _refusal(lambda: tokens.actor(secret))


def test_unknown_revoked_and_expired_tokens_are_refused_alike(
    tokens: Tokens, clock: Clock, path: Path
) -> None:
    """The same words for each, for requests and sign-in, which reveal nothing about the token; and
    nothing is written.
    """
    revoked, token = tokens.create("revoked", ["edit"], 9)
    tokens.revoke(token.id)
    expired, _ = tokens.create("expired", ["edit"], 1)
    clock.pass_by(timedelta(days=2))
    before = everything(path)
    digest_like = "0" * 64
    strange = ("", "x", "\ud800", digest_like, revoked[:-1], revoked.upper(), BEGINNING)
    refusals = {
        _refusal(partial(look, secret))
        for look in (tokens.actor, tokens.sign_in, tokens.signed_in)
        for secret in (revoked, expired, *strange)
    }
    assert len(refusals) == 1
    assert not any(word in str(refusals).lower() for word in ("revoked", "expired", "unknown"))
    assert everything(path) == before


def test_last_used_is_a_day_and_is_written_once_a_day(path: Path, clock: Clock) -> None:
    """The first use in a day stores the date only; other uses write nothing."""
    writes: list[None] = []

    def note() -> AbstractContextManager[None]:
        writes.append(None)
        return nullcontext()

    tokens = Tokens(AccessStore(SqliteEngine(path), note), clock)
    secret, token = tokens.create("anna", ["edit"], 9)
    assert token.last_used is None
    tokens.actor(secret)
    assert tokens.list()[0].last_used == date(2026, 11, 24)
    written = len(writes)
    clock.pass_by(timedelta(hours=11))
    assert tokens.actor(secret).name == "anna"
    assert len(writes) == written
    clock.pass_by(timedelta(hours=1))
    tokens.actor(secret)
    assert tokens.list()[0].last_used == date(2026, 11, 25)
    (row,) = [line for line in everything(path) if 'INTO "tokens"' in line]
    assert "12:" not in row
    assert "'2026-11-25'" in row


def test_the_first_use_on_a_day_needs_no_space_on_the_disk(path: Path, clock: Clock) -> None:
    """A token is good for reading when the day of its use cannot be noted."""
    secret, _ = Tokens(sqlite_access(path), clock).create("anna", ["edit"], 9)
    tokens = Tokens(FullDisk(SqliteEngine(path)), clock)
    assert tokens.actor(secret).name == "anna"
    assert tokens.list()[0].last_used is None


def test_revoking_is_for_good_and_keeps_its_day(tokens: Tokens, clock: Clock) -> None:
    """A second revocation leaves the day of the first; an id that no token has is told."""
    secret, token = tokens.create("anna", ["edit"], 90)
    tokens.create("bert", ["edit"], 90)
    assert tokens.revoke(token.id).revoked == date(2026, 11, 24)
    clock.pass_by(timedelta(days=3))
    assert tokens.revoke(token.id).revoked == date(2026, 11, 24)
    assert [listed.revoked for listed in tokens.list()] == [date(2026, 11, 24), None]
    _refusal(lambda: tokens.actor(secret))
    with pytest.raises(InputInvalid, match="token list"):
        tokens.revoke("nobody")


FAULTY: dict[str, tuple[str, list[str], int, list[str]]] = {
    "no name": ("", ["edit"], 9, ["name"]),
    "a line feed": ("a\nb", ["edit"], 9, ["name"]),
    "a surrogate": ("\ud800", ["edit"], 9, ["name"]),
    "a long name": ("a" * 81, ["edit"], 9, ["name"]),
    "no scope": ("new", [], 9, ["scope"]),
    "an unknown scope": ("new", ["edit", "EDIT"], 9, ["scope"]),
    "no day": ("new", ["edit"], 0, ["days"]),
    "too many days": ("new", ["edit"], LONGEST_DAYS + 1, ["days"]),
    "a name that is taken": ("anna", ["approve"], 9, ["name"]),
    "a name in other letters": ("ＡＮＮＡ", ["approve"], 9, ["name"]),
    "all of it": ("<" * 81, ["edit", "everything"], 0, ["name", "name", "scope", "days"]),
}


@pytest.mark.parametrize("why", FAULTY)
def test_every_fault_of_a_new_token_is_told_at_once(tokens: Tokens, path: Path, why: str) -> None:
    """At the parameter that it is about; and nothing is made."""
    tokens.create("Anna", ["edit"], 9)
    before = everything(path)
    name, scopes, days, parameters = FAULTY[why]
    with pytest.raises(InputInvalid) as refused:
        tokens.create(name, scopes, days)
    assert [fault.parameter for fault in refused.value.faults] == parameters
    assert everything(path) == before


def test_the_limits_themselves_are_good(tokens: Tokens) -> None:
    """Every scope, a name of 80 characters, one day and ten years."""
    for name, days in (("a" * 80, 1), ("b", LONGEST_DAYS)):
        assert tokens.create(name, SCOPES, days)[1].scopes == SCOPES


def test_the_name_of_a_token_that_is_over_is_free_again(tokens: Tokens, clock: Clock) -> None:
    """Whether it was revoked or has expired."""
    _, revoked = tokens.create("anna", ["edit"], 9)
    tokens.revoke(revoked.id)
    _, expiring = tokens.create("anna", ["edit"], 1)
    clock.pass_by(timedelta(days=2))
    assert tokens.create("anna", ["edit"], 9)[1].id not in (revoked.id, expiring.id)


# Sessions


def test_a_session_is_its_token(tokens: Tokens) -> None:
    """A session has the rights of its token; each sign-in has a new secret, which is not a
    token.
    """
    secret, token = tokens.create("anna", ["edit"], 9)
    (first, actor), (second, _) = tokens.sign_in(secret), tokens.sign_in(secret)
    assert first != second
    assert len(base64.urlsafe_b64decode(first + "=")) == 32
    assert actor == tokens.signed_in(first) == tokens.signed_in(second) == tokens.actor(secret)
    assert tokens.list()[0].id == token.id
    _refusal(lambda: tokens.actor(first))
    _refusal(lambda: tokens.signed_in(secret))


def test_a_session_ends_after_eight_hours(tokens: Tokens, clock: Clock) -> None:
    """It opens until the last moment of the eighth hour, and does not live longer by being used."""
    secret, _ = tokens.create("anna", ["edit"], 9)
    session, _ = tokens.sign_in(secret)
    assert timedelta(hours=8) == SESSION_LIFE
    clock.pass_by(SESSION_LIFE - timedelta(microseconds=1))
    assert tokens.signed_in(session).name == "anna"
    clock.pass_by(timedelta(microseconds=1))
    _refusal(lambda: tokens.signed_in(session))


def test_a_session_ends_with_its_token(tokens: Tokens, clock: Clock) -> None:
    """Revoked or over, its sessions open nothing from that moment on; other people's go on."""
    revoked, token = tokens.create("revoked", ["edit"], 9)
    expiring, _ = tokens.create("expiring", ["edit"], 1)
    other, _ = tokens.create("other", ["edit"], 9)
    clock.now = NOON.replace(hour=23) + timedelta(days=1)
    sessions = [tokens.sign_in(secret)[0] for secret in (revoked, expiring, other)]
    tokens.revoke(token.id)
    _refusal(lambda: tokens.signed_in(sessions[0]))
    assert tokens.signed_in(sessions[1]).name == "expiring"
    clock.pass_by(timedelta(hours=1))
    _refusal(lambda: tokens.signed_in(sessions[1]))
    assert tokens.signed_in(sessions[2]).name == "other"


def test_a_session_ends_at_sign_out(tokens: Tokens) -> None:
    """Only the one that is signed out, or all others of the person; again, or what never was one,
    is harmless.
    """
    secret, token = tokens.create("anna", ["edit"], 9)
    other = tokens.sign_in(tokens.create("bert", ["edit"], 9)[0])[0]
    first, here, elsewhere = (tokens.sign_in(secret)[0] for _ in range(3))
    for session in (first, first, "never was"):
        tokens.sign_out(session)
    _refusal(lambda: tokens.signed_in(first))
    assert tokens.signed_in(elsewhere).name == "anna"
    tokens.sign_out_elsewhere(token.id, here)
    assert tokens.signed_in(here).name == "anna"
    _refusal(lambda: tokens.signed_in(elsewhere))
    assert tokens.signed_in(other).name == "bert"


# Review


def test_review_is_on_once_two_persons_may_approve_and_stays_on(
    tokens: Tokens, clock: Clock
) -> None:
    """Tokens with approve or admin count; later they are revoked or over. Only `off` ends it."""
    tokens.create("editor", ["edit", "read_history"], 90)
    tokens.create("approver", ["approve"], 1)
    assert not review_required("auto", tokens.list())
    _, admin = tokens.create("admin", ["admin"], 90)
    assert review_required("auto", tokens.list())
    tokens.revoke(admin.id)
    clock.pass_by(timedelta(days=2))
    assert review_required("auto", tokens.list())
    assert not review_required("off", tokens.list())


@pytest.mark.parametrize(
    ("setting", "name", "scopes", "begins"),
    [
        ("auto", "Bert", ("approve",), True),
        ("auto", "Bert", ("admin",), True),
        ("auto", "Bert", ("edit",), False),
        ("auto", "ANNA", ("approve",), False),
        ("on", "Bert", ("approve",), False),
        ("off", "Bert", ("approve",), False),
    ],
)
def test_who_makes_the_second_approver_can_know_that_review_begins(
    tokens: Tokens, setting: str, name: str, scopes: tuple[str, ...], begins: bool
) -> None:
    """Only where it begins by itself, and once."""
    assert not begins_review("auto", tokens.list(), "Anna", ["approve"], NOON.date())
    _, anna = tokens.create("Anna", ["approve"], 30)
    assert begins_review(setting, tokens.list(), name, scopes, NOON.date()) == begins
    before = review_required(setting, tokens.list())
    if name == "ANNA":
        tokens.revoke(anna.id)
    tokens.create(name, scopes, 30)
    assert (review_required(setting, tokens.list()) and not before) == begins
    if begins:
        assert not begins_review(setting, tokens.list(), "Carl", ["approve"], NOON.date())


# Secrets that are derived and replaced


def test_two_secrets_of_a_token_are_valid_for_a_day(tokens: Tokens, clock: Clock) -> None:
    """They are one token; a session that the old one opened goes on."""
    old, token = tokens.create("import", ["edit"], 30)
    session, _ = tokens.sign_in(old)
    new, rotated = tokens.rotate("IMPORT")
    assert rotated.id == token.id
    assert tokens.actor(new) == tokens.actor(old) == tokens.signed_in(session)
    clock.now = NOON + BOTH_VALID - timedelta(seconds=1)
    assert tokens.actor(old).name == "import"
    clock.now = NOON + BOTH_VALID
    assert _refusal(lambda: tokens.actor(old)) == _refusal(lambda: tokens.actor("x"))
    assert tokens.actor(new).name == "import"


def test_a_token_never_has_three_secrets(tokens: Tokens) -> None:
    """The one before the last ends at once, so a token that is known to others ends after two."""
    first, token = tokens.create("import", ["edit"], 30)
    second, _ = tokens.rotate(token.id)
    third, _ = tokens.rotate(token.id)
    _refusal(lambda: tokens.actor(first))
    assert tokens.actor(second) == tokens.actor(third)
    tokens.revoke(token.id)
    for secret in (second, third):
        _refusal(lambda secret=secret: tokens.actor(secret))  # type: ignore[misc]


def test_a_new_secret_may_come_with_a_new_last_day(tokens: Tokens, clock: Clock) -> None:
    """In days from now; a wrong number changes nothing."""
    _, token = tokens.create("import", ["edit"], 30)
    clock.now = NOON + timedelta(days=20)
    with pytest.raises(InputInvalid) as refused:
        tokens.rotate(token.id, 0)
    assert [each.parameter for each in refused.value.faults] == ["days"]
    assert tokens.list() == (token,)
    _, rotated = tokens.rotate(token.id, 60)
    assert rotated.expires == NOON.date() + timedelta(days=80)
    assert tokens.list() == (rotated,)


def test_what_is_over_gets_no_new_secret(tokens: Tokens, clock: Clock) -> None:
    """Revoked, expired and unknown ones, and people who have none."""
    _, revoked = tokens.create("revoked", ["edit"], 30)
    _, short = tokens.create("short", ["edit"], 1)
    tokens.revoke(revoked.id)
    tokens.create_person("Anna", ["edit"], 30)
    clock.now = NOON + timedelta(days=2)
    for name in (revoked.id, short.id, "short", "nothing"):
        with pytest.raises(InputInvalid, match="No valid token has this name or id"):
            tokens.rotate(name)
    with pytest.raises(InputInvalid, match="Anna has no token"):
        tokens.rotate("anna")


def test_a_person_has_no_secret_and_is_one_with_a_token_of_the_name(
    tokens: Tokens, path: Path
) -> None:
    """What is stored instead is no SHA-256, and differs for each: notices derive secrets of it."""
    anna = tokens.create_person("Anna", ["edit", "approve"], 30)
    bert = tokens.create_person("Bert", ["edit"], 30)
    assert tokens.list() == (anna, bert)
    assert not anna.has_secret
    digests = [sqlite_access(path).digest_of(each.id) or "" for each in (anna, bert)]
    assert len(set(digests)) == 2
    for digest in digests:
        assert re.fullmatch(r"none:[0-9a-f]{64}", digest)
        _refusal(lambda digest=digest: tokens.actor(digest))  # type: ignore[misc]
    with pytest.raises(InputInvalid) as refused:
        tokens.create("ＡＮＮＡ", ["edit"], 30)
    assert [each.parameter for each in refused.value.faults] == ["name"]
    session, actor = tokens.sign_in_as(anna.id)
    assert tokens.signed_in(session) == actor
    assert actor.is_person("token:other", "anna")
    tokens.revoke(anna.id)
    _refusal(lambda: tokens.signed_in(session))
    _refusal(lambda: tokens.sign_in_as(anna.id))
