"""What search engines may read of the directory."""

from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient

PAGES = ("/", "/?lang=nl", "/embed", "/print", "/partners", "/static/finder.css")
OF_PROGRAMS = ("/v1/nearest?postcode=1000", "/v1/centres.json", "/v1/bundle", "/hsds/services")


def _parser(text: str) -> RobotFileParser:
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser


@pytest.mark.needs("hsds")
def test_a_crawler_may_read_each_page_and_finds_that_it_says_noindex(api: ApiClient) -> None:
    """A page that a crawler may not read could be listed by its address."""
    response = api.get("/robots.txt")
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    rules = _parser(response.text)
    for page in PAGES:
        assert rules.can_fetch("Examplebot", f"https://help.example.org{page}")
    for page in ("/", "/embed", "/partners"):
        assert api.get(page).headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in api.get(page).text


@pytest.mark.needs("hsds")
def test_a_crawler_may_not_read_answers_for_programs(api: ApiClient) -> None:
    """Each beginning is named once."""
    text = api.get("/robots.txt").text
    rules = _parser(text)
    for address in OF_PROGRAMS:
        assert not rules.can_fetch("Examplebot", f"https://help.example.org{address}")
    named = [line for line in text.splitlines() if line.startswith("Disallow: ")]
    assert named == ["Disallow: /hsds/", "Disallow: /v1/"]


@pytest.mark.needs("static_site")
def test_a_published_folder_has_the_same_file(api: ApiClient, published_folder: Path) -> None:
    """Byte for byte."""
    assert (published_folder / "robots.txt").read_bytes() == api.get("/robots.txt").data


def test_below_a_path_the_file_names_the_whole_addresses(tmp_path: Path) -> None:
    """An operator can add it to the file at the root of the host, the only one that crawlers
    read.
    """
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/none.db", url_prefix="/help", rate_limit=""
    )
    client = create_app(open_directory(settings)).test_client()
    assert "Disallow: /help/v1/\n" in client.get("/robots.txt").text
