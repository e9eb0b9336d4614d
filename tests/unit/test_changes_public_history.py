"""News: what everybody can see to have changed, without a value of before or after."""

from datetime import UTC, datetime
from typing import Any

import pytest

from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.change.public_history import PublicChange, PublicHistory, news
from directory_api.record.record_value import Record

STAMP = Stamp("anna", datetime(2026, 11, 24, 12, tzinfo=UTC), "she told me that she moved", "bert")


def _entry(before: Record | None, after: Record | None, revision: int = 2) -> HistoryEntry:
    return HistoryEntry(revision, Change("centre", "a", before, after), STAMP)


def _without_street(_kind: str, record: Record) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "street"}


def _told(*entries: HistoryEntry) -> list[PublicChange]:
    return list(news(PublicHistory("a1", recent=entries), _without_street))


@pytest.mark.parametrize(
    ("before", "after", "action", "members"),
    [
        (None, {"name": "A"}, "added", ()),
        (None, {"name": "A", "status": "closed"}, "added", ()),
        ({"name": "A"}, None, "removed", ()),
        ({"name": "A", "street": "S"}, {"name": "B"}, "changed", ("name",)),
        ({"name": "A", "hours": "H"}, {"name": "A", "email": "E"}, "changed", ("hours", "email")),
        ({"status": "active"}, {"status": "closed"}, "closed", ("status",)),
        ({"status": "closed"}, {"status": "active"}, "changed", ("status",)),
        (
            {"status": "closed", "name": "A"},
            {"status": "closed", "name": "B"},
            "changed",
            ("name",),
        ),
    ],
)
def test_a_change_is_told_by_its_deed_and_members(
    before: Record | None, after: Record | None, action: str, members: tuple[str, ...]
) -> None:
    """What happened, and where both are there, which members differ; when and at which revision."""
    assert _told(_entry(before, after)) == [
        PublicChange(2, STAMP.at, "centre", "a", action, members)
    ]


def test_what_nobody_sees_is_no_news() -> None:
    """A change of unpublished members only is not reported; others are, in their order."""
    told = _told(
        _entry({"street": "T"}, {"name": "B", "street": "T"}, 4),
        _entry({"name": "A", "street": "S"}, {"name": "A", "street": "T"}, 3),
        _entry(None, {"name": "A"}, 1),
    )
    assert [each.revision for each in told] == [4, 1]


def test_a_record_of_another_time_is_passed_over() -> None:
    """One that cannot be read any more is left out and takes no other with it."""

    def strict(_kind: str, record: Record) -> Record:
        return {"name": record["name"]}

    entries = (_entry({"title": "A"}, {"name": "A"}, 3), _entry(None, {"name": "A"}, 1))
    assert [each.revision for each in news(PublicHistory("a1", recent=entries), strict)] == [1]
