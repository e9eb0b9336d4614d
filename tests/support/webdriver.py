"""Debian's Firefox and WebKit, controlled by the commands of WebDriver.

Debian has no geckodriver, so Firefox receives the commands through Marionette, the protocol that
geckodriver translates them to. WebKit receives them by HTTP from WebKitWebDriver. The commands are
the same (https://www.w3.org/TR/webdriver2/), so one test runs in both. Playwright needs builds of
its own for these engines.
"""

import http.client
import itertools
import json
import os
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

from tests.support.browser import running
from tests.support.programs import require
from tests.support.servers import ending, eventually, start_in_session, started

# Bounds for a busy machine.
COMMAND_SECONDS = 120.0
LOAD_SECONDS = 60.0
WAIT_SECONDS = 30.0

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's id, from the standard

# The capabilities of every session.
SESSION = {"acceptInsecureCerts": True, "timeouts": {"pageLoad": int(LOAD_SECONDS * 1000)}}

# Each command by its name in Marionette, with its method and path in HTTP.
COMMANDS = {
    "WebDriver:NewSession": ("POST", "/session"),
    "WebDriver:DeleteSession": ("DELETE", "/session/{session}"),
    "WebDriver:Navigate": ("POST", "/session/{session}/url"),
    "WebDriver:GetCurrentURL": ("GET", "/session/{session}/url"),
    "WebDriver:GetTitle": ("GET", "/session/{session}/title"),
    "WebDriver:Back": ("POST", "/session/{session}/back"),
    "WebDriver:SwitchToFrame": ("POST", "/session/{session}/frame"),
    "WebDriver:SetWindowRect": ("POST", "/session/{session}/window/rect"),
    "WebDriver:ExecuteScript": ("POST", "/session/{session}/execute/sync"),
    "WebDriver:ElementClick": ("POST", "/session/{session}/element/{id}/click"),
    "WebDriver:ElementClear": ("POST", "/session/{session}/element/{id}/clear"),
    "WebDriver:ElementSendKeys": ("POST", "/session/{session}/element/{id}/value"),
}

# The visible elements of the page and its shadow trees, in the order of the document.
VISIBLE = """
const all = (root) =>
  [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
return all(document)
  .filter((e) => e.matches(arguments[0]) && e.checkVisibility({ visibilityProperty: true }))
  .map((e) => ({ element: e, text: e.textContent.trim(), href: e.getAttribute("href") }));
"""


class WebDriverError(Exception):
    """A command failed; the message begins with the standard's name of the error."""


class SessionGone(WebDriverError):
    """The browser has crashed or was ended: no command reaches the session any more."""


def _error(answer: Mapping[str, str]) -> WebDriverError:
    name = answer["error"]
    kind = SessionGone if name == "invalid session id" else WebDriverError
    return kind(f"{name}: {answer['message']}")


@dataclass(frozen=True)
class Visible:
    """An element that can be seen."""

    id: str
    text: str
    href: str | None


