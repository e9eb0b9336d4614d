"""What is refused below /hsds, and its problem."""

from collections.abc import Mapping

from directory_api.text.errors import ClientError, DirectoryError
from directory_api.web.http.problem_kind import Kind


class ObjectNotFound(ClientError):
    """No HSDS object of that type has this id."""


def problems() -> Mapping[type[DirectoryError], Kind]:
    """Return the problem types of these errors."""
    return {
        ObjectNotFound: Kind(
            "object-unknown",
            404,
            "No such object",
            "The same address without the id lists them all.",
        ),
    }
