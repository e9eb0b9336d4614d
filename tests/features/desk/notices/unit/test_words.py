"""Each language has words for everything that there can be to do."""

from datetime import timedelta
from typing import Any

import pytest

from directory_api.edit.todo import ITEM_KINDS, todo
from directory_api.features.desk.notices.mail import message
from directory_api.features.desk.notices.words import words
from directory_api.text.translations import COMPLETE
from tests.support.situations import NOW, TODAY, centre, situation, token, waiting

SITE = "https://one.example.org/"
CLOSED: dict[str, Any] = {"status": "temporarily-closed", "closed_until": "2026-11-01"}
CONTESTED = [{"member": "phones", "sources": ["other"]}]
# Everything that there can be to do, once each.
EVERYTHING = situation(
    centre(1, 200, **CLOSED, contested=CONTESTED, website=SITE),
    centre(2, 400, status="temporarily-closed"),
    centre(3, None, status="temporarily-closed"),
    proposals=[waiting("p1", 1), waiting("p2", 10), waiting("p3", 1, is_in_force=True)],
    tokens=[token("1a2b3c4d", TODAY + timedelta(days=1))],
    dead={SITE: TODAY},
    named=[("centres/made-up-002", "description", NOW)],
    remarks=[("centres/made-up-001", TODAY)],
    knows_backups=True,
)
# The words around the counts.
OTHERS = {"subject", "subject-urgent", "urgent", "others", "open"}


@pytest.mark.parametrize("language", COMPLETE)
def test_each_kind_is_in_the_mail_once(language: str) -> None:
    """Nothing that there is to do is left out."""
    items = todo(EVERYTHING)
    kinds = [each.kind for each in items]
    assert sorted(kinds) == sorted(ITEM_KINDS) == sorted(words(language).keys() - OTHERS)
    lines = message(items, [language], "/admin/todo", NOW).get_content().splitlines()
    assert sorted(lines[1:6] + lines[8:17]) == sorted(
        f"- {words(language)[kind]}: 1" for kind in kinds
    )
    assert "{" not in "".join(lines)
