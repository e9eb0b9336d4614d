"""What has changed, for a device that holds a bundle (docs/sync.md). The same revision and day give the same bytes."""

from typing import Any

from directory_api.domain.changes.public_history import Touched
from directory_api.domain.offline import Journal
from directory_api.formats.as_bundle import centre, changes_since, helpline, moment
from directory_api.formats.as_json import dump

# What changes there cannot be applied to a bundle: it has to be fetched anew.
_FETCHED = {"boundary": ("boundary", "/v1/bundle.json"), "table": ("postcodes", "/v1/bundle/{}.json")}


class ChangePieces:
    """The finished pieces of one journal, of which an answer is put together."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._pieces = [(touched.revision, dump(_entry(journal, touched))) for touched in journal.touched]
        head = {
            "revision": str(journal.revision),
            "store": journal.store,
            "made": moment(journal.timetable.since),
            "until": moment(journal.timetable.until),
            "countries": list(journal.covered),
            "next": changes_since(journal.revision, journal.store),
            "helplines": list(map(helpline, journal.helplines)),
        }
        self._head = dump(head).removeprefix(b"{").removesuffix(b"}")

    def since(self, revision: int) -> bytes:
        """The answer to /v1/changes: the present state of each record that was touched after the revision."""
        pieces = b",".join(piece for touched, piece in self._pieces if touched > revision)
        return b'{"from":"%d",%s,"changes":[%s]}' % (revision, self._head, pieces)


def _entry(journal: Journal, touched: Touched) -> dict[str, Any]:
    kind, href = _FETCHED.get(touched.kind, (touched.kind, ""))
    entry = {"kind": kind, "id": touched.id, "revision": str(touched.revision)}
    if href:
        return {**entry, "href": href.format(touched.id)}
    record = _record(journal, touched)
    return {**entry, "record": record} if record else {**entry, "gone": True}


def _record(journal: Journal, touched: Touched) -> dict[str, Any] | None:
    if touched.kind == "centre":
        found = journal.centres.get(touched.id)
        return centre(found, journal.timetable, journal.fresh_days) if found else None
    return next((helpline(line) for line in journal.helplines if line.id == touched.id), None)
