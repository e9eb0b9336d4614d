"""What a caller selects of an answer."""

from dataclasses import dataclass

from directory_api.text.translations import ENGLISH

# The words of the parameter `include`: members that are added to each card, and the helplines that
# a short list does not have.
OTHER_HELPLINES = "other_helplines"
INCLUDES = (
    "description",
    "services",
    "opening_hours",
    "channels",
    "sources",
    "contested",
    OTHER_HELPLINES,
    "translations",
)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """The language of the texts (BCP 47), and what is included besides what each card has."""

    language: str = ENGLISH
    include: frozenset[str] = frozenset()


# What an answer has if nothing is selected.
DEFAULT = Selection()
