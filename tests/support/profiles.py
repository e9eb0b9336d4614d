"""Whole browsers with a profile in a folder, which they keep when they end."""

import base64
import http.client
import itertools
import json
import re
import secrets
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, FrameLocator, Locator, Page, Playwright

from tests.support.programs import require
from tests.support.servers import ending, eventually, start_in_session, started
from tests.support.visits import JOURNEYS, Visitor
from tests.support.webdriver import (
    Tab,
    WebDriverError,
    environment,
    firefox_process,
    screen_in_memory,
    set_preference,
)

WAIT_SECONDS = 90.0  # a bound for a busy machine
HERE = JOURNEYS["position"].lat + 0.00123, JOURNEYS["position"].lon + 0.00123


@dataclass(frozen=True)
class WholeBrowser:
    """A browser that runs, and who uses it."""

    process: subprocess.Popen[bytes]
    visitor: Visitor
    quit: Callable[[], object]


@dataclass
class InChromium:
    """A visitor in Chromium, by its debugging protocol."""

    context: BrowserContext
    page: Page | None = None
    inside: FrameLocator | None = None

    def _page(self) -> Page:
        assert self.page
        return self.page

    def _first(self, selector: str) -> Locator:
        where = self.inside or self._page()
        return where.locator(f"{selector}:visible").first

    def open(self, address: str) -> None:
        self.page, self.inside = self.context.new_page(), None
        self.page.goto(address)

    def frame(self) -> None:
        self.inside = self._page().frame_locator("iframe")

    def type(self, selector: str, text: str) -> None:
        self._first(selector).press_sequentially(text)

    def click(self, selector: str) -> None:
        self._first(selector).click(no_wait_after=True)

    def sees(self, selector: str) -> None:
        self._first(selector).wait_for(timeout=1000 * WAIT_SECONDS)

    def title(self, title: str) -> None:
        self._page().wait_for_function("title => document.title === title", arg=title)

    def send_plain(self, address: str, typed: str) -> None:
        self.page, self.inside = self.context.new_page(), None
        session = self.context.new_cdp_session(self.page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        self.page.goto(address)
        self.type("input#postcode", typed)
        self.click("button.main")

    def close(self) -> None:
        self._page().close()


@contextmanager
def chromium_profile(
    playwright: Playwright, folder: Path, proxy_port: int, private: bool
) -> Iterator[WholeBrowser]:
    """Debian's Chromium with all that a person has, with a profile in a folder. A private window is
    a profile off the record: with the option `--incognito`, the debugging protocol would still open
    its tabs in the other one.
    """
    chromium = str(require("chromium"))
    profile = folder / "profile"
    command = [
        chromium,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--password-store=basic",
        "--ignore-certificate-errors",
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        f"--user-data-dir={profile}",
        "--remote-debugging-port=0",
    ]
    with (folder / "chromium.log").open("wb") as written:
        process = start_in_session(command, environment(folder), written)
    with ending(process):
        port = profile / "DevToolsActivePort"
        eventually(60.0, lambda: port.exists() and "\n" in port.read_text())
        browser = playwright.chromium.connect_over_cdp(
            f"http://127.0.0.1:{port.read_text().split()[0]}"
        )
        context = browser.new_context() if private else browser.contexts[0]
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"latitude": HERE[0], "longitude": HERE[1]})
        protocol = browser.new_browser_cdp_session()
        # Playwright would take what is downloaded for itself.
        for which in protocol.send("Target.getBrowserContexts")["browserContextIds"] or [None]:
            of = {"browserContextId": which} if which else {}
            protocol.send("Browser.setDownloadBehavior", {"behavior": "default", **of})

        def quit_browser() -> None:
            if private:
                context.close()
            protocol.send("Browser.close")

        yield WholeBrowser(process, InChromium(context), quit_browser)
        with suppress(Error):  # it has ended
            browser.close()


