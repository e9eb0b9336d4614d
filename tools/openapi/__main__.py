"""Writes the OpenAPI documents as generated from the code: `make openapi`.

Their examples are real answers, about invented centres.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.left_out import left_out
from directory_api.web.app import create_app
from tools.openapi.document import EXAMPLES_AT, as_yaml, openapi
from tools.openapi.examples import directory_of_examples

_ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write the documents; end with what to do if a part of the server is left out."""
    with TemporaryDirectory() as folder:
        directory = directory_of_examples(Path(folder))
        documents = openapi(create_app(directory, now=lambda: EXAMPLES_AT))
    if left_out():
        sys.exit(f"A part is left out: {', '.join(left_out())}. `directory-api doctor` says why.")
    for name, document in documents.items():
        (_ROOT / name).write_text(as_yaml(document), encoding="utf-8")


if __name__ == "__main__":
    main()
