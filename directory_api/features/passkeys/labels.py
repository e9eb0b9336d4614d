"""What people read about access: what each scope allows, and what is wrong."""

from collections.abc import Mapping

from directory_api.features.passkeys.passkeys import MOST_NAME
from directory_api.record.token import Token
from directory_api.record.validators import plain_text_fault
from directory_api.text.message import Message

REFUSED = Message("The passkey was not registered. Press the button once more.")
ONLY_HTTPS = Message(
    "Passkeys work only over https, and on your own computer at localhost. Ask the operator for "
    "the address that begins with https."
)
# What may be chosen for a new person: each scope with what it allows.
SCOPES: Mapping[str, Message] = {
    "edit": Message("change records"),
    "read-history": Message("see former values and who changed what, and undo changes"),
    "approve": Message("approve the changes of others"),
    "admin": Message("everything, also large changes, people and tokens (administrator)"),
}


def may(token: Token) -> list[Message]:
    """Return what a token allows, in words."""
    if "admin" in token.scopes:
        return [SCOPES["admin"]]
    return [words for scope, words in SCOPES.items() if scope in token.scopes]


def name_fault(name: str) -> str | None:
    """Return what is wrong with the name of a passkey, or None."""
    if not name:
        return Message("Give the passkey a name, such as “my phone”.")
    if len(name) > MOST_NAME:
        return Message("Write at most {most} characters.", most=MOST_NAME)
    return plain_text_fault(name)