@dataclass
class InFirefox:
    """A visitor in Firefox, by Marionette."""

    tab: Tab

    def open(self, address: str) -> None:
        made = self.tab.send("WebDriver:NewWindow", {"type": "tab", "focus": True})
        self.tab.send("WebDriver:SwitchToWindow", {"handle": made["handle"]})
        self.tab.open(address)

    def frame(self) -> None:
        self.tab.enter(0)

    def type(self, selector: str, text: str) -> None:
        self.tab.type(selector, text)

    def click(self, selector: str) -> None:
        self.tab.click(selector)

    def sees(self, selector: str) -> None:
        self.tab.wait_until(lambda: bool(self.tab.visible(selector)))

    def title(self, title: str) -> None:
        self.tab.wait_until(lambda: self.tab.title() == title)

    def send_plain(self, address: str, typed: str) -> None:
        set_preference(self.tab, "javascript.enabled", value=False)
        self.open(address)
        self.type("input#postcode", typed)
        self.click("button.main")
        self.sees(".origin.known")
        set_preference(self.tab, "javascript.enabled", value=True)

    def close(self) -> None:
        left = self.tab.send("WebDriver:CloseWindow", {})
        self.tab.send("WebDriver:SwitchToWindow", {"handle": left[0]})


@contextmanager
def firefox_profile(
    folder: Path, proxy_port: int, positions: str, private: bool
) -> Iterator[WholeBrowser]:
    """Firefox with the settings that people have, except that it writes the open tabs after a
    second, not 15, and asks `positions` for its position without a question.
    """
    settings: dict[str, bool | int | str] = {
        "remote.prefs.recommended": False,
        "browser.sessionstore.interval": 1000,
        "browser.privatebrowsing.autostart": private,
        "datareporting.policy.dataSubmissionEnabled": False,
        "permissions.default.geo": 1,
        "geo.prompt.testing": True,
        "geo.prompt.testing.allow": True,
        "geo.provider.use_geoclue": False,
        "geo.provider.network.url": f"{positions}/",
    }
    with firefox_process(folder, proxy_port, settings) as (process, tab):

        def quit_browser() -> None:
            with suppress(WebDriverError):
                tab.send("Marionette:Quit", {"flags": ["eAttemptQuit"]})

        yield WholeBrowser(process, InFirefox(tab), quit_browser)


# What `document.querySelector` would find, also in shadow trees, if it is visible.
_FIRST = """(() => {
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const first = all(document).find(
    (e) => e.matches(%s) && e.checkVisibility({ visibilityProperty: true }));
  if (!first) return false;
  %s
  return true;
})()"""
_TYPE = """first.focus(); document.execCommand("insertText", false, %s);"""


class _LeftError(Exception):
    """The page that was asked is not there any more."""


