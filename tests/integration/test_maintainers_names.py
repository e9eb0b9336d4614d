"""The names of maintainers are for maintainers: no public answer, file or folder has one."""

import re
from collections.abc import Iterator
from pathlib import Path

from directory_api.answer.registry import FORMATS
from directory_api.edit.tokens import Tokens
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.canaries import routes_of
from tests.support.hsds_lists import first
from tests.support.maintainer_app import CENTRE, EVERYTHING, MaintainerApp
from tests.support.published import published, tree
from tests.support.store_under_test import stores_of

NEEDS = ("formats", "desk", "static_site")

NAME, HOW = "Quillabeth", "Zanzibarine"
LINE = "/v1/records/helplines/be-trafficking-line"
_POINT = {"lat": 50.84, "lon": 4.35}
_PLACE = "lat=50.84&lon=4.35"
# Of each parameter in a path, a value that exists.
_VALUES = {
    "id": "pag-asa",
    "country": "BE",
    "code": "1000",
    "kind": "centre",
    "language": "en",
    "version": "1",
    "size": "a4",
}


def _edited(maintainer_app: MaintainerApp) -> None:
    """Edit and confirm a centre and a helpline under the marked name, each with an acknowledged
    warning.
    """
    tokens = Tokens(stores_of(maintainer_app.path).access, maintainer_app.directory.clock)
    secret, _ = tokens.create(NAME, EVERYTHING, 30)
    by = MaintainerApp(
        maintainer_app.directory, maintainer_app.app, {"anna": secret}, maintainer_app.path
    )
    assert by.patch(email="help@pag-asa.be").status_code == 200
    over = "2020 Mo-Fr 09:00-12:00"
    about = {"warning": "past_hours", "value": over, "reason": f"asked {HOW}"}
    typed = f"{LINE}?confirm_number=%2B3278055800"
    assert by.patch(acknowledged=[about], opening_hours=over).status_code == 200
    assert by.patch(typed, acknowledged=[about], hours=over).status_code == 200
    for path in (CENTRE, LINE):
        confirmed = by.write("POST", f"{path}/verify", json={"how": f"called {HOW}"})
        assert confirmed.get_json()["record"]["verified"]["by"] == NAME
    maintainer_app.directory.live.refresh()


def _addresses(maintainer_app: MaintainerApp) -> Iterator[str]:
    """Yield an address of each route that is read, and of the records in each format."""
    for route in routes_of(maintainer_app.app):
        yield re.sub(r"<(?:[^:<>]*:)?([^<>]*)>", lambda name: _VALUES.get(name[1], "x"), route)
    for each in FORMATS:
        yield from (
            f"{path}format={each.name}"
            for path in (f"/v1/nearest?{_PLACE}&limit=9&", "/v1/centres?", f"{CENTRE}?")
        )
    yield LINE
    for kind in ("services", "organizations", "service_at_locations"):
        yield first(maintainer_app.app.test_client(), kind)


def test_no_name_of_a_maintainer_is_in_a_public_answer(maintainer_app: MaintainerApp) -> None:
    """Neither who confirmed a record, nor how, nor who changed it, nor why a warning is right."""
    _edited(maintainer_app)
    api = ApiClient(create_app(maintainer_app.directory))
    answers = {address: api.get(address) for address in _addresses(maintainer_app)}
    answers["POST"] = api.post("/v1/nearest", json=_POINT)
    batch = {"places": [_POINT]}
    answers["batch"] = api.post("/v1/nearest/batch", json=batch)
    answers["page"] = api.post("/", data=_POINT)
    assert sum(answer.status_code == 200 for answer in answers.values()) > 50
    assert [
        address
        for address, answer in answers.items()
        if NAME in answer.text + str(answer.headers) or HOW in answer.text
    ] == []


def test_no_name_of_a_maintainer_is_in_a_published_file(
    maintainer_app: MaintainerApp, tmp_path: Path
) -> None:
    """The static site, the last good snapshot, and the map that is exported."""
    _edited(maintainer_app)
    published(maintainer_app.directory, tmp_path / "folder")
    files = tree(tmp_path / "folder/current")
    files["map"] = exporter_of(maintainer_app.directory).export("geojson")
    files["last good"] = Path(f"{maintainer_app.path}.last-good.json").read_bytes()
    assert len(files) > 50
    assert [
        path for path, body in files.items() if NAME.encode() in body or HOW.encode() in body
    ] == []


def test_maintainers_see_who_confirmed_a_record(maintainer_app: MaintainerApp) -> None:
    """The name is where those who may edit or read the history look."""
    _edited(maintainer_app)
    record = maintainer_app.send("GET", CENTRE).text
    assert NAME in record
    assert HOW in record
    assert NAME in maintainer_app.history()[0]["author"]
