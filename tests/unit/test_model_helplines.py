"""Which helplines are shown for a place: those of its country first, always with one to call."""

import pytest

from directory_api.record.helplines import (
    Helplines,
    PlaceHelplines,
    emergency_number,
    is_reachable_abroad,
)
from directory_api.record.records import Helpline
from tests.support.records import shipped_records


def _line(identity: str, kind: str, *countries: str, number: str | None = None) -> Helpline:
    url = None if number else "https://example.org/"
    return Helpline(id=identity, kind=kind, number=number, url=url, name={}, countries=countries)


LINES = (
    _line("be-112", "emergency", "BE", number="112"),
    _line("fr-112", "emergency", "FR", number="112"),
    _line("be-101", "police", "BE", number="101"),
    _line("fr-17", "police", "FR", number="17"),
    _line("be-line", "national_line", "BE", number="+3278055800"),
    _line("both", "national_line", "BE", "FR", number="+3225116464"),
    _line("be-site", "reporting_site", "BE"),
)


@pytest.fixture
def helplines() -> Helplines:
    """Those of a Belgian directory, with those of a neighbour."""
    return Helplines(LINES, "BE", {"BE"})


def _ids(lines: tuple[Helpline, ...]) -> list[str]:
    return [line.id for line in lines]


def test_those_of_another_country_are_not_shown_for_a_place_at_home(helplines: Helplines) -> None:
    """Also without a place, where they are those of the directory's own country."""
    own, abroad, _ = helplines.for_countries(("BE",))
    assert _ids(own) == ["be-112", "be-101", "be-line", "both", "be-site"]
    assert abroad == ()
    assert (helplines.for_home.own, helplines.for_home.abroad) == (own, ())


def test_a_place_abroad_has_its_own_first_and_no_short_number_of_another_country(
    helplines: Helplines,
) -> None:
    """101 is not the police of France; what can be called from there follows, each once."""
    own, abroad, _ = helplines.for_countries(("FR",), ("BE",))
    assert _ids(own) == ["fr-112", "fr-17", "both"]
    assert _ids(abroad) == ["be-line", "be-site"]
    assert all(map(is_reachable_abroad, abroad))
    assert helplines.for_countries(("FR",), ("BE",)).all == (*own, *abroad)


def test_between_two_countries_all_have_to_be_named_with_their_country(
    helplines: Helplines,
) -> None:
    """The emergency number of the likelier one is first."""
    own, abroad, _ = helplines.for_countries(("FR", "BE"))
    assert own == ()
    assert _ids(abroad) == ["fr-112", "fr-17", "both", "be-112", "be-101", "be-line", "be-site"]


def test_a_place_in_no_known_country_has_those_of_the_centres(helplines: Helplines) -> None:
    """112, then what can be dialled from everywhere. Without a place they are those of the
    directory's own country, all with their country.
    """
    own, abroad, _ = helplines.for_countries((), ("BE", "FR"))
    assert [line.number for line in own] == ["112"]
    assert all(line.number is None or line.number.startswith("+") for line in abroad)
    assert _ids(abroad) == ["be-line", "both", "be-site"]
    assert (helplines.for_countries(()).own, helplines.for_countries(()).all) == (
        (),
        helplines.for_home.all,
    )


def test_in_no_known_country_112_is_first_whatever_the_directorys_own_number_is() -> None:
    """The notice of the answer says that it is the number in Europe."""
    british = Helplines([_line("gb-999", "emergency", "GB", number="999")], "GB", {"GB"})
    assert [line.number for line in british.for_countries((), ("GB",)).all] == ["112"]


def test_a_country_that_is_not_listed_has_an_emergency_number(helplines: Helplines) -> None:
    """It comes before what else is listed for it."""
    (line,) = helplines.of_country("JP")
    assert (line.number, line.kind, line.countries) == ("110", "emergency", ("JP",))
    lacking = Helplines([_line("fr-17", "police", "FR", number="17")], "BE", {"BE"})
    assert _ids(lacking.of_country("FR")) == ["emergency-fr", "fr-17"]
    assert _ids(lacking.for_home.all) == ["emergency-be"]


def test_a_directory_without_centres_in_its_own_country_shows_those_of_the_others() -> None:
    """The numbers that can be called from its own country, after its emergency number."""
    here = Helplines(LINES, "GB", {"BE"}).for_home
    assert _ids(here.own) == ["emergency-gb"]
    assert _ids(here.abroad) == ["be-line", "both", "be-site"]


def test_all_helplines_are_those_of_records_and_what_countries_lack(helplines: Helplines) -> None:
    """A device gets an emergency number of each country in which it finds places."""
    assert _ids(helplines.complete_list()) == _ids(LINES)
    assert _ids(helplines.complete_list(["NL", "FR"])) == ["emergency-nl", *_ids(LINES)]


@pytest.mark.parametrize(
    ("country", "number"),
    [("FR", "112"), ("DE", "112"), ("GB", "112"), ("JP", "110"), ("CN", "110"), ("AQ", "112")],
)
def test_the_emergency_number_is_112_where_it_is_one(country: str, number: str) -> None:
    """Else that of the tables; a mobile phone connects 112 where the tables have none."""
    assert emergency_number(country) == number


def test_a_short_list_leaves_out_the_lines_for_some_people_of_the_own_country() -> None:
    """Those of another country stay, and so do all of a country without a line for every victim."""
    lines = tuple(Helpline.from_record(line) for line in shipped_records()["helplines"])
    belgian, french = Helplines(lines, "BE"), Helplines(lines, "FR")

    def of_kind(found: PlaceHelplines) -> set[str]:
        return {line.id for line in found.all if line.kind == "other_line"}

    assert of_kind(belgian.for_home) == {"be-1712", "be-partner-violence", "be-tele-onthaal"}
    assert not of_kind(belgian.for_home.brief)
    abroad = belgian.for_countries(("FR",), ("BE",)).brief
    assert of_kind(abroad) == {"fr-119", "fr-3919", "fr-sms-114"}
    assert [line.id for line in abroad.abroad] == ["be-trafficking-line", "be-reporting-site"]
    assert of_kind(french.for_home.brief) == of_kind(french.for_home) != set()
