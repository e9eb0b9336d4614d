"""The format of an answer is chosen by parameter and Accept, with correct headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.test import TestResponse

from directory_api.answer.format import Format
from directory_api.answer.registry import FORMATS
from directory_api.web.app import create_app
from directory_api.web.http.negotiation import media_types
from tests.features.formats.each import EACH, PATHS
from tests.support.api_client import ApiClient, faults, problem
from tests.support.records import directory_of, load, made_up_centre

PLACE = {"postcode": "1000", "country": "BE"}


def _answers(api: ApiClient, wanted: Format) -> Iterator[TestResponse]:
    """The answer of each route in a format, asked for in each way that there is."""
    accept = {"Accept": wanted.media_type}
    for path in PATHS:
        yield api.get(path, headers=accept)
        yield api.get(
            f"{path}{'&' if '?' in path else '?'}format={wanted.name}",
            headers={"Accept": "image/png"},
        )
    yield api.post("/v1/nearest", json=PLACE, headers=accept)
    yield api.post("/v1/nearest", json={**PLACE, "format": wanted.name})


@EACH
def test_each_route_answers_in_each_format(api: ApiClient, wanted: Format) -> None:
    """By Accept and by `format`, by GET and by POST: the same bytes with the format's media
    type.
    """
    near, near_again, page, page_again, one, one_again, posted, posted_again = _answers(api, wanted)
    assert near.data == near_again.data == posted.data == posted_again.data
    assert page.data == page_again.data or wanted.name == "json"
    assert one.data == one_again.data
    for answer in (near, page, one, posted):
        assert (answer.status_code, answer.mimetype) == (200, wanted.media_type)
        assert answer.content_type.endswith("; charset=utf-8") is wanted.media_type.startswith(
            "text/"
        )


@EACH
def test_what_an_answer_depends_on_is_in_vary(api: ApiClient, wanted: Format) -> None:
    """Vary names the headers of a request that change the answer."""
    for answer in _answers(api, wanted):
        (vary,) = answer.headers.get_all("Vary")
        assert set(vary.split(", ")) == {"Accept", "Accept-Encoding", "Accept-Language"}
        assert answer.headers["Content-Language"] == "en"


@EACH
def test_a_file_has_a_neutral_name(api: ApiClient, wanted: Format) -> None:
    """Browsers save contact.vcf or list.csv, whatever was requested; other formats have no file
    name.
    """
    names = {
        "vcard": 'attachment; filename="contact.vcf"',
        "csv": 'attachment; filename="list.csv"',
    }
    for answer in _answers(api, wanted):
        assert answer.headers.get("Content-Disposition") == names.get(wanted.name)


@EACH
@pytest.mark.parametrize("path", PATHS[1:])
def test_each_format_has_an_etag_of_its_own(api: ApiClient, wanted: Format, path: str) -> None:
    """304 to the ETag of the same format with the same Vary, 200 to that of another."""
    first = api.get(path, headers={"Accept": wanted.media_type})
    again = api.get(
        path, headers={"Accept": wanted.media_type, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == first.headers["Vary"]
    others = {
        api.get(path, headers={"Accept": each.media_type}).headers["ETag"] for each in FORMATS
    }
    assert len(others) == len(FORMATS)


@pytest.mark.parametrize(
    "path",
    ["/v1/nearest?postcode=9999", "/v1/nearest", "/v1/centres/nobody", "/v1/centres?limit=0"],
)
def test_a_refusal_varies_like_the_answer(api: ApiClient, path: str) -> None:
    """A problem is a problem whatever Accept says, and says that Accept matters here."""
    for each in FORMATS:
        refused = api.get(path, headers={"Accept": each.media_type})
        assert refused.mimetype == "application/problem+json"
        assert refused.headers["Vary"] == "Accept, Accept-Encoding"


def test_what_never_reaches_the_routes_varies_too(tmp_path: Path) -> None:
    """429 comes from a layer before them; a route that has one format says nothing of Accept."""
    app = create_app(directory_of(tmp_path, [made_up_centre(1)], rate_limit="1/hour"))
    api = ApiClient(app)
    batch = api.post("/v1/nearest/batch", json={"places": [PLACE]})
    assert batch.headers["Vary"] == "Accept-Encoding"
    limited = api.get(PATHS[0])
    assert (limited.status_code, limited.headers["Vary"]) == (429, "Accept, Accept-Encoding")


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json, text/plain, */*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "json"),
        ("application/*", "json"),
        ("APPLICATION/JSON; charset=UTF-8", "json"),
        ("text/plain, application/json", "json"),
        ("application/json;q=0, */*", "geojson"),
        ("application/json;q=0.5, application/geo+json", "geojson"),
        ('application/geo+json;profile="https://example.org/a#b", */*;q=0.1', "geojson"),
        ("text/*", "text"),
        ("text/html, text/plain;q=0.5", "text"),
        ("text/csv;q=0.3, text/vcard;q=0.9;version=4.0", "vcard"),
        ("text/csv; header=present", "csv"),
    ],
)
def test_accept_chooses_as_clients_mean_it(api: ApiClient, accept: str, name: str) -> None:
    """Quality first, then exact names, then JSON; parameters of a media type do not matter."""
    (media_type,) = (each.media_type for each in FORMATS if each.name == name)
    for path in PATHS:
        assert api.get(path, headers={"Accept": accept}).mimetype == media_type


@pytest.mark.parametrize(
    "accept", ["text/html", "image/png;q=1", "*/*;q=0", "nonsense", "application/problem+json"]
)
def test_accept_without_a_format_that_there_is_is_told_which_there_are(
    api: ApiClient, accept: str
) -> None:
    """406 with every media type in its detail, on each route, and nothing of what was sent."""
    for path in PATHS:
        refused = api.get(path, headers={"Accept": accept})
        body = problem(refused, 406, "format-refused")
        assert all(each.media_type in body["detail"] for each in FORMATS)
        assert refused.headers["Vary"] == "Accept, Accept-Encoding"
    assert api.post("/v1/nearest", json=PLACE, headers={"Accept": accept}).status_code == 406


def test_a_header_that_no_program_sends_counts_as_none(api: ApiClient) -> None:
    """Spaces in a row take time that grows with their square: 60,000 stopped a server."""
    spaces = f"text/b{' ' * 60_000}x"
    assert media_types(spaces) == MIMEAccept()
    assert media_types(f"text/csv {' ' * 900}; q=1")[0] == ("text/csv", 1)
    for path in PATHS:
        assert api.get(path, headers={"Accept": spaces}).mimetype == "application/json"
    assert api.get("/nowhere", headers={"Accept": spaces}).mimetype == "application/problem+json"


def test_a_format_that_there_is_not_is_one_fault_among_others(api: ApiClient) -> None:
    """400 names the parameter and the choices, with the other faults of the request."""
    body = problem(api.get("/v1/nearest?format=xml&lang=!"), 400, "request-invalid")
    assert faults(body) == ["format", "lang", "postcode"]
    (choices,) = (fault["detail"] for fault in body["errors"] if fault["parameter"] == "format")
    assert choices == f"Use one of: {', '.join(each.name for each in FORMATS)}."
    body = problem(api.post("/v1/nearest", json={**PLACE, "format": "xml"}), 400, "request-invalid")
    assert faults(body) == ["/format"]


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "fr-BE, en;q=0.5", "fr"),
        ("&lang=nl", "fr", "nl"),
        ("&lang=uk", "", "uk"),
        ("&lang=eo", "fr", "fr"),
        ("", "eo", "en"),
    ],
)
def test_words_are_in_the_language_that_was_asked_for(
    api: ApiClient, query: str, accepted: str, language: str
) -> None:
    """`lang` takes precedence over Accept-Language; unknown languages are skipped; English is the
    default.
    """
    for each in FORMATS:
        response = api.get(
            f"{PATHS[0]}&format={each.name}{query}", headers={"Accept-Language": accepted}
        )
        assert response.headers["Content-Language"] == language
    by_body = {**PLACE, "format": "text", "lang": "nl"}
    assert "Noodnummer 112" in api.post("/v1/nearest", json=by_body).text


@EACH
def test_the_next_page_is_of_the_same_format(api: ApiClient, wanted: Format) -> None:
    """The Link header keeps `format` and `lang`, and leads to the rest."""
    met, following = "", f"/v1/centres?limit=1&format={wanted.name}&lang=nl"
    while following:
        response = api.get(following)
        assert response.mimetype == wanted.media_type
        met += response.text
        following = response.headers.get("Link", "<>").partition(">")[0].removeprefix("<")
    assert [name in met for name in ("PAG-ASA", "Payoke", "Sürya")] == [True] * 3


def test_an_answer_changes_with_the_revision(tmp_path: Path) -> None:
    """After a load every format has the new name and another ETag."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    paths = [f"/v1/centres/made-up-001?format={each.name}" for each in FORMATS]
    before = [api.get(path).headers["ETag"] for path in paths]
    load(directory, [made_up_centre(1, name="Renamed")])
    for path, old in zip(paths, before, strict=True):
        response = api.get(path, headers={"If-None-Match": old})
        assert response.status_code == 200
        assert "Renamed" in response.text
