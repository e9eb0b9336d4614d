"""People sign in to /admin with a passkey (Web Authentication) instead of a token.

It needs the extra `passkeys`: without the package webauthn, nothing is offered.
"""

from importlib.util import find_spec

IS_INSTALLED = find_spec("webauthn") is not None
