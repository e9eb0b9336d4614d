"""Links by which a centre answers for its own record: make, open, use and revoke them.

The code of a link is its id and a secret of 256 random bits, of which only the SHA-256 is stored,
as of a maintainer's token (ADR 17). A link is a record of the kind LINK. It is used up in the
transaction that writes what it is used for.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hmac import compare_digest

from directory_api.bootstrap import Directory
from directory_api.change.change import Contents, document
from directory_api.edit.editor import Beside, Edit, StoredRecord
from directory_api.edit.one_time_link import OneTimeLink
from directory_api.edit.writer import ChangeRequest
from directory_api.record.records import Value, empty_mapping
from directory_api.record.token import Actor
from directory_api.store.digests import checksum
from directory_api.store.state import StoreState
from directory_api.text.errors import CentreNotFound, HelplineNotFound
from directory_api.text.message import Message
from directory_api.text.named import Day

LINK = "link"
DAYS, MOST_DAYS = 14, 60
OPEN = Message("open")
# As long as the name of a person who confirms a record (record/schemas.py).
_MOST_NAME = 80
_CODE = re.compile(r"([0-9a-f]{8})\.([A-Za-z0-9_-]{43})", re.ASCII)


class LinkEnded(Exception):
    """The link was used or revoked, has ended, or never existed. With `is_guess`, the secret was
    wrong.
    """

    def __init__(self, *, is_guess: bool = False) -> None:
        super().__init__("the link does not work")
        self.is_guess = is_guess


@dataclass(frozen=True, slots=True)
class Link(Value):
    """A link for one record. `maker` is the id of the actor who made it, and `by` the name.

    It can be used up to the day `until`. `answers` are what the centre said is different, by part,
    until the day `done`, on which a maintainer dealt with it.
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
    answers: Mapping[str, str] = field(default_factory=empty_mapping)
    done: date | None = None

    @property
    def centre(self) -> str:
        """The name of who answers, in the history."""
        return str(Message("the centre, by a link made by {written}", written=self.by))[:_MOST_NAME]

    @property
    def waits(self) -> bool:
        """Whether a maintainer has to deal with its answers."""
        return bool(self.answers) and self.done is None


class Links:
    """The links of a directory. Every method raises StoreUnavailable."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._store = directory.writer.store

    def all(self) -> list[Link]:
        """Return all links, the newest first."""
        # Each of them has this member.
        stored = self._store.mentioning(LINK, ["sha256"])
        links = (Link.from_record(each.record) for each in stored)
        return sorted(links, key=lambda link: (link.made, link.id), reverse=True)

    def make(self, actor: Actor, kind: str, identity: str, days: int) -> tuple[str, Link]:
        """Return the code of a new link, which is never shown again, and the link."""
        today = self.today()
        until = today + timedelta(days=days)
        secret, one_time = OneTimeLink.new(actor.id, _end(until))
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
        self._write(actor, str(Message("made a link for the centre")), link.id, lambda _: link)
        return f"{link.id}.{secret}", link

    def opened(self, code: str) -> tuple[Link, StoredRecord]:
        """Return the link of a code that can be used, and its record. Raises LinkEnded."""
        parts = _CODE.fullmatch(code)
        if not parts:
            raise LinkEnded(is_guess=True)
        link = self._link(self._store.excerpt([(LINK, parts[1])]), parts[1])
        if not compare_digest(link.sha256, checksum(parts[2])):
            raise LinkEnded(is_guess=True)
        self._check_open(link)
        try:
            return link, self._directory.editor.stored(link.kind, link.record)
        except (CentreNotFound, HelplineNotFound):
            raise LinkEnded from None

    def confirm(self, link: Link, version: str) -> None:
        """Confirm the record at a version, and use the link up. Raises LinkEnded, StaleRecord."""
        edit = Edit(
            Actor(f"link:{link.id}", link.centre, ()),
            link.kind,
            link.record,
            str(Message("confirmed by the centre itself")),
            frozenset({version}),
        )

        def used(state: StoreState) -> Contents:
            return {LINK: {link.id: self._used(state, link.id).to_record()}}

        self._directory.editor.verify(
            edit,
            str(Message("by a link that was sent to the centre")),
            Beside(((LINK, link.id),), used),
        )

    def tell(self, link: Link, answers: Mapping[str, str]) -> None:
        """Keep what is different for a maintainer, and use the link up. Raises LinkEnded."""
        self._write(
            Actor(f"link:{link.id}", link.centre, ()),
            str(Message("the centre says that something is different")),
            link.id,
            # Not dealt with, whatever was pressed before.
            lambda state: replace(self._used(state, link.id), answers=answers, done=None),
        )

    def revoke(self, actor: Actor, identity: str) -> None:
        """End a link. Raises LinkEnded if there is none with this id."""
        self._write(
            actor,
            str(Message("revoked the link")),
            identity,
            lambda state: replace(self._link(state, identity), revoked=self.today()),
        )

    def deal_with(self, actor: Actor, identity: str) -> None:
        """Record that the answers are dealt with. Raises LinkEnded if there is no link with this
        id.
        """
        self._write(
            actor,
            str(Message("dealt with the answer of the centre")),
            identity,
            lambda state: replace(self._link(state, identity), done=self.today()),
        )

    def states(self) -> list[tuple[Link, str]]:
        """Return all links, the newest first, and what became of each: used, revoked, ended or
        open.
        """
        valid = self._directory.tokens.valid_actors()
        return [(link, self._state(link, valid)) for link in self.all()]

    def _used(self, state: StoreState, identity: str) -> Link:
        link = self._link(state, identity)
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
        one_time = OneTimeLink(link.maker, _end(link.until), link.sha256)
        return OPEN if one_time.is_open(self._directory.clock(), valid) else Message("ended")

    def _link(self, state: StoreState, identity: str) -> Link:
        record = state.contents.get(LINK, {}).get(identity)
        if record is None:
            raise LinkEnded(is_guess=True)
        return Link.from_record(record)

    def _write(
        self, actor: Actor, reason: str, identity: str, link: Callable[[StoreState], Link]
    ) -> None:
        self._directory.writer.write(
            actor,
            reason,
            lambda state: ChangeRequest(
                document(state.contents), others={LINK: {identity: link(state).to_record()}}
            ),
            about=[(LINK, identity)],
        )

    def today(self) -> date:
        """Return the day (UTC)."""
        return self._directory.clock().date()


def _end(until: date) -> datetime:
    """Return the end of a day (UTC)."""
    return datetime.combine(until + timedelta(days=1), time(), UTC)
