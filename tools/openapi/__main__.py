"""Prints openapi.yaml as generated from the code: `make openapi`.

Its examples are real answers, about invented centres.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.left_out import left_out
from directory_api.web.app import create_app
from tools.openapi.document import EXAMPLES_AT, as_yaml, openapi
from tools.openapi.examples import directory_of_examples


def main() -> None:
    """Print the document; end with what to do if a part of the server is left out."""
    with TemporaryDirectory() as folder:
        directory = directory_of_examples(Path(folder))
        printed = as_yaml(openapi(create_app(directory, now=lambda: EXAMPLES_AT)))
    if left_out():
        sys.exit(f"A part is left out: {', '.join(left_out())}. `directory-api doctor` says why.")
    print(printed, end="")


if __name__ == "__main__":
    main()
