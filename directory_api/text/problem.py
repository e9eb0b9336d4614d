"""What a problem type is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type (RFC 9457): its URL fragment, status, title, and default advice.

    Maintainers read `page_title` and `page_text` instead, where the others are for programs; an
    empty one is replaced by the title, or by the message of the error. `{wait}` in a text is the
    seconds of Retry-After.
    """

    name: str
    status: int
    title: str
    advice: str
    page_title: str = ""
    page_text: str = ""
