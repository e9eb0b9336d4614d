"""Debian's Chromium, and small sites on this machine for it to open."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.programs import found, require

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# axe-core, as a package of the tests carries it (MPL 2.0).
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

# No sandbox, since tests run as root in a container; and nothing that asks the network by itself.
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    # One process less, which would draw for all pages without a graphics card.
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process for the pages of all profiles: a new one takes a sixth of what a profile takes.
    "--renderer-process-limit=1",
)


@contextlib.contextmanager
def chromium(*, with_windows: bool = False) -> Iterator[Browser]:
    """A browser with a Playwright of its own, until the block ends."""
    with sync_playwright() as running, launched(running, with_windows=with_windows) as opened:
        yield opened


@contextlib.contextmanager
def launched(playwright: Playwright, *, with_windows: bool = False) -> Iterator[Browser]:
    """A browser, until the block ends: Chromium's engine in its shell without windows, where that
    is installed, or with `with_windows` the browser that people use.

    A profile with an empty page took 0.17 s of the processor in the shell, 0.77 s in the browser.
    """
    shell = None if with_windows else found("chromium-headless-shell")
    path = shell or require("chromium")
    browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def person(browser: Browser, **options: Any) -> Iterator[tuple[BrowserContext, list[Request]]]:
    """A fresh profile, and every request that it sends."""
    context = browser.new_context(**options)
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    # Playwright marks the function that it is given, so it has to be one of ours.
    context.on("request", note)
    try:
        yield context, asked
    finally:
        context.close()


def leave_by_shift(page: Page) -> None:
    """Press Shift three times; the third leaves the page.

    The last key is not released: in a frame no page may be left to answer, and the driver would
    wait forever.
    """
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.down("Shift")


def axe_violations(page: Page) -> list[str]:
    """Return what axe-core finds in a page by the rules that are on by default, as rule, place and
    explanation.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    # No rule that is on by default needs the style sheets, which axe would load again.
    options = {"resultTypes": ["violations"], "preload": False}
    violations = page.evaluate(
        "options => axe.run(document, options).then((results) => results.violations)", options
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


# The words whose colour is too near to the one behind them (WCAG 2.2, 1.4.3).
_FAINT = """() => {
  const rgb = (text) => text.match(/[0-9.]+/g).map(Number);
  const light = (colour) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const isText = (node) => node.nodeType === 3 && node.textContent.trim();
    const own = [...element.childNodes].some(isText);
    if (!own || !element.checkVisibility()) continue;
    const colour = rgb(getComputedStyle(element).color).slice(0, 3);
    const [a, b] = [light(colour), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const text = element.textContent.trim().slice(0, 40);
    if (contrast < 4.5) faint.push(`${element.tagName} ${text} ${contrast}`);
  }
  return faint;
}"""


def faint_texts(page: Page) -> list[str]:
    """Return the texts with a contrast below 4.5:1.

    This is quicker than axe-core's rule, which also knows gradients, opacity and overlapping
    elements; the pages have none.
    """
    texts: list[str] = page.evaluate(_FAINT)
    return texts


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are the browser's to tell."""


@contextlib.contextmanager
def serving_app(app: "WSGIApplication") -> Iterator[str]:
    """The app on a port of its own; its origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    with running(server):
        yield f"http://127.0.0.1:{server.port}"


@dataclass
class Site:
    """A site of files; `pages` holds bodies by path, `headers` go with each.

    What was asked for is in `asked`, with which headers (by small names) in `told`.
    """

    pages: dict[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[Mapping[str, str]] = field(default_factory=list)
    port: int = 0
    stop: Callable[[], None] = lambda: None

    @property
    def origin(self) -> str:
        """By this name it is another site than the app, not only another port."""
        return f"http://localhost:{self.port}"


@contextlib.contextmanager
def serving_site(
    pages: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A site on a port of its own, until the block ends."""
    site = Site(dict(pages), headers or {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.told.append({name.lower(): value for name, value in self.headers.items()})
            body = site.pages.get(self.path.partition("?")[0])
            self.send_response(200 if body is not None else 404)
            kind = "application/json" if (body or "").startswith("{") else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(
                ConnectionError
            ):  # a browser that has left does not wait for the rest
                self.wfile.write((body or "").encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are the browser's to tell."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    with running(server) as site.stop:
        yield site


@contextlib.contextmanager
def running(server: Any) -> Iterator[Callable[[], None]]:
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()

    def stop() -> None:
        if thread.is_alive():
            server.shutdown()
            thread.join()
            server.server_close()

    yield stop
    stop()


@dataclass
class Heard:
    """Everything that a page gave away: its requests, its console, and its errors."""

    requests: list[Request] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Heard":
        """Listen to a page from now on."""
        heard = cls()
        page.on("request", heard._note)
        page.on("console", lambda message: heard.console.append(message.text))
        page.on("pageerror", lambda error: heard.console.append(str(error)))
        return heard

    def _note(self, request: Request) -> None:
        """Playwright takes no built-in function."""
        self.requests.append(request)
