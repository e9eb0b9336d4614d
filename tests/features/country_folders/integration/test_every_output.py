"""A directory of another country has no fact of Belgium on any output."""

import json
import re

import pytest
import yaml

from tests.features.country_folders.support import add_centre, make, towns_file
from tests.support.servers import environment, run_process

NEEDS = ("desk", "mcp")
OPEN_ON_TUESDAY = "/v1/centres?open_at=2026-11-03T10:00:00Z"
PROGRAM = "tests.features.country_folders.every_output"
# Numbers, names and places of Belgium, but for its name in a list of all countries.
BELGIAN = re.compile(
    r"(?<![\w.,:#/-])101(?![\w.,%-])|be-1\d\d|(?i:pag-asa|payoke|s(ü|u)rya)|\+32|02[ /]511"
    r"|078 055 800|Brussel|Bruxelles|Brüssel|Antwerp|Anvers|\bGent\b|\bLiège|\bliè\b|BE-[A-Z]{3}"
    r"|B-4000|/BE/|country=BE|50\.8428|4\.3497|stophumantrafficking|Belgian"
)
TEMPLATE = {"postcode": "8010", "lat": "47.07", "lon": "15.44", "country": "AT", "prefix": "10"}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an Austrian directory answers, by the name of the output."""
    folder = tmp_path_factory.mktemp("austria")
    data = folder / "data"
    make(folder, data, "AT", None, "--places", str(towns_file(folder)))
    add_centre(data, "AT", "Europe/Vienna")
    environ = environment(folder / "directory.db", data=str(data))
    done = run_process((PROGRAM, str(folder), json.dumps(TEMPLATE)), environ)
    assert done.returncode == 0, done.stderr
    kept: dict[str, str] = json.loads(done.stdout)
    return kept


def test_no_output_has_a_fact_of_belgium(outputs: dict[str, str]) -> None:
    """Examples are of the directory's own country, or invented."""
    found = {
        name: sorted({text[max(each.start() - 30, 0) : each.end() + 30] for each in each_found})
        for name, text in outputs.items()
        if (each_found := [*BELGIAN.finditer(text)])
    }
    assert found == {}
    assert {
        *("/", "/docs", "/openapi.yaml", "/v1/centres?format=csv", "/admin/download/centres.xlsx"),
        *("/admin/centres/example-at/edit", "country new --help", "tools of assistants"),
    } <= outputs.keys()


def test_a_reader_of_the_reference_tries_a_postcode_of_the_country(outputs: dict[str, str]) -> None:
    """The documents have it, too."""
    assert 'name="postcode" value="1010"' in outputs["/docs"]
    operation = yaml.safe_load(outputs["/openapi.yaml"])["paths"]["/v1/nearest"]["get"]
    shown = {each.get("name"): each.get("schema") for each in operation["parameters"]}
    assert (shown["postcode"]["example"], shown["country"]["example"]) == ("1010", "AT")


def test_the_reference_shows_requests_of_the_country_and_leads_to_the_answers(
    outputs: dict[str, str],
) -> None:
    """An answer in the page would be about other centres, or old after the next change."""
    page = outputs["/docs"]
    answers = re.findall(r'<a href="([^"]+)">The response of this server</a>', page)
    assert {"/v1/nearest?postcode=1010", "/v1/centres", "/v1/postcodes/AT/1010"} <= {*answers}
    for path in answers:
        assert f"<pre>curl &#39;https://directory.example.org{path}&#39;</pre>" in page
        assert '"status":4' not in outputs[path]
    assert "{&#34;postcode&#34;: &#34;1010&#34;}" in page


@pytest.mark.parametrize("path", ["/", "/partners", "/admin/"])
def test_the_languages_of_the_country_are_the_first_ones(
    outputs: dict[str, str], path: str
) -> None:
    """Then English, then the others."""
    listed = re.findall(r'<(?:a|button|option)\b[^>]* lang="(\w+)"', outputs[path])
    assert listed[:2] == ["de", "en"]


def test_a_text_is_asked_for_in_the_languages_of_the_country(outputs: dict[str, str]) -> None:
    """And in English; others are added by their names."""
    form = outputs["/admin/centres/example-at/edit"]
    assert re.findall(r'name="name_translations\.(\w+)"', form) == ["de", "en"]


def test_a_centre_that_is_closed_on_holidays_is_found_open(outputs: dict[str, str]) -> None:
    """On a Tuesday, in a country whose holidays are not listed."""
    (found,) = json.loads(outputs[OPEN_ON_TUESDAY])["centres"]
    assert found["id"] == "example-at"


def test_a_town_is_answered_by_its_name_in_english(outputs: dict[str, str]) -> None:
    """The postal file has it in German."""
    place = json.loads(outputs["/v1/nearest?place=Vienna"])["place"]
    assert (place["name"], place["postcode"]) == ("Wien", "1010")
