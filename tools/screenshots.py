"""Takes the screenshots of the documentation: run `make screenshots` after page changes.

`make screenshots ARGS=guide` takes only those of the guide for maintainers.
"""

import sys
from base64 import b64encode
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Geolocation, Page, ViewportSize

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.web.app import create_app
from tests.support.browser import chromium, person, serving_app, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.servers import ROOT, SERVE, serving

IMAGES = ROOT / "docs/images"
SIZE = {"width": 1000, "height": 760}


PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
README: ViewportSize = {"width": 1200, "height": 560}
POSTCODE = "2000"
# What the pages and the device take for the present: a Tuesday at 11:00 and a Saturday at 20:30.
MOMENTS = {"day": EXAMPLES_AT, "night": datetime(2026, 11, 7, 19, 30, tzinfo=UTC)}
# A Tuesday at 12:00 and at 23:40.
ARRIVALS = {
    "noon": datetime(2026, 11, 3, 11, tzinfo=UTC),
    "night": datetime(2026, 11, 3, 22, 40, tzinfo=UTC),
}
SMALL: ViewportSize = {"width": 390, "height": 844}
COMPUTER: ViewportSize = {"width": 1280, "height": 800}
COLOGNE: Geolocation = {"latitude": 50.94, "longitude": 6.96}
# What is typed, or the position; nothing on arrival.
PLACES = (None, "1000", "9000", "Gent", "59000 Lille", COLOGNE)
PARTNER = """<!doctype html><html lang="{lang}" dir="{direction}"><meta charset="utf-8">
<title>Partner</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<body style="font-family: sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem">
<script type="module" src="{origin}/embed/nearest-centre.js"></script>
<nearest-centre lang="{lang}"></nearest-centre>"""


TAGS = ("nl", "fr", "en", "ro", "ar", "ti")
# Pictures of the visitor's page side by side.
SHEET = """<!doctype html><style>
body {{ margin: 0; display: grid; gap: 8px; background: #888; grid-template-columns: {columns} }}
img {{ display: block; width: {width}px }}
</style>{images}"""


@dataclass(frozen=True)
class Shot:
    """A screenshot of the component: language and size."""

    name: str
    lang: str
    size: ViewportSize


COMPONENT = (
    Shot("nl-phone", "nl", PHONE),
    Shot("ar-phone", "ar", PHONE),
    Shot("nl-desktop", "nl", DESKTOP),
    Shot("ar-desktop", "ar", DESKTOP),
)


def main(*names: str) -> None:
    """Start servers with a database of their own; capture the visitors' pages, the component on a
    partner's page, and the maintainers' pages.
    """
    IMAGES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as name,
        chromium(with_windows=True) as browser,
        Path(name, "log").open("w", encoding="utf-8") as log,
        redirect_stderr(log),
    ):
        settings = Settings(database_url=f"sqlite:///{name}/directory.db", rate_limit="")
        directory = open_directory(settings)
        directory.prepare()
        if "guide" not in names:
            _visitors(browser, directory)
        with serving(SERVE, Path(name), rate_limit="") as served:
            token, _ = directory.tokens.create("anna", ["edit", "read_history"], 1)
            table = exporter_of(directory).export("csv")
            _guide(browser, f"http://127.0.0.1:{served.port}", token, table)


def _visitors(browser: Browser, directory: Directory) -> None:
    with serving_app(create_app(directory, now=lambda: EXAMPLES_AT)) as origin:
        for shot in COMPONENT:
            _component(browser, origin, shot)
        _readme(browser, origin)
    for moment, at in ARRIVALS.items():
        with serving_app(create_app(directory, now=partial(_same, at))) as origin:
            _arrivals(browser, origin, moment, at)
    for moment, at in MOMENTS.items():
        with serving_app(create_app(directory, now=partial(_same, at))) as origin:
            _answers(browser, origin, moment, at)


def _same(at: datetime) -> datetime:
    """A clock that stands still."""
    return at


def _arrivals(browser: Browser, origin: str, moment: str, at: datetime) -> None:
    """The first screen on arrival, in each of TAGS."""
    for size, columns, width in ((PHONE, 6, 240), (SMALL, 6, 240), (COMPUTER, 3, 480)):
        pictures = [
            _finder(browser, f"{origin}/?lang={tag}", at, None, viewport=size) for tag in TAGS
        ]
        name = f"arrival-{moment}-{size['width']}x{size['height']}"
        _sheet(browser, name, pictures, columns, width)


def _readme(browser: Browser, origin: str) -> None:
    """The picture of the README: an answer in English."""
    picture = _finder(browser, f"{origin}/?lang=en", EXAMPLES_AT, "1000", viewport=README)
    _keep(picture, "readme")


