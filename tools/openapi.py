"""Prints openapi.yaml as generated from the code: `make openapi`.

Its examples are real answers, about invented centres.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.features.reference.examples import directory_of_examples
from directory_api.features.reference.spec import EXAMPLES_AT, as_yaml, openapi
from directory_api.left_out import left_out
from directory_api.web.app import create_app


def document() -> str:
    """Return openapi.yaml."""
    with TemporaryDirectory() as folder:
        directory = directory_of_examples(Path(folder))
        return as_yaml(openapi(create_app(directory, now=lambda: EXAMPLES_AT)))


if __name__ == "__main__":
    printed = document()
    if left_out():
        sys.exit(f"A part is left out: {', '.join(left_out())}. `directory-api doctor` says why.")
    print(printed, end="")
