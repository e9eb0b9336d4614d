"""Small values: freshness, filters, differences, faults, what may be published, what looks odd."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change, Stamp, diff
from directory_api.change.directory import postcode_faults
from directory_api.change.warnings import record_warnings
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.record.parts import Address, Location, Phone, Spoken
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.record.verified import Verified, confirmed_on, due_on, freshness
from directory_api.search.centre_index import CentreIndex
from directory_api.search.query import Coordinate, Filters, Origin, TypedPlace
from directory_api.text import errors
from directory_api.text.errors import ClientError, DirectoryError, Fault, ServiceUnavailable

STREET = "Kanariestraat 7"


def _centre(**members: Any) -> Centre:
    address = Address(
        street=STREET,
        street_translations={"fr": "Rue du Canari 7"},
        postcode="1000",
        locality={"nl": "Brussel"},
        country="BE",
    )
    base: dict[str, Any] = {
        "id": "a",
        "name": "A",
        "kind": "specialised_centre",
        "status": "active",
    }
    base |= {
        "address": address,
        "address_visibility": "public",
        "location": Location(Point(50.84, 4.34), "exact"),
        "phones": (Phone(number="+3225116464", kind="main"),),
    }
    return Centre(**{**base, **members})


@pytest.mark.parametrize(
    ("days", "word"),
    [(-1, "unverified"), (0, "fresh"), (180, "fresh"), (181, "due"), (360, "due"), (361, "stale")],
)
def test_freshness_by_days(days: int, word: str) -> None:
    """The word changes the day after the limit."""
    on = date(2026, 1, 1)
    assert freshness(Verified(on, "a", "call"), on + timedelta(days=days), 180) == word


@given(st.dates(), st.integers(1, 3650))
def test_a_record_is_fresh_until_the_day_it_is_due(on: date, fresh_days: int) -> None:
    """A record is fresh on the day before due_on, due on that day and as long again, then stale."""
    verified = Verified(on, "a", "call")
    due = due_on(on, fresh_days)

    def words(day: date, days: int) -> set[str]:
        known = date.max - day >= timedelta(days=days)
        return {freshness(verified, day + timedelta(days=days), fresh_days)} if known else set()

    assert freshness(verified, on, fresh_days) == "fresh"
    if (due - on).days > fresh_days:  # the calendar goes on that long
        assert freshness(verified, due - timedelta(days=1), fresh_days) == "fresh"
        assert words(due, 0) | words(due, fresh_days - 1) == {"due"}
        assert words(due, fresh_days) <= {"stale"}
    else:
        assert due == date.max


@pytest.mark.parametrize(("days", "word"), [(-1, "unverified"), (0, "due"), (361, "stale")])
def test_a_record_that_was_changed_since_is_never_fresh(days: int, word: str) -> None:
    """Nor is its day shown as that of a confirmation."""
    on, verified = date(2026, 1, 1), Verified(date(2026, 1, 1), changed_since=True)
    today = on + timedelta(days=days)
    assert freshness(verified, today, 180) == word
    assert confirmed_on(verified, today, 180) is None


def test_never_confirmed_is_unverified() -> None:
    """Without a confirmation there is no freshness."""
    assert freshness(None, date(2026, 1, 1), 180) == "unverified"


@pytest.mark.parametrize(
    ("filters", "admitted"),
    [
        (Filters(), True),
        (Filters(speaks="nl"), True),
        (Filters(speaks="NL-be"), True),
        (Filters(speaks="pt"), True),
        (Filters(speaks="pt-PT"), False),
        (Filters(speaks="n"), False),
        (Filters(service="legal"), True),
        (Filters(service="medical"), False),
        (Filters(audience="victims"), True),
        (Filters(audience="children"), False),
        (Filters("nl", "legal", "victims"), True),
        (Filters("nl", "legal", "children"), False),
        (Filters("fr", "legal", "victims"), False),
    ],
)
def test_a_centre_passes_when_every_filter_holds(filters: Filters, admitted: bool) -> None:
    """Languages match by truncation in both directions; all filters that are set must hold."""
    spoken = (Spoken("nl"), Spoken("pt-BR"))
    centre = _centre(languages=spoken, services=("legal",), audiences=("victims",))
    assert bool(CentreIndex([PublishedCentre(centre)]).search(filters)) is admitted
    assert CentreIndex([PublishedCentre(centre)]).page(filters, None, None, 1)[0] == admitted


RECORDS = st.dictionaries(st.sampled_from("abcd"), st.fixed_dictionaries({"n": st.integers(0, 2)}))
CONTENTS = st.dictionaries(st.sampled_from(["centre", "helpline"]), RECORDS)


@given(CONTENTS, CONTENTS)
def test_a_difference_applied_gives_what_was_wanted(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    """Applying diff(before, after) to before gives after in the kinds of after, and keeps the
    others.
    """
    have = {kind: dict(records) for kind, records in before.items()}
    for change in diff(before, after):
        records = have.setdefault(change.kind, {})
        assert records.get(change.id) == change.before
        if change.after is None:
            del records[change.id]
        else:
            records[change.id] = dict(change.after)
        assert change.action == (
            "added" if change.before is None else "removed" if change.after is None else "changed"
        )
    assert {kind: have.get(kind, {}) for kind in after} == after
    assert all(have[kind] == before[kind] for kind in before if kind not in after)
    assert diff(after, after) == ()


def test_a_stamp_says_who_when_and_why() -> None:
    """A stamp is a value: equal when all three are equal."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert Stamp("a", at, "b") == Stamp("a", at, "b") != Stamp("a", at, "c")
    assert Change("centre", "a", None, {}).action == "added"


