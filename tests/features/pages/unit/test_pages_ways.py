"""The facts and the words of ways to reach help: what no source says is never shown as safe."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from directory_api.features.pages.presenters import PageTranslator
from directory_api.features.pages.ways import WayView, facts, way_views
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.records import Helpline, Record
from directory_api.record.ways import WAYS, Way, ways
from directory_api.text.translations import words
from tests.support.record_strategies import HELPLINES

ENGLISH = PageTranslator(words("en"))
TRUTHS = st.none() | st.booleans()
ANY_WAY = st.builds(
    Way,
    kind=st.sampled_from([*WAYS]),
    address=st.none() | st.just("https://example.org/chat"),
    cost=st.sampled_from([None, "free", "charged"]),
    on_bill=TRUTHS,
    needs_account=TRUTHS,
    makes_sound=TRUTHS,
    for_whom=st.none() | st.just({"en": "Deaf people"}),
)
# A text that says that a way is safe, and the member of which it is the one good value.
SAFE = {
    "way.free": ("cost", "free"),
    "way.off_bill": ("on_bill", False),
    "way.no_account": ("needs_account", False),
}


def shown(line: Helpline) -> tuple[WayView, ...]:
    """The ways of a helpline as a page in English has them."""
    return way_views([describe_helpline(line, ENGLISH)], [], {}, ENGLISH)


@given(ANY_WAY)
def test_a_fact_is_there_only_if_it_is_known(way: Way) -> None:
    """Its values are those of the way; the sorting script counts what is absent as unknown."""
    found = facts(way)
    assert found["kind"] == way.kind
    for name, value in (
        ("cost", way.cost),
        ("bill", way.on_bill),
        ("account", way.needs_account),
        ("sound", way.makes_sound),
    ):
        expected = {None: None, True: "yes", False: "no"}.get(value, value)  # type: ignore[arg-type]
        assert found.get(name) == expected
    assert ("only" in found) is bool(way.for_whom)
    assert "minor" not in found
    assert "languages" not in found


@given(HELPLINES)
def test_what_is_not_known_is_never_said_to_be_safe(record: Record) -> None:
    """Each way of any helpline: a good word only if a source says so; and of a call, what is not
    known of its cost and the bill is said.
    """
    line = Helpline.from_record(record)
    for way, view in zip(ways(line), shown(line), strict=True):
        for key, (member, good) in SAFE.items():
            assert (ENGLISH(key) in view.words) is (getattr(way, member) == good)
        if way.kind == "call":
            assert (ENGLISH("way.cost_unknown") in view.words) is (way.cost is None)
            assert (ENGLISH("way.bill_unknown") in view.words) is (way.on_bill is None)
            assert ENGLISH("way.speak") in view.words
        assert (ENGLISH("way.account") in view.words) is (way.needs_account is True)
        assert (ENGLISH("way.sound") in view.words) is (way.makes_sound is True)


@given(HELPLINES)
def test_every_way_is_there_with_its_own_values(record: Record) -> None:
    """None is left out; whom it is for, a note and hours are shown where they are known."""
    line = Helpline.from_record(record)
    for way, view in zip(ways(line), shown(line), strict=True):
        assert bool(view.for_whom) is bool(way.for_whom)
        assert bool(view.note) is bool(way.note)
        assert bool(view.hours) is bool(way.hours)
        assert isinstance(view.label, Markup)
        assert view.facts.get("reach") == ("yes" if view.href else None)


def test_a_way_opens_what_it_is() -> None:
    """A call is dialled, a message and a mail are written, everything else is a web site."""
    found = {}
    for kind, address in {
        "call": "+3225116464",
        "sms": "+32470123456",
        "email": "help@example.org",
        "chat": "https://www.example.org/chat",
        "relay": "+3225116464",
    }.items():
        record = {
            "id": "a",
            "kind": "other_line",
            "number": "1712",
            "name": {"en": "A"},
            "countries": ["BE"],
            "channels": [{"kind": kind, "address": address}],
        }
        views = shown(Helpline.from_record(record))
        (found[kind],) = [
            (view.href, view.display) for view in views if view.display not in ("1712", "")
        ]
    assert found == {
        "call": ("tel:+3225116464", "+3225116464"),
        "sms": ("sms:+32470123456", "+32470123456"),
        "email": ("mailto:help@example.org", "help@example.org"),
        "chat": ("https://www.example.org/chat", "example.org"),
        "relay": ("", "+3225116464"),
    }


def test_a_short_number_is_never_without_its_country() -> None:
    """In another country it is another service, or none."""
    record = {
        "id": "a",
        "kind": "other_line",
        "number": "1712",
        "name": {"en": "A"},
        "countries": ["BE"],
    }
    (short,) = shown(Helpline.from_record(record))
    (long,) = shown(Helpline.from_record({**record, "number": "+3225116464"}))
    assert (short.where, long.where) == ("Belgium", None)


def test_a_line_for_some_people_always_says_whom_it_is_for() -> None:
    """Also in a language in which it has no name."""
    record = {
        "id": "a",
        "kind": "other_line",
        "number": "1712",
        "name": {"en": "For questions about violence"},
        "countries": ["BE"],
    }
    arabic = PageTranslator(words("ar"))
    view = describe_helpline(Helpline.from_record(record), arabic)
    (way,) = way_views([view], [], {}, arabic)
    assert "For questions about violence" in way.name
