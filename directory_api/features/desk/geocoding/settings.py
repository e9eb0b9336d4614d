"""Which geocoding service is asked."""

import re
from collections.abc import Mapping

from directory_api.config import Setting, one_of

_HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)?\Z")

SETTINGS: Mapping[str, Setting] = {
    # The geocoding service: nominatim or photon. Empty by default, because the service receives the
    # addresses that are looked up.
    "geocoder": Setting(
        "",
        one_of("", "nominatim", "photon"),
        "write nominatim or photon; leave it empty for no geocoding",
    ),
    # The host of the geocoding service, as host or host:port; empty: the public host.
    "geocoder_host": Setting(
        "",
        _HOST.match,
        "write a host name in lower case, without https:// and without a path, "
        "for example nominatim.example.org",
    ),
}
