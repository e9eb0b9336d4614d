"""Every format of the shipped data, byte by byte as it was last looked at.

After a change that is meant, read the difference that git shows after

    .venv/bin/python -m pytest tests/features/formats/contract/test_formats_golden.py --write-golden
"""

from pathlib import Path

import pytest

from directory_api.answer.registry import FORMATS
from tests.support.api_client import ApiClient

FOLDER = Path(__file__).parents[3] / "golden"
ASKED = {
    f"{name}.{each.ending}": f"{path}format={each.name}&lang=nl"
    for name, path in {
        "nearest-1000": "/v1/nearest?postcode=1000&",
        "centres": "/v1/centres?",
    }.items()
    for each in FORMATS
} | {
    f"nearest-1000.{tag}.txt": f"/v1/nearest?postcode=1000&format=text&lang={tag}"
    for tag in ("fr", "de", "en", "ar")
}
# JSON has been the same since before there were formats, and is asked for as it was then.
ASKED |= {"nearest-1000.json": "/v1/nearest?postcode=1000", "centres.json": "/v1/centres"}


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_is_as_it_was(api: ApiClient, name: str, request: pytest.FixtureRequest) -> None:
    """The answer has the bytes of its golden file."""
    answer = api.get(ASKED[name]).data
    if request.config.getoption("--write-golden"):
        (FOLDER / name).write_bytes(answer)
    assert answer == (FOLDER / name).read_bytes()


def test_no_golden_file_is_left_over() -> None:
    """The folder holds the files that are compared, and every format is among them."""
    assert {path.name for path in FOLDER.iterdir()} == set(ASKED)
    assert {each.ending for each in FORMATS} <= {path.suffix[1:] for path in FOLDER.iterdir()}
