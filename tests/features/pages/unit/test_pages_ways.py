"""The words of ways to reach help, and which of them fit: what no source says is never shown or
counted as safe.
"""

from hypothesis import given

from directory_api.features.pages.presenters import PageTranslator
from directory_api.features.pages.ways import MOST, WayView, ways_for_choices
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.record_value import Record
from directory_api.record.records import Helpline
from directory_api.record.ways import ways
from directory_api.text.translations import words
from tests.support.record_strategies import HELPLINES

ENGLISH = PageTranslator(words("en"))
# A text that says that a way is safe, and the member of which it is the one good value.
SAFE = {
    "way.free": ("cost", "free"),
    "way.off_bill": ("on_phone_bill", False),
    "way.no_account": ("needs_account", False),
}
LINE: Record = {
    "id": "a",
    "kind": "other_line",
    "number": "1712",
    "name": {"en": "A"},
    "countries": ["BE"],
}


def shown(line: Record, translator: PageTranslator = ENGLISH) -> tuple[WayView, ...]:
    """All ways of a helpline as a page has them."""
    view = describe_helpline(Helpline.from_record(line), translator)
    return ways_for_choices([view], [], {}, translator)["all"]


def opened(record: Record, choice: str) -> list[str]:
    """What the ways open for a choice, with the emergency number."""
    danger = {**LINE, "id": "b", "kind": "emergency", "number": "112"}
    views = [describe_helpline(Helpline.from_record(each), ENGLISH) for each in (danger, record)]
    return [way.href for way in ways_for_choices(views, [], {}, ENGLISH)[choice]]


@given(HELPLINES)
def test_what_is_not_known_is_never_said_to_be_safe(record: Record) -> None:
    """Each way that opens or calls something: a good word only if a source says so; and of a call,
    what is not known of its cost and the bill is said.
    """
    line = Helpline.from_record(record)
    by_address = {view.href: view for view in shown(record)}
    for way in ways(line):
        view = by_address.get(f"tel:{way.address}") if way.kind == "call" else None
        if view is None or sum(other.address == way.address for other in ways(line)) > 1:
            continue
        for key, (member, good) in SAFE.items():
            assert (ENGLISH(key) in view.words) is (getattr(way, member) == good)
        assert (ENGLISH("way.cost_unknown") in view.words) is (way.cost is None)
        assert (ENGLISH("way.bill_unknown") in view.words) is (way.on_phone_bill is None)
        assert ENGLISH("way.speak") in view.words
        assert (ENGLISH("way.account") in view.words) is (way.needs_account is True)
        assert (ENGLISH("way.sound") in view.words) is (way.audible is True)
        assert bool(view.eligibility) is bool(way.eligibility)
        assert bool(view.note) is bool(way.note)
        assert bool(view.hours) is bool(way.hours)


def test_what_is_not_known_fits_no_choice() -> None:
    """The cost and the bill of a call; a way for some people alone never fits."""
    call = {"kind": "call", "cost": "free", "on_phone_bill": False}
    for record, choices in (
        (LINE, []),
        ({**LINE, "channels": [call]}, ["credit", "watched"]),
        ({**LINE, "channels": [{**call, "eligibility": {"en": "Deaf people"}}]}, []),
        ({**LINE, "kind": "child_line"}, ["minor"]),
        ({**LINE, "channels": [{"kind": "sms", "address": "8989"}]}, ["mute"]),
    ):
        found = [
            choice
            for choice in ("mute", "minor", "credit", "watched")
            if opened(record, choice)[0] != "tel:112"
        ]
        assert found == choices


def test_no_choice_is_without_a_way() -> None:
    """The line that answers day and night, and the emergency number, are the last of four."""
    channels = [{"kind": "sms", "address": str(number)} for number in range(8000, 8009)]
    night = {**LINE, "kind": "national_line", "hours": "24/7"}
    for choice in ("mute", "minor", "credit", "watched"):
        assert opened(night, choice) == ["tel:1712", "tel:112"]
    many = opened({**night, "channels": [*channels, {"kind": "call"}]}, "mute")
    assert len(many) == MOST
    assert many[-2:] == ["tel:1712", "tel:112"]


def test_a_way_opens_what_it_is() -> None:
    """A call is dialled, a message and a mail are written, everything else is a web site; what
    opens nothing is no way.
    """
    found = {}
    for kind, address in {
        "call": "+3225116464",
        "sms": "+32470123456",
        "email": "help@example.org",
        "chat": "https://www.example.org/chat",
        "relay": "+3225116464",
    }.items():
        record = {**LINE, "channels": [{"kind": kind, "address": address}]}
        found[kind] = [
            (view.href, view.verb.striptags()) for view in shown(record) if view.href != "tel:1712"
        ]
    assert found == {
        "call": [("tel:+3225116464", "Call +3225116464")],
        "sms": [("sms:+32470123456", "Send an SMS +32470123456")],
        "email": [("mailto:help@example.org", "Write an e-mail help@example.org")],
        "chat": [("https://www.example.org/chat", "Chat example.org")],
        "relay": [],
    }


def test_a_short_number_is_never_without_its_country() -> None:
    """In another country it is another service, or none."""
    (short,) = shown(LINE)
    (long,) = shown({**LINE, "number": "+3225116464"})
    assert (short.country_names, long.country_names) == ("Belgium", None)


def test_a_way_for_some_people_is_there_in_the_languages_that_say_whom_it_is_for() -> None:
    """The name of a line, and whom a channel is for."""
    arabic = PageTranslator(words("ar"))
    name = {"en": "For questions about violence"}
    (way,) = shown({**LINE, "name": name})
    assert way.name == name["en"]
    assert shown({**LINE, "name": name}, arabic) == ()
    app = {"kind": "app", "address": "https://example.org", "eligibility": {"en": "Deaf people"}}
    record = {**LINE, "kind": "emergency", "channels": [app]}
    assert [len(shown(record, each)) for each in (ENGLISH, arabic)] == [2, 1]
