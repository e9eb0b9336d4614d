"""Where the memory of a loaded directory comes from: `python -m tools.bench.causes`, as JSON.

It runs the load of a store under tracemalloc and adds up what is still there by the file that
allocated it. SQLite and other libraries in C allocate memory that tracemalloc does not see.
"""

import gc
import json
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings

MOST = 10


def by_file(sizes: Counter[str], most: int = MOST) -> list[tuple[str, float]]:
    """Return the files with most memory, in MB, and the sum of all others."""
    rows = [(name, size / 1e6) for name, size in sizes.most_common(most)]
    rest = sum(sizes.values()) / 1e6 - sum(size for _, size in rows)
    return [*rows, ("all others", rest)]


def short(path: str) -> str:
    """Return the path of a module below its package or the standard library."""
    if path.startswith("<"):
        return "code made at run time, such as dataclasses"
    parts = Path(path).parts
    for folder in ("site-packages", "directory_api"):
        if folder in parts:
            at = parts.index(folder)
            return "/".join(parts[at + (folder == "site-packages") :])
    return "/".join(parts[-2:])


def main() -> None:
    """Load the directory of the settings, and print the table as JSON."""
    directory = open_directory(Settings.from_environment())
    tracemalloc.start()
    directory.open()
    gc.collect()
    sizes: Counter[str] = Counter()
    for statistic in tracemalloc.take_snapshot().statistics("filename"):
        sizes[short(statistic.traceback[0].filename)] += statistic.size
    sys.stdout.write(json.dumps(by_file(sizes)))


if __name__ == "__main__":
    main()
