"""Which number of an answer is filled: one that is answered now."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.answered_numbers import (
    BRUSSELS,
    HOURS_OF_THE_WEEK,
    MADE_UP,
    OFFICE,
    is_within,
    phone,
)
from tests.support.finder_pages import app_of, get, send
from tests.support.records import made_up_centre

LINE = "+3278055800"


def filled(client: FlaskClient, form: dict[str, str]) -> list[str]:
    """The numbers of the first card in their order, the filled ones with a mark."""
    page = send(client, {"lang": "en", **form})
    links = [
        (link.attributes["href"], link.attributes["class"].split())
        for link in page.all("article")[0].all("a")
        if link.attributes["href"].startswith("tel:")
    ]
    return [f"{'*' if 'main' in classes else ''}{href[4:]}" for href, classes in links]


@pytest.mark.parametrize("why", [*MADE_UP][:7])
@pytest.mark.parametrize("hour", [0, 11, 17, 20, 6 * 24 + 11])
def test_the_number_that_is_answered_now_is_the_first_and_the_only_filled_one(
    tmp_path: Path, why: str, hour: int
) -> None:
    """The centre's own; the line that answers day and night where that is not known."""
    members, times = MADE_UP[why]
    at = HOURS_OF_THE_WEEK[hour]
    client = app_of(tmp_path, [made_up_centre(1, **members)], at.astimezone(UTC)).test_client()
    own = "+3225116464"
    expected = [f"*{own}", LINE] if is_within(times, at) else [f"*{LINE}", own]
    assert filled(client, {"postcode": "1000"}) == expected


def test_the_line_says_to_call_it_and_when_it_answers(tmp_path: Path) -> None:
    """At night, with when the office opens."""
    night = datetime(2026, 11, 7, 20, tzinfo=BRUSSELS).astimezone(UTC)
    centre = made_up_centre(1, **OFFICE, **phone())
    page = send(app_of(tmp_path, [centre], night).test_client(), {"postcode": "1000", "lang": "en"})
    card = page.all("article")[0]
    (link,) = card.all("a", **{"class": "button night always first main"})
    assert link.text.startswith("Call 078 055 800")
    assert "day and night" in link.text
    assert "Opens: Monday, 09:00" in card.text


def test_before_a_search_only_what_is_answered_is_filled(client: FlaskClient) -> None:
    """On a Tuesday at 11 the office of PAG-ASA is open, and of the others nothing is known."""
    filled_in = {
        article.attributes["data-centre"]: bool(article.all("a", **{"class": "button main call"}))
        for article in get(client, "/?lang=en").all("article")
    }
    assert filled_in == {"pag-asa": True, "payoke": False, "surya": False}
