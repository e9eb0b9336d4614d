"""The settings: their names and defaults. An unknown DIRECTORY_* variable is an error."""

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import Any, Self

from directory_api.feature import Feature, use_each, without
from directory_api.left_out import Unusable, leave_out, left_out

PREFIX = "DIRECTORY_"


class SettingsInvalid(Exception):
    """Some environment variables are unknown or invalid.

    `faults` has a sentence for each, without its value.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


# The value of `url_prefix` that says that proxies name the path.
FORWARDED = "forwarded"
# Without a dot, a colon, a percent sign or //, so that it can neither lead to another host nor be
# confused with the ending of a format.
_PATH_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9_-]{0,63}){1,8}\Z")
_URL_PREFIX = re.compile(rf"({FORWARDED}|{_PATH_PREFIX.pattern[:-2]})?\Z")
# A host without a user before it. Over http only this machine, which no one else reads.
_PUBLIC_URL = re.compile(
    r"(https://(?=[^/:]{1,253}([/:]|\Z))([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?|http://(localhost|127\.0\.0\.1))"
    rf"(:(?P<port>[1-9][0-9]{{0,4}}))?(?P<path>{_PATH_PREFIX.pattern[:-2]})?\Z"
)
_MOST_PORT = 65_535
_SQLITE_URL = re.compile(r"sqlite:///.+\Z")
_RATE = re.compile(r"([1-9][0-9]{0,6}/(second|minute|hour|day))?\Z")
_WHOLE = re.compile(r"[0-9]{1,4}\Z")
_COUNTRY = re.compile(r"([A-Z]{2})?\Z")
# A single URI (RFC 9116 allows one per line) without a line break, which would add a line.
_CONTACT = re.compile(
    r"(mailto:[A-Za-z0-9._~%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
    r"|https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9/._~?&=%+#-]*)?)?\Z"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its default, whether a text may be its value, what to write otherwise, and what
    it means, in Markdown for docs/settings.md.
    """

    default: str | int
    is_valid: Callable[[str], object]
    expected: str
    meaning: str = ""


def one_of(*values: str) -> Callable[[str], bool]:
    """Return whether a text is one of some values, as a check of a setting."""
    return values.__contains__