class _Socket:
    """A connection to one page of WebKit's inspector (WebSocket, RFC 6455)."""

    def __init__(self, port: int, path: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        headers = f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        headers += f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
        self._answers = self._socket.makefile("rb")
        while self._answers.readline() != b"\r\n":
            pass
        self._numbers = itertools.count(1)
        self._target = ""
        self._contexts: list[int] = []
        self._in_frame = False

    def close(self) -> None:
        """Close the connection."""
        self._answers.close()
        self._socket.close()

    def _send(self, message: Any) -> None:
        written = json.dumps(message).encode()
        # A mask of zeros leaves the bytes as they are.
        head = struct.pack(">BBH", 0x81, 0x80 | 126, len(written)) + bytes(4)
        self._socket.sendall(head + written)

    def _message(self) -> Any:
        _, size = self._answers.read(2)
        if size == 126:
            (size,) = struct.unpack(">H", self._answers.read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self._answers.read(8))
        message = json.loads(self._answers.read(size))
        parameters = message.get("params", {})
        match message.get("method"):
            case "Target.targetCreated" if not parameters["targetInfo"].get("isProvisional"):
                self._target = parameters["targetInfo"]["targetId"]
            case "Target.didCommitProvisionalTarget":
                self._target = parameters["newTargetId"]
            case "Target.dispatchMessageFromTarget":
                message = json.loads(parameters["message"])
                if message.get("method") == "Runtime.executionContextCreated":
                    self._contexts.append(message["params"]["context"]["id"])
        return message

    def ask(self, method: str, parameters: Any) -> Any:
        """The result of a command to the page."""
        while not self._target:
            self._message()
        number = next(self._numbers)
        inner = json.dumps({"id": number, "method": method, "params": parameters})
        sent = {"targetId": self._target, "message": inner}
        command = {"method": "Target.sendMessageToTarget", "params": sent}
        self._send({"id": next(self._numbers), **command})
        asked = self._target
        while (message := self._message()).get("id") != number or "result" not in message:
            if "error" in message or self._target != asked:
                raise _LeftError(message)
        return message["result"]

    def evaluate(self, script: str) -> Any:
        """The value of an expression; of a frame after `enter`."""
        # A frame has a new context with each page that it loads.
        where = {"contextId": self._contexts[-1]} if self._in_frame else {}
        options = {"returnByValue": True, "emulateUserGesture": True, **where}
        result = self.ask("Runtime.evaluate", {"expression": script, **options})
        if result["wasThrown"]:
            raise _LeftError(result["result"])
        return result["result"].get("value")

    def enter(self) -> None:
        """Ask the last frame of the page from now on."""
        self.ask("Runtime.enable", {})
        self.evaluate("1")
        self._in_frame = True


@dataclass
class InWebKit:
    """A visitor in MiniBrowser, by WebKit's inspector: with WebDriver it would keep nothing.

    Its tabs are open from the start.
    """

    sockets: list[_Socket]

    def _do(self, selector: str, script: str) -> bool:
        with suppress(_LeftError):
            return bool(self.sockets[-1].evaluate(_FIRST % (json.dumps(selector), script)))
        return False

    def open(self, address: str) -> None:
        self.sockets.insert(0, self.sockets.pop())
        with suppress(_LeftError):
            self.sockets[-1].evaluate(f"void location.replace({json.dumps(address)})")

    def frame(self) -> None:
        self.sees("iframe")
        self.sockets[-1].enter()

    def type(self, selector: str, text: str) -> None:
        eventually(WAIT_SECONDS, lambda: self._do(selector, _TYPE % json.dumps(text)))

    def click(self, selector: str) -> None:
        eventually(WAIT_SECONDS, lambda: self._do(selector, "setTimeout(() => first.click())"))

    def sees(self, selector: str) -> None:
        eventually(WAIT_SECONDS, lambda: self._do(selector, ""))

    def title(self, title: str) -> None:
        def shown() -> bool:
            with suppress(_LeftError):
                return bool(self.sockets[-1].evaluate("document.title") == title)
            return False

        eventually(WAIT_SECONDS, shown)

    def send_plain(self, address: str, typed: str) -> None:
        """The form is sent as without scripts; the page that answers may run its own."""
        self.open(address)
        self.sees(".search.enhanced")
        self.type("input#postcode", typed)
        self._do("form.search-form", "setTimeout(() => first.submit())")

    def close(self) -> None:
        self.sockets[-1].evaluate("void close()")


@contextmanager
def webkit_profile(
    folder: Path, proxy_port: int, tabs: int, private: bool
) -> Iterator[WholeBrowser]:
    """WebKit in MiniBrowser with so many tabs, in a window on a screen in memory. It has no history
    and no list of open tabs of its own.
    """
    program = str(next(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser")))
    profile = folder / "profile"
    profile.mkdir()
    screen = folder / "screen"
    screen.mkdir()

    def start(port: int) -> subprocess.Popen[bytes]:
        environ = environment(profile)
        environ |= {"DISPLAY": display, "WEBKIT_INSPECTOR_HTTP_SERVER": f"127.0.0.1:{port}"}
        command = [program, f"--proxy=http://127.0.0.1:{proxy_port}", "--ignore-tls-errors"]
        command += ["--ignore-host", "127.0.0.1", "--ignore-host", "localhost"]
        command += [*(["--private"] if private else []), *(["about:blank"] * tabs)]
        with (folder / "webkit.log").open("wb") as written:
            return start_in_session(command, environ, written)

    def pages(port: int) -> list[str]:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            with closing(connection):
                connection.request("GET", "/")
                listed = connection.getresponse().read().decode()
            return sorted(set(re.findall(r"/socket/\d+/\d+/WebPage", listed)))
        return []

    with screen_in_memory(screen) as display:
        process, port = started(start, lambda _, port: len(pages(port)) == tabs)
        with ending(process), ExitStack() as opened:
            connected = [_Socket(port, path) for path in pages(port)]
            for each in connected:
                opened.callback(each.close)
            yield WholeBrowser(process, InWebKit(connected), process.terminate)
