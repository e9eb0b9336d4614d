"""What maintainers do next, what can harm most first.

The page of maintainers, their mail, feed and calendar, and the commands all show this one list.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.proposal import Proposal, rank
from directory_api.change.rebase import touched
from directory_api.edit.tokens import is_valid
from directory_api.record.parts import WHERE
from directory_api.record.records import Centre, Helpline, confirmation
from directory_api.record.token import Token
from directory_api.record.verified import due_on, freshness

# The kinds of things to do, in their order. What is urgent comes before everything else. A change
# that waits may correct what visitors read now. A record that needs a confirmation has one of
# CONFIRMATIONS, perhaps in the future.
CONFIRMATIONS = ("unconfirmed", "stale", "due")
ITEM_KINDS = (
    "named_elsewhere",
    "none_active",
    "contested",
    "closure_over",
    "dead_link",
    "remark",
    "to_check",
    "proposal_ends",
    "proposal",
    *CONFIRMATIONS,
    "token_ends",
    "backup_old",
)
# The mail comes each week, so it names each proposal and each token once before it ends.
_PROPOSAL_ENDS = timedelta(days=7)
_TOKEN_ENDS = timedelta(days=14)
# How people reach a public record; a change of it comes first among those that wait.
_WAYS = ("phones", "email", "website", "number", "url")
# One missed daily backup may be a restart of the machine, two are a fault.
_BACKUP_OLD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, in no words of a record.

    `kind` is one of ITEM_KINDS. `about` is what it is about, as the path of its page below /admin,
    or empty; `member` is the member of a record. `since` is a day, None if it is not known.
    `is_urgent` says that what is public is wrong, or may be. `asked` is the day on which the centre
    was called or confirmed last, if it was.
    """

    kind: str
    about: str = ""
    since: date | None = None
    is_urgent: bool = False
    member: str = ""
    asked: date | None = None

    @property
    def key(self) -> str:
        """What tells it from others, as long as it lasts."""
        return "/".join(filter(None, (self.kind, self.about, self.member)))


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the list is made from. Its days are those of the time zone of `now`.

    `records` are the stored ones, or the published ones for a list that leaves the server.
    `changed` returns when a record was changed last (UTC), by kind and id, None if it is not known.
    `called` has the days of the last calls that confirmed nothing, and `remarks` those on which
    something was said that waits to be dealt with, both by the path of the record.
    `named` are the members of records with a text that names an address which is not public: the
    path of the record, the member, and since when that is so.
    `dead` are addresses of web sites and mail that do not answer, with the first day of that.
    `newest_backup` is when the newest backup was written (UTC), None if there is none; only if
    `knows_backups`.
    """

    now: datetime
    fresh_days: int
    records: Sequence[Centre | Helpline]
    changed: Callable[[str, str], datetime | None] = lambda _kind, _id: None
    called: Mapping[str, date] = field(default_factory=dict)
    remarks: Sequence[tuple[str, date]] = ()
    proposals: Sequence[Proposal] = ()
    tokens: Sequence[Token] = ()
    named: Sequence[tuple[str, str, datetime | None]] = ()
    dead: Mapping[str, date] = field(default_factory=dict)
    knows_backups: bool = False
    newest_backup: datetime | None = None

    @property
    def today(self) -> date:
        """The day in the time zone of `now`."""
        return self.now.date()

    def day(self, moment: datetime) -> date:
        """Return the day of a moment in the time zone of `now`."""
        return moment.astimezone(self.now.tzinfo).date()


def todo(situation: Situation, until: date | None = None) -> list[Item]:
    """Return what is to do now, or will be up to a day; then `since` is in the future.

    What is urgent comes first, then what comes first in ITEM_KINDS. Among equals, changes of an
    emergency number come first, then of other helplines, then those of a phone, an e-mail address
    or a web site; those that were asked about today come last,
    so that the next one is at the top; helplines come before centres, because every page shows
    them, and the oldest first.
    """
    today = situation.today
    until = until or today
    ranks = {f"proposals/{each.id}": rank(each.change) for each in situation.proposals}

    def order(item: Item) -> tuple[bool, int, int, bool, bool, bool, date, str]:
        return (
            not item.is_urgent,
            ITEM_KINDS.index(item.kind),
            ranks.get(item.about, 0),
            not item.member,
            item.asked == today,
            item.about.startswith("centres/"),
            item.since or date.min,
            item.key,
        )

    return sorted(
        (item for item in _items(situation) if item.since is None or item.since <= until),
        key=order,
    )


def web_addresses(record: Centre | Helpline) -> Iterator[tuple[str, str]]:
    """Yield the members of a record with an address on the internet, and the address; none of a
    permanently closed centre.
    """
    if not isinstance(record, Centre):
        found = {"url": record.url}
    else:
        is_closed = record.status == "closed"
        found = {} if is_closed else {"website": record.website, "email": record.email}
    yield from ((member, address) for member, address in found.items() if address)


def _items(situation: Situation) -> Iterator[Item]:
    is_any_active = False
    for record in situation.records:
        if isinstance(record, Centre):
            is_any_active |= record.status == "active"
            if record.status == "closed":
                continue
        yield from _of_record(situation, record)
    if not is_any_active:
        yield Item("none_active", is_urgent=True)
    for path, member, at in situation.named:
        day = situation.day(at) if at else None
        yield Item("named_elsewhere", path, day, is_urgent=True, member=member)
    for path, since in situation.remarks:
        yield Item("remark", path, since)
    yield from _of_proposals(situation)
    for token in situation.tokens:
        if is_valid(token, situation.today):
            yield Item("token_ends", f"tokens/{token.id}", token.expires - _TOKEN_ENDS)
    old_since = situation.newest_backup and situation.newest_backup + _BACKUP_OLD
    if situation.knows_backups and (old_since is None or old_since < situation.now):
        yield Item("backup_old", since=old_since and situation.day(old_since))


def _of_record(situation: Situation, record: Centre | Helpline) -> Iterator[Item]:
    kind = "centre" if isinstance(record, Centre) else "helpline"
    path, verified = f"{COLLECTIONS[kind]}/{record.id}", confirmation(record)
    asked = situation.called.get(path, verified.on if verified else None)
    changed_at = situation.changed(kind, record.id)
    changed = situation.day(changed_at) if changed_at else None
    if record.needs_confirmation:
        word = freshness(verified, situation.today, situation.fresh_days)
        on = verified and verified.on
        if not (verified and on) or verified.changed_since or word == "unverified":
            yield Item("unconfirmed", path, changed, asked=asked)
        elif word == "stale":
            yield Item("stale", path, due_on(on, 2 * situation.fresh_days), asked=asked)
        else:
            yield Item("due", path, due_on(on, situation.fresh_days), asked=asked)
    for member, address in web_addresses(record):
        if address in situation.dead:
            yield Item("dead_link", path, situation.dead[address], is_urgent=True, member=member)
    if isinstance(record, Centre):
        unseen = frozenset[str]() if record.address_visibility == "public" else WHERE
        for entry in record.contested:
            is_urgent = entry.member in record.contact and entry.member not in unseen
            yield Item("contested", path, changed, is_urgent, entry.member, asked)
        if record.closed_until:
            yield Item("closure_over", path, _after(record.closed_until), is_urgent=True)


def _of_proposals(situation: Situation) -> Iterator[Item]:
    for proposal in situation.proposals:
        kind, since = "proposal", proposal.at
        if proposal.is_in_force:
            kind = "to_check"
        elif proposal.expires - situation.now <= _PROPOSAL_ENDS:
            kind, since = "proposal_ends", proposal.expires - _PROPOSAL_ENDS
        member = next((each for each in _WAYS if each in _changed_members(proposal.change)), "")
        yield Item(kind, f"proposals/{proposal.id}", situation.day(since), member=member)


def _changed_members(change: Change) -> set[str]:
    """Return the members of a public record that a change changes."""
    if change.before is None or change.after is None:
        return set()
    return touched(change.before, change.after)


def _after(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + 1, date.max.toordinal()))
