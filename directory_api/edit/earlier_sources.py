"""The sources that records cited at an earlier revision, which may have been removed since."""

from collections.abc import Iterable

from directory_api.change.directory import named_sources
from directory_api.record.record_value import Record
from directory_api.store.sql.store import Store


def sources_at(store: Store, revision: int, records: Iterable[Record]) -> list[Record]:
    """Return the sources of the directory at a revision that records cite."""
    cited = {source for record in records for _, source in named_sources(record)}
    past = range(1, revision + 1)
    return [
        source
        for header in store.history("directory", "directory", most=1, revisions=past)
        for source in (header.change.after or {}).get("sources", ())
        if source["id"] in cited
    ]
