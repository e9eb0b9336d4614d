"""What people read about passkeys that are refused."""

from directory_api.features.desk.passkeys.passkeys import MOST_NAME
from directory_api.record.validators import plain_text_fault
from directory_api.text.message import Message

REFUSED = Message("The passkey was not registered. Press the button once more.")
ONLY_HTTPS = Message(
    "Passkeys work only over https, and on your own computer at localhost. Ask the operator for "
    "the address that begins with https."
)


def name_fault(name: str) -> str | None:
    """Return what is wrong with the name of a passkey, or None."""
    if not name:
        return Message("Give the passkey a name, such as “my phone”.")
    if len(name) > MOST_NAME:
        return Message("Write at most {most} characters.", most=MOST_NAME)
    return plain_text_fault(name)
