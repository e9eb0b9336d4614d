"""Builds the services from the settings. The only module that knows all lower layers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from directory_api.config import Settings, SettingsInvalid, data_folder
from directory_api.countries.known import folders, home_of, part
from directory_api.edit.editor import Editor
from directory_api.edit.proposal_review import Proposals
from directory_api.edit.rollback import Rollback
from directory_api.edit.second_person import review_required
from directory_api.edit.seed import SeedData
from directory_api.edit.tokens import Tokens
from directory_api.edit.writer import Writer
from directory_api.files.country_file import checked_file
from directory_api.files.neighbours import read_neighbours
from directory_api.left_out import leave_out
from directory_api.live.editions import EditionCache, utc_now
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.record.plausibility import timezones
from directory_api.store.stores import Stores, stores_at
from directory_api.text.errors import StoreUnavailable

# Read once in a process, as countries are: the tables take 50 ms, which each application that is
# made again would take, too.
_neighbours = cache(read_neighbours)


@dataclass(frozen=True, slots=True)
class Directory:
    """The services that the web application and the commands use."""

    settings: Settings
    editor: Editor
    rollback: Rollback
    seed_data: SeedData
    tokens: Tokens
    live: LiveSnapshot
    # From these a feature builds services of its own.
    writer: Writer
    proposals: Proposals
    stores: Stores
    # Returns the time in UTC.
    clock: Callable[[], datetime]
    # The time zone of the directory's own country, in which maintainers read days and times.
    zone: ZoneInfo
    # The folder of the countries and of the records of the first load.
    data: Path

    @property
    def place(self) -> str:
        """Where the store is, for messages."""
        return self.stores.place

    @property
    def home(self) -> str:
        """The directory's own country (ISO 3166-1)."""
        return self.settings.country or home_of(self.data)

    def today(self) -> date:
        """Return the day in the time zone of the directory's own country."""
        return self.clock().astimezone(self.zone).date()

    @property
    def file(self) -> Path | None:
        """The file of the store, if it is one."""
        return self.stores.file

    @property
    def is_read_only(self) -> bool:
        """Whether this process never writes."""
        return self.stores.writes is None

    def editions(self, now: Callable[[], datetime], *, timeless: bool = False) -> EditionCache:
        """Return the editions of what is in force, which answer every read; see EditionCache."""
        return EditionCache(
            self.live,
            _neighbours(self.data),
            self.home,
            self.data / "centres.json",
            self.settings.fresh_days,
            now,
            timeless=timeless,
        )

    def prepare(self) -> bool:
        """Create a missing store, load the seed data if it never had any, and load the snapshot.

        Returns whether the store had no records. Only for the command that creates a store; a
        server never does. Raises StoreUnavailable and the errors of SeedData.load.
        """
        had_none = self.seed_data.prepare()
        self._load()
        return had_none

    def open(self) -> None:
        """Migrate an existing store and load its snapshot; never create a store or load seed data.

        Raises StoreMissing if there is no store, and StoreUnavailable.
        """
        self.writer.store.migrate()
        self._load()

    def open_to_serve(self) -> str | None:
        """Open an existing store, as a server does. One that cannot be read is no error: the last
        good snapshot is in force then, if there is one, and the cause is returned.

        Raises SettingsInvalid if the store has postcodes, and none of the directory's own country:
        it was loaded from another folder than the one whose numbers and formats would be used.
        """
        # Not `prepare`: if the store was lost, that would create one with the shipped records,
        # whose numbers may be older.
        try:
            self.open()
        except StoreUnavailable as error:
            cause = self.live.cause(error)
            self.live.fall_back(cause)
            return cause
        countries = self.live.snapshot.gazetteer.sizes
        if countries and self.home not in countries:
            raise SettingsInvalid(
                [
                    f"{self.place}: has the postcodes of {', '.join(countries)}, and not of "
                    f"{self.home}. Set DIRECTORY_DATA to the folder that it was loaded from, or "
                    "DIRECTORY_COUNTRY to one of these"
                ]
            )
        return None

    def _load(self) -> None:
        self.live.refresh()
        # A command never works with the last good snapshot in silence; a server goes on with it.
        health = self.live.health
        if not self.live.ready or health.is_last_good:
            raise StoreUnavailable(health.fault)


def open_directory(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Directory:
    """Build all services; nothing is opened or started yet. A country whose file has faults is left
    out. `clock` returns the current time in UTC.
    """
    stores = stores_at(settings.database_url, read_only=settings.read_only == "on")
    data = data_folder()
    for folder in folders(data):
        if faults := checked_file(folder).faults:
            leave_out(part(folder), "; ".join(faults))
    last_good = LastGoodSnapshot(Path(settings.snapshot or f"{stores.base_path}.last-good.json"))
    live = LiveSnapshot(stores.store, last_good, stores.writes)
    zone = ZoneInfo(next(iter(timezones(settings.country or home_of(data))), "UTC"))
    tokens = Tokens(stores.access, clock, zone)

    def is_reviewed() -> bool:
        return review_required(settings.review, tokens.list())

    writer = Writer(stores.store, live, clock, is_reviewed)

    return Directory(
        settings=settings,
        editor=Editor(writer),
        rollback=Rollback(writer),
        seed_data=SeedData(writer, data),
        tokens=tokens,
        live=live,
        writer=writer,
        proposals=Proposals(writer),
        stores=stores,
        clock=clock,
        zone=zone,
        data=data,
    )
