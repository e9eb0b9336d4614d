"""Every store knows who changed which record, when and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from directory_api.change.change import Change, Stamp
from directory_api.change.public_history import RECENT
from directory_api.store.sql.store import Store
from tests.support.store_suite import STAMP, addition
from tests.support.whole_store import read_whole


def test_history_tells_who_when_and_why_newest_first(store: Store) -> None:
    """Each change of a record is an entry with its stamp; other records have their own entries."""
    store.append([addition("a", n=1), addition("b", n=9)], STAMP, expected=0)
    later = Stamp("bert", datetime(2026, 11, 25, tzinfo=UTC), "moved")
    store.append([Change("centre", "a", {"n": 1}, {"n": 2})], later, expected=1)
    store.append([Change("centre", "a", {"n": 2}, None)], STAMP, expected=2)
    entries = store.history("centre", "a")
    assert [(entry.revision, entry.change.before, entry.change.after) for entry in entries] == [
        (3, {"n": 2}, None),
        (2, {"n": 1}, {"n": 2}),
        (1, None, {"n": 1}),
    ]
    assert [(entry.stamp.author, entry.stamp.at, entry.stamp.reason) for entry in entries[1:]] == [
        ("bert", later.at, "moved"),
        ("anna", STAMP.at, "a phone call"),
    ]
    assert [(entry.change.kind, entry.change.id) for entry in store.history("centre", "b")] == [
        ("centre", "b")
    ]
    assert store.history("helpline", "a") == ()


def test_each_record_knows_the_revision_that_wrote_it(store: Store) -> None:
    """A record keeps its revision while others change; new, changed and restored ones have the
    latest.
    """
    store.append([addition("a", n=1), addition("b", n=1)], STAMP, expected=0)
    store.append(
        [Change("centre", "b", {"n": 1}, {"n": 2}), Change("helpline", "a", None, {})],
        STAMP,
        expected=1,
    )
    assert read_whole(store).revisions == {
        ("centre", "a"): 1,
        ("centre", "b"): 2,
        ("helpline", "a"): 2,
    }
    store.append([Change("centre", "a", {"n": 1}, None)], STAMP, expected=2)
    assert read_whole(store).revisions == {("centre", "b"): 2, ("helpline", "a"): 2}
    store.append([addition("a", n=1)], STAMP, expected=3)
    assert read_whole(store).revisions == {
        ("centre", "a"): 4,
        ("centre", "b"): 2,
        ("helpline", "a"): 2,
    }


def test_history_tells_who_looked_at_it_first(store: Store) -> None:
    """Who approved a change is kept beside who made it; without an approval no name is stored."""
    store.append([addition("a")], STAMP, expected=0)
    store.append([addition("b")], replace(STAMP, approved_by="bert"), expected=1)
    assert [entry.stamp.approved_by for entry in store.history()] == ["bert", None]
    assert store.history()[1].stamp == STAMP


def test_history_is_asked_for_by_kind_by_id_and_by_number(store: Store) -> None:
    """Every filter leaves out what it should, newest first, and `most` cuts off the oldest."""
    kinds = [("centre", "a"), ("helpline", "a"), ("centre", "b"), ("centre", "a")]
    for number, (kind, identity) in enumerate(kinds):
        store.append([Change(kind, identity, None, {"n": number})], STAMP, expected=number)

    def asked(*what: str | None, most: int = 100) -> list[int]:
        return [entry.revision for entry in store.history(*what, most=most)]

    assert asked() == [4, 3, 2, 1]
    assert asked("centre") == [4, 3, 1]
    assert asked("centre", "a") == [4, 1]
    assert asked(None, "a") == [4, 2, 1]
    assert asked("helpline", "b") == asked("boundary") == []
    assert asked(most=3) == [4, 3, 2]
    assert asked("centre", most=1) == [4]
    assert asked(most=0) == []


def test_every_record_that_is_or_was_has_its_last_change(store: Store) -> None:
    """Its revision and time, whatever else changed since; also for removed and restored records."""
    later = replace(STAMP, at=STAMP.at + timedelta(days=1))
    store.append(
        [addition("a"), addition("b"), Change("helpline", "a", None, {})], STAMP, expected=0
    )
    store.append(
        [Change("centre", "a", {}, {"name": "A"}), Change("centre", "b", {}, None)],
        later,
        expected=1,
    )
    last = {
        ("centre", "a"): (2, later.at),
        ("centre", "b"): (2, later.at),
        ("helpline", "a"): (1, STAMP.at),
    }
    assert read_whole(store).history.last == last
    store.append([addition("b", name="again")], STAMP, expected=2)
    assert read_whole(store).history.last == {**last, ("centre", "b"): (3, STAMP.at)}


def test_the_last_changes_of_centres_and_helplines_are_at_hand(store: Store) -> None:
    """RECENT of them, newest first, as in the history."""
    kinds = ("centre", "helpline", "table", "proposal")
    store.append([Change(kind, "a", None, {}) for kind in kinds], STAMP, expected=0)
    assert read_whole(store).history.recent == (
        *store.history("helpline"),
        *store.history("centre"),
    )
    store.append([addition(f"c{number}") for number in range(RECENT)], STAMP, expected=1)
    assert read_whole(store).history.recent == store.history("centre", most=RECENT)


def test_what_only_maintainers_see_is_in_the_history_and_not_in_the_past(store: Store) -> None:
    """However many such changes there are, the past is unchanged, and the record is the new one."""
    store.append([addition("a", n=0), addition("b")], STAMP, expected=0)
    before = read_whole(store).history
    for n in range(RECENT + 1):
        change = Change("centre", "a", {"n": n}, {"n": n + 1})
        store.append(
            [change], STAMP, expected=n + 1, unseen={("centre", "a"), ("centre", "elsewhere")}
        )
    kept = read_whole(store)
    assert kept.history == before
    assert kept.contents["centre"]["a"] == {"n": RECENT + 1}
    assert len(store.history("centre", "a", most=200)) == RECENT + 2
