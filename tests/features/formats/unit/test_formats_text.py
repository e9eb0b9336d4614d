"""Plain text for a telephone: the helplines and the closest centre, in one message."""

from dataclasses import replace

import pytest

from directory_api.answer.listing import Listing
from directory_api.features.formats import as_text
from directory_api.live.editions import Edition
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.record.verified import Verified
from directory_api.search.query import NearestQuery, Origin, Result, TypedPlace
from directory_api.text.translations import km, words
from tests.support import listings
from tests.support.moments import EXAMPLES_AT
from tests.support.records import made_up_centre, shipped_records

AS_SHIPPED = [Centre.from_record(record) for record in shipped_records()["centres"]]
LATELY = Verified(EXAMPLES_AT.date())
SHIPPED = [replace(centre, verified=LATELY) for centre in AS_SHIPPED]
LANGUAGES = pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
# Signs of the extension table take two places (3GPP TS 23.038, section 6.2.1.1).
DOUBLE = frozenset("^{}\\[~]|€")
TWO, THREE, FOUR = 2 * 153, 3 * 153, 4 * 153


def places(text: str) -> int:
    """How many places of the GSM 7-bit alphabet a text takes; asserts that it is in it."""
    assert as_text.GSM.issuperset(text), [sign for sign in text if sign not in as_text.GSM]
    return len(text) + sum(text.count(sign) for sign in DOUBLE)


def told(listing: Listing) -> list[str]:
    """The lines of an answer."""
    return as_text.write(listing).decode().split("\n")


def made_up(**members: object) -> Centre:
    """A centre that was confirmed lately."""
    return replace(Centre.from_record(made_up_centre(1, **members)), verified=LATELY)


def test_the_alphabet_has_as_many_signs_as_the_standard_says() -> None:
    """The basic table has 128 codes, including the escape to the extension with nine characters."""
    assert len(as_text.GSM) == 127 + len(DOUBLE)
    assert DOUBLE < as_text.GSM


@LANGUAGES
def test_the_answer_to_every_postcode_is_two_messages(edition: Edition, language: str) -> None:
    """Helplines, name, distance and number; where two centres are named, three."""
    seen = set()
    for place in edition.snapshot.gazetteer.places("BE"):
        answer = edition.nearest(NearestQuery(TypedPlace(place.code, "BE")))
        text = as_text.write(listings.of_place(answer, language)).decode()
        assert places(text) <= (TWO if answer.certain else THREE), place.code
        seen.add(answer.certain)
    assert seen == {True, False}


@LANGUAGES
@pytest.mark.parametrize("centre", AS_SHIPPED, ids=lambda centre: centre.id)
def test_the_worst_answer_is_four_messages(centre: Centre, language: str) -> None:
    """Far outside the coverage, with an uncertain order and nothing confirmed, text and numbers fit
    into four messages.
    """
    hits = [listings.hit(centre, 20_003_931.4), listings.hit(AS_SHIPPED[0], 20_003_931.5)]
    text = as_text.write(listings.near(hits, language, certain=False, covered=False)).decode()
    assert TWO < places(text) <= FOUR
    certain = as_text.write(listings.near(hits, language, covered=False)).decode()
    assert places(certain) <= THREE


def test_helplines_come_before_the_centre() -> None:
    """Numbers as they are dialled, the site without its scheme, then only the closest centre."""
    assert told(
        listings.near([listings.hit(SHIPPED[2], 4321.0), listings.hit(SHIPPED[0], 9999.0)])
    ) == [
        "Emergency number 112",
        "Police 101",
        "Line for victims of human trafficking +3278055800",
        "www.stophumantrafficking.be",
        "Missing or exploited children 116000",
        "Sürya, 4.3 km in a straight line +3242324030",
    ]


def test_a_site_is_that_of_the_language() -> None:
    """The reporting site has its address in French where the answer is in French, else its own."""
    assert told(listings.of([], "fr"))[3] == "www.stoptraite.be"
    assert told(listings.of([], "pl"))[3] == "www.stophumantrafficking.be"


def test_all_are_named_where_it_is_not_certain_which_is_closer() -> None:
    """A coordinate blames the position, a postcode its size; every centre that may be the
    closest is there.
    """
    hits = [
        listings.hit(SHIPPED[0], 10.0),
        listings.hit(SHIPPED[1], 11.0),
        listings.hit(SHIPPED[2], 12.0),
    ]
    unsure = listings.near(hits, certain=False)
    assert "Your position is not exact" in told(unsure)[5]
    assert [line.split(",")[0] for line in told(unsure)[6:]] == [
        "PAG-ASA",
        "Payoke",
        "Sürya",
    ]


def test_a_postcode_is_blamed_for_its_size(edition: Edition) -> None:
    """An answer to a postcode that is not certain says that a postcode is a wide area."""
    place = edition.places.resolve("1000", "BE")
    unsure = listings.near(
        [listings.hit(SHIPPED[0], 10.0), listings.hit(SHIPPED[1], 11.0)], certain=False
    )
    assert unsure.nearest
    answer = unsure.nearest._replace(origin=Origin.of_place(place))
    assert "A postcode is a wide area" in told(replace(unsure, nearest=answer))[5]


