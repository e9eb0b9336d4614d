"""What a refusal must not repeat."""

from typing import Any
from urllib.parse import quote, quote_plus

# A postcode and a point that no visitor has: where one of these is repeated, the server has
# revealed a place.
MARK = "8675309marker"


def assert_untold(text: str, secrets: tuple[str, ...]) -> None:
    """No secret is in the text, as it is or quoted as in a URL."""
    spellings = {
        spelling
        for secret in secrets
        for spelling in (secret, _quoted(quote, secret), _quoted(quote_plus, secret))
    }
    assert not [spelling for spelling in spellings if spelling and spelling in text]


def _quoted(how: Any, secret: str) -> str:
    return str(how(secret, errors="replace"))
