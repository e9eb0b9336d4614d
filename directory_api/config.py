"""Every setting: its name, its default, one line of why. Read once; an unknown DIRECTORY_* variable is an error."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from environs import Env, EnvValidationError
from marshmallow.validate import OneOf, Range, Regexp

PREFIX = "DIRECTORY_"


class SettingsInvalid(Exception):
    """Environment variables that are unknown or do not fit; `faults` has a sentence for each, without its value."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; each field is the variable DIRECTORY_<NAME>."""

    # Where the directory is kept: sqlite:/// and a path, relative to the working directory.
    database_url: str = "sqlite:///var/directory.db"
    # How often one caller may ask, such as 600/minute; empty: no limit.
    rate_limit: str = "600/minute"
    # The country (ISO 3166-1) that a postcode belongs to when the caller names none.
    country: str = "BE"
    # How many proxies in front add to X-Forwarded-For; 0 trusts none, since a caller can write that header.
    trusted_proxies: int = 0
    # Whether a changed phone, e-mail, web address, visibility or status waits until a second maintainer approves it:
    # on, off, or auto, which is on once two tokens may approve.
    second_look: str = "auto"
    # Who is asked where an address is, nominatim or photon; empty: nobody, since the address leaves this machine.
    geocoder: str = ""
    # The one host it is asked at, as host or host:port; empty: the service's public one.
    geocoder_host: str = ""
    # For how many days a confirmed record is fresh; due to twice as many, then stale. A phone number that nobody has
    # confirmed for half a year is worth a call.
    fresh_days: int = 180
    # Where "Leave this page" leads: a page that tells nothing, over https. One for all visitors: an address that came
    # with a request would let anybody send visitors anywhere.
    exit_url: str = "https://www.wikipedia.org/"
    # Where security problems of this server are reported, a mailto: or https: URI. It is published in
    # /.well-known/security.txt (RFC 9116); empty: there is no such file.
    security_contact: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check the variables. Raises SettingsInvalid with every fault."""
        env = Env(eager=False, prefix=PREFIX)
        default = cls()
        settings = {
            "database_url": env.str("DATABASE_URL", default.database_url, validate=_SQLITE),
            "rate_limit": env.str("RATE_LIMIT", default.rate_limit, validate=_RATE),
            "country": env.str("COUNTRY", default.country, validate=_COUNTRY),
            "second_look": env.str(
                "SECOND_LOOK", default.second_look, validate=OneOf(("auto", "on", "off"))
            ),
            "geocoder": env.str("GEOCODER", default.geocoder, validate=_GEOCODER),
            "geocoder_host": env.str("GEOCODER_HOST", default.geocoder_host, validate=_HOST),
            "exit_url": env.str("EXIT_URL", default.exit_url, validate=_HTTPS),
            "security_contact": env.str(
                "SECURITY_CONTACT", default.security_contact, validate=_CONTACT
            ),
        }
        proxies = env.int("TRUSTED_PROXIES", default.trusted_proxies, validate=Range(0, 8))
        fresh_days = env.int("FRESH_DAYS", default.fresh_days, validate=Range(1, 3650))
        faults = list(_unknown())
        try:
            env.seal()
        except EnvValidationError as error:
            faults.extend(
                f"{name}: {_EXPECTED[name.removeprefix(PREFIX).lower()]}"
                for name in error.error_messages
            )
        if faults:
            raise SettingsInvalid(faults)
        return cls(**settings, trusted_proxies=proxies, fresh_days=fresh_days)


_SQLITE = Regexp(r"sqlite:///.+\Z")
_RATE = Regexp(r"([1-9][0-9]{0,6}/(second|minute|hour|day))?\Z")
_COUNTRY = Regexp(r"[A-Z]{2}\Z")
_GEOCODER = Regexp(r"(nominatim|photon)?\Z")
_HOST = Regexp(r"([a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)?\Z")
# No user:password@, which a browser would show; no quotes and spaces, which no address has.
_HTTPS = Regexp(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?/[A-Za-z0-9/._~?&=%+-]*\Z")
# One URI, since RFC 9116 has one in a line; no line break, which would add a line to the file.
_CONTACT = Regexp(
    r"(mailto:[A-Za-z0-9._~%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
    r"|https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9/._~?&=%+#-]*)?)?\Z"
)
_EXPECTED = {
    "database_url": "write sqlite:/// and a path, such as sqlite:///var/directory.db",
    "rate_limit": "write a number per second, minute, hour or day, such as 600/minute; empty for no limit",
    "country": "write an ISO 3166-1 code of two capitals, such as BE",
    "second_look": "write auto, on or off",
    "geocoder": "write nominatim or photon; empty for no geocoder",
    "geocoder_host": "write a host in small letters, such as nominatim.example.org, without https:// and path",
    "exit_url": "write an https address with its path, such as https://www.wikipedia.org/",
    "security_contact": "write one address, such as mailto:security@example.org or https://example.org/security; "
    "empty for none",
    "trusted_proxies": "write a whole number from 0 to 8",
    "fresh_days": "write a whole number of days from 1 to 3650",
}


def _unknown() -> list[str]:
    known = [PREFIX + field.name.upper() for field in fields(Settings)]
    return [
        _unknown_one(name, known)
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]


def _unknown_one(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}"
    return f"{name} is not a setting; {hint}"


def shipped(name: str) -> Path:
    """A file or folder that comes with the package: inside it in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