def test_a_town_with_several_postcodes_gives_no_distance(edition: Edition) -> None:
    """The middle of Antwerp's area is 14 km from its centre, where most people live."""
    town, *_ = edition.places.country("BE").towns("Antwerpen")
    near = listings.near([listings.hit(SHIPPED[1], 14_581.0)])
    assert near.nearest
    answer = near.nearest._replace(origin=Origin.of_town(town))
    assert any(line.startswith("Payoke, 15 km") for line in told(near))
    of_town = told(replace(near, nearest=answer))
    assert any(line.startswith("Payoke +32") for line in of_town)


def test_outside_the_coverage_the_notice_comes_first() -> None:
    """The number to dial there is first. Where it is not known which country it is, no police
    number is named.
    """
    hits = [listings.hit(SHIPPED[0], 1.0)]
    lines = told(listings.near(hits, countries=(), covered=False))
    assert lines[0].startswith("This place seems to be outside")
    assert "emergency number of the country you are in" in lines[1]
    assert lines[2:5] == [
        "Belgium:",
        "Line for victims of human trafficking +3278055800",
        "www.stophumantrafficking.be",
    ]


def test_nothing_found_says_so_behind_the_helplines() -> None:
    """Without a centre there are the helplines, and a sentence."""
    lines = told(listings.near([]))
    assert lines[0] == "Emergency number 112"
    assert lines[-1].startswith("No centre matches your choice.")


def test_who_is_responsible_is_named_where_nothing_is_near() -> None:
    """A centre whose point is not known is named without a distance."""
    responsible = Result(PublishedCentre(SHIPPED[1]), shown_because=("responsible",))
    assert told(listings.near([responsible]))[-1] == "Payoke +3232011690"


def test_a_list_has_a_line_for_each_centre() -> None:
    """Without a place that was asked for, all centres stand there in their order."""
    lines = told(listings.of(SHIPPED))[5:]
    assert [line.partition(" ")[0] for line in lines] == ["PAG-ASA", "Payoke", "Sürya"]


def test_a_centre_whose_office_is_closed_does_not_read_as_one_not_to_call() -> None:
    """A message is read later, and some centres have a duty at night: it has no opening hours."""
    hits = [listings.hit(SHIPPED[0], 848.0)]
    day = listings.near(hits)
    night = replace(day, pieces=listings.pieces(moment=day.pieces.timetable.since))
    hours = SHIPPED[0].open_hours
    at_night = night.pieces.timetable.state(hours, night.pieces.timetable.since)
    assert at_night.word == "closed" != day.pieces.timetable.state(hours, EXAMPLES_AT).word
    assert told(night) == told(day)


@pytest.mark.parametrize(
    ("members", "line"),
    [
        ({"status": "temporarily_closed"}, "Centre Énée 1, Temporarily closed"),
        ({"status": "closed"}, "Centre Énée 1, Permanently closed"),
        ({"name_translations": {"en": "House"}}, "House"),
        (
            {"email": "a@example.org", "website": "https://example.org/"},
            "Centre Énée 1 a@example.org",
        ),
        ({"website": "https://example.org/"}, "Centre Énée 1 https://example.org/"),
        (
            {"phones": [{"number": "1712", "kind": "duty"}]},
            "Centre Énée 1, Phone for emergencies 1712",
        ),
        (
            {
                "phones": [
                    {"number": "+3225116465", "kind": "fax"},
                    {"number": "+3225116464", "kind": "main"},
                ]
            },
            "Centre Énée 1 +3225116464",
        ),
    ],
)
def test_a_centre_is_named_with_a_way_to_reach_it(members: dict[str, object], line: str) -> None:
    """Closed is stated; a number without an answer is omitted; without a number there is another
    contact.
    """
    assert told(listings.of([made_up(**members)]))[5] == line


def test_what_is_not_confirmed_is_said_once_of_all_or_of_each() -> None:
    """Whoever reads a message does not see the page, which says so."""
    doubt = words("en")["record.unconfirmed"]
    assert told(listings.of(AS_SHIPPED))[5:] == [*told(listings.of(SHIPPED))[5:], doubt]
    assert told(listings.of([SHIPPED[0], AS_SHIPPED[1]]))[-2:] == ["Payoke +3232011690", doubt]
    assert told(listings.of([AS_SHIPPED[0], SHIPPED[1]]))[-2:] == [doubt, "Payoke +3232011690"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Être “ça” – l’été…", 'Etre "ca" - l\'été...'),
        ("Dům", "Dum"),
        ("Łódź", "Łódź"),
        ("مركز", "مركز"),
    ],
)
def test_accents_go_only_where_that_makes_a_message_shorter(name: str, line: str) -> None:
    """Letters outside the alphabet lose accents only if the whole text then fits the alphabet."""
    assert told(listings.of([made_up(name=name)]))[-1] == line


def test_a_number_keeps_its_plus_in_front() -> None:
    """In right-to-left text a number is isolated (UAX #9), so that its + stays in front."""
    lines = told(listings.near([listings.hit(SHIPPED[0], 1.0)], "ar"))
    assert all("\u2068+32" in line for line in lines if "+32" in line)


@pytest.mark.parametrize(
    ("metres", "language", "text"),
    [
        (0.0, "nl", "0,0"),
        (848.4, "en", "0.8"),
        (9_949.0, "fr", "9,9"),
        (10_000.0, "nl", "10"),
        (45_678.0, "de", "46"),
    ],
)
def test_a_distance_has_one_decimal_below_ten_kilometres(
    metres: float, language: str, text: str
) -> None:
    """Kilometres are written as the language writes numbers."""
    assert km(metres, language) == text
