"""Changes for a device that has a bundle (docs/sync.md). The same revision and day give the same
bytes.
"""

from bisect import bisect_right
from typing import Any

from orjson import Fragment

from directory_api.answer.as_json import dump
from directory_api.change.public_history import ChangedRecord
from directory_api.features.device.as_bundle import (
    FORMAT,
    centre,
    changes_since,
    helpline,
    moment,
    sources,
)
from directory_api.features.device.offline import Journal, check_size

# Changes of these kinds cannot be applied to a bundle: their public kind, and what the client has
# to fetch again.
_FETCHED = {
    "boundary": ("boundary", "/v1/bundle.json"),
    "table": ("postcodes", "/v1/bundle/{}.json"),
}


class ChangePieces:
    """The cached JSON parts of one journal, from which responses are built. `prefix` is the path
    below which everything is.
    """

    def __init__(self, journal: Journal, prefix: str = "") -> None:
        self._journal = journal
        self._prefix = prefix
        self._pieces: dict[ChangedRecord, Fragment] = {}
        head = {
            "format": FORMAT,
            "revision": str(journal.revision),
            "link": journal.link,
            "store": journal.store,
            "made": moment(journal.timetable.since),
            "until": moment(journal.timetable.until),
            "countries": list(journal.covered),
            "next": changes_since(journal.revision, journal.link, journal.store, prefix),
            "helplines": list(map(helpline, journal.helplines)),
            "sources": sources(journal.sources),
        }
        self._head = {name: Fragment(dump(value)) for name, value in head.items()}

    def count(self, revision: int) -> int:
        """Return how many records changed after the revision."""
        return len(self._journal.touched) - self._place(revision)

    def since(self, revision: int) -> bytes:
        """Return the response of /v1/changes: the current state of each record that changed after
        the revision. Raises DirectoryTooLarge.
        """
        check_size(self.count(revision))
        changes = list(map(self._piece, self._journal.touched[self._place(revision) :]))
        return dump({"from": str(revision), **self._head, "changes": changes})

    def _place(self, revision: int) -> int:
        return bisect_right(self._journal.touched, revision, key=lambda each: each.revision)

    def _piece(self, touched: ChangedRecord) -> Fragment:
        # Made when it is first needed: most devices ask for the last few changes.
        piece = self._pieces.get(touched)
        if piece is None:
            piece = Fragment(dump(_entry(self._journal, touched, self._prefix)))
            self._pieces[touched] = piece
        return piece


def _entry(journal: Journal, touched: ChangedRecord, prefix: str) -> dict[str, Any]:
    kind, href = _FETCHED.get(touched.kind, (touched.kind, ""))
    entry = {"kind": kind, "id": touched.id, "revision": str(touched.revision)}
    if href:
        return {**entry, "href": f"{prefix}{href}".format(touched.id)}
    record = _record(journal, touched)
    # The member is named after the kind: a union of two schemas in one member is what generated
    # clients in Kotlin and Swift cannot read.
    return {**entry, touched.kind: record} if record else {**entry, "gone": True}


def _record(journal: Journal, touched: ChangedRecord) -> dict[str, Any] | None:
    if touched.kind == "centre":
        published = journal.centres.get(touched.id)
        if published is None or published.status == "closed":
            return None
        return centre(published.centre, journal.timetable, journal.fresh_days)
    return next((helpline(line) for line in journal.helplines if line.id == touched.id), None)
