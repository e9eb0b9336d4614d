"""A server over the shipped records, and maintainers who sign in to it in Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.servers import SERVE, Served, serving


@dataclass
class Trial:
    """A running server, and the secret of a maintainer who may change its records."""

    served: Served
    secret: str
    asked: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where it runs."""
        return f"http://127.0.0.1:{self.served.port}"

    def number(self) -> str:
        """What the public is told to call."""
        phones = self.served.ask("/v1/centres/pag-asa").json()["phones"]
        return str(phones[0]["number"])

    def page(self, browser: Browser, *, scripts: bool = True, **options: object) -> Page:
        """A page of a new visitor; every address that it asks for is noted."""
        context: BrowserContext = browser.new_context(java_script_enabled=scripts, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(15_000)

        def note(request: Request) -> None:
            self.asked.append(request.url)

        page.on("request", note)
        return page

    def sign_in(self, page: Page) -> None:
        """As a person does."""
        page.goto(f"{self.origin}/admin")
        page.get_by_label("Your token").fill(self.secret)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Centres and helplines")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A server over the shipped records."""
    folder = tmp_path_factory.mktemp("admin")
    directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
    directory.prepare()
    secret, _ = directory.tokens.create("anna", ["read_history", "edit", "approve"], 30)
    with serving(SERVE, folder, rate_limit="") as served:
        yield Trial(served, secret)
