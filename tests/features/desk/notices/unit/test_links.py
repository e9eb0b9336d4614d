"""Web sites and mail domains that have not answered for three days."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dns.rdatatype
import dns.resolver
import pytest

from directory_api.features.desk.notices.links import LinkCheck, domain_answers
from tests.support.situations import TODAY, centre, situation

SITE, EMAIL = "https://one.example.org/", "info@two.example.org"
HERE = situation(
    centre(1, website=SITE),
    centre(2, email=EMAIL),
    centre(3, status="closed", website="https://closed.example.org/"),
)


class Internet:
    """Where some addresses do not answer."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.asked: list[str] = []

    def answers(self, address: str) -> bool:
        """Whether an address answers."""
        self.asked.append(address)
        return address not in self.away


@pytest.fixture
def internet() -> Internet:
    """Where every address answers."""
    return Internet()


def _days(file: Path, internet: Internet, away: Iterator[set[str]]) -> list[dict[str, int]]:
    """What is dead after each day on which these were away, and for how many days already."""
    found = []
    for day, each in enumerate(away):
        internet.away = each
        today = TODAY + timedelta(days=day)
        LinkCheck(file).run(HERE.records, today, internet.answers)
        dead = LinkCheck(file).dead()
        found.append({address: (today - since).days for address, since in dead.items()})
    return found


def test_what_fails_on_three_days_in_a_row_is_dead_until_it_answers(
    tmp_path: Path, internet: Internet
) -> None:
    """A day on which it answers is a new beginning."""
    site = {SITE}
    assert _days(
        tmp_path / "links.json", internet, iter([site, site, site, site, set(), site])
    ) == [
        {},
        {},
        {SITE: 2},
        {SITE: 3},
        {},
        {},
    ]


def test_each_address_is_asked_once_a_day(tmp_path: Path, internet: Internet) -> None:
    """Not those of a centre that is closed for good."""
    for _ in range(2):
        LinkCheck(tmp_path / "links.json").run(HERE.records, TODAY, internet.answers)
    assert {SITE, EMAIL} <= {*internet.asked}
    assert len(internet.asked) == len({*internet.asked})
    assert not any("closed" in address for address in internet.asked)


def test_without_a_network_nothing_is_dead(tmp_path: Path, internet: Internet) -> None:
    """If every address fails, the fault is here; the days before still count."""
    both = {SITE, EMAIL}
    found = _days(tmp_path / "links.json", internet, iter([{EMAIL}, {EMAIL}, both, {EMAIL}]))
    assert found == [{}, {}, {}, {EMAIL: 3}]


def test_a_damaged_file_is_made_again(tmp_path: Path, internet: Internet) -> None:
    """Nothing in it is lost for longer than three days."""
    file = tmp_path / "links.json"
    file.write_text("{", encoding="utf-8")
    assert _days(file, internet, iter([{SITE}] * 3)) == [{}, {}, {SITE: 2}]


class Resolver(dns.resolver.Resolver):
    """A DNS client that gets one answer."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__(configure=False)
        self._error = error

    def resolve(self, *_question: object, **_options: object) -> dns.resolver.Answer:
        """Raise the error."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "answers"),
    [
        (dns.resolver.NXDOMAIN, False),
        (dns.resolver.NoAnswer, False),
        (dns.resolver.LifetimeTimeout, True),
        (dns.resolver.NoNameservers, True),
    ],
)
def test_a_mail_domain_is_dead_if_dns_says_so(error: type[Exception], answers: bool) -> None:
    """Not if DNS says nothing."""
    assert domain_answers("info@centre.be", Resolver(error)) is answers
