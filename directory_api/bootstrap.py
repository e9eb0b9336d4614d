"""Builds the services from the settings. The only module that knows all lower layers."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from directory_api.config import Settings, shipped
from directory_api.domain.errors import StoreUnavailable
from directory_api.services.editions import LiveSnapshot
from directory_api.services.editor import Editor
from directory_api.services.exporter import Exporter
from directory_api.services.finder import Finder
from directory_api.services.importer import Importer
from directory_api.services.last_good import LastGoodSnapshot
from directory_api.services.maintenance import Maintenance
from directory_api.services.overview import Overview
from directory_api.services.proposals import Proposals
from directory_api.services.seed import SeedData
from directory_api.services.tokens import Tokens
from directory_api.services.writer import Writer
from directory_api.storage.sqlite.maintenance import SqliteMaintenance
from directory_api.storage.sqlite.store import SqliteAccess, SqliteStore


@dataclass(frozen=True, slots=True)
class Directory:
    """The services that the web application and the commands use."""

    settings: Settings
    finder: Finder
    editor: Editor
    importer: Importer
    exporter: Exporter
    overview: Overview
    proposals: Proposals
    shipped: SeedData
    tokens: Tokens
    maintenance: Maintenance
    live: LiveSnapshot
    path: Path

    def exists(self) -> bool:
        """Return whether a store exists, in any state."""
        return self.shipped.exists()

    def prepare(self) -> bool:
        """Create a missing store, load the seed data if it never had any, and load the snapshot.

        Returns whether the store was created. Only for the start of commands that may create a
        store. Raises StoreUnavailable and the errors of SeedData.load.
        """
        created = self.shipped.prepare()
        self._load()
        return created

    def open(self) -> None:
        """Migrate an existing store and load its snapshot; never create a store or load seed data.

        Raises StoreMissing if there is no store, and StoreUnavailable.
        """
        self.shipped.migrate()
        self._load()

    def _load(self) -> None:
        self.live.refresh()
        # A command never works with the last good snapshot in silence; a server goes on with it.
        if not self.live.ready or self.live.is_last_good:
            raise StoreUnavailable(self.live.degraded)


def open_directory(settings: Settings) -> Directory:
    """Build all services; nothing is opened, read or started yet."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    with suppress(
        FileNotFoundError
    ):  # the working directory was deleted; opening the store says so
        path = path.absolute()
    data = shipped("data")
    store = SqliteStore(path)
    last_good = LastGoodSnapshot(Path(settings.snapshot or f"{path}.last-good.json"))
    live = LiveSnapshot(store, last_good)
    clock = partial(datetime.now, UTC)
    tokens = Tokens(SqliteAccess(path), clock)
    writer = Writer(store, live, clock, partial(tokens.review_required, settings.second_look))
    return Directory(
        settings=settings,
        finder=Finder(live, settings.country, data / "centres.json", settings.fresh_days),
        editor=Editor(writer),
        importer=Importer(writer, data),
        exporter=Exporter(writer, settings.fresh_days),
        overview=Overview(writer),
        proposals=Proposals(writer),
        shipped=SeedData(writer, data),
        tokens=tokens,
        maintenance=Maintenance(SqliteMaintenance(path), last_good, clock),
        live=live,
        path=path,
    )
