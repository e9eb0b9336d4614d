"""What is refused below /hsds, and its problem."""

from directory_api.text.errors import ClientError
from directory_api.text.problem import Kind


class ObjectNotFound(ClientError):
    """No HSDS object of that type has this id."""

    problem = Kind(
        "object-unknown",
        404,
        "No such object",
        "The same address without the id lists them all.",
    )
