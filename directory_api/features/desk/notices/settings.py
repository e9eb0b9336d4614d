"""Where notices are sent, and what is checked for them."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from directory_api.config import Setting, one_of
from directory_api.text.translations import COMPLETE

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"({_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\])"
_ADDRESS = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(\.{_LABEL})*"
_SERVER = re.compile(
    rf"((?P<way>smtp|smtp\+starttls|smtps)://((?P<user>[^\s:@/]+):(?P<password>[^\s:@/]+)@)?"
    rf"(?P<host>{_HOST})(:(?P<port>[1-9][0-9]{{0,4}}))?)?\Z"
)
_FROM = re.compile(rf"({_ADDRESS})?\Z")
_TO = re.compile(rf"({_ADDRESS}(,{_ADDRESS}){{0,19}})?\Z")


def parsed_server(url: str) -> Mapping[str, str | None] | None:
    """Return the parts of the URL of a mail server: way, user, password, host, port; None of a text
    that is not one. A password is never sent without encryption.
    """
    found = _SERVER.match(url)
    parts = found.groupdict() if found else None
    if parts is None or int(parts["port"] or 0) > 65_535:
        return None
    secrets = {name: unquote(parts[name] or "") for name in ("user", "password")}
    if not all(map(str.isascii, secrets.values())) or (parts["user"] and parts["way"] == "smtp"):
        return None
    return {**parts, **secrets}


def _are_languages(text: str) -> bool:
    return set(text.split(",")) <= set(COMPLETE)


SETTINGS: Mapping[str, Setting] = {
    "mail_server": Setting(
        "",
        parsed_server,
        "write smtp:// and a host, or smtp+starttls:// or smtps://, which may have a name and a "
        "password before the host, such as smtps://NAME:PASSWORD@mail.example.org:465, with "
        "other characters than letters and digits as %40; leave it empty for no mail",
        "The server for mail to maintainers: `smtp+starttls://` or `smtps://`, then "
        "`NAME:PASSWORD@` if it asks for them, and the host; or `smtp://` and a host, without "
        "encryption and password. Empty: no mail.",
    ),
    "mail_from": Setting(
        "",
        _FROM.match,
        "write one address, for example directory@example.org",
        "The sender of this mail.",
    ),
    "mail_to": Setting(
        "",
        _TO.match,
        "write up to 20 addresses with commas between them and no spaces, for example "
        "anna@example.org,bert@example.org",
        "Its recipients, with commas between them.",
    ),
    "mail_languages": Setting(
        "en",
        _are_languages,
        f"write one or more of {', '.join(COMPLETE)}, with commas between them and no spaces",
        "Its languages, below each other. The first one is also the language of the feed and "
        "the calendar.",
    ),
    "link_check": Setting(
        "off",
        one_of("on", "off"),
        "write on or off",
        "`on`: `notify` checks each day that web sites and mail domains of public records respond.",
    ),
    "backups": Setting(
        "",
        lambda text: not text or Path(text).is_absolute(),
        "write the absolute path of the folder with the backups; leave it empty if this machine "
        "has none",
        "The folder of the daily backups, if maintainers should learn that the newest one is old.",
    ),
}