def test_a_fault_is_written_with_its_place() -> None:
    """The place comes first where there is one."""
    assert [str(Fault("x")), str(Fault("x", "lat")), str(Fault("x", pointer="/a"))] == [
        "x",
        "lat: x",
        "/a: x",
    ]
    in_a_sheet = Fault(
        "x",
        pointer="/centres/3/phones/0/number",
        sheet="Centres",
        row=5,
        column="phones.1.number (K)",
    )
    assert str(in_a_sheet) == "sheet Centres, row 5, column phones.1.number (K): x"
    assert str(Fault("x", pointer="/centres/3", row=5)) == "row 5: x"


def test_every_error_is_drawn_in_the_tree() -> None:
    """Each error class is in the tree at the top of the file, below its base class."""
    lines = [line.strip(" │├└─").split(" ")[0] for line in (errors.__doc__ or "").splitlines()]
    classes = [
        item
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, DirectoryError)
    ]
    for one in classes:
        assert one.__name__ in lines
        base = one.__bases__[0]
        assert base is Exception or lines.index(base.__name__) < lines.index(one.__name__)
        assert one is DirectoryError or issubclass(one, ClientError | ServiceUnavailable)


def test_a_place_asked_for_is_not_in_a_repr() -> None:
    """No traceback that prints a query shows where the visitor is."""
    assert "1000" not in repr(TypedPlace("1000", "BE"))
    assert "50.8" not in repr(Coordinate(50.8, 4.3))


def test_an_origin_knows_how_exact_it_is() -> None:
    """A coordinate has the accuracy that was sent, a postcode that of its places."""
    place = place_of("BE", "1000", [NamedPoint("a", Point(50, 4)), NamedPoint("b", Point(50.1, 4))])
    assert Origin.of_place(place).accuracy_m == place.accuracy_m > 5000
    assert Origin.of_place(place).place is place
    usual, exact = (
        Origin.of_coordinate(each) for each in (Coordinate(50.8, 4.3), Coordinate(50.8, 4.3, 5))
    )
    assert (usual.accuracy_m, exact.accuracy_m) == (1_000, 5)
    assert usual.point == exact.point == Point(50.8, 4.3)


