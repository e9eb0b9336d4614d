"""Each language has words for everything that can need attention."""

from datetime import timedelta
from typing import Any

import pytest

from directory_api.features.desk.notices.mail import message
from directory_api.features.desk.notices.words import words
from directory_api.text.translations import COMPLETE
from tests.features.desk.notices.situations import NOW, TODAY, centre, situation, token, waiting

SITE = "https://one.example.org/"
CLOSED: dict[str, Any] = {"status": "temporarily-closed", "closed_until": "2026-11-01"}
CONTESTED = [{"member": "phones", "sources": ["other"]}]
# Every kind of notice, once each.
EVERYTHING = situation(
    centre(1, 200, **CLOSED, contested=CONTESTED, website=SITE),
    centre(2, 400, status="temporarily-closed"),
    centre(3, None, status="temporarily-closed"),
    proposals=[waiting("p1", 1), waiting("p2", 10), waiting("p3", 1, is_in_force=True)],
    tokens=[token("1a2b3c4d", TODAY + timedelta(days=1))],
    dead={SITE: TODAY},
    knows_backups=True,
)
# The words of days, and those around the counts.
OTHERS = {
    *("subject", "subject-urgent", "urgent", "others", "open"),
    *("confirm", "reopen", "token-end"),
}


@pytest.mark.parametrize("language", COMPLETE)
def test_each_kind_is_in_the_mail_once(language: str) -> None:
    """Nothing that needs attention is left out."""
    notices = EVERYTHING.notices()
    kinds = [each.kind for each in notices]
    assert sorted(kinds) == sorted(words(language).keys() - OTHERS)
    lines = message(notices, [language], "/admin", NOW).get_content().splitlines()
    assert sorted(lines[1:5] + lines[7:15]) == sorted(
        f"- {words(language)[kind]}: 1" for kind in kinds
    )
    assert "{" not in "".join(lines)


@pytest.mark.parametrize("language", COMPLETE)
def test_each_day_has_words(language: str) -> None:
    """In the calendar; and there are those around the counts."""
    days = situation(centre(1, **CLOSED), tokens=[token("1a2b3c4d", TODAY)]).days()
    assert {kind for kind, _, _ in days} == {"confirm", "reopen", "token-end"}
    assert words(language).keys() >= OTHERS
