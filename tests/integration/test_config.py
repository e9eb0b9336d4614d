"""Settings from the environment: defaults, values, and every fault at once."""

from dataclasses import fields
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid, every_setting, shipped
from directory_api.store.stores import stores_at
from directory_api.text.errors import StoreUnavailable
from tests.support.frozen import CENTRES, DATA


def test_without_variables_the_defaults_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty environment gives the settings that the class writes down."""
    monkeypatch.delenv("DIRECTORY_DATA")
    assert Settings.from_environment() == Settings()


@pytest.mark.needs("pages", "desk", "static_site")
def test_each_variable_sets_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field is read from the variable of its name."""
    wanted = Settings(
        database_url="sqlite:////tmp/x.db",
        rate_limit="",
        country="LU",
        trusted_proxies=8,
        url_prefix="/help/be_nl",
        public_url="https://directory.example.org/help/be_nl",
        fresh_days=3650,
        review="on",
        security_contact="mailto:security@example.org",
        of_features={
            "geocoder": "photon",
            "geocoder_host": "photon.example.org:8443",
            "exit_url": "https://example.org/",
            "operator_name": "Vereniging Ré & Co",
            "operator_url": "https://example.org/about",
            "mail_server": "smtps://name:kanarie@mail.example.org:465",
            "mail_from": "directory@example.org",
            "mail_to": "anna@example.org,bert@example.org",
            "mail_languages": "nl,fr",
            "link_check": "on",
            "backups": "/srv/directory/backups",
            "error_pages": "/srv/directory/site",
        },
    )
    of_the_core: dict[str, str | int] = {
        each.name: getattr(wanted, each.name) for each in fields(wanted)
    }
    del of_the_core["of_features"]
    for name, value in {**of_the_core, **wanted.of_features}.items():
        monkeypatch.setenv(f"DIRECTORY_{name.upper()}", str(value))
    assert Settings.from_environment() == wanted


@pytest.mark.needs("postgres")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://kanarie"),
        ("DATABASE_URL", "sqlite:///"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "5/fortnight"),
        ("RATE_LIMIT", "5/minute\n"),
        ("COUNTRY", "be"),
        ("COUNTRY", "BEL"),
        ("GEOCODER", "kanarie"),
        ("GEOCODER_HOST", "https://kanarie.example.org"),
        ("GEOCODER_HOST", "kanarie@example.org"),
        ("GEOCODER_HOST", "example.org/kanarie"),
        ("OPERATOR_NAME", "<b>kanarie"),
        ("OPERATOR_NAME", "kanarie" * 12),
        ("OPERATOR_URL", "http://kanarie.example.org/"),
        ("OPERATOR_URL", "https://example.org/ kanarie"),
        ("SECURITY_CONTACT", "kanarie@example.org"),
        ("SECURITY_CONTACT", "http://example.org/kanarie"),
        ("SECURITY_CONTACT", "https://kanarie"),
        ("SECURITY_CONTACT", "mailto:kanarie"),
        ("SECURITY_CONTACT", "mailto:kanarie@example.org\n"),
        ("SECURITY_CONTACT", "mailto:kanarie@example.org, https://example.org"),
        ("URL_PREFIX", "kanarie"),
        ("URL_PREFIX", "/kanarie/"),
        ("URL_PREFIX", "//kanarie.example.org"),
        ("URL_PREFIX", "/kanarie.json"),
        ("URL_PREFIX", "/../kanarie"),
        ("URL_PREFIX", "/kanarie\n"),
        ("PUBLIC_URL", "http://kanarie.example.org"),
        ("PUBLIC_URL", "https://example.org/kanarie/"),
        ("PUBLIC_URL", "https://example.org/?kanarie"),
        ("PUBLIC_URL", "https://example.org#kanarie"),
        ("PUBLIC_URL", "https://kanarie@example.org"),
        ("PUBLIC_URL", "https://kanarie..example.org"),
        ("PUBLIC_URL", "https://-kanarie.example.org"),
        ("PUBLIC_URL", "https://kanarie.example.org:0"),
        ("PUBLIC_URL", "https://kanarie.example.org:65536"),
        ("PUBLIC_URL", "https://kanarie.example.org:99999"),
        ("PUBLIC_URL", "https://kanarie.example.org\n"),
        ("PUBLIC_URL", "http://localhost.kanarie.example.org"),
        ("PUBLIC_URL", f"https://{'kanarie.' * 40}example.org"),
        ("TRUSTED_PROXIES", "kanarie"),
        ("TRUSTED_PROXIES", "9"),
        ("TRUSTED_PROXIES", "-1"),
        ("FRESH_DAYS", "kanarie"),
        ("FRESH_DAYS", "0"),
        ("FRESH_DAYS", "3651"),
        ("FRESH_DAYS", "1.5"),
    ],
)
def test_a_value_that_does_not_fit_is_a_fault_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The fault names the variable and its format, and never the value, which may be a secret."""
    monkeypatch.setenv(f"DIRECTORY_{name}", value)
    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_environment()
    (fault,) = refused.value.faults
    assert fault.startswith(f"DIRECTORY_{name}: write ")
    assert "kanarie" not in str(refused.value)


@pytest.mark.parametrize(
    "contact",
    [
        "",
        "mailto:first.last+security@mail.example.org",
        "https://example.org",
        "https://example.org:8443/report?kind=security#form",
    ],
)
def test_a_security_contact_is_a_mail_or_web_uri(
    monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    """Both schemes are accepted, and the empty value."""
    monkeypatch.setenv("DIRECTORY_SECURITY_CONTACT", contact)
    assert Settings.from_environment().security_contact == contact


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://directory.example.org",
        "https://Directory.example.org:65535",
        "http://localhost:8000",
        "http://127.0.0.1",
    ],
)
def test_a_public_address_is_https_or_this_machine(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """With or without a port."""
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", url)
    assert Settings.from_environment().public_url == url


@pytest.mark.parametrize(
    ("public_url", "url_prefix", "agree"),
    [
        ("https://example.org/help/nl", "/help/nl", True),
        ("https://example.org/help", "", False),
        ("https://example.org", "/help", False),
        ("https://example.org/help", "/hel", False),
        ("https://example.org/help", "forwarded", True),
        ("", "/help", True),
    ],
)
def test_a_public_address_has_the_path_below_which_everything_is(
    monkeypatch: pytest.MonkeyPatch, public_url: str, url_prefix: str, agree: bool
) -> None:
    """Otherwise its links would lead nowhere; proxies that name the path may name any."""
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXIES", "1")
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", public_url)
    monkeypatch.setenv("DIRECTORY_URL_PREFIX", url_prefix)
    if agree:
        assert Settings.from_environment().public_url == public_url
        return
    with pytest.raises(SettingsInvalid, match=r"PUBLIC_URL: write the path of DIRECTORY_URL_PR"):
        Settings.from_environment()


def test_a_misspelt_variable_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown DIRECTORY_* variable is refused with the setting that it resembles."""
    monkeypatch.setenv("DIRECTORY_DATABSE_URL", "kanarie")
    with pytest.raises(
        SettingsInvalid, match=r"\ADIRECTORY_DATABSE_URL .* did you mean DIRECTORY_DATABASE_URL\?\Z"
    ):
        Settings.from_environment()


