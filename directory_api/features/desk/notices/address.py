"""The secret address of the feed and the calendar: it belongs to a token, and ends with it."""

from hmac import compare_digest

from directory_api.edit.tokens import Tokens

_PURPOSE = "notices"


def secret_path(tokens: Tokens, identity: str) -> str | None:
    """Return the path, without the ending of a format, for a token; None if no valid token has
    this id. It is the same each time. Raises StoreUnavailable.
    """
    secret = tokens.derived(identity, _PURPOSE)
    return secret and f"/notices/{identity}-{secret}"


def is_secret_path(tokens: Tokens, path: str) -> bool:
    """Return whether this is the path for a valid token. Raises StoreUnavailable."""
    identity = path.removeprefix("/notices/").partition("-")[0]
    expected = secret_path(tokens, identity)
    return expected is not None and compare_digest(path.encode(), expected.encode())
