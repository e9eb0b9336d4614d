"""What the caller of the API does next about a change that must be confirmed."""

from collections.abc import Container

from directory_api.change.guards import NextSteps
from directory_api.text.errors import ConfirmationNeeded
from directory_api.text.message import Message

ASK = Message("If this is intended, ask an administrator.")
_SEND = "To confirm the change, send {number} once more as confirm_number."


def for_program(error: ConfirmationNeeded, scopes: Container[str]) -> ConfirmationNeeded:
    """Return the error with what a program with these scopes sends."""
    allow = "If this is intended, send allow_removals=true." if "admin" in scopes else ASK
    return NextSteps(allow, _SEND).added_to(error)