@dataclass(frozen=True)
class Tab:
    """A tab of a browser. `send` takes the name of a command and its parameters."""

    send: Callable[[str, dict[str, Any]], Any]

    def open(self, url: str) -> None:
        """Open a page; returns when it is loaded."""
        self.send("WebDriver:Navigate", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in JavaScript, when its promise is kept."""
        script = f"return ({expression})"
        return self.send("WebDriver:ExecuteScript", {"script": script, "args": []})

    def resize(self, width: int, height: int) -> None:
        """Make the window so large in pixels, or as small as the browser allows."""
        self.send("WebDriver:SetWindowRect", {"width": width, "height": height})

    def enter(self, frame: int | None) -> None:
        """From here on, commands are for a frame of the page; with None for the page itself."""
        self.send("WebDriver:SwitchToFrame", {"id": frame})

    def back(self) -> None:
        """Press Back."""
        self.send("WebDriver:Back", {})

    def url(self) -> str:
        """The address of the page."""
        return str(self.send("WebDriver:GetCurrentURL", {}))

    def title(self) -> str:
        """The title of the page."""
        return str(self.send("WebDriver:GetTitle", {}))

    def visible(self, selector: str) -> list[Visible]:
        """The visible elements that match, also in shadow trees. The browser runs the script of
        this command even if pages may run none.
        """
        elements = self.send("WebDriver:ExecuteScript", {"script": VISIBLE, "args": [selector]})
        return [Visible(e["element"][ELEMENT], e["text"], e["href"]) for e in elements]

    def click(self, selector: str, text: str | None = None) -> None:
        """Click the first that is visible and has this text."""
        self._send_to_first("WebDriver:ElementClick", selector, text)

    def type(self, selector: str, typed: str) -> None:
        """Empty the first field that is visible, and type into it."""
        self._send_to_first("WebDriver:ElementClear", selector)
        self._send_to_first("WebDriver:ElementSendKeys", selector, typed=typed)

    def _send_to_first(
        self, command: str, selector: str, text: str | None = None, typed: str | None = None
    ) -> None:
        parameters = {} if typed is None else {"text": typed}

        def sent() -> bool:
            matches = [e for e in self.visible(selector) if text in (None, e.text)]
            for element in matches[:1]:
                self.send(command, {"id": element.id, **parameters})
            return bool(matches)

        self.wait_until(sent)

    def wait_until(self, happens: Callable[[], bool]) -> None:
        """Ask until it happens. A command that fails because the page is changing is sent again."""
        failures: list[WebDriverError] = []

        def without_error() -> bool:
            try:
                return happens()
            except SessionGone:
                raise
            except WebDriverError as error:
                failures.append(error)
                return False

        try:
            eventually(WAIT_SECONDS, without_error)
        except AssertionError as error:
            raise AssertionError(f"{error}; {failures[-1:]}") from None


class Browser:
    """A browser for many tests: after a crash the next command starts a new process.

    `run` is `firefox` or `webkit`; each process has a folder of its own below `folder`.
    """

    def __init__(
        self, run: Callable[[Path, int], AbstractContextManager[Tab]], folder: Path, proxy_port: int
    ) -> None:
        self.tab = Tab(self._send)
        self._run, self._folder, self._proxy_port = run, folder, proxy_port
        self._numbers = itertools.count(1)
        self._process = ExitStack()
        self._current: Tab | None = None

    def end(self) -> None:
        """End the process, if one runs."""
        self._current = None
        self._process.close()

    def _send(self, command: str, parameters: dict[str, Any]) -> Any:
        if self._current is None:
            self._process_folder = self._folder / str(next(self._numbers))
            self._process_folder.mkdir()
            started_tab = self._run(self._process_folder, self._proxy_port)
            self._current = self._process.enter_context(started_tab)
        try:
            return self._current.send(command, parameters)
        except WebDriverError as error:
            if not self._is_gone(error):
                raise
            self.end()
            logs = [path.read_text(errors="replace") for path in self._process_folder.glob("*.log")]
            raise SessionGone("\n".join([f"{command}: {error}", *logs])) from error

    def _is_gone(self, error: WebDriverError) -> bool:
        if isinstance(error, SessionGone):
            return True
        # To the command during which WebKit crashes, its driver answers with "unknown error"; to
        # the next one, that there is no session.
        if self._current and str(error).startswith("unknown error"):
            try:
                self._current.title()
            except SessionGone:
                return True
            except WebDriverError:
                return False
        return False


@contextmanager
def firefox(folder: Path, proxy_port: int) -> Iterator[Tab]:
    """Firefox with a new profile in `folder`, without a window."""
    with firefox_process(folder, proxy_port, {}) as (_, tab):
        yield tab


@contextmanager
def firefox_process(
    folder: Path, proxy_port: int, more: Mapping[str, bool | int | str]
) -> Iterator[tuple[subprocess.Popen[bytes], Tab]]:
    """The same with further settings, and its process."""
    path = require("firefox-esr")
    log = folder / "firefox.log"
    sockets: list[socket.socket] = []

    def start(port: int) -> subprocess.Popen[bytes]:
        profile = folder / f"profile-{port}"
        profile.mkdir()
        settings = {
            "marionette.port": port,
            "browser.startup.page": 0,
            "services.settings.server": "http://127.0.0.1:9/v1",  # updates of lists that it uses
            "browser.aboutwelcome.enabled": False,
            **more,
        }
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(settings[key])});" for key in settings]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [str(path), "--headless", "--marionette", "--profile", str(profile)]
        command.append("--remote-allow-system-access")  # to change a setting while it runs
        with log.open("wb") as written:
            return start_in_session(command, environment(folder), written)

    def ready(_: subprocess.Popen[bytes], port: int) -> bool:
        with suppress(OSError):
            sockets.append(socket.create_connection(("127.0.0.1", port), COMMAND_SECONDS))
        return bool(sockets)

    process, _ = started(start, ready, log.read_text)
    with ending(process), sockets[0] as connection, connection.makefile("rb") as answers:
        _marionette_message(answers)  # the greeting
        numbers = itertools.count(1)

        def send(command: str, parameters: dict[str, Any]) -> Any:
            sent = json.dumps([0, next(numbers), command, parameters]).encode()
            try:
                connection.sendall(b"%d:%s" % (len(sent), sent))
                _, _, error, result = _marionette_message(answers)
            except ConnectionError as closed:
                raise SessionGone(str(closed)) from closed
            if error:
                raise _error(error)
            # A result that is no object is wrapped, except elements of a list.
            return result["value"] if isinstance(result, dict) and "value" in result else result

        address = f"127.0.0.1:{proxy_port}"
        proxy = {"proxyType": "manual", "httpProxy": address, "sslProxy": address}
        send("WebDriver:NewSession", {**SESSION, "proxy": proxy})
        yield process, Tab(send)


@contextmanager
def firefox_without_javascript(tab: Tab) -> Iterator[None]:
    """In the block, pages that Firefox opens run no scripts."""
    name = "javascript.enabled"
    set_preference(tab, name, value=False)
    yield
    set_preference(tab, name, value=True)


def set_preference(tab: Tab, name: str, *, value: bool) -> None:
    """Change a setting of Firefox while it runs."""
    tab.send("Marionette:SetContext", {"value": "chrome"})
    script = "Services.prefs.setBoolPref(...arguments)"
    tab.send("WebDriver:ExecuteScript", {"script": script, "args": [name, value]})
    tab.send("Marionette:SetContext", {"value": "content"})


def _marionette_message(answers: IO[bytes]) -> Any:
    """Read one message: the number of its bytes, a colon, and JSON."""
    digits = b""
    while (byte := answers.read(1)) != b":":
        if not byte:
            raise SessionGone("Firefox has closed the connection")
        digits += byte
    return json.loads(answers.read(int(digits)))


@contextmanager
def webkit(folder: Path, proxy_port: int) -> Iterator[Tab]:
    """WebKit in MiniBrowser, in a window on a screen in memory."""
    driver = require("WebKitWebDriver")
    # The libraries of WebKit, which the driver depends on, contain the browser.
    browser = str(next(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser")))
    log = folder / "webkit.log"
    with screen_in_memory(folder) as display, log.open("wb") as written:
        environ = {**environment(folder), "DISPLAY": display}

        def start(port: int) -> subprocess.Popen[bytes]:
            return start_in_session([str(driver), f"--port={port}"], environ, written)

        def ready(_: subprocess.Popen[bytes], port: int) -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return True
            return False

        process, port = started(start, ready, log.read_text)
        with ending(process):
            names: dict[str, str] = {}

            def send(command: str, parameters: dict[str, Any]) -> Any:
                method, path = COMMANDS[command]
                address = path.format(**names, **parameters)
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=COMMAND_SECONDS)
                body = json.dumps(parameters) if method == "POST" else None
                try:
                    connection.request(method, address, body, {"Content-Type": "application/json"})
                    result = json.loads(connection.getresponse().read())["value"]
                except ConnectionError as closed:
                    raise SessionGone(str(closed)) from closed
                finally:
                    connection.close()
                if isinstance(result, dict) and "error" in result:
                    raise _error(result)
                return result

            # Not as a capability: WebKitWebDriver speaks https to a proxy that is named `sslProxy`.
            proxy = ["--proxy", f"http://127.0.0.1:{proxy_port}"]
            local = ["--ignore-host", "127.0.0.1", "--ignore-host", "localhost"]
            options = {"binary": browser, "args": ["--automation", *proxy, *local]}
            required = {**SESSION, "webkitgtk:browserOptions": options}
            session = send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": required}})
            names["session"] = session["sessionId"]
            yield Tab(send)
            with suppress(SessionGone):
                send("WebDriver:DeleteSession", {})


@contextmanager
def screen_in_memory(folder: Path) -> Iterator[str]:
    """The name of an X display without hardware."""
    require("WebKitWebDriver")
    screen = str(require("Xvfb"))
    name = folder / "display"
    command = [screen, "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1280x900x24"]
    with name.open("wb") as written, (folder / "xvfb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=written, stderr=log, start_new_session=True)
    with ending(process):
        eventually(WAIT_SECONDS, lambda: name.read_text().endswith("\n"))
        yield f":{name.read_text().strip()}"


def environment(folder: Path) -> dict[str, str]:
    """What a browser writes goes into `folder`, and it asks no other program of the desktop."""
    return {
        **os.environ,
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
    }


@dataclass
class OtherSites:
    """A proxy that answers for every site but loopback. `hosts` are those that were asked for."""

    port: int = 0
    hosts: list[str] = field(default_factory=list)


@contextmanager
def serving_other_sites(folder: Path) -> Iterator[OtherSites]:
    """A proxy whose page of every site has the title "Elsewhere"; its certificate is not valid."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(require("openssl"), "req", "-x509", "-batch", "-subj", "/CN=elsewhere"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    sites = OtherSites()

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            sites.hosts.append(self.path)
            self.send_response(200)
            self.end_headers()
            # A browser may close a connection that it opened in advance.
            with (
                suppress(OSError),
                context.wrap_socket(self.connection, server_side=True) as encrypted,
            ):
                # The handler closes both at its end.
                self.rfile = encrypted.makefile("rb")
                self.wfile = encrypted.makefile("wb")
                self.handle_one_request()

        def do_GET(self) -> None:
            body = b"<!doctype html><title>Elsewhere</title><p>Elsewhere"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Only `hosts` is of interest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sites.port = server.server_port
    with running(server):
        yield sites
