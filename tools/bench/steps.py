"""The steps of a worker until its first answer, with the time and memory of each, as JSON.

`python -m tools.bench.steps` imports nothing else before the first step.
"""

import json
import os
import sys
import time

_POSTCODE, _COORDINATE = "/v1/nearest?postcode=1000", "/v1/nearest?lat=50.85&lon=4.35"
_STEPS = (
    ("Python itself", "pass"),
    ("import of Flask", "import flask"),
    ("import of the search", "import directory_api.search.snapshot"),
    ("import of the services and the store", "import directory_api.bootstrap"),
    ("import of the web application", "import directory_api.web.app"),
    (
        "records, postcodes and index",
        "from directory_api.config import Settings;"
        "directory = directory_api.bootstrap.open_directory(Settings.from_environment());"
        "directory.open()",
    ),
    ("building the application", "app = directory_api.web.app.create_app(directory)"),
    (
        "the first answers",
        f"client = app.test_client(); client.get({_POSTCODE!r}); client.get({_COORDINATE!r})",
    ),
)


def resident_megabytes() -> float:
    """Return the resident memory of this process."""
    with open("/proc/self/statm") as statm:  # noqa: PTH123  # pathlib is not imported yet
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Run the steps, and print the milliseconds of processor time and the megabytes of each."""
    figures: list[tuple[str, float, float]] = []
    names: dict[str, object] = {}
    resident, spent = 0.0, 0.0
    for name, statement in _STEPS:
        exec(statement, names)  # noqa: S102  # the constants above
        taken, now = time.process_time(), resident_megabytes()
        figures.append((name, (taken - spent) * 1000, now - resident))
        resident, spent = now, time.process_time()
    sys.stdout.write(json.dumps(figures))
    sys.stdout.flush()
    # The threads of the application need not end.
    os._exit(0)


if __name__ == "__main__":
    main()
