"""Where the directory is, as passkeys know it: each belongs to one host and works nowhere else."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from directory_api.config import Settings
from directory_api.web.http import responses

_LOCAL = "localhost"


@dataclass(frozen=True, slots=True)
class Site:
    """An address of the directory: its origin, and the host as the id of the relying party."""

    address: str
    origin: str
    host: str


def public_url(settings: Settings) -> str:
    """Return the address that the operator has set; empty without one."""
    return settings.of_features.get("public_url", "")


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


def site_of_request(settings: Settings) -> Site | None:
    """Return the site that the operator has set, else the one of the request's host; None where
    browsers allow no passkeys.

    A host that a caller makes up leads to passkeys that work there only.
    """
    return site_at(public_url(settings) or responses.address(""))
