"""The passkeys of people, and the links with which they register one.

A person is a token of the store. Passkeys, links and challenges are credentials beside it (ADR 18).
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory_api.bootstrap import Directory
from directory_api.edit.tokens import SECRET_BYTES, granted, is_valid
from directory_api.features.desk.one_time_link import OneTimeLink
from directory_api.features.desk.passkeys import ceremony
from directory_api.features.desk.passkeys.ceremony import Refused, Sent
from directory_api.features.desk.passkeys.site import Site, site_of_request
from directory_api.record.token import TOKEN, Actor, Credential, Token, person
from directory_api.store.digests import checksum
from directory_api.text.errors import TokenRefused
from directory_api.web.http import responses

PASSKEY, LINK, CHALLENGE, EVENT = "passkey", "passkey-link", "passkey-challenge", "passkey-event"
LINK_LIFE = timedelta(days=1)
# For how long a link that no second person can allow waits, so that its person can revoke it.
DELAY = timedelta(days=1)
# For so long after its end, the access of a third person counts.
LATELY = timedelta(days=7)
EVENT_LIFE = timedelta(days=90)
# More than a person has devices.
MOST = 10
MOST_NAME = 40


class LinkEnded(Exception):
    """The link was used or revoked, has ended, or never existed."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey: the id of its token, its name, the host to which it belongs, the days on which it
    was registered and last used.
    """

    id: str
    token: str
    name: str
    host: str
    made: date
    used: date | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link with which the person of a token registers a passkey, once, until `until` (UTC).

    `id` is the SHA-256 of its code. `maker` is the id of the actor who made it, and `by` the name.
    While it `waits`, it does not work: a second person must allow it. One that no such person can
    allow works from `starts` (UTC).
    """

    id: str
    token: str
    maker: str
    by: str
    until: datetime
    waits: bool
    starts: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """What was done with a link that worked only after DELAY, when (UTC) and by whom: `asked`,
    `revoked` or `used`. `token` is the id of the token that it was for.
    """

    token: str
    did: str
    by: str
    at: datetime


