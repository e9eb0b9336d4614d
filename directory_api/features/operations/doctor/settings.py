"""Settings that are valid, and do nothing or contradict each other."""

from collections.abc import Iterator

from directory_api.config import PREFIX, Settings, every_setting
from directory_api.features.operations.doctor.finding import FAULT, HINT, OK, Finding

ABOUT = "settings"
# The first has no effect without the second.
_NEEDS = (
    ("mail_server", "mail_from"),
    ("mail_server", "mail_to"),
    ("mail_server", "public_url"),
    ("mail_from", "mail_server"),
    ("mail_to", "mail_server"),
    ("link_check", "mail_server"),
    ("geocoder_host", "geocoder"),
    ("operator_url", "operator_name"),
)
_EMPTY = ("", "off", "0")


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the findings."""
    is_set = {name: _value(settings, name) not in _EMPTY for name in every_setting()}
    found = [
        Finding(
            HINT,
            ABOUT,
            f"{_variable(name)} is set, and {_variable(needed)} is not, without which it has no "
            "or not its whole effect.",
            f"Set {_variable(needed)}, or remove {_variable(name)}.",
        )
        for name, needed in _NEEDS
        if is_set.get(name) and not is_set.get(needed)
    ]
    if settings.public_url.startswith("https:") and not settings.trusted_proxies:
        found.append(
            Finding(
                FAULT,
                ABOUT,
                f"{_variable('public_url')} begins with https, so a proxy is in front of the "
                f"server, and {_variable('trusted_proxies')} is 0: all visitors share one rate "
                "limit.",
                f"Set {_variable('trusted_proxies')} to the number of proxies, most often 1, and "
                "restart the server.",
            )
        )
    yield from found or [Finding(OK, ABOUT, "All settings are known, valid and agree.")]


def _value(settings: Settings, name: str) -> str:
    own = getattr(settings, name, None)
    return settings.of_feature(name) if own is None else str(own)


def _variable(name: str) -> str:
    return PREFIX + name.upper()
