"""The settings: their names and defaults. An unknown DIRECTORY_* variable is an error."""

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from directory_api.feature import provided

PREFIX = "DIRECTORY_"


class SettingsInvalid(Exception):
    """Some environment variables are unknown or invalid.

    `faults` has a sentence for each, without its value.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; each field is the variable DIRECTORY_<NAME>."""

    # The database: sqlite:/// and a path, which may be relative to the working directory, or
    # postgresql:// with one host or several, and the name of a database.
    database_url: str = "sqlite:///var/directory.db"
    # The file with what was published last, which is served when the database cannot be read;
    # empty: beside the database.
    snapshot: str = ""
    # on: this process never writes to the database, because it is one of its replicas.
    read_only: str = "off"
    # Requests that one caller may send in a time, for example 600/minute; empty: no limit.
    rate_limit: str = "600/minute"
    # Where these requests are counted, for servers that share a limit: valkey:// and a host, a port
    # and the number of a database; empty: in the memory of each process.
    rate_limit_store: str = ""
    # The country (ISO 3166-1) of a postcode for which the caller names no country.
    country: str = "BE"
    # The number of reverse proxies that add to X-Forwarded-For. 0 ignores the header, because a
    # caller can set it.
    trusted_proxies: int = 0
    # The path below which everything is, for example /help; empty: the root of the host. With
    # `forwarded` the proxies name it in X-Forwarded-Prefix. That is never the default: a proxy that
    # does not know the header passes on what a caller has written there.
    url_prefix: str = ""
    # Whether a change of a phone, e-mail, web address, visibility or status waits until a second
    # maintainer approves it: on, off, or auto (on once two tokens can approve).
    second_look: str = "auto"
    # The geocoding service: nominatim or photon. Empty by default, because the service receives the
    # addresses that are looked up.
    geocoder: str = ""
    # The host of the geocoding service, as host or host:port; empty: the public host.
    geocoder_host: str = ""
    # Days for which a confirmed record is fresh; it is due for as many days again, then stale. A
    # phone number that was last confirmed half a year ago should be checked again.
    fresh_days: int = 180
    # The page to which "Leave this page" leads: a harmless one, over https. It is the same for all
    # visitors; an address from a request would be an open redirect.
    exit_url: str = "https://www.wikipedia.org/"
    # The contact for reports of security problems, a mailto: or https: URI, published in
    # /.well-names/security.txt (RFC 9116); empty: no such file.
    security_contact: str = ""

    # Who runs the pages, as visitors read it, and the web page about them; empty: not said.
    operator_name: str = ""
    operator_url: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check the variables. Raises SettingsInvalid with every fault."""
        defaults = cls()
        settings: dict[str, Any] = {}
        faults = list(_unknown())
        for field in fields(cls):
            text = os.environ.get(PREFIX + field.name.upper())
            if text is not None and _CHECKS[field.name](text):
                settings[field.name] = type(getattr(defaults, field.name))(text)
            elif text is not None:
                faults.append(f"{PREFIX}{field.name.upper()}: {expected(field.name)}")
        if settings.get("url_prefix") == FORWARDED and not settings.get("trusted_proxies"):
            faults.append(
                f"{PREFIX}URL_PREFIX: forwarded needs proxies that name the path; "
                f"set {PREFIX}TRUSTED_PROXIES, too"
            )
        if faults:
            raise SettingsInvalid(faults)
        return cls(**settings)

    @property
    def path_prefix(self) -> str:
        """The path below which everything is; empty if there is none, or each request names it."""
        return "" if self.url_prefix == FORWARDED else self.url_prefix


# The value of `url_prefix` that says that proxies name the path.
FORWARDED = "forwarded"
# Without a dot, a colon, a percent sign or //, so that it can neither lead to another host nor be
# confused with the ending of a format.
_PATH_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9_-]{0,63}){1,8}\Z")
_URL_PREFIX = re.compile(rf"({FORWARDED}|{_PATH_PREFIX.pattern[:-2]})?\Z")

_SQLITE_URL = re.compile(r"sqlite:///.+\Z")
_RATE = re.compile(r"([1-9][0-9]{0,6}/(second|minute|hour|day))?\Z")
_LABEL = r"[A-Za-z0-9_-]{1,63}"
_COUNTS = re.compile(
    rf"valkey://({_LABEL}(\.{_LABEL})*|\[[0-9a-f:]+\])(:(?P<port>[0-9]{{1,5}}))?(/[0-9]{{1,4}})?\Z"
)
_WHOLE = re.compile(r"[0-9]{1,4}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_GEOCODER = re.compile(r"(nominatim|photon)?\Z")
_HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)?\Z")
# No user:password@, which a browser would show, and no quotes or spaces, which a URL cannot have.
_WEB_PAGE = r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?/[A-Za-z0-9/._~?&=%+-]*"
_HTTPS = re.compile(rf"{_WEB_PAGE}\Z")
_HTTPS_OR_EMPTY = re.compile(rf"({_WEB_PAGE})?\Z")
# One line, without the signs of HTML.
_NAME = re.compile(r"[^<>\x00-\x1f\x7f]{0,80}\Z")
# A single URI (RFC 9116 allows one per line) without a line break, which would add a line.
_CONTACT = re.compile(
    r"(mailto:[A-Za-z0-9._~%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
    r"|https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9/._~?&=%+#-]*)?)?\Z"
)
# What to write, by the name of the setting; `expected` adds what features accept.
_EXPECTED = {
    "database_url": "write sqlite:/// and a path, for example sqlite:///var/directory.db",
    "rate_limit": "write a number per second, minute, hour or day, for example 600/minute; "
    "leave it empty for no limit",
    "rate_limit_store": "write valkey:// with a host, without a password, for example "
    "valkey://127.0.0.1:6379/0, and install directory-api[valkey]; leave it empty to count in "
    "memory",
    "country": "write an ISO 3166-1 code of two capital letters, for example BE",
    "read_only": "write on or off",
    "second_look": "write auto, on or off",
    "geocoder": "write nominatim or photon; leave it empty for no geocoding",
    "geocoder_host": "write a host name in lower case, without https:// and without a path, "
    "for example nominatim.example.org",
    "exit_url": "write an https address with a path, for example https://www.wikipedia.org/",
    "security_contact": "write one address, for example mailto:security@example.org or "
    "https://example.org/security; leave it empty for none",
    "operator_name": "write a name of at most 80 characters in one line, without < and >; "
    "leave it empty for none",
    "operator_url": "write an https address with a path, for example https://example.org/; "
    "leave it empty for none",
    "url_prefix": "write a path of letters, digits, - and _ that begins with / and does not end "
    "with it, for example /help, or forwarded; leave it empty for none",
    "trusted_proxies": "write a whole number from 0 to 8",
    "fresh_days": "write a whole number of days from 1 to 3650",
}


def _is_counts_url(url: str) -> bool:
    """Return whether a text is a URL of Valkey, and the package for it is installed; or empty."""
    parts = _COUNTS.match(url)
    usable = parts and int(parts["port"] or 0) < 65_536 and find_spec("valkey")
    return not url or bool(usable)


def is_database_url(text: str) -> bool:
    """Return whether a text may be the setting DIRECTORY_DATABASE_URL, and the engine for it is
    installed.
    """
    return bool(_SQLITE_URL.match(text)) or any(each.is_usable(text) for each in _added_engines())


def expected(name: str) -> str:
    """Return what to write as the value of a setting."""
    added = _added_engines() if name == "database_url" else ()
    return ", or ".join((_EXPECTED[name], *(each.expected for each in added)))


def _added_engines() -> list[Any]:
    """Return the engines of features (store.stores.AddedEngine)."""
    return [each for engines in provided("engines") for each in engines()]


def _is_one_of(*values: str) -> Callable[[str], bool]:
    return values.__contains__


def _is_whole(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: bool(_WHOLE.match(text)) and least <= int(text) <= most


# Whether a text may be the value of the setting.
_CHECKS: Mapping[str, Callable[[str], object]] = {
    "database_url": is_database_url,
    "snapshot": lambda _: True,
    "read_only": _is_one_of("on", "off"),
    "rate_limit": _RATE.match,
    "rate_limit_store": _is_counts_url,
    "country": _COUNTRY.match,
    "trusted_proxies": _is_whole(0, 8),
    "url_prefix": _URL_PREFIX.match,
    "second_look": _is_one_of("auto", "on", "off"),
    "geocoder": _GEOCODER.match,
    "geocoder_host": _HOST.match,
    "fresh_days": _is_whole(1, 3650),
    "exit_url": _HTTPS.match,
    "security_contact": _CONTACT.match,
    "operator_name": _NAME.match,
    "operator_url": _HTTPS_OR_EMPTY.match,
}


def is_path_prefix(text: str) -> bool:
    """Return whether a text may be the path below which everything is."""
    return bool(_PATH_PREFIX.match(text))


def _unknown() -> list[str]:
    names = [PREFIX + field.name.upper() for field in fields(Settings)]
    return [
        _unknown_setting(name, names)
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in names
    ]


def _unknown_setting(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(names)}"
    return f"{name} is not a setting; {hint}"


def shipped(name: str) -> Path:
    """Return the path of a shipped file or folder.

    It is inside the package in a wheel, and beside the package in a checkout.
    """
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
