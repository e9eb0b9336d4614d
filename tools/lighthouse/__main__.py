"""Lighthouse's scores of the visitor's page, in Debian's Chromium on a server on loopback.

`make lighthouse` prints the scores with Lighthouse's settings for a phone, what costs points, and,
on a slow network, when the page is interactive and how many bytes it takes with everything that it
loads. The exit status is 1 if a figure is beyond its limit. The figures depend on what else the
machine does, so this is a command and not a test.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.servers import SERVE, serving

PATHS = ("/", "/?lang=ar")
SCORES = {"performance": 99, "accessibility": 100, "best-practices": 100}
INTERACTIVE_MS = 3000
BYTES = 60_000
RUN_SECONDS = 300.0
# On a busy machine Lighthouse can miss the start of the page load (NO_NAVSTART).
ATTEMPTS = 3

# Slow 3G as in WebPageTest (a round trip of 400 ms, 400 kbit/s), and a CPU at a quarter of its
# speed.
SLOW = (
    "--throttling-method=devtools",
    "--throttling.requestLatencyMs=400",
    "--throttling.downloadThroughputKbps=400",
    "--throttling.uploadThroughputKbps=400",
    "--throttling.cpuSlowdownMultiplier=4",
)
# As in tests/support/browser.py: root in a container has no sandbox.
CHROMIUM = "--headless=new --no-sandbox --disable-background-networking --disable-component-update"
LIGHTHOUSE = Path(__file__).parent / "node_modules/.bin/lighthouse"


def main() -> None:
    """Print a line for each figure."""
    within = True
    with (
        TemporaryDirectory() as name,
        serving(SERVE, Path(name), rate_limit="") as served,
    ):
        for path in PATHS:
            url = f"http://127.0.0.1:{served.port}{path}"
            print(path)
            served.ask(path)  # the first answer of a server takes longer than all others
            within &= _print_scores(_report(url, f"--only-categories={','.join(SCORES)}"))
            within &= _print_slow(_report(url, "--only-categories=performance", *SLOW))
    sys.exit(not within)


def _report(url: str, *options: str) -> Any:
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("chromium is missing (Debian: apt-get install chromium)")
    command = [
        *(str(LIGHTHOUSE), url, "--quiet", "--output=json", "--no-enable-error-reporting"),
        *(f"--chrome-flags={CHROMIUM}", *options),
    ]
    environ = {**os.environ, "CHROME_PATH": chromium}
    for _ in range(ATTEMPTS):
        ended = subprocess.run(
            command, env=environ, stdout=subprocess.PIPE, timeout=RUN_SECONDS, check=False
        )
        if ended.returncode == 0:
            return json.loads(ended.stdout)
    sys.exit(f"Lighthouse failed {ATTEMPTS} times")


def _print_scores(report: Any) -> bool:
    within = True
    for name, limit in SCORES.items():
        category = report["categories"][name]
        score = round(100 * category["score"])
        print(f"  {name:16} {score:4}   at least {limit}")
        within &= score >= limit
        for reference in category["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] not in (None, 1):
                print(f"    {audit['title']}: {audit.get('displayValue', audit['score'])}")
    return within


def _print_slow(report: Any) -> bool:
    interactive: int = round(report["audits"]["interactive"]["numericValue"])
    requests = report["audits"]["network-requests"]["details"]["items"]
    size: int = sum(request["transferSize"] for request in requests)
    print(f"  interactive on slow 3G {interactive} ms   at most {INTERACTIVE_MS}")
    print(f"  bytes with everything {size}   at most {BYTES}")
    for request in requests:
        print(f"    {request['transferSize']:6} {request['url'].split('/', 3)[3] or '/'}")
    return interactive <= INTERACTIVE_MS and size <= BYTES


if __name__ == "__main__":
    main()
