"""Who sends a request, for the limits: a hash of the caller's address.

The hash has a key that is only in memory and changes daily. The address itself is never stored.
"""

import hashlib
import ipaddress
import re
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from directory_api.web.middleware.shared_counts import SharedCounts

DAY_SECONDS = 86_400


class CallerIds:
    """Identifies callers by a hash whose key changes daily, so old counts identify no one.

    Servers that share their counts share the key, too. `clock` is time.monotonic.
    """

    def __init__(
        self,
        trusted_proxies: int,
        shared: "SharedCounts | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trusted_proxies = trusted_proxies
        self._change_key(clock())
        self.clock = clock
        self.shared = shared

    def name(self, environ: "WSGIEnvironment") -> str:
        """Return the hash of a request's caller."""
        key = (self.shared.key() if self.shared else None) or self._own_key()
        address = _address(environ, self._trusted_proxies)
        return hashlib.blake2b(address.encode(), key=key, digest_size=16).hexdigest()

    def quick_hash(self, environ: "WSGIEnvironment") -> int:
        """Return a hash of the text that names a request's caller, which has several spellings.

        It takes a tenth of the time of `name`. hash() of a text is SipHash with a key of the
        process; the salt is a second one.
        """
        text: str = self._salt + environ.get("REMOTE_ADDR", "")
        if self._trusted_proxies:
            text = f"{text},{environ.get('HTTP_X_FORWARDED_FOR', '')}"
        return hash(text)

    def _own_key(self) -> bytes:
        now = self.clock()
        if now >= self.key_until:
            self._change_key(now)
        return self._key

    def _change_key(self, now: float) -> None:
        self._key = secrets.token_bytes(32)
        self._salt = secrets.token_urlsafe(32)
        # By the clock. No count in memory outlives it.
        self.key_until = now + DAY_SECONDS


def _address(environ: "WSGIEnvironment", trusted_proxies: int) -> str:
    """Return the caller's address: the one that the outermost trusted proxy saw."""
    named = (part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(","))
    forwarded = [part for part in named if part]  # without the header, named has one empty part
    peer = str(environ.get("REMOTE_ADDR", ""))
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return _network(forwarded[-trusted_proxies]) or _network(peer) or peer
    return _network(peer) or peer


# An address as proxies write it: 192.0.2.1, 192.0.2.1:4711, 2001:db8::1 or [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def _network(address: str) -> str | None:
    """Return what to count by: an IPv4 address, or the /64 network of an IPv6 address.

    A /64 is usually one household. None if the text is not an address.
    """
    with_port = _WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address(
            (with_port["six"] or with_port["four"]) if with_port else address
        )
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
