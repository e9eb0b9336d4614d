"""What stays in the profile folder of a whole browser after a visit, as docs/SAFETY.md says.

If the test fails, its message has the cells of that browser for the table.
"""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from directory_api.web.app import create_app
from tests.support.browser import serving_app, serving_site
from tests.support.profile_search import Search, written_forms
from tests.support.profiles import (
    HERE,
    WholeBrowser,
    chromium_profile,
    firefox_profile,
    webkit_profile,
)
from tests.support.records import directory_of
from tests.support.servers import ROOT, eventually
from tests.support.visits import JOURNEYS, Sites, Visitor, visit
from tests.support.webdriver import OtherSites

pytestmark = pytest.mark.nightly

NEEDS = ("device", "formats")

# How a browser ends, and the journeys before that; None: all of them. Those that leave nothing in a
# tab that is open, or in a browser that is killed, need not be tried again.
SHORT = ("postcode", "form", "position", "contact", "component", "exit")
ENDS: dict[str, Sequence[str] | None] = {
    "closed": None,
    "killed": None,
    "tabs closed": SHORT,
    "private": ("postcode", "form", "position", "component", "exit"),
}
# What the browser itself writes at intervals is written by then.
FLUSH_SECONDS = 4.0
END_SECONDS = 60.0

# Words of a page that was made for this: what it keeps must be found, or nothing can be.
CONTROL, TYPED = "Zurwolqentast", "Plimqorvaster"

# The kinds of files of a profile, by a part of their path.
KINDS = {
    "Downloads|contact.vcf": "downloads",
    "Cache|cache2|ukm_db": "cache",
    "Sessions|sessionstore": "open tabs",
    "History|Favicons|places.sqlite|favicons.sqlite|WebpageIcons": "history",
    "formhistory|Web Data": "saved forms",
}
COLUMNS = ("chromium", "firefox", "webkit")
ROWS = {
    "every": "any page of the finder",
    "arrival": "the page is opened, no search",
    "postcode": "search by postcode",
    "town": "search by town",
    "form": "search without JavaScript",
    "position": "search by the position of the device",
    "language": "another language after a search",
    "print": "print view",
    "contact": "contact saved",
    "copy": "centre copied",
    "call": "number tapped",
    "component": "search in the component of a partner",
    "frame": "search in the frame of a partner",
    "exit": "“Leave this page” after a search",
    "private": "any search in a private window that was closed",
}


def kind_of(path: Path) -> str:
    """What a file of a profile is for."""
    for part, kind in KINDS.items():
        if re.search(part, str(path)):
            return kind
    return "other files"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The finder with a centre for each journey, and a partner's site."""
    folder = tmp_path_factory.mktemp("finder")
    directory = directory_of(folder, [journey.centre for journey in JOURNEYS.values()])
    position = {"location": {"lat": HERE[0], "lng": HERE[1]}, "accuracy": 50}
    with serving_app(create_app(directory)) as finder:
        script = f'<script type="module" src="{finder}/embed/nearest-centre.js"></script>'
        frame = f'<iframe src="{finder}/embed?lang=en" width=800 height=2000></iframe>'
        form = f'<p>{CONTROL}<form action="/control"><input id="postcode" name="q">'
        pages = {
            "/component": f'{script}<nearest-centre lang="en"></nearest-centre>',
            "/frame": frame,
            "/control": f'{form}<button class="main">Find</button></form>',
        }
        begun = {path: f"<!doctype html><title>Partner</title>{pages[path]}" for path in pages}
        with (
            serving_site(begun, {"Cache-Control": "max-age=600"}) as partner,
            serving_site({"/": json.dumps(position)}, {"Cache-Control": "no-store"}) as positions,
        ):
            yield Sites(finder, partner.origin, positions.origin)


@pytest.fixture(scope="module")
def search(sites: Sites) -> Search:
    """For all marks of all journeys."""
    marks = {name: forms for each in JOURNEYS.values() for name, forms in each.marks.items()}
    hosts = [site.partition("//")[2] for site in (sites.finder, sites.partner)]
    marks["address"] = {form for host in hosts for form in written_forms(host)}
    marks["control"] = {*written_forms(CONTROL), *written_forms(TYPED)}
    return Search(marks)


