"""A confirmation ends when the values that were confirmed change, by whichever way they change."""

import csv
import io
import json
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.features.static_site.generator import StaticSite
from tests.support.api_client import faults, problem
from tests.support.frozen import CENTRES
from tests.support.html_browser import changed, signed_in_browser
from tests.support.maintainer_app import CENTRE, MaintainerApp
from tests.support.moments import NOW
from tests.support.published import ORIGIN
from tests.support.write_side import (
    BERT,
    create_write_side,
    incoming,
)

NEEDS = ("desk", "formats", "static_site")

LINE = "/v1/records/helplines/be-trafficking-line"
NUMBER = {"number": "+3225116465", "kind": "main"}
NEW_NUMBER = {"phones__1__number": "+3225116465", "phones__1__display": "+32 2 511 64 65"}


def _verify(maintainer_app: MaintainerApp, path: str = CENTRE, how: str = "called") -> None:
    response = maintainer_app.write("POST", f"{path}/verify", json={"how": how})
    assert response.status_code == 200


def _exported(path: Path) -> bytes:
    """Return the exported file of the directory in a database."""
    directory = open_directory(Settings(database_url=f"sqlite:///{path}", rate_limit=""))
    directory.live.refresh()
    return exporter_of(directory).export("json")


def test_a_confirmation_of_before_there_were_digests_counts_for_the_stored_values(
    tmp_path: Path,
) -> None:
    """A record that was loaded with a confirmation is fresh until one of its values changes."""
    whole = json.loads(CENTRES.read_bytes())
    whole["centres"][0]["verified"] = {"on": "2026-11-20", "by": "dora", "how": "visited"}
    write_side = create_write_side(tmp_path / "a.db", whole["centres"])
    write_side.live.refresh()
    identity = whole["centres"][0]["id"]
    assert "digest" not in write_side.record(identity)["verified"]
    write_side.patch(identity, name="Another name")
    assert "digest" not in write_side.record(identity)["verified"]
    write_side.patch(identity, email="help@example.org")
    assert "digest" in write_side.record(identity)["verified"]


def test_a_patch_with_a_new_confirmation_confirms_the_new_values(
    maintainer_app: MaintainerApp,
) -> None:
    """The digest of the confirmation before it is not merged into it."""
    _verify(maintainer_app)
    assert maintainer_app.patch(phones=[NUMBER]).status_code == 200
    old = maintainer_app.send("GET", CENTRE).get_json()["verified"]
    confirmed = {"on": old["on"], "by": "anna", "how": "called the new number"}
    assert maintainer_app.patch(verified=confirmed).status_code == 200
    assert "changed_since" not in maintainer_app.public()["verified"]
    again = maintainer_app.patch(verified={**confirmed, "digest": old["digest"]})
    assert again.get_json()["status"] == "unchanged"
    refused = maintainer_app.patch(verified={**confirmed, "digest": "now"})
    assert faults(problem(refused, 422, "records-invalid")) == ["/verified/digest"]


def test_the_form_confirms_the_new_number_in_the_same_step(maintainer_app: MaintainerApp) -> None:
    """A tick box on the preview, if people are led to another number or place."""
    browser = signed_in_browser(maintainer_app, "anna")
    review = changed(browser, **NEW_NUMBER)
    assert "I have checked the new number" in review.text
    _verify(maintainer_app)
    review = changed(browser, **NEW_NUMBER)
    assert "before this change" not in review.text  # the box says so
    assert maintainer_app.patch(verified=None).status_code == 200
    review = changed(browser, **NEW_NUMBER)
    faulty = browser.send(review, "/save", reason="", checked="yes")
    assert 'name="checked" value="yes" checked' in faulty.html
    saved = browser.send(faulty, "/save", reason="they wrote; called it")
    assert "unverified" in saved.text
    stored = maintainer_app.send("GET", CENTRE).get_json()["verified"]
    assert stored.keys() == {"parts"}
    phones = stored["parts"]["phones"]
    assert (phones["by"], phones["how"]) == ("anna", "they wrote; called it")
    assert "verified" not in maintainer_app.public()
    history = browser.get("/centres/pag-asa/history").text
    assert "phones alone: " in history
    assert "by anna (they wrote; called it)" in history
    assert "I have checked the new values" in changed(browser, email="help@pag-asa.be").text
    assert "I have checked" not in changed(browser, name="Another name").text


