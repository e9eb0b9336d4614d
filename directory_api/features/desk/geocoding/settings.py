"""Which geocoding service is asked."""

import re
from collections.abc import Mapping

from directory_api.config import Setting, one_of

_HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)?\Z")

SETTINGS: Mapping[str, Setting] = {
    "geocoder": Setting(
        "",
        one_of("", "nominatim", "photon"),
        "write nominatim or photon; leave it empty for no geocoding",
        "The service of *Look up the address* in `/admin`: `nominatim` or `photon`. Empty by "
        "default, because the service receives these addresses.",
    ),
    "geocoder_host": Setting(
        "",
        _HOST.match,
        "write a host name in lower case, without https:// and without a path, "
        "for example nominatim.example.org",
        "The host of that service, reached over https. Empty: its public host.",
    ),
}
