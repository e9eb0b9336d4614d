"""The secret address of the feed and the calendar: it belongs to a token, and ends with it."""

import hashlib
import hmac

from directory_api.bootstrap import Directory
from directory_api.edit.tokens import is_valid

_PURPOSE = b"notices"


def secret_path(directory: Directory, identity: str) -> str | None:
    """Return the path, without the ending of a format, for a token; None if no valid token has
    this id. Raises StoreUnavailable.

    Its secret is an HMAC under the stored digest of the token: it allows no sign-in, says nothing
    of the token, and is the same each time on all servers of a store.
    """
    today = directory.today()
    valid = (token.id for token in directory.tokens.list() if is_valid(token, today))
    digest = directory.stores.access.digest_of(identity) if identity in valid else None
    if digest is None:
        return None
    secret = hmac.new(digest.encode(), _PURPOSE, hashlib.sha256).hexdigest()
    return f"/notices/{identity}-{secret}"


def is_secret_path(directory: Directory, path: str) -> bool:
    """Return whether this is the path for a valid token. Raises StoreUnavailable."""
    identity = path.removeprefix("/notices/").partition("-")[0]
    expected = secret_path(directory, identity)
    return expected is not None and hmac.compare_digest(path.encode(), expected.encode())
