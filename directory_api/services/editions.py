"""The current edition: a snapshot and its cached JSON parts, until a centre opens or closes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from directory_api.domain.hours import Opening
from directory_api.domain.model.centre import Centre
from directory_api.formats import as_json
from directory_api.formats.answer import JsonPieces
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder

MAX_AGE_SECONDS = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """A snapshot, the JSON parts made from it, and the period for which they are valid (UTC)."""

    snapshot: Snapshot
    pieces: JsonPieces
    since: datetime
    until: datetime


class EditionCache:
    """Caches the current edition. Builds a new one for each revision, each day, and each time that
    a centre opens or closes.
    """

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._made: Edition | None = None

    def current(self) -> Edition:
        """Return the current edition. Raises NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        made = self._made
        if made is None or made.snapshot is not snapshot or not made.since <= now < made.until:
            made = self._made = self._make(snapshot, now)
        return made

    def opening(self, asked: datetime | str | None, edition: Edition) -> Opening | None:
        """Return which centres are open at the requested time: a datetime, `now`, or None for no
        such filter.
        """
        if asked is None:
            return None
        # Use the edition's time, so that a centre that is found as open is also shown as open.
        moment = asked if isinstance(asked, datetime) else edition.since
        return self._finder.opening(edition.snapshot, edition.since, moment)

    def max_age(self, edition: Edition) -> int:
        """Return for how many seconds a response of the edition may be cached: at most until a
        centre opens or closes.
        """
        return max(0, min(MAX_AGE_SECONDS, int((edition.until - self._now()).total_seconds())))

    def _make(self, snapshot: Snapshot, now: datetime) -> Edition:
        timetable = self._finder.timetable(snapshot, now)
        pieces = JsonPieces(
            snapshot.helplines, snapshot.attributions, self._finder.fresh_days, timetable, now
        )
        midnight = timetable.since + _DAY
        return Edition(
            snapshot,
            pieces,
            now,
            min(midnight, timetable.next_change(snapshot.centres, now) or midnight),
        )

    def tag(self, kind: str, record: Mapping[str, Any], revision: int) -> str:
        """Return the ETag that maintainers send in If-Match: the ETag of the public response, which
        begins with the revision.

        The public response of a centre with a hidden address does not contain the whole record, so
        the revision alone is the ETag.
        """
        if kind != "centre":
            return tag(as_json.dump(record), revision)
        if record["address_visibility"] != "public":
            return str(revision)
        pieces = self.current().pieces
        return tag(pieces.alone(pieces.fresh_centre(Centre.from_record(record))), revision)


def tag(body: bytes, revision: int | None = None) -> str:
    """Return the ETag of a body. For a single record it begins with the revision that wrote the
    record, which is the part that conditional writes compare.
    """
    digest = hashlib.sha256(body).hexdigest()[:32]
    return digest if revision is None else f"{revision}-{digest}"
