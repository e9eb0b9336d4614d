"""The store of tokens and sessions, on every engine: it uses the methods of AccessStore only."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from directory_api.record.token import REPLACED_SECRET, SCOPES, SESSION, Credential, Token
from directory_api.store.sql.access import AccessStore
from directory_api.store.stores import stores_at
from directory_api.text.errors import StoreUnavailable
from tests.support.postgres import StoreUrl

Open = Callable[[Path], AccessStore]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = date(2026, 11, 24)
TOKEN = Token("1", "Énée", SCOPES, DAY, DAY + timedelta(days=9), made_by="Dôra")


@pytest.fixture
def open_store(store_url: StoreUrl) -> Open:
    """How to open the store under test."""
    return lambda folder: stores_at(store_url(folder)).access


@pytest.fixture
def store(store_url: StoreUrl, tmp_path: Path) -> AccessStore:
    """A store without tokens, whose tables are there."""
    stores = stores_at(store_url(tmp_path))
    stores.store.create()
    return stores.access


def test_a_token_is_found_by_its_digest_and_a_digest_by_the_id(store: AccessStore) -> None:
    """Every field of a token comes back; another digest or id finds nothing."""
    assert store.tokens() == ()
    store.add_token(TOKEN, "d1")
    assert store.token_of("d1", NOW) == TOKEN
    assert store.token_of("d", NOW) is store.token_of("D1", NOW) is store.token_of("", NOW) is None
    assert store.digest_of(TOKEN.id) == "d1"
    assert store.digest_of("") is store.digest_of("2") is None


def test_tokens_are_listed_oldest_first(store: AccessStore) -> None:
    """By the day they were made, then in the order they came in; revoked and expired ones, too."""
    for number, days in enumerate((0, -5, 0)):
        created = DAY + timedelta(days=days)
        store.add_token(Token(str(number), f"n{number}", ("edit",), created, created), f"d{number}")
    assert [token.id for token in store.tokens()] == ["1", "0", "2"]


def test_two_tokens_never_share_a_secret_or_an_id(store: AccessStore) -> None:
    """A digest or an id that is there already is refused, and the first token stays as it is."""
    store.add_token(TOKEN, "d1")
    for token, digest in ((replace(TOKEN, id="2"), "d1"), (TOKEN, "d2")):
        with pytest.raises(StoreUnavailable) as refused:
            store.add_token(token, digest)
        assert "Énée" not in str(refused.value)
    assert store.tokens() == (TOKEN,)


def test_only_use_and_revocation_of_a_token_change(store: AccessStore) -> None:
    """The day it was used and the day it was revoked are kept; other tokens and its scopes stay."""
    store.add_token(TOKEN, "d1")
    other = replace(TOKEN, id="2", name="other")
    store.add_token(other, "d2")
    store.put_token(replace(TOKEN, last_used=DAY, scopes=("admin",), expires=DAY))
    assert store.token_of("d1", NOW) == replace(TOKEN, last_used=DAY)
    store.put_token(replace(TOKEN, last_used=DAY, revoked=DAY))
    assert store.tokens() == (replace(TOKEN, last_used=DAY, revoked=DAY), other)


def test_who_read_a_token_before_it_was_revoked_does_not_bring_it_back(store: AccessStore) -> None:
    """Noting a use from an older copy leaves the token revoked, on the date of its first
    revocation.
    """
    store.add_token(TOKEN, "d1")
    store.put_token(replace(TOKEN, revoked=DAY))
    store.put_token(replace(TOKEN, last_used=DAY))
    store.put_token(replace(TOKEN, revoked=DAY + timedelta(days=1)))
    assert store.token_of("d1", NOW) == replace(TOKEN, revoked=DAY, last_used=DAY)


def test_the_credentials_of_a_token_end_together_except_one(store: AccessStore) -> None:
    """Those of its kind; those of other tokens stay."""
    for kind, token, identity in (
        (SESSION, "1", "here"),
        (SESSION, "1", "elsewhere"),
        (SESSION, "2", "other"),
        ("passkey", "1", "key"),
    ):
        store.add_credential(Credential(kind, identity, token, None, {}), NOW)
    store.remove_credentials(SESSION, "1", but="here")
    assert [each.id for each in store.credentials(SESSION)] == ["here", "other"]
    assert store.credential("passkey", "key")


def test_the_secret_before_is_kept_for_a_time_and_one_before_that_is_not(
    store: AccessStore,
) -> None:
    """The token keeps its id; its last day is the new one."""
    store.add_token(TOKEN, "d1")
    longer = replace(TOKEN, expires=DAY + timedelta(days=99))
    for digest in ("d2", "d3"):
        store.replace_secret(longer, digest, NOW + timedelta(days=1))
    assert store.token_of("d1", NOW) is store.token_of("d2", NOW + timedelta(days=1)) is None
    assert store.token_of("d2", NOW) == store.token_of("d3", NOW) == longer
    assert store.credentials(REPLACED_SECRET) == (
        Credential(REPLACED_SECRET, "d2", TOKEN.id, NOW + timedelta(days=1), {}),
    )


def test_a_credential_is_changed_only_as_it_was_read(store: AccessStore) -> None:
    """Another kind with the same id is another credential."""
    first = Credential("passkey", "a", "1", None, {"name": "Énée", "count": 1})
    other = Credential("link", "a", "1", NOW, {})
    for each in (first, other):
        store.add_credential(each, NOW)
    assert store.change_credential(first, {"count": 2})
    assert not store.change_credential(first, {"count": 3})
    assert store.credential("passkey", "a") == replace(first, data={"count": 2})
    assert store.credential("link", "a") == other
    assert store.credential("passkey", "b") is None
    with pytest.raises(StoreUnavailable):
        store.add_credential(first, NOW)


def test_of_many_who_take_a_credential_one_gets_it(
    open_store: Open, store: AccessStore, tmp_path: Path
) -> None:
    """A challenge, or a link, counts once."""
    credential = Credential("challenge", "a", "", NOW, {"for": "sign-in"})
    store.add_credential(credential, NOW)
    barrier = threading.Barrier(6)

    def take(_: int) -> Credential | None:
        own = open_store(tmp_path)
        barrier.wait()
        return own.take_credential("challenge", "a")

    with ThreadPoolExecutor(6) as pool:
        taken = [each for each in pool.map(take, range(6)) if each]
    assert taken == [credential]
    assert store.credentials("challenge") == ()


def test_a_new_credential_deletes_those_that_have_ended(store: AccessStore) -> None:
    """They do not pile up; one without an end stays."""
    for identity, until in (("over", NOW), ("on", NOW + timedelta(seconds=2)), ("for good", None)):
        store.add_credential(Credential("link", identity, "", until, {}), NOW)
    later = NOW + timedelta(seconds=1)
    store.add_credential(Credential("link", "new", "", later, {}), later)
    assert [each.id for each in store.credentials("link")] == ["for good", "new", "on"]


def test_many_threads_may_write_at_once(
    open_store: Open, store: AccessStore, tmp_path: Path
) -> None:
    """Twelve threads that each add a token and open a session all succeed."""
    barrier = threading.Barrier(12)

    def write(number: int) -> None:
        own = open_store(tmp_path)
        barrier.wait()
        own.add_token(replace(TOKEN, id=str(number)), f"d{number}")
        own.add_credential(Credential(SESSION, f"s{number}", str(number), None, {}), NOW)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, range(12)))
    assert {token.id for token in store.tokens()} == {str(number) for number in range(12)}
    assert len(store.credentials(SESSION)) == 12


def test_a_store_that_is_not_there_is_unavailable(open_store: Open, tmp_path: Path) -> None:
    """Every method raises StoreUnavailable, and creates nothing."""
    store = open_store(tmp_path / "nowhere")
    credential = Credential("link", "a", "", NOW, {})
    actions: tuple[Callable[[], object], ...] = (
        store.tokens,
        lambda: store.token_of("d", NOW),
        lambda: store.add_token(TOKEN, "d"),
        lambda: store.put_token(TOKEN),
        lambda: store.replace_secret(TOKEN, "d", NOW),
        lambda: store.credentials("link"),
        lambda: store.credential("link", "a"),
        lambda: store.add_credential(credential, NOW),
        lambda: store.change_credential(credential, {}),
        lambda: store.take_credential("link", "a"),
        lambda: store.remove_credentials("link", "1", but=""),
    )
    for action in actions:
        with pytest.raises(StoreUnavailable):
            action()
    assert not (tmp_path / "nowhere").exists()
