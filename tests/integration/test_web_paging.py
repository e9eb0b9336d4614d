"""/v1/centres: pages, filters, words."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, faults, problem
from tests.support.records import LANGUAGES, SERVICES, directory_of, made_up_centre

COUNT = 250
CLOSED = 7


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> ApiClient:
    """A directory of 250 made-up centres, one of which is closed for good."""
    centres = [
        made_up_centre(n, **({"status": "closed"} if n == CLOSED else {})) for n in range(COUNT)
    ]
    return ApiClient(create_app(directory_of(tmp_path_factory.mktemp("many"), centres)))


def _walk(api: ApiClient, path: str) -> Iterator[dict[str, Any]]:
    """The pages from a path on, each found by `next` of the one before."""
    following: str | None = path
    while following:
        response = api.get(following)
        page = response.get_json()
        yield page
        following = page["next"]
        assert response.headers.get("Link") == (f'<{following}>; rel="next"' if following else None)


def _ids(api: ApiClient, path: str) -> list[str]:
    return [centre["id"] for page in _walk(api, path) for centre in page["centres"]]


@pytest.mark.parametrize("limit", [1, 7, 20, 83, 100])
def test_each_centre_is_met_once_whatever_the_page(many: ApiClient, limit: int) -> None:
    """Following `next` returns each listed centre once, in the order of ids, with a constant
    `total`.
    """
    pages = list(_walk(many, f"/v1/centres?limit={limit}"))
    met = [centre["id"] for page in pages for centre in page["centres"]]
    assert met == [f"made-up-{n:03}" for n in range(COUNT) if n != CLOSED]
    assert {page["total"] for page in pages} == {COUNT - 1}
    assert all(len(page["centres"]) == limit for page in pages[:-1])


def test_a_page_has_20_centres_unless_told_otherwise(many: ApiClient) -> None:
    """Without `limit` a page has 20 centres."""
    assert len(many.get("/v1/centres").get_json()["centres"]) == 20


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("speaks=uk", lambda n: LANGUAGES[n % 5] == "uk"),
        ("speaks=uk-UA&limit=9", lambda n: LANGUAGES[n % 5] == "uk"),
        ("service=legal", lambda n: SERVICES[n % 3] == "legal"),
        (
            "service=medical&speaks=fr&limit=3",
            lambda n: SERVICES[n % 3] == "medical" and LANGUAGES[n % 5] == "fr",
        ),
        ("q=centre+enee&limit=100", lambda n: True),
        ("q=ENEE+12&limit=5", lambda n: str(n).startswith("12") or f"{n:03}".startswith("12")),
        ("audience=victims", lambda n: False),
    ],
)
def test_filters_stay_on_through_the_pages(many: ApiClient, query: str, wanted: Any) -> None:
    """Following `next` with filters meets each centre that passes them exactly once."""
    expected = [f"made-up-{n:03}" for n in range(COUNT) if n != CLOSED and wanted(n)]
    assert _ids(many, f"/v1/centres?{query}") == expected


@pytest.mark.parametrize(
    "words", ["surya", "SÜRYA", "Sürya", "liege", "Liège", "luttich", "rouveroy liege"]
)
def test_words_are_found_whatever_the_accents(api: ApiClient, words: str) -> None:
    """q finds Sürya by its name, town and street, with or without accents and capitals."""
    found = api.get("/v1/centres", query_string={"q": words}).get_json()["centres"]
    assert [centre["id"] for centre in found] == ["surya"]


@pytest.mark.parametrize("words", ["%", "zzz", "surya antwerpen"])
def test_words_that_fit_nothing_find_nothing(api: ApiClient, words: str) -> None:
    """q that no centre matches with every word gives an empty first and last page."""
    body = api.get("/v1/centres", query_string={"q": words}).get_json()
    assert (body["total"], body["centres"], body["next"]) == (0, [], None)


def test_a_closed_centre_is_shown_but_not_listed(many: ApiClient) -> None:
    """A permanently closed centre can be read by its id, so that people who saved it learn
    of it.
    """
    assert many.get(f"/v1/centres/made-up-{CLOSED:03}").get_json()["status"] == "closed"


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "a", "0", "ééé", _encoded(b"UPPER"), _encoded(b"a b"), _encoded(b"\xff\xfe"),
     _encoded(b"a" * 61), "====", _encoded(b"surya\n")],
)  # fmt: skip
def test_a_bad_cursor_is_refused(api: ApiClient, cursor: str) -> None:
    """A cursor that is not one of ours is a 400 problem at `cursor`."""
    response = api.get("/v1/centres", query_string={"cursor": cursor})
    assert faults(problem(response, 400, "request-invalid")) == ["cursor"]


def test_a_cursor_outlives_the_centre_it_names(many: ApiClient) -> None:
    """A cursor of a centre that is gone goes on with the next one."""
    page = many.get(f"/v1/centres?limit=1&cursor={_encoded(b'made-up-100-and-a-half')}").get_json()
    assert [centre["id"] for centre in page["centres"]] == ["made-up-101"]
