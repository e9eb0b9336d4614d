"""Where the directory is, as passkeys know it: each belongs to one host and works nowhere else."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from directory_api.web.http import responses

_LOCAL = "localhost"


@dataclass(frozen=True, slots=True)
class Site:
    """An address of the directory: its origin, and the host as the id of the relying party."""

    address: str
    origin: str
    host: str


def site_at(address: str) -> Site | None:
    """Return the site at an address; None where browsers allow no passkeys: they need https, or
    localhost, and a name of the host.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or (parts.scheme != "https" and host != _LOCAL):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(address, f"{parts.scheme}://{parts.netloc.lower()}", host)
    return None


def site_of_request() -> Site | None:
    """Return the site where people open the directory: the setting `public_url`, else the host of
    the request; None where browsers allow no passkeys.

    A host that a caller makes up leads to passkeys that work there only.
    """
    return site_at(responses.public_home())
