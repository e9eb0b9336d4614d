"""The visitor's page of a directory whose records have no sources to link."""

import json
from pathlib import Path

from directory_api.change.guards import ALL_ALLOWED
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.web.app import create_app
from tests.support.finder_pages import NOON, Page, get
from tests.support.records import TERMINAL, directory_of, made_up_centre, shipped_records


def unsourced_page(tmp_path: Path) -> Page:
    """Return it in English. The test needs the feature `imports`."""
    records = shipped_records()
    sources = [
        {name: value for name, value in each.items() if name != "url"}
        for each in records["sources"]
    ]
    path = tmp_path / "unsourced.json"
    path.write_text(json.dumps({**records, "sources": sources}), encoding="utf-8")
    directory = directory_of(tmp_path, [made_up_centre(1)])
    importer_of(directory).bring_in(TERMINAL, Incoming.of(path), "test", allowed=ALL_ALLOWED)
    return get(create_app(directory, now=lambda: NOON).test_client(), "/?lang=en")
