"""Links by which a centre answers for its own record: make, open, use and revoke them.

The code of a link is its id and a secret of 256 random bits, of which only the SHA-256 is stored,
as of a maintainer's token (ADR 17). A link is a record of the kind LINK. It is used up in the
transaction that writes what it is used for.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hmac import compare_digest

from directory_api.bootstrap import Directory
from directory_api.change.change import Contents
from directory_api.edit.editor import Edit, FeatureRecords, VersionedRecord
from directory_api.features.desk.call_round.asked import Said, noted
from directory_api.features.desk.one_time_link import OneTimeLink
from directory_api.record.record_value import RecordValue
from directory_api.record.token import Actor
from directory_api.store.digests import checksum
from directory_api.store.state import StoreState
from directory_api.text.errors import CentreNotFound, HelplineNotFound
from directory_api.text.message import Message
from directory_api.text.named import Day

LINK = "link"
DAYS, MOST_DAYS = 14, 60
# The key of an answer that is about no part.
ELSE = "else"
OPEN = Message("open")
# As long as the name of a person who confirms a record (record/schemas.py).
_MOST_NAME = 80
_CODE = re.compile(r"([0-9a-f]{8})\.([A-Za-z0-9_-]{43})", re.ASCII)


class LinkEnded(Exception):
    """The link was used or revoked, has ended, or never existed."""

    def __init__(self) -> None:
        super().__init__("the link does not work")


@dataclass(frozen=True, slots=True)
class Link(RecordValue):
    """A link for one record. `maker` is the id of the actor who made it, and `by` the name.

    It can be used up to the day `until`.
    """

    id: str
    kind: str
    record: str
    maker: str
    by: str
    made: date
    until: date
    sha256: str
    used: date | None = None
    revoked: date | None = None

    @property
    def centre(self) -> Actor:
        """Who answers, as the history names it."""
        name = str(Message("the centre, by a link made by {written}", written=self.by))
        # A name must not end with a space.
        return Actor(f"link:{self.id}", name[:_MOST_NAME].rstrip(), ())


class Links:
    """The links of a directory. Every method raises StoreUnavailable."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._store = directory.writer.store

    def make(self, actor: Actor, kind: str, identity: str, days: int) -> tuple[str, Link]:
        """Return the code of a new link, which is never shown again, and the link."""
        today = self.today()
        until = today + timedelta(days=days)
        secret, one_time = OneTimeLink.new(actor.id, self._end(until))
        link = Link(
            secrets.token_hex(4),
            kind,
            identity,
            actor.id,
            actor.name,
            today,
            until,
            one_time.sha256,
        )
        new = FeatureRecords(((LINK, link.id),), lambda _: {LINK: {link.id: link.to_record()}})
        self._directory.editor.write_feature_records(
            actor, str(Message("made a link for the centre")), new
        )
        return f"{link.id}.{secret}", link

    def open(self, code: str) -> tuple[Link, VersionedRecord]:
        """Return the link of a code that can be used, and its record. Raises LinkEnded."""
        parts = _CODE.fullmatch(code)
        if not parts:
            raise LinkEnded
        link = self._link(self._store.records(), parts[1])
        if not compare_digest(link.sha256, checksum(parts[2])):
            raise LinkEnded
        self._check_open(link)
        try:
            return link, self._directory.editor.stored(link.kind, link.record)
        except (CentreNotFound, HelplineNotFound):
            raise LinkEnded from None

    def confirm(self, link: Link, version: str) -> None:
        """Confirm the record at a version, and use the link up. Raises LinkEnded, StaleRecord."""
        edit = Edit(
            link.centre,
            link.kind,
            link.record,
            str(Message("confirmed by the centre itself")),
            frozenset({version}),
        )
        how = str(Message("by a link that was sent to the centre"))
        self._directory.editor.verify(edit, how, self._link_records(link.id, self._used))

    def tell(self, link: Link, answers: Mapping[str, str]) -> None:
        """Keep what is different for a maintainer, by the key of its part, and use the link up.

        Raises LinkEnded.
        """
        used = self._link_records(link.id, self._used)
        said = Said(self.today(), link.centre.name, answers)
        told = noted(link.kind, link.record, said=said)
        self._directory.editor.write_feature_records(
            link.centre,
            str(Message("the centre says that something is different")),
            FeatureRecords(
                (*used.keys, *told.keys),
                lambda state: {**used.contents(state), **told.contents(state)},
            ),
        )

    def revoke(self, actor: Actor, identity: str) -> None:
        """End a link. Raises LinkEnded if there is none with this id."""
        revoked = self._link_records(identity, lambda link: replace(link, revoked=self.today()))
        self._directory.editor.write_feature_records(
            actor, str(Message("revoked the link")), revoked
        )

    def states(self) -> list[tuple[Link, str]]:
        """Return all links, the newest first, and the state of each: used, revoked, ended or
        open.
        """
        valid = self._directory.tokens.valid_actors()
        stored = self._store.records().contents.get(LINK, {})
        links = map(Link.from_record, stored.values())
        newest = sorted(links, key=lambda link: (link.made, link.id), reverse=True)
        return [(link, self._state(link, valid)) for link in newest]

    def _used(self, link: Link) -> Link:
        self._check_open(link)
        return replace(link, used=self.today())

    def _check_open(self, link: Link) -> None:
        if self._state(link, self._directory.tokens.valid_actors()) != OPEN:
            raise LinkEnded

    def _state(self, link: Link, valid: frozenset[str]) -> str:
        """Return the state of a link; `valid` are the actors whose tokens are valid."""
        if link.used:
            return Message("used on {day}", day=Day(link.used.isoformat()))
        if link.revoked:
            return Message("revoked on {day}", day=Day(link.revoked.isoformat()))
        one_time = OneTimeLink(link.maker, self._end(link.until), link.sha256)
        return OPEN if one_time.is_open(self._directory.clock(), valid) else Message("ended")

    def _link(self, state: StoreState, identity: str) -> Link:
        record = state.contents.get(LINK, {}).get(identity)
        if record is None:
            raise LinkEnded
        return Link.from_record(record)

    def _link_records(self, identity: str, change: Callable[[Link], Link]) -> FeatureRecords:
        def contents(state: StoreState) -> Contents:
            return {LINK: {identity: change(self._link(state, identity)).to_record()}}

        return FeatureRecords(((LINK, identity),), contents)

    def today(self) -> date:
        """Return the day in the time zone of the directory."""
        return self._directory.today()

    def _end(self, until: date) -> datetime:
        """Return the end of a day in that time zone."""
        return datetime.combine(until + timedelta(days=1), time(), self._directory.zone)
