"""What there is to do at a moment, since when, how urgent it is, and in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory_api.edit.todo import Item, Situation, todo
from tests.support.situations import (
    NOW,
    TODAY,
    centre,
    contested,
    situation,
    token,
    waiting,
)


def _found(situation: Situation) -> list[tuple[str, str, date | None]]:
    return [(each.kind, each.about, each.since) for each in todo(situation)]


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
        (-1, [("unconfirmed", None)]),
        (None, [("unconfirmed", None)]),
    ],
)
def test_a_record_becomes_due_then_stale(
    confirmed: int | None, found: list[tuple[str, int | None]]
) -> None:
    """From the day on which it does; a confirmation in the future does not count."""
    assert _found(situation(centre(1, confirmed))) == [
        (kind, "centres/made-up-001", None if days is None else _ago(days)) for kind, days in found
    ]


@pytest.mark.parametrize("confirmed", [0, 200, 400])
def test_a_record_that_changed_after_its_confirmation_is_unconfirmed(confirmed: int) -> None:
    """However long ago that was: its values were never confirmed. The day is that of the change, if
    it is known.
    """
    changed = centre(1, confirmed)
    changed["verified"]["digest"] = "-".join(("sha256", *("0" * 16,) * 4))
    assert _found(situation(changed)) == [("unconfirmed", "centres/made-up-001", None)]
    known = situation(changed, changed=lambda kind, _: NOW if kind == "centre" else None)
    assert _found(known) == [("unconfirmed", "centres/made-up-001", TODAY)]


def test_a_contested_contact_is_urgent_and_another_member_is_not() -> None:
    """Both are found, each by its member; what is urgent comes first."""
    languages = contested(1, "languages")
    phones = contested(2, "phones")
    first, second = todo(situation(languages, phones))
    assert (first.about, first.member, first.is_urgent) == ("centres/made-up-002", "phones", True)
    assert (second.member, second.is_urgent) == ("languages", False)
    assert first.key != second.key


def test_what_visitors_cannot_see_of_an_address_is_not_urgent() -> None:
    """It is to be settled all the same."""
    (found,) = todo(situation(contested(1, "address", address_visibility="locality")))
    assert (found.kind, found.is_urgent) == ("contested", False)


@pytest.mark.parametrize(("until", "is_over"), [(TODAY, False), (_ago(1), True)])
def test_a_closure_whose_last_day_has_passed_is_urgent(until: date, is_over: bool) -> None:
    """Visitors still read that the centre is closed."""
    closed = centre(1, status="temporarily-closed", closed_until=until.isoformat())
    found = todo(situation(centre(2), closed))
    over = Item("closure_over", "centres/made-up-001", TODAY, is_urgent=True)
    assert found == ([over] if is_over else [])


def test_a_text_that_names_an_address_which_is_not_public_is_urgent() -> None:
    """It comes first: people there may be in danger. It has the record that names it."""
    named = [("centres/made-up-002", "description", NOW), ("sources/press", "title", None)]
    found = todo(situation(centre(1, status="closed"), named=named))
    assert [(each.kind, each.about, each.member, each.since) for each in found] == [
        ("named_elsewhere", "sources/press", "title", None),
        ("named_elsewhere", "centres/made-up-002", "description", TODAY),
        ("none_active", "", "", None),
    ]
    assert all(each.is_urgent for each in found)


def test_a_change_of_a_phone_an_address_or_a_site_waits_first() -> None:
    """Visitors may read a wrong one now; of two that are equal the older one comes first."""
    here = situation(
        centre(1),
        proposals=[
            waiting("p1", 3, name="Renamed"),
            waiting("p2", 1, email="hello@example.org"),
            waiting("p3", 2, phones=[]),
        ],
    )
    assert [(each.about, each.member) for each in todo(here)] == [
        ("proposals/p3", "phones"),
        ("proposals/p2", "email"),
        ("proposals/p1", ""),
    ]


def test_a_record_that_is_added_or_removed_waits_as_a_whole() -> None:
    """It changes no member."""
    held = waiting("p1", 1, phones=[])
    removal = replace(held, change=replace(held.change, after=None))
    (found,) = todo(situation(centre(1), proposals=[removal]))
    assert (found.about, found.member) == ("proposals/p1", "")


def test_days_are_those_of_the_time_zone_of_the_moment() -> None:
    """What was changed half an hour after midnight was changed on that day."""
    here = datetime(2026, 11, 25, 0, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    (found,) = todo(situation(centre(1, None), now=here, changed=lambda *_: here.astimezone(UTC)))
    assert (found.since, here.astimezone(UTC).day) == (date(2026, 11, 25), 24)


def test_a_dead_link_of_a_public_record_is_urgent() -> None:
    """It is found by the record and the member."""
    here = situation(
        centre(1, website="https://one.example.org/", email="one@example.org"),
        dead={"one@example.org": TODAY, "https://other.example.org/": TODAY},
    )
    (found,) = todo(here)
    assert (found.kind, found.about, found.member) == ("dead_link", "centres/made-up-001", "email")
    assert (found.since, found.is_urgent) == (TODAY, True)


def test_a_directory_without_an_active_centre_is_urgent() -> None:
    """One that closed for good was the last one."""
    (found,) = todo(situation(centre(1, status="closed")))
    assert (found.kind, found.is_urgent) == ("none_active", True)


@pytest.mark.parametrize(
    ("days", "kind", "since"),
    [(6.5, "proposal", 6), (7, "proposal_ends", 0), (13, "proposal_ends", 6)],
)
def test_a_change_waits_and_then_expires(days: float, kind: str, since: int) -> None:
    """A weekly digest names each at least once as one that expires."""
    found = situation(centre(1), proposals=[waiting("p1", days)])
    assert _found(found) == [(kind, "proposals/p1", _ago(since))]


def test_a_change_in_force_is_to_be_checked_and_does_not_expire() -> None:
    """However old it is."""
    found = situation(centre(1), proposals=[waiting("p1", 40, is_in_force=True)])
    assert _found(found) == [("to_check", "proposals/p1", _ago(40))]


@pytest.mark.parametrize(("left", "since"), [(15, None), (14, 0), (0, 14), (-1, None)])
def test_a_token_ends_within_14_days(left: int, since: int | None) -> None:
    """Not one that has ended, or that was revoked."""
    expires = TODAY + timedelta(days=left)
    tokens = [token("1a2b3c4d", expires), token("5e6f7a8b", expires, revoked=TODAY)]
    assert _found(situation(centre(1), tokens=tokens)) == (
        [] if since is None else [("token_ends", "tokens/1a2b3c4d", _ago(since))]
    )


def test_a_backup_is_old_after_two_days_where_backups_are_known() -> None:
    """So it is if there is none; without the setting nothing is known."""
    two_days = timedelta(days=2)
    assert not todo(situation(centre(1)))
    for newest, found in (
        (NOW - two_days, []),
        (NOW - two_days - timedelta(seconds=1), [("backup_old", "", TODAY)]),
        (None, [("backup_old", "", None)]),
    ):
        here = situation(centre(1), knows_backups=True, newest_backup=newest)
        assert _found(here) == found


def test_what_will_be_to_do_has_a_day_in_the_future() -> None:
    """For a calendar: a confirmation, a centre that opens again, a token; nothing of a centre that
    is closed for good.
    """
    here = situation(
        centre(1, 10),
        centre(3, status="closed"),
        centre(4, 0, status="temporarily-closed", closed_until="2026-12-24"),
        tokens=[token("1a2b3c4d", date(2027, 3, 15)), token("5e6f7a8b", _ago(1))],
    )
    assert todo(here) == []
    assert {(each.kind, each.about, each.since) for each in todo(here, until=date.max)} == {
        ("due", "centres/made-up-001", TODAY + timedelta(days=171)),
        ("due", "centres/made-up-004", TODAY + timedelta(days=181)),
        ("closure_over", "centres/made-up-004", date(2026, 12, 25)),
        ("token_ends", "tokens/1a2b3c4d", date(2027, 3, 1)),
    }


def test_what_can_harm_most_comes_first() -> None:
    """What is urgent, in the order of the kinds, then the rest in the same order; among equals the
    helplines, because every page shows them, and the oldest.
    """
    site = "https://one.example.org/"
    line = {
        "id": "line",
        "kind": "national_line",
        "number": "+3278055800",
        "name": {"en": "Line"},
        "countries": ["BE"],
    }
    here = situation(
        centre(1, 200),
        centre(2, 500, website=site),
        centre(3, 400),
        centre(4, None),
        contested(5, "languages"),
        contested(6, "phones"),
        centre(7, 0, status="temporarily-closed", closed_until="2026-11-01"),
        line,
        {**line, "id": "be-112", "kind": "emergency", "number": "112"},
        proposals=[waiting("p1", 1), waiting("p2", 10), waiting("p3", 1, is_in_force=True)],
        tokens=[token("1a2b3c4d", TODAY)],
        dead={site: TODAY},
        remarks=[("centres/made-up-001", TODAY)],
        knows_backups=True,
    )
    assert [(each.kind, each.about) for each in todo(here)] == [
        ("contested", "centres/made-up-006"),
        ("closure_over", "centres/made-up-007"),
        ("dead_link", "centres/made-up-002"),
        ("contested", "centres/made-up-005"),
        ("remark", "centres/made-up-001"),
        ("to_check", "proposals/p3"),
        ("proposal_ends", "proposals/p2"),
        ("proposal", "proposals/p1"),
        ("unconfirmed", "helplines/line"),
        ("unconfirmed", "centres/made-up-004"),
        ("stale", "centres/made-up-002"),
        ("stale", "centres/made-up-003"),
        ("due", "centres/made-up-001"),
        ("token_ends", "tokens/1a2b3c4d"),
        ("backup_old", ""),
    ]


def test_what_was_asked_about_today_comes_after_its_equals() -> None:
    """So the next one is at the top, but nothing that can harm less. A confirmation does not say
    which source is right, so a contested record stays.
    """
    never = [centre(1, None), centre(2, None)]
    called = {"centres/made-up-001": TODAY}
    both = [contested(4, confirmed=0), contested(5, confirmed=1)]
    found = todo(situation(*never, centre(3, 400), *both, called=called))
    assert [(each.about, each.asked) for each in found] == [
        ("centres/made-up-005", _ago(1)),
        ("centres/made-up-004", TODAY),
        ("centres/made-up-002", None),
        ("centres/made-up-001", TODAY),
        ("centres/made-up-003", _ago(400)),
    ]
