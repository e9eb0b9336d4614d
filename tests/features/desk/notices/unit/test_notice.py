"""What needs attention at a moment, since when, and whether visitors may read something wrong."""

from datetime import date, timedelta

import pytest

from directory_api.features.desk.notices.notice import Notice, Situation
from tests.features.desk.notices.situations import (
    NOW,
    TODAY,
    centre,
    contested,
    situation,
    token,
    waiting,
)


def _found(situation: Situation) -> list[tuple[str, str, date | None]]:
    return [(each.kind, each.about, each.since) for each in situation.notices()]


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("confirmed", "found"),
    [
        (180, []),
        (181, [("due", 0)]),
        (360, [("due", 179)]),
        (361, [("stale", 0)]),
        (400, [("stale", 39)]),
        (-1, [("unverified", None)]),
        (None, [("unverified", None)]),
    ],
)
def test_a_record_becomes_due_then_stale(
    confirmed: int | None, found: list[tuple[str, int | None]]
) -> None:
    """From the day on which it does; a confirmation in the future does not count."""
    assert _found(situation(centre(1, confirmed))) == [
        (kind, "centres/made-up-001", None if days is None else _ago(days)) for kind, days in found
    ]


def test_a_record_that_changed_after_its_confirmation_is_due() -> None:
    """The digest of what was confirmed is another one."""
    changed = centre(1)
    changed["verified"]["digest"] = "sha256-0000000000000000"
    assert _found(situation(changed)) == [("due", "centres/made-up-001", None)]


def test_a_contested_contact_is_urgent_and_another_member_is_not() -> None:
    """Both are found, each by its member; what is urgent comes first."""
    languages = contested(1, "languages")
    phones = contested(2, "phones")
    first, second = situation(languages, phones).notices()
    assert (first.about, first.member, first.is_urgent) == ("centres/made-up-002", "phones", True)
    assert (second.member, second.is_urgent) == ("languages", False)
    assert first.key != second.key


@pytest.mark.parametrize(("until", "is_over"), [(TODAY, False), (_ago(1), True)])
def test_a_closure_whose_last_day_has_passed_is_urgent(until: date, is_over: bool) -> None:
    """Visitors still read that the centre is closed."""
    closed = centre(1, status="temporarily-closed", closed_until=until.isoformat())
    found = situation(centre(2), closed).notices()
    over = Notice("closure-over", "centres/made-up-001", TODAY, is_urgent=True)
    assert list(found) == ([over] if is_over else [])


def test_a_directory_without_an_active_centre_is_urgent() -> None:
    """One that closed for good was the last one."""
    (found,) = situation(centre(1, status="closed")).notices()
    assert (found.kind, found.is_urgent) == ("none-active", True)


@pytest.mark.parametrize(
    ("days", "kind", "since"),
    [(6.5, "proposal", 6), (7, "proposal-ends", 0), (13, "proposal-ends", 6)],
)
def test_a_change_waits_and_then_expires(days: float, kind: str, since: int) -> None:
    """A weekly digest names each at least once as one that expires."""
    found = situation(centre(1), proposals=[waiting("p1", days)])
    assert _found(found) == [(kind, "proposals/p1", _ago(since))]


def test_a_change_in_force_is_to_be_checked_and_does_not_expire() -> None:
    """However old it is."""
    found = situation(centre(1), proposals=[waiting("p1", 40, is_in_force=True)])
    assert _found(found) == [("to-check", "proposals/p1", _ago(40))]


@pytest.mark.parametrize(("left", "since"), [(15, None), (14, 0), (0, 14), (-1, None)])
def test_a_token_ends_within_14_days(left: int, since: int | None) -> None:
    """Not one that has ended, or that was revoked."""
    expires = TODAY + timedelta(days=left)
    tokens = [token("1a2b3c4d", expires), token("5e6f7a8b", expires, revoked=TODAY)]
    assert _found(situation(centre(1), tokens=tokens)) == (
        [] if since is None else [("token-ends", "tokens/1a2b3c4d", _ago(since))]
    )


def test_a_backup_is_old_after_two_days_where_backups_are_known() -> None:
    """So it is if there is none; without the setting nothing is known."""
    two_days = timedelta(days=2)
    assert not situation(centre(1)).notices()
    for newest, found in (
        (NOW - two_days, []),
        (NOW - two_days - timedelta(seconds=1), [("backup-old", "", TODAY)]),
        (None, [("backup-old", "", None)]),
    ):
        here = situation(centre(1), knows_backups=True, newest_backup=newest)
        assert _found(here) == found


def test_days_are_those_on_which_something_is_to_be_done() -> None:
    """What should have been done before is to be done today; a closed centre has no day."""
    here = situation(
        centre(1, 10),
        centre(2, None),
        centre(3, status="closed"),
        centre(4, 0, status="temporarily-closed", closed_until="2026-12-24"),
        centre(5, 0, status="temporarily-closed", closed_until="2026-11-01"),
        tokens=[token("1a2b3c4d", date(2027, 3, 1)), token("5e6f7a8b", _ago(1))],
    )
    assert sorted(here.days()) == [
        ("confirm", "centres/made-up-001", TODAY + timedelta(days=171)),
        ("confirm", "centres/made-up-002", TODAY),
        ("confirm", "centres/made-up-004", TODAY + timedelta(days=181)),
        ("confirm", "centres/made-up-005", TODAY + timedelta(days=181)),
        ("reopen", "centres/made-up-004", date(2026, 12, 25)),
        ("reopen", "centres/made-up-005", TODAY),
        ("token-end", "tokens/1a2b3c4d", date(2027, 3, 1)),
    ]
