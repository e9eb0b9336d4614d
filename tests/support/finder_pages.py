"""The visitor's page without JavaScript: opened and sent by tests, and read as a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_api.web.app import create_app
from tests.support.records import directory_of

BASES = pytest.mark.parametrize("base", ["/", "/embed"])
VOID = {"meta", "link", "input", "circle", "path", "br"}


@dataclass
class Node:
    """An element with its attributes, and the texts and elements in it."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Node | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words, with single spaces."""
        parts = [each if isinstance(each, str) else each.text for each in self.inside]
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, **wanted: str) -> "list[Node]":
        """The elements in it with a tag and attributes, in order."""
        found: list[Node] = []
        for each in self.inside:
            if isinstance(each, Node):
                fits = each.tag == tag and all(
                    each.attributes.get(name) == value for name, value in wanted.items()
                )
                found += [each] if fits else []
                found += each.all(tag, **wanted)
        return found


class Page(HTMLParser):
    """A page as a tree; each element is closed, and no id is there twice."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        assert response.mimetype == "text/html"
        self.root = Node("", {})
        self._open = [self.root]
        self.ids: list[str] = []
        self.feed(response.text)
        assert self._open == [self.root]
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.ids += [node.attributes["id"]] if "id" in node.attributes else []
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element that is closed in its tag."""
        self._open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Add a text to the element that is open."""
        self._open[-1].inside.append(data)

    def all(self, tag: str, **wanted: str) -> list[Node]:
        """The elements with a tag and attributes, in order."""
        return self.root.all(tag, **wanted)

    @property
    def centres(self) -> list[str]:
        """The ids of the centres that it shows, in order."""
        return [node.attributes["data-centre"] for node in self.all("article")]

    @property
    def text(self) -> str:
        """What it says."""
        return self.all("body")[0].text


def get(client: FlaskClient, path: str = "/", **headers: str) -> Page:
    """Open a page."""
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return Page(response)


def send(
    client: FlaskClient, fields: Mapping[str, Any], path: str = "/", status: int = 200
) -> Page:
    """Send a form."""
    response = client.post(path, data=fields)
    assert response.status_code == status
    return Page(response)


def app_of(folder: Path, centres: list[dict[str, Any]], now: datetime, **settings: Any) -> Flask:
    """The web side over these centres at a moment."""
    return create_app(directory_of(folder, centres, **settings), now=lambda: now)


NOON = datetime(2026, 11, 3, 11, tzinfo=UTC)
