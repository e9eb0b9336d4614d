"""A published folder behind nginx, as docs/scale.md says."""

import json
from pathlib import Path

import pytest

from directory_api.features.pages import headers
from directory_api.features.reference.page_headers import PAGE
from tests.support.static_hosts import Host, nginx, without_script

NEEDS = ("device", "formats", "pages", "reference")


def test_nginx_gives_every_file_with_its_type(host: Host, folder: Path) -> None:
    """As the manifest says; problem details are for a server in front of which nginx is."""
    for file in json.loads((folder / "manifest.json").read_bytes())["files"]:
        response = host.ask(f"/{file['path']}")
        assert response.status == 200, file["path"]
        assert len(response.body) == file["bytes"], file["path"]
        if file["path"] not in ("_headers", "headers.conf") and "problem" not in file["type"]:
            assert response.headers["content-type"].partition(";")[0] == file["type"], file["path"]


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/", headers.FINDER),
        ("/index.nl.html", headers.FINDER),
        ("/nowhere", headers.FINDER),
        ("/embed/", headers.EMBED),
        ("/embed/index.html", headers.EMBED),
        ("/partners/", headers.PARTNERS),
        ("/problems/", PAGE),
        ("/docs/index.html", PAGE),
        ("/v1/nearest/BE/2000.json", {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}),
        ("/v1/centres.csv", {"Access-Control-Allow-Origin": "*"}),
    ],
)
def test_nginx_gives_each_file_the_headers_of_a_server(
    host: Host, url: str, headers: dict[str, str]
) -> None:
    """However it is asked for; also the page where nothing is."""
    response = host.ask(url)
    assert response.status == (404 if url == "/nowhere" else 200)
    same = without_script(response.headers)
    for name in headers.keys() - {"Vary"}:
        assert same[name.lower()] == headers[name]


def test_nginx_shows_the_helplines_where_nothing_is(host: Host) -> None:
    """With the way out, and no list of a folder."""
    for url in ("/nowhere", "/v1/nearest/BE/9999.json", "/v1/nearest/BE/", "/v1/nearest"):
        response = host.ask(url)
        if response.status == 301:
            assert response.headers["location"] == f"{url}/"
            continue
        assert response.status in (403, 404)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "tel:112" in response.body.decode()
        assert "data-exit" in response.body.decode()


def test_nginx_writes_nothing_of_who_asked(folder: Path, tmp_path: Path) -> None:
    """No place and no address comes into its logs, whatever its other settings say."""
    with nginx(folder, tmp_path) as running:
        for url in ("/v1/nearest?postcode=9881", "/v1/nearest/BE/9882.json", "/9883", "/%00"):
            running.ask(url)
    logs = {path.name: path.read_text() for path in tmp_path.glob("*.log")}
    assert logs == {"access.log": "", "error.log": ""}


def test_nginx_compresses_and_does_not_send_twice(host: Host) -> None:
    """The bundle comes compressed, and not again for who has it."""
    whole = host.ask("/v1/bundle.json")
    zipped = host.ask("/v1/bundle.json", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.body) < len(whole.body) / 2
    assert host.ask("/v1/bundle.json", If_None_Match=whole.headers["etag"]).status == 304


def test_a_host_shows_no_old_number_while_there_is_a_new_one(host: Host, folder: Path) -> None:
    """Where stale-while-revalidate is, a browser shows once more what it has kept."""
    for url in ("/v1/bundle.json", "/v1/bundle/BE.json", "/v1/centres.json", "/v1/helplines.json"):
        assert host.ask(url).headers["cache-control"] == "public, max-age=60, stale-if-error=604800"
    assert "stale-while-revalidate" not in (folder / "_headers").read_text(encoding="utf-8")
