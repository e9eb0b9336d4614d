"""What a person does next about a change that must be confirmed, over the API and on a page."""

from collections.abc import Container

from directory_api.change.guards import NextSteps
from directory_api.text.errors import ConfirmationNeeded

_ASK = "If this is intended, ask an administrator."
_SEND = "To confirm the change, send {} once more as confirm_number."
# Pages whose changes must be confirmed have a field for it; this is for all others.
_EDIT = "Edit the record itself: the page asks for the number once more."


def for_program(error: ConfirmationNeeded, scopes: Container[str]) -> ConfirmationNeeded:
    """Return the error with what a program with these scopes sends."""
    allow = "If this is intended, send allow_removals=true." if "admin" in scopes else _ASK
    return NextSteps(allow, _SEND).added_to(error)


def for_page(error: ConfirmationNeeded) -> ConfirmationNeeded:
    """Return the error with what a person does in a browser."""
    return NextSteps(_ASK, _EDIT).added_to(error)
