"""Takes the screenshots of the guides: run `python -m tools.screenshots` after page changes."""

from base64 import b64encode
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.browser import chromium, person, serving_site
from tests.support.servers import ROOT, SERVE, serving

IMAGES = ROOT / "docs/images"
SIZE = {"width": 1000, "height": 760}


PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
POSTCODE = "2000"
PARTNER = """<!doctype html><html lang="{lang}" dir="{direction}"><meta charset="utf-8">
<title>Partner</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<body style="font-family: sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem">
<script type="module" src="{origin}/embed/nearest-centre.js"></script>
<nearest-centre lang="{lang}"></nearest-centre>"""


Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
TAGS = ("nl", "fr", "en", "ar")
# Four pictures of the visitor's page side by side, or two by two and smaller.
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


def main() -> None:
    """Start a server with a database of its own; capture the maintainers' pages, the visitors'
    pages and the component on a partner's page.
    """
    IMAGES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as name,
        serving(SERVE, Path(name), rate_limit="") as served,
        chromium(with_windows=True) as browser,
    ):
        origin = f"http://127.0.0.1:{served.port}"
        for lang, scheme in product(TAGS, SCHEMES):
            for device, size in (("phone", PHONE), ("desktop", DESKTOP)):
                pictures = [
                    _finder(browser, f"{origin}/?lang={lang}", size, scheme, scripted, searched)
                    for scripted, searched in product((True, False), (False, True))
                ]
                _sheet(browser, f"finder-{lang}-{scheme}-{device}", size, pictures)
        for shot in COMPONENT:
            _component(browser, origin, shot)
        directory = open_directory(Settings(database_url=f"sqlite:///{name}/directory.db"))
        token, _ = directory.tokens.create("anna", ["edit", "read-history"], 1)
        _admin(browser, origin, token)


def _finder(
    browser: Browser,
    address: str,
    size: ViewportSize,
    scheme: Scheme,
    scripted: bool,
    searched: bool,
) -> bytes:
    """The first screen of the visitor's page, on arrival or after a search."""
    context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripted)
    page = context.new_page()
    page.goto(address)
    if scripted:
        page.wait_for_selector(".search.enhanced")
    if searched:
        page.fill("#postcode", POSTCODE)
        page.press("#postcode", "Enter")
        page.wait_for_selector(".origin.known")
    picture = page.screenshot()
    context.close()
    return picture


def _sheet(browser: Browser, name: str, size: ViewportSize, pictures: list[bytes]) -> None:
    is_wide = size["width"] > 1000
    width = 380 if is_wide else size["width"]
    columns = 2 if is_wide else 4
    images = "".join(
        f'<img src="data:image/png;base64,{b64encode(picture).decode()}">' for picture in pictures
    )
    page = browser.new_page(viewport={"width": columns * width + 8 * (columns - 1), "height": 600})
    page.set_content(
        SHEET.format(columns=f"repeat({columns}, {width}px)", width=width, images=images)
    )
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True)
    page.close()


def _component(browser: Browser, origin: str, shot: Shot) -> None:
    direction = "rtl" if shot.lang == "ar" else "ltr"
    with serving_site(
        {"/": PARTNER.format(lang=shot.lang, direction=direction, origin=origin)}
    ) as site:
        page = browser.new_context(viewport=shot.size).new_page()
        page.goto(site.origin)
        _ask(page)
        _take(page, f"component-{shot.name}")
        page.context.close()


def _ask(page: Page) -> None:
    page.fill("nearest-centre input", POSTCODE)
    page.keyboard.press("Enter")
    page.wait_for_selector("nearest-centre article")


def _admin(browser: Browser, origin: str, token: str) -> None:
    with person(browser, viewport=SIZE, java_script_enabled=False) as (context, _):
        page = context.new_page()
        page.goto(f"{origin}/admin")
        page.get_by_label("Your token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        _take(page, "admin-list")
        page.get_by_role("link", name="PAG-ASA").click()
        page.get_by_role("link", name="Edit").click()
        page.locator("[name='phones.1.number']").fill("+3225116465")
        page.locator("[name='phones.1.display']").fill("+32 2 511 64 65")
        page.locator("[name='phones.1.number']").scroll_into_view_if_needed()
        _take(page, "admin-form")
        page.get_by_role("button", name="Preview changes").last.click()
        page.get_by_label("Reason").fill("new number, from a call with the centre")
        _take(page, "admin-diff")
        page.get_by_role("button", name="Save").last.click()
        page.get_by_role("link", name="History").click()
        _take(page, "admin-history")


def _take(page: Page, name: str) -> None:
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
