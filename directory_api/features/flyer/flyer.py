"""What a flyer says, without words, and the check that names it.

The check is a digest of the facts on a flyer: ids, numbers, whether they are for emergencies only,
addresses, hours, web sites and the keys of the caveats, in no language. The page /f/ makes the
checks of today's flyers and compares, so it reads no history.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory_api.countries.known import About, known
from directory_api.features.flyer.sizes import (
    ADDRESS,
    EMAIL,
    HOURS,
    MOST_CENTRES,
    NAMING,
    NEUTRAL_KINDS,
    SIZES,
    WEBSITE,
    Size,
)
from directory_api.live.editions import Edition
from directory_api.record.centre_in_words import CONTESTED, Caveat, caveats_of, is_for_emergencies
from directory_api.record.numbers import FAX
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import text_in
from directory_api.text.errors import CentreNotFound
from directory_api.text.translations import ENGLISH, words

# Crockford's base32, without letters that look like digits; six of them are 30 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_DIGITS, _BITS = 6, 5


class TooManyCentres(Exception):
    """A flyer has no room for all centres of the directory: one has to be chosen."""


@dataclass(frozen=True, slots=True)
class Flyer:
    """A flyer of a revision: its size, whether it is neutral, its centres and helplines.

    `chosen` is the id of the centre if it is about one only. `today` is the day on which it is
    made, which decides what is temporary; a confirmation is recent for `fresh_days`. `back` is what
    sources say of signs of exploitation and what to do, each with its publisher; a flyer without it
    has no back.
    """

    size: Size
    is_neutral: bool
    chosen: str | None
    centres: tuple[Centre, ...]
    helplines: tuple[Helpline, ...]
    revision: int
    today: date
    fresh_days: int
    back: tuple[tuple[About, str], ...] = ()

    @property
    def members(self) -> frozenset[str]:
        """The members of its centres that it says, beside their numbers."""
        return self.size.members - NAMING if self.is_neutral else self.size.members

    def says_address(self, centre: Centre) -> bool:
        """Return whether it has the address of a centre; a small one has no room to say what is
        contested about it, and leaves it out.
        """
        is_contested = any(each.member == ADDRESS for each in centre.contested)
        return ADDRESS in self.members and not (HOURS not in self.members and is_contested)

    @property
    def check(self) -> str:
        """The digest of its facts: six characters of Crockford's base32."""
        facts = [
            *(_line_facts(line) for line in self.helplines),
            *(self._facts(centre) for centre in self.centres),
        ]
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return "".join(
            _ALPHABET[number >> _BITS * place & (1 << _BITS) - 1] for place in range(_DIGITS)
        )

    @property
    def code(self) -> str:
        """What is printed: the revision and the check."""
        return f"{self.revision}-{self.check}"

    def relevant_caveats(self, centre: Centre, caveats: Iterable[Caveat]) -> tuple[Caveat, ...]:
        """Return the caveats of a centre that are about what it says; without the address, that
        sources disagree about that is among them.
        """
        members = {"", "phones", *self.members}
        has_address = self.says_address(centre)
        return tuple(
            each
            for each in caveats
            if each.member in members
            and (has_address or each.member != ADDRESS or each.kind == CONTESTED)
        )

    def _facts(self, centre: Centre) -> dict[str, Any]:
        caveats = caveats_of(centre, Speaker(words(ENGLISH), self.today), self.fresh_days)
        facts: dict[str, Any] = {
            "id": centre.id,
            "town": text_in(centre.address.locality),
            "phones": [
                (each.number, each.kind, each.hours, is_for_emergencies(centre, each))
                for each in centre.phones
                if each.kind != FAX
            ],
            "caveats": [
                (each.member, each.key, each.until and each.until.isoformat())
                for each in self.relevant_caveats(centre, caveats)
            ],
        }
        if self.says_address(centre):
            facts[ADDRESS] = (centre.address.street, centre.address.postcode)
        for name in (HOURS, EMAIL, WEBSITE):
            if name in self.members:
                facts[name] = getattr(centre, name)
        return facts


def flyer(edition: Edition, size: str, chosen: str | None = None, *, neutral: bool) -> Flyer:
    """Return a flyer with all centres, or with the one that has an id.

    Raises CentreNotFound, also for a permanently closed centre, and TooManyCentres.
    """
    if chosen is not None:
        centre = edition.snapshot.centre(chosen).centre
        if centre.status == "closed":
            raise CentreNotFound("This centre is permanently closed.")
        centres: tuple[Centre, ...] = (centre,)
    elif has_room(edition):
        centres = edition.snapshot.listed
    else:
        raise TooManyCentres
    return _flyer(edition, SIZES[size], centres, chosen, is_neutral=neutral)


def has_room(edition: Edition) -> bool:
    """Return whether all centres have room on one flyer."""
    return len(edition.snapshot.listed) <= MOST_CENTRES


def flyers(edition: Edition) -> Iterator[Flyer]:
    """Yield every flyer that can be printed of an edition."""
    listed = edition.snapshot.listed
    groups = [((centre,), centre.id) for centre in listed]
    whole = [(tuple(listed), None)] if has_room(edition) else []
    for size in SIZES.values():
        for is_neutral in (False, True):
            for centres, chosen in (*whole, *groups):
                yield _flyer(edition, size, centres, chosen, is_neutral=is_neutral)


def read_check(code: str) -> str | None:
    """Return the check of a code as a person may have typed it; None if it has none."""
    check = code.strip().upper().rpartition("-")[2].translate(_LOOKALIKES)
    return check if len(check) == _DIGITS and set(check) <= set(_ALPHABET) else None


def _flyer(
    edition: Edition,
    size: Size,
    centres: tuple[Centre, ...],
    chosen: str | None,
    *,
    is_neutral: bool,
) -> Flyer:
    kinds = NEUTRAL_KINDS if is_neutral else size.kinds
    lines = tuple(line for line in edition.helplines.for_home.all if line.kind in kinds)
    return Flyer(
        size,
        is_neutral,
        chosen,
        centres,
        lines,
        edition.snapshot.revision,
        edition.since.date(),
        edition.pieces.fresh_days,
        _back(edition) if size.has_back and not is_neutral else (),
    )


def _back(edition: Edition) -> tuple[tuple[About, str], ...]:
    """Return what the sources of the directory's own country say, as far as the records have them;
    nothing without signs.
    """
    country, sources = known().get(edition.home), edition.snapshot.sources
    abouts = tuple(
        (about, sources[about.source].get("publisher") or sources[about.source]["title"])
        for about in (country.about if country else ())
        if (about.signs or about.worried) and about.source in sources
    )
    return abouts if any(about.signs for about, _ in abouts) else ()


def _line_facts(line: Helpline) -> tuple[Any, ...]:
    urls = sorted(line.url_translations.values())
    return line.id, line.kind, line.number, line.url, urls, line.hours
