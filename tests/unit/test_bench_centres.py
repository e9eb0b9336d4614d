"""The synthetic centres of the benchmark."""

from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.change.directory import read_records
from directory_api.config import Settings
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.search.query import Filters
from tools.bench import centres

NEEDS = ("operations",)


def test_the_records_are_valid_and_clearly_synthetic() -> None:
    """They pass the schema, and their addresses and countries belong to no one."""
    records = read_records(centres.document(300))
    assert len(records.centres) == 300
    assert {centre.address.country for centre in records.centres} == set(centres.COUNTRIES)
    assert all("example.org" in f"{centre.email} {centre.website}" for centre in records.centres)
    assert all(centre.id.startswith("synthetic-") for centre in records.centres)


def test_a_store_of_the_benchmark_is_whole_and_has_so_many_centres(tmp_path: Path) -> None:
    """It is as an import would have written it: the store finds no damage."""
    database = tmp_path / "directory.db"
    centres.write_store(database, 40)
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    directory.open()
    assert len(directory.live.snapshot.centres) == 40
    assert maintenance_of(directory).check() == ()
    assert directory.live.snapshot.page(Filters(), "synthetic", None, 50).total > 0
