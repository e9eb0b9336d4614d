"""The route /robots.txt (RFC 9309)."""

from collections.abc import Iterator

from flask import Blueprint, Response

from directory_api.web.http import addresses, responses

# A crawler that may not read a page does not see that it says noindex, and can list its address.
_WHY = "# Each page says noindex, which a crawler sees only if it may read the page."


def blueprint() -> Blueprint:
    """Return the route. Pages may be read; addresses of the API may not, because their JSON cannot
    say noindex, and a copy of it in a search engine would keep old numbers.
    """
    routes = Blueprint("robots", __name__)

    @routes.get("/robots.txt")
    def robots_txt() -> Response:
        refused = (f"Disallow: {responses.prefix()}{path}" for path in _of_programs())
        lines = (_WHY, "User-agent: *", *refused)
        return responses.directory("".join(f"{line}\n" for line in lines).encode(), "text/plain")

    return routes


def _of_programs() -> Iterator[str]:
    """Yield the beginnings of the addresses for programs, without those below another one."""
    every = sorted(addresses.IN_JSON)
    for path in every:
        if not any(path != other and path.startswith(other) for other in every):
            yield path
