"""What tests share: a loaded directory, a client, and the rule that nothing is skipped in CI."""

import functools
import gc
import json
import os
import re
import shutil
import signal
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.feature import SHIPPED
from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.store.sql.store import Store
from directory_api.store.stores import stores_at
from directory_api.web.app import create_app
from directory_api.web.wsgi.application import Application
from tests.support import store_under_test
from tests.support.amount import EVERY_CASE, IN_CI, tried
from tests.support.api_client import ApiClient
from tests.support.bundles import bundle_with_postcodes
from tests.support.command_line import RunCommand, command
from tests.support.frozen import DATA
from tests.support.last_good_files import Files, create_files
from tests.support.made_once import made_once
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import EXAMPLES_AT, now
from tests.support.parts_left_out import kept_apart
from tests.support.postgres import Postgres, StoreUrl, postgres
from tests.support.records import directory_of
from tests.support.store_suite import OpenStore
from tests.support.varied_centres import COUNT, varied

if TYPE_CHECKING:
    from tests.support.write_side import WriteSide

_FEATURES = Path(__file__).parent / "features"

# Started by nohup or in the background of some shells, the tests would inherit that SIGHUP is
# ignored, and so would the servers whose end by SIGHUP they test.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# For fixtures that live longer than a test.
os.environ["DIRECTORY_DATA"] = str(DATA)

# Until the tests are collected: what is imported is never garbage.
gc.disable()

pytest_plugins = [
    "tests.support.leftover_processes",
    "tests.support.tables",
    "tests.support.tiers",
]

# A time limit for each example would make the outcome depend on what else the machine does, and one
# for how many may be left out, on chance.
_UNTIMED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=_UNTIMED,
    max_examples=tried(100),
    # The same examples in each run; the nightly one has others each time, and prints how to repeat
    # what failed.
    derandomize=not EVERY_CASE,
    print_blob=True,
)
settings.load_profile("untimed")


class CompiledTemplates(BytecodeCache):
    """What Jinja has compiled, for all apps of this process: an app of its own, which many tests
    have, took 0.1 s of the processor to compile the templates of its first page again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, unless the template has changed."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in the bucket."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


# The documented attribute for options of the environments of all apps:
# https://flask.palletsprojects.com/en/stable/api/#flask.Flask.jinja_options
Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}


@pytest.fixture(autouse=True)
def parts_left_out() -> Iterator[None]:
    """What a test leaves out is not left out in the next one."""
    with kept_apart():
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-golden` writes tests/golden again instead of comparing with it; `--store` chooses
    the store; `--schemathesis-cases` is for a long search.
    """
    parser.addoption(
        "--write-golden",
        action="store_true",
        help="write tests/golden again; look at the difference",
    )
    parser.addoption(
        "--schemathesis-cases",
        type=int,
        default=0,
        help="how many requests schemathesis sends at least, in all phases (servers/)",
    )
    parser.addoption(
        "--store",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="the store of tests of the services and the web; some need a file of SQLite",
    )


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """A file of tests goes with the feature whose folder it is in, and with those of its NEEDS
    (tests/README.md).
    """
    if not collection_path.name.startswith("test_"):
        return None
    needs = re.search(r"^NEEDS = \(([^)]*)\)", collection_path.read_text(encoding="utf-8"), re.M)
    names = {*re.findall(r"\w+", needs[1])} if needs else set()
    if _FEATURES in collection_path.parents:
        names.add(collection_path.relative_to(_FEATURES).parts[0])
    return True if names - {*SHIPPED} else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of features that were deleted, and those that the store cannot run."""
    items[:] = [
        item
        for item in items
        if {*SHIPPED}.issuperset(name for mark in item.iter_markers("needs") for name in mark.args)
    ]
    if config.getoption("--store") == "postgres":
        items[:] = [item for item in items if "sqlite_file" not in item.keywords]


def pytest_collection_finish() -> None:
    """Collect garbage less often: imported modules are never garbage, and scanning them took 20 %
    of the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 20)
    gc.enable()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server. Its folder is not one of pytest's: another run of pytest would close
    theirs to all other users, and as root PostgreSQL runs as another user.
    """
    with TemporaryDirectory() as folder, postgres(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def _store_under_test(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--store") == "postgres":
        store_under_test.use(request.getfixturevalue("postgres_server"))


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))],
)
def store_url(request: pytest.FixtureRequest) -> StoreUrl:
    """The URL of the store of a folder, for a test that runs on every kind of store."""
    if request.param == "sqlite":
        return lambda folder: f"sqlite:///{folder}/store.db"
    server: Postgres = request.getfixturevalue("postgres_server")
    return functools.cache(lambda _: server.new_database())


@pytest.fixture(scope="session")
def data() -> Path:
    """The shipped data folder."""
    return DATA


@pytest.fixture(scope="session")
def loaded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped data; not to be written to. All workers have the same one, since
    they share what was published from it.
    """

    def make(folder: Path) -> None:
        folder.mkdir()
        open_directory(Settings(database_url=f"sqlite:///{folder}/directory.db"), now).prepare()

    path = tmp_path_factory.mktemp("loaded") / "directory.db"
    shutil.copy(made_once(tmp_path_factory, "shipped", make) / path.name, path)
    return path


