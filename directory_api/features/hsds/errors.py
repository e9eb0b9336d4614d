"""What is refused below /hsds, and its problem."""

from directory_api.text.errors import ClientError


class ObjectNotFound(ClientError):
    """No HSDS object of that type has this id."""

    code = "object-unknown"
    problem_type = "not-found"
    status = 404
    title = "Object not found"
    advice = "The same address without the id lists them all."
