"""A link is opened in Chromium, with and without JavaScript: its code is in no address that is
sent, and not in the history.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Request, expect

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.desk.own_confirmation.links import Links
from directory_api.record.token import TOKEN, Actor
from tests.support.browser import axe_violations
from tests.support.servers import SERVE, Served, serving

SIZES = [(360, 800), (1280, 900)]


@dataclass
class Trial:
    """A running server, and its directory, in which a maintainer makes links."""

    served: Served
    directory: Directory
    maker: Actor

    @property
    def origin(self) -> str:
        """Where it runs."""
        return f"http://127.0.0.1:{self.served.port}"

    def code(self, identity: str) -> str:
        """The code of a new link for a centre."""
        code, _ = Links(self.directory).make(self.maker, "centre", identity, 14)
        return code


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A server over the shipped records."""
    folder = tmp_path_factory.mktemp("links")
    directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
    directory.prepare()
    _, token = directory.tokens.create("anna", ["edit"], 30)
    with serving(SERVE, folder, rate_limit="") as served:
        yield Trial(served, directory, Actor(f"{TOKEN}{token.id}", "anna", ("edit",)))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_centre_confirms_and_the_code_stays_out_of_every_address(
    browser: Browser, trial: Trial, scripts: bool
) -> None:
    """Without scripts the whole link is pasted. Neither the history nor the log has the code."""
    identity = "surya" if scripts else "payoke"
    code = trial.code(identity)
    address = f"{trial.origin}/confirm?lang=fr#{code}"
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(f"{request.url} {request.headers.get('referer', '')}")

    page.on("request", note)
    page.goto(address)
    if not scripts:
        page.get_by_label("Le lien du message").fill(address)
        page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("sont-elles exactes")
    assert page.url == f"{trial.origin}/confirm"
    page.get_by_role("button", name="Tout est exact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci")
    if scripts:
        history = page.evaluate("navigation.entries().map((entry) => entry.url)")
        assert f"{trial.origin}/confirm" in history
        assert [url for url in history if code in (url or "")] == []
    context.close()
    assert f"{trial.origin}/confirm " in asked
    assert [each for each in asked if code in each] == []
    assert code not in trial.served.logged()
    assert trial.served.ask(f"/v1/centres/{identity}").json()["verified"]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_at_each_size(
    browser: Browser, trial: Trial, width: int, height: int, scheme: str
) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of its words
    )
    page = context.new_page()
    code = trial.code("pag-asa")
    page.goto(f"{trial.origin}/confirm?lang=de#{code}")
    page.get_by_role("button", name="Etwas ist anders").click()
    for step in ("write", "start", "ended"):
        if step == "start":
            page.goto(f"{trial.origin}/confirm?lang=de")
        elif step == "ended":
            page.goto(f"{trial.origin}/confirm?lang=de#{code[:-3]}")
        heading = "funktioniert nicht" if step == "ended" else ""
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step
        assert axe_violations(page) == [], step
    context.close()
