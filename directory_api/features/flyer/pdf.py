"""PDF of flyers, printed by a Chromium that is installed on this machine.

One process prints all of them. It is controlled by the DevTools protocol over two pipes (JSON, each
message with a zero byte at its end: https://chromedevtools.github.io/devtools-protocol/). It gets
the HTML itself, runs no script of it, has no address to load, and no name of a host is resolved.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from typing import Any

# Debian's names, then those of others.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
_SECONDS = 60
_READ, _WRITE = 3, 4
# Above the numbers that the process gets.
_LEAST_COPY = 10
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Fonts have the same widths on paper wherever it is printed.
    "--font-render-hinting=none",
)
# The beginnings of the texts that are wider or higher than their box, or leave the sheet.
_CUT = """(() => {
  const cut = [], slack = 1.5;
  const boxes = ".sheet, .one, .strip, .left, .how, .who, li, footer div";
  for (const box of document.querySelectorAll(boxes)) {
    const whole = box.matches(".sheet, .one, .strip");
    const high = whole && box.scrollHeight > box.clientHeight + slack;
    if (high || box.scrollWidth > box.clientWidth + slack) cut.push(box);
  }
  for (const sheet of document.querySelectorAll(".sheet, .one")) {
    const outer = sheet.getBoundingClientRect();
    for (const part of sheet.querySelectorAll("p, h1, h2, h3, b, bdi, svg")) {
      const inner = part.getBoundingClientRect();
      if (inner.width && (inner.left < outer.left - slack || inner.right > outer.right + slack ||
          inner.top < outer.top - slack || inner.bottom > outer.bottom + slack)) cut.push(part);
    }
  }
  for (const [above, below] of [["footer", ".strips"], [".left", ".one > .check"]]) {
    const first = document.querySelector(above), next = document.querySelector(below);
    if (first && next && first.getBoundingClientRect().bottom >
        next.getBoundingClientRect().top + slack) cut.push(next);
  }
  const last = document.querySelector(".left > :last-child");
  if (last && last.getBoundingClientRect().bottom >
      last.parentNode.getBoundingClientRect().bottom + slack) cut.push(last);
  return cut.map(each => each.textContent.trim().slice(0, 40));
})()"""


class PrinterFailed(Exception):
    """Chromium did not print: it ended, did not answer, or answered with an error."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and the beginnings of the texts that have no room on it."""

    pdf: bytes
    cut: tuple[str, ...]


def chromium() -> str | None:
    """Return the path of a Chromium on this machine; None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Printer:
    """A running Chromium."""

    def __init__(self, write: FileIO, read: FileIO) -> None:
        self._write, self._read = write, read
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Emulation.setScriptExecutionDisabled", value=True)
        self._ask("Emulation.setEmulatedMedia", media="print")
        self._frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def print(self, html: str) -> Printed:
        """Return the PDF of a flyer. Raises PrinterFailed."""
        self._ask("Page.setDocumentContent", frameId=self._frame, html=html)
        cut = tuple(self.measured(_CUT))
        printed = self._ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return Printed(base64.b64decode(printed["data"]), cut)

    def measured(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript on the last flyer. Raises
        PrinterFailed.
        """
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise PrinterFailed("the flyer could not be measured")
        return answer["result"]["value"]

    def _ask(self, method: str, **params: Any) -> Any:
        """Return the result of a command."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        try:
            data = memoryview(json.dumps(message).encode() + b"\0")
            while data:
                data = data[self._write.write(data) :]
        except BrokenPipeError:
            raise PrinterFailed("Chromium has ended") from None
        for answer in self._answers():
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise PrinterFailed(f"Chromium refuses {method}: {answer['error']['message']}")
                return answer["result"]
        raise PrinterFailed("Chromium has ended")

    def _answers(self) -> Iterator[Any]:
        """Yield what Chromium says, until it ends. Raises PrinterFailed."""
        until = time.monotonic() + _SECONDS
        while True:
            first, zero, rest = self._rest.partition(b"\0")
            if zero:
                self._rest = rest
                yield json.loads(first)
                continue
            ready, _, _ = select.select([self._read], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise PrinterFailed(f"Chromium did not answer within {_SECONDS} seconds")
            data = self._read.read(1 << 20)
            if not data:
                return
            self._rest += data


@contextmanager
def printer(program: str) -> Iterator[Printer]:
    """Start a Chromium, and end it afterwards. Raises PrinterFailed."""
    with (
        tempfile.TemporaryDirectory(prefix="flyer-", ignore_cleanup_errors=True) as profile,
        _pipe() as (theirs_read, our_write),
        _pipe() as (our_read, theirs_write),
    ):
        process = _start(program, profile, theirs_read.fileno(), theirs_write.fileno())
        # So that the end of the process is the end of what it says.
        theirs_read.close()
        theirs_write.close()
        try:
            yield Printer(our_write, our_read)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _start(program: str, profile: str, read: int, write: int) -> int:
    # Without its sandbox only as root, where it does not start otherwise.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    arguments = [program, *_FLAGS, *sandbox, f"--user-data-dir={profile}", "about:blank"]
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        return os.posix_spawn(
            program,
            arguments,
            {**os.environ, "HOME": profile},
            file_actions=[
                *((os.POSIX_SPAWN_DUP2, nothing, number) for number in (0, 1, 2)),
                (os.POSIX_SPAWN_DUP2, read, _READ),
                (os.POSIX_SPAWN_DUP2, write, _WRITE),
            ],
            setsid=True,
        )
    finally:
        os.close(nothing)


@contextmanager
def _pipe() -> Iterator[tuple[FileIO, FileIO]]:
    """Open a pipe, to read from and to write to, whose numbers are above those that the process
    gets.
    """
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _LEAST_COPY) for end in ends)
    for end in ends:
        os.close(end)
    with FileIO(read, "rb") as out, FileIO(write, "wb") as into:
        yield out, into
