"""The sizes of a flyer, and what each has room for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# What of a centre a flyer may say beside its name, its town and its numbers.
ADDRESS, HOURS, EMAIL, WEBSITE = "address", "opening_hours", "email", "website"
# A flyer has room for so many centres. Of more, one is chosen.
MOST_CENTRES = 4
# So many centres are offered in one list; a page with 10,000 has 650 kB and takes 0.3 s.
MOST_LISTED = 200
_DANGER = frozenset({"emergency", "police"})
_FEW = _DANGER | {"national_line"}
_USUAL = _FEW | {"reporting_site", "child_line"}


@dataclass(frozen=True, slots=True)
class Size:
    """A size: the members of a centre and the kinds of helplines that it has room for, the side of
    its QR code in millimetres, without the quiet zone, and whether signs of exploitation are on its
    back.
    """

    name: str
    members: frozenset[str]
    kinds: frozenset[str]
    qr_mm: int
    has_back: bool = False


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        size.name: size
        for size in (
            Size("a4", frozenset({ADDRESS, HOURS, EMAIL, WEBSITE}), _USUAL, 30),
            Size("a5", frozenset({ADDRESS, EMAIL, WEBSITE}), _USUAL, 22, has_back=True),
            Size("card", frozenset(), _FEW, 15),
            Size("tear-off", frozenset({ADDRESS, WEBSITE}), _USUAL, 24),
        )
    }
)
# What a neutral flyer does not have: the names of e-mail addresses, web sites and lines say what
# the centres are for.
NAMING = frozenset({EMAIL, WEBSITE})
NEUTRAL_KINDS = _DANGER
