"""Where requests are counted for servers that share a limit."""

import re
from collections.abc import Mapping
from importlib.util import find_spec

from directory_api.config import Setting

_LABEL = r"[A-Za-z0-9_-]{1,63}"
_COUNTS = re.compile(
    rf"valkey://({_LABEL}(\.{_LABEL})*|\[[0-9a-f:]+\])(:(?P<port>[0-9]{{1,5}}))?(/[0-9]{{1,4}})?\Z"
)


def _is_counts_url(url: str) -> bool:
    """Return whether a text is a URL of Valkey, and the package for it is installed; or empty."""
    parts = _COUNTS.match(url)
    usable = parts and int(parts["port"] or 0) < 65_536 and find_spec("valkey")
    return not url or bool(usable)


SETTINGS: Mapping[str, Setting] = {
    # valkey:// and a host, a port and the number of a database; empty: in the memory of each
    # process.
    "rate_limit_store": Setting(
        "",
        _is_counts_url,
        "write valkey:// with a host, without a password, for example "
        "valkey://127.0.0.1:6379/0, and install its client: pip install 'valkey>=6.1'; leave it "
        "empty to count in memory",
    ),
}
