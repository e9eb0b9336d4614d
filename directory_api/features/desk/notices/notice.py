"""What needs attention at a moment, and on which days something will."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from directory_api.change.proposal import Proposal
from directory_api.edit.tokens import is_valid
from directory_api.features.desk.notices.links import links
from directory_api.record.records import Centre, Helpline, due_on, freshness
from directory_api.record.token import Token
from directory_api.search.snapshot import Snapshot

# A digest comes each week, so it names each proposal and each token once before it ends.
_PROPOSAL_ENDS = timedelta(days=7)
_TOKEN_ENDS = timedelta(days=14)
# One missed daily backup may be a restart of the machine, two are a fault.
_BACKUP_OLD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that needs attention, in no words of a record.

    `kind` is a key of the words in locale/. `about` is what it is about, as the path of its page
    below /admin, or empty; `member` the member of a record that it is about. `since` is a day in
    UTC, None if it is not known. `is_urgent` says that what is public is wrong, or may be.
    """

    kind: str
    about: str = ""
    since: date | None = None
    is_urgent: bool = False
    member: str = ""

    @property
    def key(self) -> str:
        """What tells the notice from others, as long as it lasts."""
        return "/".join(filter(None, (self.kind, self.about, self.member)))


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that notices are computed from. `now` is in UTC.

    `dead` are addresses of web sites and mail that do not answer, with the first day of that.
    `newest_backup` is when the newest backup was written (UTC), None if there is none; only if
    `knows_backups`.
    """

    snapshot: Snapshot
    fresh_days: int
    now: datetime
    proposals: Sequence[Proposal] = ()
    tokens: Sequence[Token] = ()
    dead: Mapping[str, date] = field(default_factory=dict)
    knows_backups: bool = False
    newest_backup: datetime | None = None

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    def notices(self) -> tuple[Notice, ...]:
        """Return what needs attention: what is urgent first, then by kind."""
        # Reading a centre takes 25 microseconds, so each is read once.
        of_records = (
            notice for path, record in self._records() for notice in self._of(path, record)
        )
        found = (
            *of_records,
            *self._none_active(),
            *self._proposals(),
            *self._tokens(),
            *self._backups(),
        )
        return tuple(sorted(found, key=lambda each: (not each.is_urgent, each.key)))

    def days(self) -> Iterator[tuple[str, str, date]]:
        """Yield the days of a calendar: a kind, what it is about, and the day, today if it has
        passed: confirm a record, ask whether a centre is open again, a token ends.
        """
        for path, record in self._records():
            if record.needs_confirmation:
                fresh = record.verified if self._word(record) == "fresh" else None
                yield "confirm", path, due_on(fresh, self.fresh_days) if fresh else self.today
            if isinstance(record, Centre) and record.closed_until:
                yield "reopen", path, max(_after(record.closed_until), self.today)
        for token in self._valid_tokens():
            yield "token-end", f"tokens/{token.id}", token.expires

    def _records(self) -> Iterator[tuple[str, Centre | Helpline]]:
        yield from ((f"centres/{each.id}", each) for each in self.snapshot.listed)
        yield from ((f"helplines/{each.id}", each) for each in self.snapshot.helplines)

    def _word(self, record: Centre | Helpline) -> str:
        return freshness(record.verified, self.today, self.fresh_days)

    def _changed(self, record: Centre | Helpline) -> date | None:
        kind = "centre" if isinstance(record, Centre) else "helpline"
        at = self.snapshot.changed_at(kind, record.id)
        return at.astimezone(UTC).date() if at else None

    def _of(self, path: str, record: Centre | Helpline) -> Iterator[Notice]:
        if record.needs_confirmation:
            yield from self._freshness(path, record)
        for member, address in links(record):
            if address in self.dead:
                yield Notice("dead-link", path, self.dead[address], is_urgent=True, member=member)
        if not isinstance(record, Centre):
            return
        for entry in record.contested:
            is_urgent = entry.member in record.contact
            yield Notice("contested", path, self._changed(record), is_urgent, entry.member)
        if record.closed_until and record.closed_until < self.today:
            yield Notice("closure-over", path, _after(record.closed_until), is_urgent=True)

    def _freshness(self, path: str, record: Centre | Helpline) -> Iterator[Notice]:
        word, verified = self._word(record), record.verified
        if word == "stale" and verified:
            yield Notice(word, path, due_on(verified, 2 * self.fresh_days))
        elif word == "due" and verified and not verified.changed_since:
            yield Notice(word, path, due_on(verified, self.fresh_days))
        elif word != "fresh":
            yield Notice(word, path, self._changed(record))

    def _none_active(self) -> Iterator[Notice]:
        if not any(each.is_active for each in self.snapshot.listed.published):
            changed = filter(None, map(self._changed, self.snapshot.centres))
            yield Notice("none-active", since=max(changed, default=None), is_urgent=True)

    def _proposals(self) -> Iterator[Notice]:
        for held in self.proposals:
            kind, since = "proposal", held.at
            if held.is_in_force:
                kind = "to-check"
            elif held.expires - self.now <= _PROPOSAL_ENDS:
                kind, since = "proposal-ends", held.expires - _PROPOSAL_ENDS
            yield Notice(kind, f"proposals/{held.id}", since.date())

    def _valid_tokens(self) -> Iterator[Token]:
        return (each for each in self.tokens if is_valid(each, self.today))

    def _tokens(self) -> Iterator[Notice]:
        for token in self._valid_tokens():
            since = token.expires - _TOKEN_ENDS
            if since <= self.today:
                yield Notice("token-ends", f"tokens/{token.id}", since)

    def _backups(self) -> Iterator[Notice]:
        old_since = self.newest_backup and self.newest_backup + _BACKUP_OLD
        if self.knows_backups and (old_since is None or old_since < self.now):
            yield Notice("backup-old", since=old_since and old_since.date())


def _after(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + 1, date.max.toordinal()))
