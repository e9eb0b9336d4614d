"""The edition in force: a snapshot and its finished JSON, until a centre opens or closes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from directory_api.domain.hours.timetable import Opening
from directory_api.domain.model.centre import Centre
from directory_api.formats import as_json
from directory_api.formats.answer import JsonPieces
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder

MAX_AGE_SECONDS = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """A snapshot and its finished JSON pieces, which belong together, and the time for which they hold (UTC)."""

    snapshot: Snapshot
    pieces: JsonPieces
    since: datetime
    until: datetime


class Writer:
    """The edition in force; made anew for each revision, each day, and each time a centre opens or closes."""

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._made: Edition | None = None

    def current(self) -> Edition:
        """The edition of this moment. Raises NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        made = self._made
        if made is None or made.snapshot is not snapshot or not made.since <= now < made.until:
            made = self._made = self._make(snapshot, now)
        return made

    def opening(self, asked: datetime | str | None, edition: Edition) -> Opening | None:
        """Which centres are open at the moment that was asked for: a time, `now`, or none."""
        if asked is None:
            return None
        # The edition's own moment, so that a centre found as open says so of itself.
        moment = asked if isinstance(asked, datetime) else edition.since
        return self._finder.opening(edition.snapshot, edition.since, moment)

    def max_age(self, edition: Edition) -> int:
        """For how many seconds an answer of the edition may be kept: at most until a centre opens or closes."""
        return max(0, min(MAX_AGE_SECONDS, int((edition.until - self._now()).total_seconds())))

    def _make(self, snapshot: Snapshot, now: datetime) -> Edition:
        timetable = self._finder.timetable(snapshot, now)
        pieces = JsonPieces(snapshot.helplines, snapshot.attributions, self._finder.fresh_days, timetable, now)
        midnight = timetable.since + _DAY
        return Edition(snapshot, pieces, now, min(midnight, timetable.next_change(snapshot.centres, now) or midnight))

    def tag(self, kind: str, record: Mapping[str, Any], revision: int) -> str:
        """The ETag that maintainers send in If-Match: that of the public answer, which begins with the revision.

        Of a centre whose address nobody may see the public answer is not the record, and so not its version either.
        """
        if kind != "centre":
            return tag(as_json.dump(record), revision)
        if record["address_visibility"] != "public":
            return str(revision)
        pieces = self.current().pieces
        return tag(pieces.alone(pieces.fresh_centre(Centre.from_record(record))), revision)


def tag(body: bytes, revision: int | None = None) -> str:
    """The ETag of a body; of one record, behind the revision that wrote it, which is what a write is about."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return digest if revision is None else f"{revision}-{digest}"
