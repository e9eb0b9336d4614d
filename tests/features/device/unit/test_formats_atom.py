"""The Atom feed: what RFC 4287 asks of one, and what it may not tell."""

import re
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.public_history import PublicChange
from directory_api.features.device.as_atom import as_atom
from directory_api.record.records import Helpline
from directory_api.search.snapshot import NO_LINKS

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
BRUSSELS = timezone(timedelta(hours=1))
LINES = [
    Helpline(
        id="be-112", kind="emergency", name={"en": "Emergency"}, countries=("BE",), number="112"
    ),
    Helpline(
        id="be-line",
        kind="national_line",
        name={"en": "Line"},
        countries=("BE",),
        number="+3278055800",
        display="078 055 800",
    ),
    Helpline(
        id="be-site",
        kind="reporting_site",
        name={"en": "Site"},
        countries=("BE",),
        url="https://www.stophumantrafficking.be/",
    ),
]
NEWS = st.builds(
    PublicChange,
    revision=st.integers(1, 999),
    at=st.timedeltas(timedelta(-999), timedelta(999)).map(
        lambda apart: AT.astimezone(BRUSSELS) + apart
    ),
    kind=st.sampled_from(["centre", "helpline"]),
    id=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True),
    action=st.sampled_from(["added", "changed", "closed", "removed"]),
    members=st.just(("phones", "opening_hours")),
)


def _changed(**members: Any) -> PublicChange:
    return PublicChange(
        **{
            "revision": 3,
            "at": AT,
            "kind": "centre",
            "id": "pag-asa",
            "action": "changed",
            "members": (),
            **members,
        }
    )


def _feed(*news: PublicChange, store: str = "a1", publisher: str = "P") -> ElementTree.Element:
    return ElementTree.fromstring(as_atom(store, NO_LINKS, publisher, news, LINES))


def _text(element: ElementTree.Element, path: str) -> str:
    (found,) = element.findall("/".join(f"{ATOM}{name}" for name in path.split("/")))
    return found.text or ""


@given(
    st.lists(NEWS, max_size=5, unique_by=lambda news: (news.revision, news.kind, news.id)),
    st.text("aé<&>\"'", min_size=1),
)
def test_it_is_a_feed(news: list[PublicChange], publisher: str) -> None:
    """RFC 4287: one id, title, updated and author; each entry has id, title, updated and a link."""
    feed = _feed(*news, publisher=publisher)
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    assert len(entries) == len(news)
    assert _text(feed, "author/name") == publisher
    assert [(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")] == [
        ("self", "/v1/changes.atom"),
        ("alternate", "/"),
    ]
    for element in (feed, *entries):
        assert _text(element, "title").strip()
        assert uuid.UUID(_text(element, "id").removeprefix("urn:uuid:")).version == 5
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _text(element, "updated"))
    for entry, told in zip(entries, news, strict=True):
        page, record = (dict(link.attrib) for link in entry.findall(f"{ATOM}link"))
        assert page == {"rel": "alternate", "type": "text/html", "href": "/"}
        assert record == {
            "rel": "related",
            "type": "application/json",
            "href": f"/v1/{told.kind}s/{told.id}",
        }
        assert datetime.fromisoformat(_text(entry, "updated")) == told.at.replace(microsecond=0)
        assert _text(entry, "summary")
    assert len({_text(entry, "id") for entry in entries}) == len(entries)


def test_ids_are_the_same_for_ever() -> None:
    """An entry keeps its id while others are added; another revision, record, kind or store
    differs.
    """
    first = _changed()
    others = [_changed(revision=4), _changed(id="b"), _changed(kind="helpline")]
    ids = [_text(entry, "id") for entry in _feed(*others, first).findall(f"{ATOM}entry")]
    assert ids[-1] == _text(_feed(first), "entry/id") != _text(_feed(first, store="a2"), "entry/id")
    assert len(set(ids)) == 4
    assert (
        _text(_feed(first), "id")
        == _text(_feed(*others), "id")
        != _text(_feed(first, store="a2"), "id")
    )


def test_a_person_reads_what_became_of_what() -> None:
    """Title and summary name the record, what happened, and in which parts."""
    told = {
        news.action: _feed(news)
        for news in (
            _changed(members=("phones", "opening_hours")),
            *(_changed(action=action) for action in ("added", "closed", "removed")),
        )
    }
    assert {action: _text(feed, "entry/title") for action, feed in told.items()} == {
        "changed": "pag-asa: phones, opening hours changed",
        **{action: f"pag-asa: {action}" for action in ("added", "closed", "removed")},
    }
    assert (
        _text(told["changed"], "entry/summary")
        == "Changed: phones, opening hours. The link leads to what holds now."
    )
    assert "permanently closed" in _text(told["closed"], "entry/summary")
    assert "no longer" in _text(told["removed"], "entry/summary")


def test_a_record_that_is_still_there_is_called_by_its_name() -> None:
    """By kind and id; a removed record keeps its id, because its name may have been withdrawn."""
    told = [
        _changed(members=("email",)),
        _changed(kind="helpline"),
        _changed(id="gone", action="removed"),
    ]
    feed = ElementTree.fromstring(
        as_atom("a1", NO_LINKS, "P", told, LINES, {("centre", "pag-asa"): "PAG-ASA"})
    )
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["PAG-ASA: email changed", "pag-asa: changed", "gone: removed"]


def test_the_helplines_are_in_it() -> None:
    """The subtitle has each number as it is printed, and each site."""
    subtitle = _text(_feed(), "subtitle")
    assert subtitle == "Help at once: 112, 078 055 800, https://www.stophumantrafficking.be/"


def test_it_was_updated_when_the_last_change_was_made() -> None:
    """The newest time, in any order; without changes 1970, because the member is required."""
    assert (
        _text(_feed(_changed(at=AT - timedelta(1)), _changed(at=AT, revision=2)), "updated")
        == "2026-11-24T12:00:00Z"
    )
    assert _text(_feed(), "updated") == "1970-01-01T00:00:00Z"
