"""What is refused below /hsds, and its problem."""

from directory_api.text.errors import ClientError


class ObjectNotFound(ClientError):
    """No HSDS object of that type has this id."""
