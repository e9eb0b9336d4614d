"""The command `country postcodes`: what it takes, leaves out and refuses."""

from pathlib import Path

import pytest

from tests.support.command_line import RunCommand, records


def test_country_postcodes_reports_what_was_left_out_and_why(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A GeoNames file of another country adds its postcodes; omitted rows are counted by reason."""
    row = "NL\t{}\tAmsterdam\tNoord-Holland\t07\t\t\t\t\t{}\t4.89\t6"
    lines = [
        row.format("1011", "52.37"),
        row.format("1012", "52.37"),
        row.format("1013", "x"),
        "NL\t1",
    ]
    file = tmp_path / "NL.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = run_command("country", "postcodes", "nl", file)
    assert result.exit_code == 0
    assert "4 rows read, 2 postcodes of NL imported." in result.stdout
    assert "1 rows skipped: no usable coordinate" in result.stdout
    assert "1 rows skipped: not 12 columns" in result.stdout
    assert "no change" in run_command("country", "postcodes", "NL", file).stdout
    assert "Payoke" in run_command("nearest", "1012 AB", "--country", "NL").stdout


@pytest.mark.needs("desk")
def test_country_postcodes_names_the_centres_that_lose_their_place(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A hidden centre is placed by its postcode; without it, no search from a place finds it."""
    hide = {"address_visibility": "hidden"}
    file = records(tmp_path, lambda data: data["centres"][0].update(hide))
    assert run_command("import", file, "--approved-by", "bert").exit_code == 0
    table = tmp_path / "BE.txt"
    table.write_text("\t".join(["BE", "9000", "Gent", *([""] * 6), "51.05", "3.72", "6"]) + "\n")
    lost = run_command("country", "postcodes", "BE", table)
    assert lost.exit_code == 0
    assert "does not have their postcode: pag-asa. Correct" in lost.stderr
    assert "No search" not in run_command("country", "postcodes", "BE", table).stderr


@pytest.mark.parametrize("country", ["N", "NLD", "1!"])
def test_country_postcodes_refuses_what_is_no_country(
    run_command: RunCommand, tmp_path: Path, country: str
) -> None:
    """A country is two letters."""
    assert run_command("country", "postcodes", country, tmp_path / "x").exit_code == 2


def test_country_postcodes_of_a_missing_file_is_one_line(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A missing file ends with a line that names it."""
    result = run_command("country", "postcodes", "NL", tmp_path / "none.txt")
    assert result.exit_code == 1
    assert "none.txt: cannot be read" in result.stderr