def found_in(folder: Path, search: Search) -> Iterator[tuple[str, str]]:
    """Yield a mark and the kind of file, for each that is found. A thing in the cache that names
    every centre is the list of centres, which the page reads whatever is searched for.
    """
    centres = {f"{name} centre" for name in JOURNEYS}
    for path, marks in search.folder(folder):
        kind = kind_of(path.relative_to(folder))
        rest = set(marks)
        if kind == "cache" and centres <= marks:
            yield "list of centres", kind
            rest -= centres
        yield from ((mark, kind) for mark in rest)


def visited(
    visitor: Visitor, sites: Sites, names: Sequence[str], folder: Path, *, closing: bool
) -> None:
    """Do some journeys, each in its tab."""
    for name in names:
        visit(visitor, JOURNEYS[name], sites)
        if name == "contact":
            eventually(END_SECONDS, lambda: list(folder.rglob("contact.vcf")))
        if closing:
            visitor.close()


def control(visitor: Visitor, sites: Sites) -> None:
    """Type into the page that was made for this, and send its form by GET."""
    visitor.open(f"{sites.partner}/control")
    visitor.type("input#postcode", TYPED)
    visitor.click("button.main")
    visitor.sees("input#postcode")


@pytest.fixture(params=COLUMNS)
def start(
    request: pytest.FixtureRequest, playwright: Playwright, other_sites: OtherSites, sites: Sites
) -> tuple[str, Callable[[Path, int, bool], AbstractContextManager[WholeBrowser]]]:
    """The name of a browser, and how to start it with a new profile in a folder."""
    port = other_sites.port

    def started(folder: Path, tabs: int, private: bool) -> AbstractContextManager[WholeBrowser]:
        if request.param == "chromium":
            return chromium_profile(playwright, folder, port, private)
        if request.param == "firefox":
            return firefox_profile(folder, port, sites.positions, private)
        return webkit_profile(folder, port, tabs, private)

    return request.param, started


def left_by(
    start: Callable[[Path, int, bool], AbstractContextManager[WholeBrowser]],
    folder: Path,
    sites: Sites,
    names: Sequence[str],
    end: str,
) -> None:
    """Do the journeys in a new profile, and end the browser."""
    with start(folder, len(names) + 1, end == "private") as browser:
        if end != "private":
            control(browser.visitor, sites)
        visited(browser.visitor, sites, names, folder, closing=end == "tabs closed")
        if end == "killed":
            time.sleep(FLUSH_SECONDS)
            os.killpg(browser.process.pid, signal.SIGKILL)
        else:
            browser.quit()
        browser.process.wait(END_SECONDS)


def table(column: int) -> dict[str, str]:
    """What docs/SAFETY.md says of a browser, by the visit."""
    text = (ROOT / "docs" / "SAFETY.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {row[0]: row[column + 1] for row in rows if len(row) == 4}


def test_what_stays_on_disk_is_what_the_table_says(
    start: tuple[str, Callable[[Path, int, bool], AbstractContextManager[WholeBrowser]]],
    tmp_path: Path,
    sites: Sites,
    search: Search,
) -> None:
    """After each journey, however the browser ends; and what another page keeps is found."""
    browser, starting = start
    column = COLUMNS.index(browser)
    stays: dict[str, set[tuple[str, str]]] = {row: set() for row in ROWS}
    # WebKit asks the desktop for the position; there is none here.
    left_out = {"position"} if browser == "webkit" else set()
    for end, some in ENDS.items():
        folder = tmp_path / end
        folder.mkdir()
        names = [name for name in some or JOURNEYS if name not in left_out]
        left_by(starting, folder, sites, names, end)
        found = set(found_in(folder, search))
        assert ("control" in {mark for mark, _ in found}) == (end != "private"), end
        for mark, kind in found - {each for each in found if each[0] == "control"}:
            name, _, what = mark.rpartition(" ")
            row = "private" if end == "private" else name if name in JOURNEYS else "every"
            stays[row].add((what if name in JOURNEYS else mark, kind))
    written = {
        ROWS[row]: "not tried" if row in left_out else in_words(stays[row], row) for row in ROWS
    }
    said = table(column)
    assert {row: said.get(row) for row in written} == written, json.dumps(written, indent=1)


def in_words(stays: set[tuple[str, str]], row: str) -> str:
    """A cell of the table."""
    kinds: dict[str, list[str]] = {}
    for what, kind in sorted(stays):
        kinds.setdefault(what, []).append(kind)
    nothing = "nothing" if row in {"every", "private"} else "nothing more"
    return "; ".join(f"{what}: {', '.join(kinds[what])}" for what in kinds) or nothing
