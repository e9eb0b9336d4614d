"""The two ceremonies of Web Authentication (W3C, level 3): to register a passkey, and to use one.

Only this module knows the package webauthn, and imports it where it is used: it takes 14 MB and
0.3 s, and most pages need none of it. A passkey is a discoverable credential, and its device
checks who uses it (user verification), so it needs no name and no password.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from directory_api.features.desk.passkeys.site import Site

# How long a person may take at the window of the browser.
SECONDS = 300
# A credential of an authenticator has less than 4 kB.
MOST_CHARACTERS = 20_000


class Refused(Exception):
    """What a browser sent is no use of a passkey, or not of this one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent, which is not checked yet: the passkey's id, the challenge, and the id
    of the token for which it was registered, None if the device does not tell.
    """

    raw: dict[str, Any]
    id: str
    challenge: str
    user: str | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey that was registered: its id, its public key, and how often it was used, if its
    device counts that.
    """

    id: str
    key: str
    count: int


def registration_options(
    site: Site, challenge: str, token: str, name: str, known: Sequence[str]
) -> str:
    """Return what a browser needs to register a passkey for a token, as JSON. A device with one of
    the `known` passkeys registers no other.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name="Directory of centres",
            # Random, and no secret, as the standard asks; it never changes for a person.
            user_id=token.encode(),
            user_name=name,
            challenge=_decoded(challenge),
            timeout=SECONDS * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=_decoded(each)) for each in known
            ],
        )
    )


def sign_in_options(site: Site, challenge: str) -> str:
    """Return what a browser needs to use a passkey, as JSON. It names none: the browser shows
    those of this host, and no visitor learns which there are.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=_decoded(challenge),
            timeout=SECONDS * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def sent(text: str) -> Sent:
    """Return what a browser sent as JSON. Raises Refused."""
    if len(text) > MOST_CHARACTERS:
        raise Refused
    try:
        raw = json.loads(text)
        response = raw["response"]
        client = json.loads(_decoded(response["clientDataJSON"]))
        handle = response.get("userHandle")
        user = _decoded(handle).decode() if handle else None
        identity, challenge = raw["id"], client["challenge"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused from None
    # Both are base64url. What JSON allows beyond, such as half of a character, no store takes.
    if not all(isinstance(each, str) and each.isascii() for each in (identity, challenge)):
        raise Refused
    return Sent(raw, identity, challenge, user)


def registered(site: Site, answer: Sent, challenge: str) -> Registered:
    """Return the passkey that a browser has registered for the challenge. Raises Refused."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = verify_registration_response(
            credential=answer.raw,
            expected_challenge=_decoded(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Refused from None
    return Registered(
        bytes_to_base64url(verified.credential_id),
        bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
    )


def used(site: Site, answer: Sent, challenge: str, key: str, count: int) -> int:
    """Return how often the passkey with this public key was used, after it has signed the
    challenge. Raises Refused: also if it was used as often before, which a copy does.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = verify_authentication_response(
            credential=answer.raw,
            expected_challenge=_decoded(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_decoded(key),
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Refused from None
    return verified.new_sign_count


def _decoded(text: str) -> bytes:
    """Return the bytes of a text in base64url without padding (RFC 4648, section 5). Raises
    ValueError, TypeError.
    """
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
