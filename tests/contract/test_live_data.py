"""The records that are shipped, in data/: the only test that reads them."""

from directory_api.config import shipped
from tests.support.command_line import RunCommand


def test_the_shipped_records_are_valid(run_without_store: RunCommand) -> None:
    """`validate` finds no fault, and `load` takes them."""
    data = shipped("data")
    result = run_without_store("validate", data / "centres.json")
    assert result.exit_code == 0, result.output