def _whole_number(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: bool(_WHOLE.match(text)) and least <= int(text) <= most


def is_data_folder(text: str) -> bool:
    """Return whether a text is empty, or the path of a folder of countries."""
    return not text or (Path(text) / "countries").is_dir()


def is_public_url(text: str) -> bool:
    """Return whether a text is empty, or an address for the links that people are given."""
    found = _PUBLIC_URL.match(text)
    return not text or bool(found and int(found["port"] or 0) <= _MOST_PORT)


def is_database_url(text: str) -> bool:
    """Return whether a text may be the setting DIRECTORY_DATABASE_URL, and the engine for it is
    installed.
    """
    if _SQLITE_URL.match(text):
        return True
    usable = any(use_each(lambda feature: any(each.is_usable(text) for each in feature.engines())))
    # Where a part is left out, it may be the engine: then the store is away, and not misnamed.
    return usable or bool(left_out())


def expected_database_url() -> str:
    """Return what to write as DIRECTORY_DATABASE_URL."""
    own = "write sqlite:/// and a path, for example sqlite:///var/directory.db"
    added = use_each(lambda feature: [str(each.expected) for each in feature.engines()])
    return ", or ".join((own, *chain.from_iterable(added)))


_SETTING = "setting"


def _declared(
    default: str | int, is_valid: Callable[[str], object], expected: str, meaning: str
) -> Any:
    setting = Setting(default, is_valid, expected, meaning)
    return field(default=default, metadata={_SETTING: setting})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; each is the variable DIRECTORY_<NAME>. The fields are those of
    the core; `of_features` has those of features that differ from their defaults.
    """

    database_url: str = _declared(
        "sqlite:///var/directory.db",
        is_database_url,
        "",
        "The database: `sqlite:///` and a path, which may be relative, or `postgresql://` with "
        "hosts and the name of the database.",
    )
    snapshot: str = _declared(
        "",
        lambda _: True,
        "",
        "The file with the last good snapshot, which is served while the database cannot be "
        "read. Empty: beside the database, with `.last-good.json` after its name; for "
        "PostgreSQL `var/postgresql-NAME.last-good.json`.",
    )
    read_only: str = _declared(
        "off",
        one_of("on", "off"),
        "write on or off",
        "`on`: this process never writes to the database, because it is one of its replicas; "
        "edits and sign-in get 403.",
    )
    rate_limit: str = _declared(
        "600/minute",
        _RATE.match,
        "write a number per second, minute, hour or day, for example 600/minute; "
        "leave it empty for no limit",
        "Requests that one caller may send in a time. Files, helplines and bundles that a page "
        "loads have ten times as many; each place of a batch counts as one. Each worker counts "
        "in its own memory. Empty: no limit.",
    )
    data: str = _declared(
        "",
        is_data_folder,
        "name a folder that has countries/, as docs/countries.md describes",
        "The folder with the countries and the records of the first load. Empty: the shipped one.",
    )
    country: str = _declared(
        "",
        _COUNTRY.match,
        "write an ISO 3166-1 code of two capital letters, for example NL; leave it empty for the "
        "country in the data folder",
        "The country (ISO 3166-1) of a postcode for which the caller names no country. Empty: "
        "the first one in the data folder that has postcodes.",
    )
    trusted_proxies: int = _declared(
        0,
        _whole_number(0, 8),
        "write a whole number from 0 to 8",
        "The number of reverse proxies that add to X-Forwarded-For. 0 ignores the header, "
        "because a caller can set it.",
    )
    # `forwarded` is never the default: a proxy that does not know the header passes on the one that
    # a caller has written.
    url_prefix: str = _declared(
        "",
        _URL_PREFIX.match,
        "write a path of letters, digits, - and _ that begins with / and does not end "
        "with it, for example /help, or forwarded; leave it empty for none",
        "The path below which everything is, for example `/help`. `forwarded`: the proxy names "
        "it in X-Forwarded-Prefix. Empty: the root of the host.",
    )
    public_url: str = _declared(
        "",
        is_public_url,
        "write the address of the directory over https, without / at its end, for example "
        "https://directory.example.org; leave it empty for that of each request",
        "The URL of the directory, for example `https://directory.example.org`, with the "
        "path of `DIRECTORY_URL_PREFIX`. Links in mail, on flyers, and for centres, partners "
        "and maintainers begin with it. Empty: the host of the request, and no host in mail.",
    )
    review: str = _declared(
        "auto",
        one_of("auto", "on", "off"),
        "write auto, on or off",
        "Whether a change that the public can read waits until a second maintainer approves it: "
        "`on`, `off`, or `auto` (on, permanently, once tokens of two persons may approve).",
    )
    fresh_days: int = _declared(
        180,
        _whole_number(1, 3650),
        "write a whole number of days from 1 to 3650",
        "Days for which a confirmed record is fresh. It is due for as many days again, then stale.",
    )
    security_contact: str = _declared(
        "",
        _CONTACT.match,
        "write one address, for example mailto:security@example.org or "
        "https://example.org/security; leave it empty for none",
        "The contact for reports of security problems, a `mailto:` or `https:` URI, published "
        "in `/.well-known/security.txt` (RFC 9116). Empty: no such file.",
    )
    without: str = _declared(
        "",
        lambda _text: True,
        "",
        "Features and extensions that are not used, with commas between their names, for "
        "example `flyer,hsds`.",
    )
    of_features: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check the variables. Raises SettingsInvalid with every fault."""
        values: dict[str, Any] = {}
        declared = every_setting()
        faults = list(_unknown([*declared]))
        for name, setting in declared.items():
            text = os.environ.get(PREFIX + name.upper())
            if text is None:
                continue
            try:
                if setting.is_valid(text):
                    values[name] = type(setting.default)(text)
                    continue
            except Exception as error:  # the check may be an extension's
                leave_out(f"setting {PREFIX}{name.upper()}", error)
            else:
                expected = setting.expected or expected_database_url()
                faults.append(f"{PREFIX}{name.upper()}: {expected}")
        if values.get("url_prefix") == FORWARDED and not values.get("trusted_proxies"):
            faults.append(
                f"{PREFIX}URL_PREFIX: forwarded needs proxies that name the path; "
                f"set {PREFIX}TRUSTED_PROXIES, too"
            )
        if not _agree(values.get("public_url", ""), values.get("url_prefix", "")):
            faults.append(
                f"{PREFIX}PUBLIC_URL: write the path of {PREFIX}URL_PREFIX at its end, and no other"
            )
        if faults:
            raise SettingsInvalid(faults)
        own = {each.name for each in fields(cls)}
        of_features = {name: value for name, value in values.items() if name not in own}
        return cls(
            **{name: value for name, value in values.items() if name in own},
            of_features=of_features,
        )

    def of_feature(self, name: str) -> str:
        """Return the value of a setting that a feature declares."""
        return self.of_features.get(name, str(_settings_of_features()[name].default))

    @property
    def path_prefix(self) -> str:
        """The path below which everything is; empty if there is none, or each request names it."""
        return "" if self.url_prefix == FORWARDED else self.url_prefix


def every_setting() -> dict[str, Setting]:
    """Return the settings of the core, then those of features, by name."""
    own = {
        each.name: each.metadata[_SETTING] for each in fields(Settings) if _SETTING in each.metadata
    }
    return {**own, **_settings_of_features()}


def _settings_of_features() -> dict[str, Setting]:
    added: dict[str, Setting] = {}
    own = {each.name for each in fields(Settings)}

    def add(feature: Feature) -> None:
        new = dict(feature.settings)
        if not all(isinstance(each, Setting) for each in new.values()):
            raise Unusable("its settings are not of the type Setting")
        if twice := new.keys() & (own | added.keys()):
            raise Unusable(f"another part has the setting {', '.join(sorted(twice))}, too")
        added.update(new)

    use_each(add)
    return added


def _agree(public_url: str, url_prefix: str) -> bool:
    """Return whether both have the same path; proxies may name any path."""
    found = _PUBLIC_URL.match(public_url)
    return not found or url_prefix == FORWARDED or (found["path"] or "") == url_prefix


def is_path_prefix(text: str) -> bool:
    """Return whether a text may be the path below which everything is."""
    return bool(_PATH_PREFIX.match(text))


def _unknown(declared: Sequence[str]) -> list[str]:
    variables = [PREFIX + name.upper() for name in declared]
    unknown = [
        name for name in sorted(os.environ) if name.startswith(PREFIX) and name not in variables
    ]
    if not (without() or left_out()):
        return [_unknown_setting(name, variables) for name in unknown]
    # They may be those of what is left out, for which a server must not stay away.
    for name in unknown:
        leave_out(f"setting {name}", "no part that is in use has it")
    return []


def _unknown_setting(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(names)}"
    return f"{name} is not a setting; {hint}"


def data_folder() -> Path:
    """Return the folder with the countries and the records of the first load (DIRECTORY_DATA)."""
    named = os.environ.get(f"{PREFIX}DATA")
    return Path(named) if named else shipped("data")


def shipped(name: str) -> Path:
    """Return the path of a shipped file or folder.

    It is inside the package in a wheel, and beside the package in a checkout.
    """
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
