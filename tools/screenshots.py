"""Take the screenshots of docs/maintainers.md: `python -m tools.screenshots`, after the pages have changed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.chromium import chromium, person
from tests.serving import ROOT, SERVE, serving

IMAGES = ROOT / "docs/images"
SIZE = {"width": 1000, "height": 760}


def main() -> None:
    """A directory of its own, one change, four pages."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name, serving(SERVE, Path(name), rate_limit="") as served:
        directory = open_directory(Settings(database_url=f"sqlite:///{name}/directory.db"))
        token, _ = directory.tokens.create("anna", ["edit", "read-history"], 1)
        with chromium() as browser, person(browser, viewport=SIZE, java_script_enabled=False) as (context, _):
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{served.port}/admin")
            page.get_by_label("Your token").fill(token)
            page.get_by_role("button", name="Sign in").click()
            _take(page, "list")
            page.get_by_role("link", name="PAG-ASA").click()
            page.get_by_role("link", name="Edit").click()
            page.locator("[name='phones.1.number']").fill("+3225116465")
            page.locator("[name='phones.1.display']").fill("+32 2 511 64 65")
            page.locator("[name='phones.1.number']").scroll_into_view_if_needed()
            _take(page, "form")
            page.get_by_role("button", name="Look at the change").last.click()
            page.get_by_label("Why?").fill("new number, told by the centre on the phone")
            _take(page, "diff")
            page.get_by_role("button", name="Save").last.click()
            page.get_by_role("link", name="History").click()
            _take(page, "history")


def _take(page: Page, name: str) -> None:
    path = IMAGES / f"admin-{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