@pytest.fixture(scope="session")
def directory(loaded_database: Path) -> Directory:
    """The directory with the shipped data, for reading."""
    settings = Settings(database_url=f"sqlite:///{loaded_database}", rate_limit="")
    directory = open_directory(settings, now)
    directory.prepare()
    return directory


@pytest.fixture(scope="session")
def few_places(directory: Directory) -> Sequence[Place]:
    """Some of the shipped postcodes, 1000 among them."""
    return directory.live.snapshot.gazetteer.places("BE")[::100]


@pytest.fixture(scope="session")
def edition(directory: Directory) -> Edition:
    """The edition of the shipped data that the app answers from."""
    return directory.editions(lambda: EXAMPLES_AT).current()


@pytest.fixture(scope="session")
def app(directory: Directory) -> Application:
    """The app with the shipped data, without a rate limit, on a Tuesday at 11:00 in Brussels."""
    return create_app(directory, now=lambda: EXAMPLES_AT)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app."""
    return app.test_client()


@pytest.fixture
def api(app: Flask) -> ApiClient:
    """A client that checks every answer against openapi.yaml."""
    return ApiClient(app)


@pytest.fixture
def run_without_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Run commands for a store that does not exist yet."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{tmp_path}/cli.db")
    return command


@pytest.fixture
def run_command(run_without_store: RunCommand, loaded_database: Path, tmp_path: Path) -> RunCommand:
    """Run commands on a new store with the shipped data."""
    shutil.copy(loaded_database, tmp_path / "cli.db")
    return run_without_store


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """A new app with maintainers' tokens, without review."""
    return create_maintainer_app(tmp_path)


@pytest.fixture
def bundle(client: FlaskClient) -> Any:
    """The bundle of Belgium with its postcodes, to change."""
    return bundle_with_postcodes(client)


@pytest.fixture(scope="module")
def shipped_records(data: Path) -> dict[str, Any]:
    """The shipped centres.json as parsed; copied by who changes it."""
    records: dict[str, Any] = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    return records


@pytest.fixture(scope="module")
def gazetteer(directory: Directory) -> Gazetteer:
    """The gazetteer of the shipped data, which has Belgium."""
    return directory.live.snapshot.gazetteer


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """A directory of many made-up centres, a fifth of which are closed for good."""
    return directory_of(
        tmp_path_factory.mktemp("made-up"), [varied(number) for number in range(COUNT)]
    )


@pytest.fixture(scope="module")
def many(made_up: Directory) -> FlaskClient:
    """A client of the directory of many made-up centres."""
    return create_app(made_up).test_client()


@pytest.fixture
def open_store(store_url: StoreUrl) -> OpenStore:
    """How to open the store of the suite that runs on every kind of store."""
    return lambda folder: stores_at(store_url(folder)).store


@pytest.fixture
def store(open_store: OpenStore, tmp_path: Path) -> Store:
    """An empty store of that suite, migrated."""
    store = open_store(tmp_path)
    store.create()
    return store


@pytest.fixture
def write_side(tmp_path: Path) -> "WriteSide":
    """The three shipped centres, without review."""
    from tests.support.write_side import create_write_side  # it imports features

    return create_write_side(tmp_path / "directory.db")


@pytest.fixture
def files(tmp_path: Path, loaded_database: Path) -> Files:
    """A store and its last good snapshot, after an edit that hid an address."""
    return create_files(tmp_path, loaded_database)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no DIRECTORY_* variable of the machine they run on, and use their own data."""
    for name in [name for name in os.environ if name.startswith("DIRECTORY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIRECTORY_DATA", str(DATA))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a skipped test file is a failure; pytest-xdist counts only skipped tests."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped; in CI every test has to run"
    return report