def test_a_variable_like_no_other_gets_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown variable that resembles none is refused with the names of all settings."""
    monkeypatch.setenv("DIRECTORY_QQQQQQQQQQQQQQQQQQQQQQQQ", "kanarie")
    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_environment()
    assert all(f"DIRECTORY_{name.upper()}" in str(refused.value) for name in every_setting())
    assert "kanarie" not in str(refused.value)


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six faulty variables give six faults."""
    for name in (
        "DATABASE_URL",
        "RATE_LIMIT",
        "COUNTRY",
        "TRUSTED_PROXIES",
        "FRESH_DAYS",
        "KOUNTRY",
    ):
        monkeypatch.setenv(f"DIRECTORY_{name}", "kanarie")
    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_environment()
    assert len(refused.value.faults) == 6
    assert "kanarie" not in str(refused.value)


def test_a_variable_of_another_program_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only variables with our prefix are looked at."""
    monkeypatch.setenv("DIRECTORIES", "x")
    assert Settings.from_environment() == Settings(data=str(DATA))


def test_a_database_without_an_engine_is_refused_in_plain_words() -> None:
    """The sentence says what to write instead, and does not repeat the URL: it may be secret."""
    with pytest.raises(StoreUnavailable) as refused:
        stores_at("mysql://kanarie:kanarie@example.org/directory")
    assert "write sqlite:/// and a path" in str(refused.value)
    assert "kanarie" not in str(refused.value)


def test_shipped_finds_the_data_beside_the_checkout() -> None:
    """The data folder is found whether it is inside the package or beside it."""
    assert (CENTRES).is_file()
    assert shipped("config.py").parent.name == "directory_api"


def test_opening_touches_nothing(tmp_path: Path) -> None:
    """Building the directory creates no file; preparing it does."""
    path = tmp_path / "sub" / "directory.db"
    directory = open_directory(Settings(database_url=f"sqlite:///{path}", country="LU"))
    assert not path.parent.exists()
    assert not directory.live.ready
    assert directory.editions(directory.clock).helplines().home == "LU"
    directory.prepare()
    assert path.is_file()
    assert directory.live.snapshot.revision == 1


def test_a_prefix_that_proxies_name_needs_trusted_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise any caller could name it."""
    monkeypatch.setenv("DIRECTORY_URL_PREFIX", "forwarded")
    with pytest.raises(SettingsInvalid, match="set DIRECTORY_TRUSTED_PROXIES, too"):
        Settings.from_environment()
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXIES", "1")
    assert Settings.from_environment().path_prefix == ""