class Passkeys:
    """The passkeys and links of a directory. Every method raises StoreUnavailable."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._tokens = directory.tokens
        self._store = directory.stores.access

    # Passkeys

    def of(self, token: str) -> list[Passkey]:
        """Return the passkeys of a token, the oldest first."""
        return [each for each in self.all() if each.token == token]

    def all(self) -> list[Passkey]:
        """Return all passkeys, the oldest first."""
        passkeys = map(_passkey, self._store.credentials(PASSKEY))
        return sorted(passkeys, key=lambda each: (each.made, each.id))

    def remove(self, token: str, identity: str, session: str = "") -> None:
        """Remove a passkey of a token, and end the sessions of the token but this one: they may
        have begun with it.
        """
        found = self._store.credential(PASSKEY, identity)
        if found and found.token == token:
            self._store.take_credential(PASSKEY, identity)
            self._tokens.sign_out_elsewhere(token, session)

    # Ceremonies

    def registration(self, site: Site, token: Token) -> str:
        """Return what a browser needs to register a passkey for a token, as JSON."""
        known = [each.id for each in self.of(token.id) if each.host == site.host]
        return ceremony.registration_options(
            site, self._challenge(token.id), token.id, token.name, known
        )

    def sign_in_options(self, site: Site) -> str:
        """Return what a browser needs to sign in, as JSON."""
        return ceremony.sign_in_options(site, self._challenge(""))

    def register(
        self, site: Site, token: Token, text: str, name: str, link: str | None = None
    ) -> str:
        """Keep the passkey that a browser has registered for a token, and use up the link with this
        code; return its id. Raises Refused, LinkEnded.
        """
        answer = ceremony.sent(text)
        self._use_up(answer, token.id)
        new = ceremony.registered(site, answer, answer.challenge)
        is_full = link is None and len(self.of(token.id)) >= MOST
        if is_full or self._store.credential(PASSKEY, new.id):
            raise Refused
        if link is not None:
            taken = self._store.take_credential(LINK, checksum(link))
            if taken is None:
                raise LinkEnded
            self._note(taken, token.name, "used")
        today = self._directory.today().isoformat()
        data = {
            "name": name,
            "host": site.host,
            "key": new.key,
            "count": new.count,
            "made": today,
            "used": today if link else None,
        }
        self._store.add_credential(Credential(PASSKEY, new.id, token.id, None, data), self._now())
        return new.id

    def sign_in(self, site: Site, text: str) -> str:
        """Return the secret of a new session of the person whose passkey a browser has used.
        Raises Refused, TokenRefused.
        """
        answer = ceremony.sent(text)
        self._use_up(answer, "")
        found = self._store.credential(PASSKEY, answer.id)
        if (
            found is None
            or found.data["host"] != site.host
            or answer.user not in (None, found.token)
        ):
            raise Refused
        key, before = found.data["key"], found.data["count"]
        count = ceremony.used(site, answer, answer.challenge, key, before)
        # A revoked person leaves the passkey as it was.
        session, _ = self._tokens.sign_in_as(found.token)
        data = {**found.data, "count": count, "used": self._directory.today().isoformat()}
        if not self._store.change_credential(found, data):
            self._tokens.sign_out(session)
            raise Refused  # of two uses at the same moment, one may be that of a copy
        return session

    def _challenge(self, token: str) -> str:
        challenge = secrets.token_urlsafe(SECRET_BYTES)
        until = self._now() + timedelta(seconds=ceremony.SECONDS)
        self._store.add_credential(
            Credential(CHALLENGE, checksum(challenge), token, until, {}), self._now()
        )
        return challenge

    def _use_up(self, answer: Sent, token: str) -> None:
        """Use up the challenge that was made for a token, or to sign in. Raises Refused."""
        found = self._store.take_credential(CHALLENGE, checksum(answer.challenge))
        if found is None or found.token != token or _is_over(found, self._now()):
            raise Refused

    # Links

    def make_link(
        self, maker: Actor, token: Token, *, waits: bool, host: str = ""
    ) -> tuple[str, Link]:
        """Return the code of a new link for a token, which is never shown again, and the link. One
        that the token has already ends.

        If it `waits`, and there is no second person who could allow it, it works after DELAY.
        """
        now = self._now()
        starts = now + DELAY if waits and self.are_two(maker, token, host) else None
        code, link = OneTimeLink.new(maker.id, (starts or now) + LINK_LIFE)
        data = {
            "maker": maker.id,
            "by": maker.name,
            "waits": waits,
            "starts": starts.isoformat() if starts else None,
        }
        new = Credential(LINK, link.sha256, token.id, link.end, data)
        self._store.add_credential(new, now)
        # Afterwards: of two that are made at the same moment, not both are left.
        self._store.remove_credentials(LINK, token.id, but=new.id)
        self._note(new, maker.name, "asked")
        return code, self._link(new)

    def are_two(self, maker: Actor, token: Token, host: str) -> bool:
        """Return whether no third person may approve, who could allow a link for a token, or could
        until lately: otherwise a thief would end the access of that person first.

        The person of the token must have a passkey. Otherwise they cannot see the link and revoke
        it, and the maker may have invented them.
        """
        both, today = {person(maker.name), person(token.name)}, self._directory.today()
        return (
            len(both) == 2
            and any(each.host == host for each in self.of(token.id))
            and not any(
                "approve" in granted(each)
                and person(each.name) not in both
                and today - (each.revoked or each.expires) < LATELY
                for each in self._tokens.list()
            )
        )

    def make_address(self, maker: Actor, token: Token, *, waits: bool) -> tuple[str, Link]:
        """Return the address of a new link at the host of the request, and the link."""
        site = site_of_request()
        code, link = self.make_link(maker, token, waits=waits, host=site.host if site else "")
        return f"{responses.address('/admin/passkeys/first')}#{code}", link

    def open_link(self, code: str) -> tuple[Link, Token]:
        """Return the link of a code that can be used, and its token. Raises LinkEnded."""
        found = self._store.credential(LINK, checksum(code))
        if found is None or self._link(found).waits or not self._is_open(found):
            raise LinkEnded
        return self._link(found), next(each for each in self._valid() if each.id == found.token)

    def links(self) -> dict[str, Link]:
        """Return the links that have not ended, by the id of the token."""
        found = filter(self._is_open, self._store.credentials(LINK))
        return {each.token: self._link(each) for each in found}

    def waiting(self) -> int:
        """Return how many links wait for a second person; of those with a DELAY, every page tells
        those concerned.
        """
        return sum(link.waits and not link.starts for link in self.links().values())

    def delayed(self, actor: Actor) -> list[tuple[Link, Token]]:
        """Return the links with a DELAY that an actor has asked for, or that are for the actor,
        each with its token.
        """
        links = {each.token: each for each in self.links().values() if each.starts}
        return [
            (links[token.id], token)
            for token in (self._valid() if links else ())
            if token.id in links
            and (
                actor.is_person(f"{TOKEN}{token.id}", token.name)
                or actor.is_person(links[token.id].maker, links[token.id].by)
            )
        ]

    def events(self) -> list[Event]:
        """Return what was done with links with a DELAY, the newest first."""
        now = self._now()
        found = (each for each in self._store.credentials(EVENT) if not _is_over(each, now))
        return sorted(map(_event, found), key=lambda each: each.at, reverse=True)

    def revoke_link(self, actor: Actor, token: str) -> None:
        """End the link of a token, if it has one."""
        for found in self._store.credentials(LINK):
            if found.token == token and self._store.take_credential(LINK, found.id):
                self._note(found, actor.name, "revoked")

    def _note(self, link: Credential, by: str, did: str) -> None:
        """Note what was done with a link, if it has a DELAY."""
        if link.data.get("starts"):
            now = self._now()
            data = {"did": did, "by": by, "at": now.isoformat()}
            event = Credential(EVENT, secrets.token_hex(8), link.token, now + EVENT_LIFE, data)
            self._store.add_credential(event, now)

    def may_allow(self, actor: Actor, link: Link, token: Token) -> bool:
        """Return whether an actor is a second person for a link that waits: one who may approve,
        and is neither its maker nor the person who gets it.
        """
        return (
            link.waits
            and "approve" in actor.scopes
            and not actor.is_person(link.maker, link.by)
            and not actor.is_person(f"{TOKEN}{token.id}", token.name)
        )

    def allow(self, actor: Actor, token: Token, link: str) -> bool | None:
        """Let the link of a token with this id work; return whether the actor may do so, None if
        the token has another one by now: the actor has not seen who made that.
        """
        found = self._store.credential(LINK, link)
        if found is None or found.token != token.id or not self._is_open(found):
            return None
        if not self.may_allow(actor, self._link(found), token):
            return False
        return self._store.change_credential(found, {**found.data, "waits": False}) or None

    def token(self, actor: Actor) -> Token:
        """Return the valid token of an actor. Raises TokenRefused."""
        identity = actor.id.removeprefix(TOKEN)
        found = next((each for each in self._valid() if each.id == identity), None)
        if found is None:
            raise TokenRefused("You are not signed in any more.")
        return found

    def _is_open(self, found: Credential) -> bool:
        """Return whether a link has not ended, and neither has the access of its person."""
        assert found.until is not None  # each link has an end
        valid = self._tokens.valid_actors()
        link = OneTimeLink(found.data["maker"], found.until, found.id)
        return f"{TOKEN}{found.token}" in valid and link.is_open(self._now(), valid)

    def _link(self, found: Credential) -> Link:
        assert found.until is not None  # each link has an end
        data = found.data
        # A link of an earlier version has no start.
        starts = datetime.fromisoformat(data["starts"]) if data.get("starts") else None
        waits = data["waits"] and (starts is None or self._now() < starts)
        return Link(found.id, found.token, data["maker"], data["by"], found.until, waits, starts)

    def _valid(self) -> list[Token]:
        today = self._directory.today()
        return [each for each in self._tokens.list() if is_valid(each, today)]

    def _now(self) -> datetime:
        return self._directory.clock()


def _is_over(found: Credential, now: datetime) -> bool:
    return found.until is not None and found.until <= now


def _passkey(found: Credential) -> Passkey:
    data = found.data
    return Passkey(
        found.id,
        found.token,
        data["name"],
        data["host"],
        date.fromisoformat(data["made"]),
        date.fromisoformat(data["used"]) if data["used"] else None,
    )


def _event(found: Credential) -> Event:
    data = found.data
    return Event(found.token, data["did"], data["by"], datetime.fromisoformat(data["at"]))
