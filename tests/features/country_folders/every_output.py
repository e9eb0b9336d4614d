"""A program that prints every output of the directory of DIRECTORY_DATA, as JSON by its name: the
pages and answers that are linked, those of /admin, the helps of all commands, and the tools of
assistants. Its country is known to a process once, so each directory has a process of its own.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import click
from flask.testing import FlaskClient
from mcp import Client

from directory_api.bootstrap import Directory, open_directory
from directory_api.cli import main
from directory_api.config import Settings
from directory_api.features.mcp.server import make_server
from directory_api.web.app import create_app
from tests.support import crawler
from tests.support.command_line import command
from tests.support.crawler import Fetched, crawl
from tests.support.mcp_client import api_of, with_client
from tests.support.moments import now

ORIGIN = "https://localhost"
# What is linked from no page, and what is refused.
STARTS = (
    *("/", "/v1/", "/docs", "/docs/editing", "/docs/hsds", "/problems", "/partners", "/embed"),
    *("/openapi.yaml", "/openapi-editing.yaml", "/openapi-hsds.yaml", "/hsds/services"),
    *("/v1/bundle", "/v1/changes.atom", "/v1/centres", "/v1/centres?limit=x", "/v1/helplines"),
    *(f"/v1/centres?format={name}" for name in ("csv", "text", "vcard", "geojson")),
    "/v1/nearest?place=Vienna",
    "/v1/centres?open_at=2026-11-03T10:00:00Z",
    *("/v1/nearest", "/v1/nearest?postcode=10", "/v1/nearest?place=Nowhere&country=XX"),
    *("/v1/nearest?postcode=8010&country=austria", "/v1/nearst", "/v1/centres/nearest"),
)


def program(folder: Path, values: Mapping[str, str]) -> None:
    """Print the outputs of a new directory in an empty folder; `values` fill templates of links."""
    crawler.TEMPLATE.update(values)
    settings = Settings(database_url=f"sqlite:///{folder}/directory.db", rate_limit="")
    directory = open_directory(settings, now)
    directory.prepare()
    client = create_app(directory).test_client()
    kept: dict[str, str] = {}
    crawl(partial(_kept, kept, client), ORIGIN, "", STARTS)
    secret, _ = directory.tokens.create("dora", ("admin",), 30)
    client.post(
        "/admin/sign-in",
        base_url=ORIGIN,
        data={"token": secret},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    for path in ("/admin/centres/new?by=form", "/admin/helplines/new"):
        crawl(partial(_kept, kept, client), ORIGIN, "", ["/admin/", path])
    kept.update(_helps(main, ()))
    kept.update(_tools(directory))
    json.dump(kept, sys.stdout)


def _kept(kept: dict[str, str], client: FlaskClient, path: str) -> Fetched:
    reply = client.get(path, base_url=ORIGIN)
    body = reply.get_data()
    text = _unpacked(body) if body.startswith(b"PK") else body.decode(errors="replace")
    kept[path] = text
    named = {name.lower(): value for name, value in reply.headers.items()}
    return Fetched(reply.status_code, named, "" if body.startswith(b"PK") else text)


def _unpacked(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    # Cells have texts by number.
    prompts = (each for text in texts.values() for each in re.findall('prompt="[^"]*"', text))
    return "\n".join((texts.get("xl/sharedStrings.xml", ""), *prompts))


def _helps(group: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield " ".join((*words, "--help")), command(*words, "--help").output
    for name, each in sorted(getattr(group, "commands", {}).items()):
        yield from _helps(each, (*words, name))


def _tools(directory: Directory) -> Iterator[tuple[str, str]]:
    async def listed(client: Client) -> str:
        return (await client.list_tools()).model_dump_json()

    yield "tools of assistants", with_client(make_server(api_of(directory)), listed)


if __name__ == "__main__":
    program(Path(sys.argv[1]), json.loads(sys.argv[2]))
