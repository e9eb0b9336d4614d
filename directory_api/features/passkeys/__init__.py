"""People sign in to /admin with a passkey (Web Authentication) instead of a token.

It needs the extra `passkeys`: without the package webauthn, the feature offers nothing.
"""

from importlib.util import find_spec

from directory_api.feature import Feature, lazy

_TEXT = "People sign in to /admin with a passkey instead of a token"

feature = (
    Feature(
        summary=_TEXT,
        texts=__name__,
        maintainer_pages=lazy("directory_api.features.passkeys.pages:pages"),
        commands=("directory_api.features.passkeys.commands:passkey",),
    )
    if find_spec("webauthn")
    else Feature(summary=_TEXT)
)
