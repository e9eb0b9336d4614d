"""What the visitor's page shows for refused places, oversized forms and failures."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.search.query import NearestAnswer, NearestQuery, Origin
from directory_api.search.snapshot import Snapshot
from directory_api.text.translations import COMPLETE, words
from directory_api.web.app import create_app
from tests.support.crashing import with_bug
from tests.support.finder_pages import BASES, Page, send


@pytest.mark.parametrize(
    ("typed", "status", "key"),
    [
        ("", 400, "error.nothing-typed"),
        ("   ", 400, "error.nothing-typed"),
        ("1000 2000", 400, "suggestions.label"),
        ("nowhere", 400, "error.place-unknown"),
        ("9999", 404, "error.postcode-unknown"),
        ("1049", 422, "error.postcode-not-residential"),
        ("1012 AB", 422, "error.postcode-far"),
        ("SW1A 1AA", 422, "error.country-unsupported"),
        ("1012 AB", 422, "outside.dial"),
        ("75001", 422, "error.postcode-foreign"),
        ("75001", 422, "outside.dial"),
    ],
)
@pytest.mark.parametrize("tag", COMPLETE)
def test_an_error_is_told_in_the_visitors_words(
    client: FlaskClient, typed: str, status: int, key: str, tag: str
) -> None:
    """Each kind of error has a sentence in the visitor's language and a number to call. The field
    is marked as invalid only if there is no such place.
    """
    page = send(client, {"postcode": typed, "lang": tag}, status=status)
    (alert,) = page.all("div", role="alert")
    assert " ".join(words(tag)[key].partition("112")[0].split()) in alert.text
    assert [link.text for link in alert.all("a", href="tel:112")] == ["112"]
    (typing,) = page.all("input", id="postcode")
    is_wrong = key in ("suggestions.label", "error.place-unknown", "error.postcode-unknown")
    assert typing.attributes.get("aria-invalid") == ("true" if is_wrong else None)
    assert alert.attributes["class"] == ("note error" if is_wrong else "note")
    assert page.all("form", **{"class": "search-form"})[0].all("div", role="alert") == [alert]
    assert alert.attributes["id"] in typing.attributes["aria-describedby"].split()
    assert page.centres == ["pag-asa", "payoke", "surya"]  # each can still be called
    assert not [each for each in page.all("b") if each.attributes.get("class") == "distance"]


def test_too_much_is_not_read(client: FlaskClient) -> None:
    """A body larger than any form is refused with a page; one with unknown fields shows the
    form.
    """
    refused = send(client, {"postcode": "1000", "lang": "en", "x": "x" * 5000}, status=413)
    (alert,) = refused.all("p", role="alert")
    assert alert.text == words("en")["error.other"]
    # Nothing is wrong with what was typed.
    assert alert.attributes["class"] == "note"
    for body, kind in (
        (b'{"postcode": "1000"}', "application/json"),
        (b"\xff\xfe", "text/plain"),
        (b"", ""),
    ):
        response = client.post("/", data=body, content_type=kind, headers={"Accept-Language": "fr"})
        assert response.status_code == 200
        assert Page(response).all("input", name="postcode")
        assert words("fr")["postcode.label"] in Page(response).text


class BrokenSnapshot(Snapshot):
    """A snapshot that crashes."""

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Crash."""
        raise RuntimeError("canary")


@BASES
def test_a_crash_and_an_empty_house_still_show_the_helplines(
    directory: Directory, tmp_path: Path, base: str
) -> None:
    """If the server fails, or has not loaded anything yet, the visitor gets a page with the
    numbers.
    """
    client = create_app(with_bug(directory, BrokenSnapshot)).test_client()
    crashed = send(client, {"postcode": "2000", "lang": "nl"}, base, 500)
    empty = create_app(
        open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    ).test_client()
    unready = Page(empty.get(f"{base}?lang=nl"))
    for page in (crashed, unready):
        assert "tel:112" in [link.attributes.get("href") for link in page.all("a")]
        assert words("nl")["error.other"] in page.text
        assert "canary" not in page.text