def test_what_changed_is_named_wherever_freshness_is(
    maintainer_app: MaintainerApp,
) -> None:
    """List, record, API, page, table, calendar and folder; it is not said to be confirmed, and is
    to be confirmed again.
    """
    _verify(maintainer_app)
    assert maintainer_app.patch(phones=[NUMBER]).status_code == 200
    browser = signed_in_browser(maintainer_app, "anna")
    for path in ("/", "/centres/pag-asa"):
        assert "due changed since it was confirmed" in browser.get(path).text, path
    assert "/admin/centres/pag-asa/confirm" in browser.get("/todo").links
    on = maintainer_app.public()["verified"]["on"]
    assert maintainer_app.public()["verified"] == {"on": on, "changed_since": True}
    api = maintainer_app.api
    table = csv.DictReader(io.StringIO(api.get("/v1/centres?format=csv").data.decode("utf-8-sig")))
    assert [row["verified_on"] for row in table if row["id"] == "pag-asa"] == [""]
    page = api.get("/?lang=en").text
    assert "These details were changed after the last confirmation." in page
    assert "Confirmed:" not in page
    site = StaticSite(maintainer_app.directory, NOW, ORIGIN)
    files = {file.path: file.content.decode() for file in site.files() if "json" in file.path}
    assert json.loads(files["v1/centres/pag-asa.json"])["freshness"] == "due"
    (service,) = (
        each
        for each in api.get("/hsds/services").get_json()["contents"]
        if each["name"] == "PAG-ASA"
    )
    assert "assured_date" not in service


def test_a_helpline_with_a_number_of_its_own_is_confirmed_as_a_centre_is(
    maintainer_app: MaintainerApp,
) -> None:
    """By a button and over the API; 112, 101 and web sites need no confirmation."""
    browser = signed_in_browser(maintainer_app, "anna")
    links = [link.split("/") for link in browser.get("/todo").links if link.endswith("/confirm")]
    lines = [link[3] for link in links if link[2] == "helplines"]
    assert "be-trafficking-line" in lines
    assert not {"be-112", "be-101", "be-reporting-site"} & {*lines}
    page = browser.get("/helplines/be-trafficking-line/confirm")
    assert "078 055 800" in page.text
    assert browser.send(page, "/confirm/read", how="").status == 422
    saved = browser.send(page, "/confirm/read", how="called it")
    assert (saved.path, "fresh" in saved.text) == ("/admin/helplines/be-trafficking-line", True)
    assert "/confirm" not in "".join(browser.get("/helplines/be-112").links)
    public = maintainer_app.public(LINE)
    assert set(public["verified"]) == {"on"}
    assert maintainer_app.write("PUT", LINE, json=maintainer_app.record(LINE)).status_code == 200
    number = {"number": "+3278055801", "display": None}
    typed = f"{LINE}?confirm_number=%2B3278055801"
    body = maintainer_app.write("PATCH", typed, json=number).get_json()
    assert "/verified" in [warning["pointer"] for warning in body["warnings"]]
    assert maintainer_app.public(LINE)["verified"]["changed_since"]
    assert f"/admin/helplines/{LINE.rpartition('/')[2]}/confirm" in browser.get("/todo").links
    _verify(maintainer_app, LINE)
    assert "changed_since" not in maintainer_app.public(LINE)["verified"]


def test_a_file_from_another_database_brings_what_was_confirmed(tmp_path: Path) -> None:
    """A record that is due in one database is due in a new one."""
    first = create_write_side(tmp_path / "first.db")
    first.live.refresh()
    first.editor.verify(first.edit("pag-asa"), "called")
    first.patch("pag-asa", phones=[NUMBER])
    exported = _exported(first.path)
    second = create_write_side(tmp_path / "second.db")
    second.live.refresh()
    second.importer.bring_in(BERT, incoming(exported), "a copy")
    verified = second.live.snapshot.by_id["pag-asa"].verified
    assert verified is not None
    assert verified.changed_since
