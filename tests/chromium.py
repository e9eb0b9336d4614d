"""Debian's Chromium, driven by Playwright: a person's browser that is alone with this machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

# It would look up hosts of its maker at every start; nothing but loopback is to be asked.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("needs Debian's chromium")  # which fails the run in CI
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def person(browser: Browser, **options: Any) -> Iterator[tuple[BrowserContext, list[Request]]]:
    """A fresh profile, and every request that it sends."""
    context = browser.new_context(**options)
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    context.on("request", note)  # playwright marks the function that it is given, so it has to be one of ours
    try:
        yield context, asked
    finally:
        context.close()
