"""Every setting: its name, its default, one line of why. Read once; an unknown DIRECTORY_* variable is an error."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from environs import Env, EnvValidationError
from marshmallow.validate import Range, Regexp

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

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check the variables. Raises SettingsInvalid with every fault."""
        env = Env(eager=False, prefix=PREFIX)
        default = cls()
        settings = {
            "database_url": env.str("DATABASE_URL", default.database_url, validate=_SQLITE),
            "rate_limit": env.str("RATE_LIMIT", default.rate_limit, validate=_RATE),
            "country": env.str("COUNTRY", default.country, validate=_COUNTRY),
        }
        proxies = env.int("TRUSTED_PROXIES", default.trusted_proxies, validate=Range(0, 8))
        faults = list(_unknown())
        try:
            env.seal()
        except EnvValidationError as error:
            faults.extend(f"{name}: {_EXPECTED[name.removeprefix(PREFIX).lower()]}" for name in error.error_messages)
        if faults:
            raise SettingsInvalid(faults)
        return cls(**settings, trusted_proxies=proxies)


_SQLITE = Regexp(r"sqlite:///.+\Z")
_RATE = Regexp(r"([1-9][0-9]{0,6}/(second|minute|hour|day))?\Z")
_COUNTRY = Regexp(r"[A-Z]{2}\Z")
_EXPECTED = {
    "database_url": "write sqlite:/// and a path, such as sqlite:///var/directory.db",
    "rate_limit": "write a number per second, minute, hour or day, such as 600/minute; empty for no limit",
    "country": "write an ISO 3166-1 code of two capitals, such as BE",
    "trusted_proxies": "write a whole number from 0 to 8",
}


def _unknown() -> list[str]:
    known = [PREFIX + field.name.upper() for field in fields(Settings)]
    return [_unknown_one(name, known) for name in sorted(os.environ) if name.startswith(PREFIX) and name not in known]


def _unknown_one(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}"
    return f"{name} is not a setting; {hint}"


def shipped(name: str) -> Path:
    """A file or folder that comes with the package: inside it in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
