"""What a copy as files cannot answer, and its problem."""

from directory_api.text.errors import ClientError


class ServerNeeded(ClientError):
    """The static site has no answer to this; a server, or a device with the bundle, has one."""
