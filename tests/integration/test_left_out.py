"""What is left out of a process: by the operator, or because it cannot be used."""

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_api import feature, serving
from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid
from directory_api.left_out import Unusable, leave_out, left_out, report_by
from directory_api.serving import last_resort, serving_app
from directory_api.store import stores
from directory_api.text.translations import words_of_feature
from directory_api.web.wsgi import log
from tests.support.command_line import RunCommand
from tests.support.frozen import DATA
from tests.support.moments import EXAMPLES_AT


def test_the_operator_leaves_out_features_and_extensions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are not imported; settings that may be theirs do not keep a server from starting."""
    feature._features.cache_clear()
    monkeypatch.setenv("DIRECTORY_WITHOUT", "flyer, desk")
    monkeypatch.setenv("DIRECTORY_MAIL_SERVER", "localhost")
    try:
        assert not {"flyer", "desk"} & {*feature._features()}
        assert Settings.from_environment().without == "flyer, desk"
    finally:
        feature._features.cache_clear()
    assert left_out() == {
        "setting DIRECTORY_MAIL_SERVER": "no part that is in use has it",
    }


def test_what_is_unknown_cannot_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server starts, and names the mistake."""
    feature._features.cache_clear()
    monkeypatch.setenv("DIRECTORY_WITHOUT", "flyer,no-such-part")
    try:
        assert "desk" in feature._features()
        Settings.from_environment()
    finally:
        feature._features.cache_clear()
    assert {*left_out()} == {"name no-such-part in DIRECTORY_WITHOUT"}


def test_a_setting_of_a_part_that_failed_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one, it is a mistake, and refused."""
    monkeypatch.setenv("DIRECTORY_WEBHOOK", "https://example.org")
    with pytest.raises(SettingsInvalid, match="DIRECTORY_WEBHOOK is not a setting"):
        Settings.from_environment()
    leave_out("extension webhook", ValueError("secret"))
    Settings.from_environment()
    assert {*left_out()} == {"extension webhook", "setting DIRECTORY_WEBHOOK"}


def test_the_first_reason_is_kept_and_reported() -> None:
    """Of an exception it has the class and the place, never the message."""
    reported: list[tuple[str, str]] = []
    leave_out("extension a", "a reason")
    report_by(lambda *said: reported.append(said))
    with pytest.raises(ValueError, match="Brussel") as raised:
        int("1000 Brussel")
    leave_out("extension b", raised.value)
    leave_out("extension b", "another reason")
    (_, first), (part, reason) = reported
    assert (first, part) == ("a reason", "extension b")
    assert reason.startswith("ValueError at integration/test_left_out.py:")


@pytest.fixture
def broken(loaded_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of a process that cannot build its application."""
    store = tmp_path / "directory.db"
    shutil.copy(loaded_database, store)
    settings = Settings(database_url=f"sqlite:///{store}")
    # It writes the last good snapshot.
    open_directory(settings).open()

    def create_app(*_: object, **__: object) -> None:
        raise RuntimeError("1000 Brussel")

    monkeypatch.setattr(serving, "create_app", create_app)
    monkeypatch.setattr(log, "write_in_background", lambda: None)
    return serving_app(settings).test_client()


def test_an_application_that_cannot_be_built_answers_with_the_last_good_snapshot(
    broken: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every path has the helplines and the centres, for programs and for people."""
    for path in ("/v1/nearest?postcode=1000", "/readyz", "/admin", "/v1/nowhere"):
        response = broken.get(path)
        said = json.loads(response.data)
        assert (response.status_code, response.mimetype) == (503, "application/problem+json")
        assert said["helplines"][0]["number"] == "112"
        assert {each["id"] for each in said["centres"]} == {"pag-asa", "payoke", "surya"}
        assert response.headers["Cache-Control"] == "no-store"
    page = broken.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert page.text.index("tel:112") < page.text.index("PAG-ASA")
    assert broken.head("/").data == b""
    assert broken.get("/livez").status_code == 200
    assert "Brussel" not in capsys.readouterr().err


def test_without_a_snapshot_the_last_resort_has_an_emergency_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its country is that of the data folder."""
    monkeypatch.setattr(log, "write_in_background", lambda: None)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/none.db")
    response = last_resort(settings, RuntimeError()).test_client().get("/v1/centres")
    assert response.status_code == 503
    assert [line["number"] for line in json.loads(response.data)["helplines"]] == ["112"]


def test_a_library_of_an_engine_that_cannot_be_used_is_no_traceback(
    run_without_store: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor` names it, other commands end with a sentence."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", "postgresql://db.example.org/directory")

    def open_it(_url: str, _read_only: object) -> None:
        raise ImportError("libpq")

    monkeypatch.setattr("directory_api.features.postgres.engines._open", open_it)
    looked = run_without_store("doctor", "--no-server")
    assert looked.exit_code == 1
    assert "engine of postgresql:// cannot be used: ImportError" in looked.stdout
    shown = run_without_store("show", "pag-asa")
    assert "a library that the database needs cannot be used" in shown.stderr


@pytest.mark.needs("static_site", "pages")
def test_a_site_with_missing_files_is_not_published(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """They would be removed from the host."""
    leave_out("feature pages", "a reason")
    for only in ((), ("--error-pages",)):
        done = run_command("publish", str(tmp_path / "site"), *only)
        assert done.exit_code == 1
        assert "Nothing was written" in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_country_with_faults_is_left_out_of_a_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line is said."""
    path = tmp_path / "data/countries/xx/country.toml"
    path.parent.mkdir(parents=True)
    path.write_text('name = "X"\nnear = 5\n', encoding="utf-8")
    monkeypatch.setenv("DIRECTORY_DATA", str(tmp_path / "data"))
    open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    assert "country.toml: line 2: near must be a list" in left_out()["country XX"]


def test_a_cut_file_of_texts_is_left_out_but_not_the_english_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts of the other languages stand in for it."""
    locale = tmp_path / "made_up_feature/locale"
    locale.mkdir(parents=True)
    (locale.parent / "__init__.py").touch()
    for name, text in (("nl", '{"a": '), ("fr", "[]"), ("en", "{")):
        (locale / f"{name}.json").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert words_of_feature("made_up_feature", "nl") == {}
    assert words_of_feature("made_up_feature", "fr") == {}
    with pytest.raises(Unusable, match=r"made_up_feature/locale/en\.json: JSONDecodeError"):
        words_of_feature("made_up_feature", "en")
    assert {*left_out()} == {
        f"language file made_up_feature/locale/{name}.json" for name in ("nl", "fr", "en")
    }


def test_before_the_first_load_a_broken_file_of_records_leaves_the_number_of_the_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors have the helplines of the shipped file, and without it the European number."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    (data / "centres.json").write_text('{"helplines": [', encoding="utf-8")
    monkeypatch.setenv("DIRECTORY_DATA", str(data))
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    editions = directory.editions(lambda: EXAMPLES_AT)
    assert [line.number for line in editions.helplines().for_home.all] == ["112"]
    assert {*left_out()} == {"file centres.json"}


def test_no_snapshot_is_beside_a_store_that_no_engine_knows() -> None:
    """The last resort looks for one without opening the store."""
    assert stores.base_path("mysql://db.example.org/directory") is None
