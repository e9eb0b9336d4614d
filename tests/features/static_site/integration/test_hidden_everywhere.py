"""What is not public is in no output of the directory: a hidden address, wherever a maintainer
tried to write it, and how a record was checked.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from directory_api.answer.registry import FORMATS
from directory_api.bootstrap import Directory
from directory_api.change.change import document
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.editor import Edit
from directory_api.edit.seed import SYSTEM
from directory_api.features.formats.as_sqlite import as_sqlite
from directory_api.features.static_site.generator import StaticSite
from directory_api.store.state import StoreState
from directory_api.text.errors import RecordsInvalid
from directory_api.web.app import create_app
from tests.support.hsds_lists import contents
from tests.support.mcp_client import LIST, NEAREST, SHOW, ask
from tests.support.moments import EXAMPLES_AT
from tests.support.openapi_document import OPERATIONS
from tests.support.records import directory_of, made_up_centre

NEEDS = ("device", "flyer", "formats", "hsds", "mcp", "pages")

# No other word of ours has these letters.
CANARY = "zwaluwenest"
STREET = f"{CANARY.capitalize()}straat 77"
PHONE = "+3232011690"
# Of its exact point, and of the notes of a confirmation.
POINT, NOTE = ("51.0912", "3.5512"), "kolibri"
HIDDEN, OTHER, LINE = "made-up-001", "made-up-002", "be-trafficking-line"
_HEADER = ("directory", "directory")


def _secret() -> dict[str, Any]:
    """A centre whose address two sources contest, of which one is cited for nothing else."""
    return {
        "name": "Huis Noord",
        "address": {
            "street": STREET,
            "street_translations": {"fr": f"Rue {CANARY.capitalize()} 77"},
            "postcode": "9881",
            "locality": {"nl": "Aalter"},
            "country": "BE",
        },
        "address_visibility": "public",
        "location": {"lat": 51.0912345, "lon": 3.5512345, "precision": "exact"},
        "phones": [{"number": PHONE, "kind": "main"}],
        "sources": {"address": ["secret-press", "flyer"], "phones": ["flyer"]},
        "contested": [
            {
                "member": "address",
                "sources": ["secret-report"],
                "value": f"Oude {STREET}",
                "note": {"nl": f"Vroeger {STREET}"},
            }
        ],
        "verified": {"on": "2026-11-01", "by": f"Ms {NOTE}", "how": f"called {NOTE}"},
    }


def _edit(kind: str, identity: str) -> Edit:
    return Edit(SYSTEM, kind, identity, "a test")


def _patched(kind: str, identity: str, **members: Any) -> Callable[[Directory], object]:
    return lambda directory: directory.editor.patch(_edit(kind, identity), members)


def _source(**members: str) -> Callable[[Directory], object]:
    source = {"id": "new-press", "title": "A newspaper", **members}

    def request(stored: StoreState) -> ChangeRequest:
        header = document(stored.contents)
        return ChangeRequest({**header, "sources": [*header["sources"], source]})

    return lambda directory: directory.writer.write(SYSTEM, "a test", request)


# Who writes the address where, once it is hidden.
WRITERS: dict[str, Callable[[Directory], object]] = {
    "own description": _patched("centre", HIDDEN, description={"nl": f"In de {STREET}"}),
    "own name": _patched("centre", HIDDEN, name=f"Huis {CANARY.capitalize()}"),
    "own e-mail": _patched("centre", HIDDEN, email=f"{CANARY}@example.org"),
    "own channel": _patched(
        "centre", HIDDEN, channels=[{"kind": "email", "address": f"x-{CANARY}@example.org"}]
    ),
    "own web site": _patched("centre", HIDDEN, website=f"https://{CANARY}straat.example.org/"),
    "own temporary note": _patched(
        "centre",
        HIDDEN,
        timezone="Europe/Brussels",
        temporary={
            "until": "2120-01-01",
            "opening_hours": "Mo 10:00-12:00",
            "note": {"nl": STREET},
        },
    ),
    "other description": _patched("centre", OTHER, description={"fr": f"77, rue {CANARY}"}),
    "other name": _patched("centre", OTHER, name=f"Huis Noord, {CANARY}"),
    "other contested note": _patched(
        "centre",
        OTHER,
        contested=[{"member": "email", "sources": ["flyer"], "note": {"nl": STREET}}],
    ),
    "note of a helpline": _patched("helpline", LINE, note={"nl": f"Ga naar {STREET}"}),
    "channel of a helpline": _patched(
        "helpline",
        LINE,
        channels=[{"kind": "chat", "address": f"https://example.org/{CANARY}straat-77"}],
    ),
    "title of a source": _source(id="press-1", title=f"Shelter moves to {STREET}"),
    "URL of a source": _source(id="press-2", url=f"https://example.org/shelter-{CANARY}straat-77"),
    "id of a source": _source(id=f"{CANARY}straat-77"),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What each writer was told, and every output afterwards, by its name."""
    folder: Path = tmp_path_factory.mktemp("hidden")
    directory = directory_of(folder, [made_up_centre(1), made_up_centre(2)])
    for identity in ("secret-press", "secret-report"):
        _source(id=identity, title=f"Moves to {STREET}", url=f"https://example.org/{CANARY}")(
            directory
        )
    directory.editor.patch(_edit("centre", HIDDEN), _secret())
    directory.live.refresh()
    # The first are enough to see that the test finds it.
    before = dict(islice(_outputs(directory), 60))
    hidden = directory.editor.patch(_edit("centre", HIDDEN), {"address_visibility": "hidden"})
    refused = {}
    for name, write in WRITERS.items():
        try:
            write(directory)
        except RecordsInvalid as error:
            refused[name] = f"{error} {error.faults}".casefold()
    directory.live.refresh()
    return before, hidden, refused, dict(_outputs(directory))


