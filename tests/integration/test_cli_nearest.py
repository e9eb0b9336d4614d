"""The commands that tell centres: `nearest` and `show`."""

from pathlib import Path

import pytest

from tests.support.command_line import RunCommand, records


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("1000", "PAG-ASA"),
        ("B-4000", "Sürya"),
        ("51.2,4.4", "Payoke"),
        ("1000, Brussel", "PAG-ASA"),
        ("51.2 , 4.4", "Payoke"),
    ],
)
def test_nearest_names_the_closest_centre_first_after_the_helplines(
    run_command: RunCommand, place: str, first: str
) -> None:
    """A postcode or a coordinate gives helplines, then centres, the closest first."""
    result = run_command("nearest", place)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("112:")
    assert lines[6].split()[2] == first


def test_nearest_takes_a_latitude_south_of_the_equator(run_command: RunCommand) -> None:
    """A minus sign is a latitude, not an option, and a place outside the coverage is said to be."""
    result = run_command("nearest", "-33.9,18.4")
    assert result.exit_code == 0
    assert "outside the countries" in result.stdout


@pytest.mark.parametrize("option", ["--language", "--contry", "-l"])
def test_nearest_refuses_an_option_that_it_does_not_have(
    run_command: RunCommand, option: str
) -> None:
    """Its answer would be taken for what the option asks for."""
    result = run_command("nearest", "4000", option, "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"No such option '{option}'" in result.stderr


def test_nearest_says_when_the_order_is_not_certain(run_command: RunCommand) -> None:
    """A town between two centres is said not to decide between them."""
    result = run_command("nearest", "Gent")
    assert result.exit_code == 0
    assert "the closest may be PAG-ASA or Payoke." in result.stdout


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("9999", "no such postcode"),
        ("91.0,4", "form of a postcode"),
        ("51,2", "form of a postcode"),
    ],
)
def test_nearest_refuses_a_wrong_place_in_plain_lines(
    run_command: RunCommand, place: str, says: str
) -> None:
    """A wrong place ends with what to do, a non-zero exit and no traceback."""
    result = run_command("nearest", place)
    assert result.exit_code != 0
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert place not in result.stderr


def test_nearest_offers_the_postcodes_of_a_name(run_command: RunCommand) -> None:
    """Who types a district is told its postcodes, and of no address that only HTTP has."""
    told = run_command("nearest", "Deurne").stderr.splitlines()
    assert told == [
        "Error: Several places have this name, or a longer one that contains it. Choose the "
        "postcode of one of them, or send lat and lon.",
        "Did you mean 2100 Deurne (Antwerpen)?",
        "Did you mean 3290 Deurne (Diest)?",
    ]


def test_nearest_takes_a_country(run_command: RunCommand) -> None:
    """A country without postcodes is refused with the ones there are."""
    result = run_command("nearest", "1000", "--country", "es")
    assert result.exit_code == 1
    assert "country=BE" in result.stderr


def test_show_prints_every_member_of_a_centre(run_command: RunCommand) -> None:
    """`show` prints the record down to its last value."""
    result = run_command("show", "pag-asa")
    assert result.exit_code == 0
    for value in (
        "Cellebroersstraat 16b",
        "+3225116464",
        "Mo-Fr 09:00-17:00; PH off",
        "lesmarolles",
    ):
        assert value in result.stdout


def test_show_refuses_an_unknown_id(run_command: RunCommand) -> None:
    """An unknown id ends with one clear line."""
    result = run_command("show", "nobody")
    assert result.exit_code == 1
    assert "No centre has this id" in result.stderr


@pytest.mark.needs("desk")
def test_square_brackets_in_a_name_are_printed_as_they_are(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A name with brackets is no markup."""
    assert (
        run_command(
            "import",
            records(tmp_path, lambda data: data["centres"][0].update(name="PAG [nl] [/x]")),
        ).exit_code
        == 0
    )
    assert "PAG [nl] [/x]" in run_command("nearest", "1000").stdout
    assert "PAG [nl] [/x]" in run_command("show", "pag-asa").stdout
