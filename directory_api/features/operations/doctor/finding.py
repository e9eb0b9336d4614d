"""What the doctor says about one part of an installation."""

from dataclasses import dataclass

# A fault harms people or will; a hint may be intended.
OK, HINT, FAULT = "ok", "hint", "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about a part, and what to do if all is not well. Neither has a place, the address
    of a machine, or the value of a setting but a path.
    """

    level: str
    about: str
    text: str
    advice: str = ""