@pytest.mark.parametrize(("visibility", "code"), [("hidden", None), ("locality", "1000")])
def test_what_is_not_public_is_not_published(visibility: str, code: str | None) -> None:
    """Street and exact point are removed; the postcode stays for `locality`; another point
    is used.
    """
    instead = Location(Point(50.85, 4.35), "municipality")
    published = _centre(address_visibility=visibility).published(instead)
    assert published.location == instead
    assert published.address.postcode == code
    for shown in (repr(published), repr(published.to_record())):
        assert not any(secret in shown for secret in (STREET, "Canari", "50.84", "4.34"))
    assert published.address.locality == {"nl": "Brussel"}


def test_without_a_municipality_there_is_no_point() -> None:
    """A hidden centre without a known municipality is published without a location."""
    published = _centre(address_visibility="hidden").published(None)
    assert published.location is None
    assert "location" not in published.to_record()


def test_a_public_centre_is_published_whole() -> None:
    """Nothing is taken from a centre whose address is public; its numbers are printed."""
    (phone,) = _centre().phones
    printed = replace(phone, display="+32 2 511 64 64")
    assert _centre().published(None) == replace(_centre(), phones=(printed,))


def _warned(centre: Centre, place: Place | None) -> list[str]:
    return [
        str(fault)
        for fault in record_warnings([centre], (), lambda country, code: place, date(2026, 1, 1))
    ]


def test_what_looks_odd_is_told_to_maintainers() -> None:
    """An unknown postcode, a point outside it, and two domains are warnings, each with its
    place.
    """
    place = place_of("BE", "1000", [NamedPoint("a", Point(50.85, 4.35))])
    odd = _centre(email="a@one.be", website="https://two.be/")
    mute = _centre(phones=(), email=None, website=None)
    assert _warned(mute, place)[-1].startswith("/centres/a: The centre is open, but has no phone")
    assert _warned(odd, None) == [
        "/centres/a/address/postcode: The directory does not know this postcode. Check it.",
        "/centres/a/email: The e-mail is at one.be, the web site at two.be. Check that both are "
        "right.",
    ]
    far = _warned(_centre(location=Location(Point(50.95, 4.35), "exact")), place)[0]
    assert far.startswith(
        "/centres/a/location: The point is 11.1 km from the middle of its postcode"
    )


def test_what_is_right_is_not_warned_of() -> None:
    """A point in its postcode and one domain, with or without www., are fine; so is no point."""
    place = place_of("BE", "1000", [NamedPoint("a", Point(50.85, 4.35))])
    assert _warned(_centre(email="a@One.be", website="https://www.one.be/"), place) == []
    assert _warned(_centre(location=None, email="a@one.be"), place) == []


def test_what_must_not_be_published_is_a_fault_beside_the_postcodes() -> None:
    """A point far from its postcode, and a hidden address without a substitute point, are
    faults.
    """
    place = place_of("BE", "1000", [NamedPoint("a", Point(50.85, 4.35))])

    def told(
        centre: Centre, found: Place | None, countries: frozenset[str] = frozenset({"BE"})
    ) -> list[str]:
        # A country has a postcode table, whatever is in it.
        others = [place_of(each, "9999", [NamedPoint("b", Point(0, 0))]) for each in countries]
        gazetteer = Gazetteer([*others, *([found] if found else [])])
        return [str(fault) for fault in postcode_faults(centre, "/centres/a", gazetteer)]

    swapped = _centre(location=Location(Point(4.35, 50.85), "exact"))
    assert "Check latitude and longitude." in told(swapped, place)[0]
    # 20 km beyond the accuracy of a postcode.
    for metres, is_far in ((19_900, False), (20_100, True)):
        north = (place.accuracy_m + metres) / 111_250
        centre = _centre(location=Location(Point(50.85 + north, 4.35), "exact"))
        assert bool(told(centre, place)) is is_far, metres
    hidden = _centre(address_visibility="hidden")
    assert "/centres/a/address/postcode: A hidden address needs" in told(hidden, None)[0]
    assert (
        told(hidden, None, frozenset())
        == told(hidden, place)
        == told(_centre(location=None), place)
        == []
    )