def _outputs(directory: Directory) -> Iterator[tuple[str, str]]:
    """Yield every output, in small letters: what routes, assistants and a published folder have."""
    client = create_app(directory, now=lambda: EXAMPLES_AT).test_client()
    reads = [
        f"{path}format={each.name}&lang={tag}"
        for each in FORMATS
        for tag in ("nl", "fr")
        for path in ("/v1/nearest?postcode=9900&limit=9&", "/v1/centres?", f"/v1/centres/{HIDDEN}?")
    ]
    for name, operation in OPERATIONS.items():
        method, path = name.split()
        if method == "GET" and not operation["security"]:
            reads.append(path.format(id=HIDDEN, country="BE", code="9900", digest="0"))
    for kind in ("services", "organizations", "service_at_locations"):
        reads += [f"/hsds/{kind}/{one['id']}" for one in contents(client, kind)]
    reads += ["/v1/changes.atom", "/flyers/a4?lang=nl", "/partners"]
    for path in reads:
        yield path, client.get(path).get_data(as_text=True).casefold()
    form = {"postcode": "9900", "lang": "nl", "centre": HIDDEN, "contact": HIDDEN}
    for path in ("/", "/print", "/contact", "/embed", "/embed/print", "/embed/contact"):
        yield f"POST {path}", client.post(path, data=form).get_data(as_text=True).casefold()
    for tool, asked in ((NEAREST, {"place": "9900"}), (SHOW, {"id": HIDDEN}), (LIST, {})):
        told = ask(directory, tool, **asked)
        yield tool, f"{told.text}{json.dumps(told.body)}".casefold()
    site = StaticSite(directory, EXAMPLES_AT.replace(hour=0), "https://help.example.org")
    for file in site.files():
        yield f"file {file.path}", file.content.decode(errors="replace").casefold()
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(as_sqlite(directory.live.snapshot))
        yield "sqlite", "\n".join(database.iterdump()).casefold()
    yield "last good", directory.live.last_good.path.read_text(encoding="utf-8").casefold()


def test_each_way_to_write_it_is_refused(outputs: Any) -> None:
    """And none of them is told the street."""
    _, _, refused, _ = outputs
    assert refused.keys() == WRITERS.keys()
    assert [name for name, told in refused.items() if CANARY in told] == []


def test_it_is_in_no_output(outputs: Any) -> None:
    """Although it was in many before it was hidden; the centre is still there."""
    before, hidden, _, after = outputs
    assert hidden.applied
    assert sum(CANARY in text for text in before.values()) > 20
    assert sum(PHONE in text for text in after.values()) > 20
    marks = (CANARY, *POINT)
    assert [name for name, text in after.items() if any(mark in text for mark in marks)] == []


def test_how_a_record_was_checked_is_in_no_output(outputs: Any) -> None:
    """Nor by whom; its day is."""
    before, _, _, after = outputs
    assert any("2026-11-01" in text for text in after.values())
    assert [name for name, text in (before | after).items() if NOTE in text] == []


def test_what_is_public_stays(outputs: Any) -> None:
    """A source that something else cites, too."""
    _, _, _, after = outputs
    ids = {each["id"] for each in json.loads(after["/v1/sources"])["sources"]}
    assert "flyer" in ids
    assert {"secret-press", "secret-report"}.isdisjoint(ids)