def _answers(browser: Browser, origin: str, moment: str, at: datetime) -> None:
    """The first screen for each of PLACES."""
    for lang, device, size, columns, width in (
        ("nl", "phone", PHONE, 3, 360),
        ("ar", "phone", PHONE, 3, 360),
        ("en", "desktop", DESKTOP, 2, 480),
    ):
        address = f"{origin}/?lang={lang}"
        pictures = [_finder(browser, address, at, place, viewport=size) for place in PLACES]
        _sheet(browser, f"answers-{lang}-{moment}-{device}", pictures, columns, width)


def _finder(
    browser: Browser, address: str, at: datetime, place: str | Geolocation | None, **options: Any
) -> bytes:
    """The first screen of the visitor's page, on arrival or after a search."""
    position = None if isinstance(place, str) else place
    context = browser.new_context(geolocation=position, permissions=["geolocation"], **options)
    context.clock.set_fixed_time(at)
    page = context.new_page()
    page.goto(address)
    if options.get("java_script_enabled", True):
        page.wait_for_selector(".search.enhanced")
    if position:
        page.click("[data-position]")
    elif place:
        page.fill("#postcode", str(place))
        page.press("#postcode", "Enter")
    if place:
        page.wait_for_selector(".search:not(.waiting) .origin.known")
        page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    picture = page.screenshot()
    context.close()
    return picture


def _sheet(
    browser: Browser, name: str, pictures: Sequence[bytes], columns: int, width: int
) -> None:
    images = "".join(
        f'<img src="data:image/png;base64,{b64encode(picture).decode()}">' for picture in pictures
    )
    page = browser.new_page(viewport={"width": columns * width + 8 * (columns - 1), "height": 600})
    page.set_content(
        SHEET.format(columns=f"repeat({columns}, {width}px)", width=width, images=images)
    )
    _take(page, name, full_page=True)
    page.close()


def _component(browser: Browser, origin: str, shot: Shot) -> None:
    direction = "rtl" if shot.lang == "ar" else "ltr"
    with serving_site(
        {"/": PARTNER.format(lang=shot.lang, direction=direction, origin=origin)}
    ) as site:
        page = browser.new_context(viewport=shot.size).new_page()
        page.clock.set_fixed_time(EXAMPLES_AT)
        page.goto(site.origin)
        _ask(page)
        _take(page, f"component-{shot.name}")
        page.context.close()


def _ask(page: Page) -> None:
    page.fill("nearest-centre input", POSTCODE)
    page.keyboard.press("Enter")
    page.wait_for_selector("nearest-centre article")


def _guide(browser: Browser, origin: str, token: str, table: bytes) -> None:
    """The eight pictures of docs/maintainers.md; `table` has the records, in CSV."""
    with person(browser, viewport=SIZE, java_script_enabled=False) as (context, _):
        page = context.new_page()
        page.goto(f"{origin}/admin/todo")
        page.get_by_label("Your token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{origin}/admin/todo")
        _take(page, "guide-todo")
        page.goto(f"{origin}/admin")
        _take(page, "guide-list")
        page.get_by_role("link", name="PAG-ASA").click()
        page.locator("#change-phones").wait_for()
        _take(page, "guide-record")
        page.locator("#change-phones > summary").click()
        page.locator("[name='phones.1.number']").fill("02 511 64 65")
        _take(page, "guide-form")
        phones = page.get_by_role("group", name="Phones", exact=True)
        phones.get_by_role("button", name="Preview the change").click()
        reason = page.get_by_label("Reason")
        reason.wait_for()
        _take(page, "guide-preview")
        reason.fill("new number, from a call with the centre")
        page.get_by_role("button", name="Save").last.click()
        page.goto(f"{origin}/admin/changes")
        _take(page, "guide-changes")
        page.goto(f"{origin}/admin/centres/pag-asa/confirm")
        _take(page, "guide-confirm")
        page.goto(f"{origin}/admin/upload")
        table = table.replace(b"@payoke.be", b"@payoke.example")
        page.locator("[name=file]").set_input_files(
            {"name": "centres.csv", "mimeType": "text/csv", "buffer": table}
        )
        page.get_by_role("button", name="Preview the import").click()
        page.locator("ol.history").first.wait_for()
        _take(page, "guide-import")


def _take(page: Page, name: str, *, full_page: bool = False) -> None:
    _keep(page.screenshot(full_page=full_page), name)


def _keep(picture: bytes, name: str) -> None:
    path = IMAGES / f"{name}.png"
    path.write_bytes(picture)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
