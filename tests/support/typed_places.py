"""Places as people type them: codes, names, both, in several languages, with typing mistakes."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from directory_api.place.postcode import Place, rule_for
from directory_api.text.normalize import fold

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_TYPO = 4
_DUTCH_LETTERS = 2


class Typed(NamedTuple):
    """A text, and the postcodes of the place that it means."""

    text: str
    kind: str
    codes: frozenset[str]


class TypedPlaces:
    """A generator of inputs from the places of a country."""

    def __init__(self, places: Sequence[Place], seed: int) -> None:
        self._chance = random.Random(seed)
        self._places = places
        codes = {place.code for place in places}
        self._existing = codes | rule_for(places[0].country).institutions
        self._codes: dict[str, set[str]] = {}
        for place in places:
            for name in names_of(place):
                self._codes.setdefault(fold(name), set()).add(place.code)

    @property
    def names(self) -> Mapping[str, set[str]]:
        """The postcodes that have each folded name."""
        return self._codes

    def inputs(self, count: int) -> Iterator[Typed]:
        """Yield that many inputs, as many of each kind."""
        kinds: list[Callable[[Place], Typed | None]] = [
            self._code,
            self._slipped_code,
            self._code_and_name,
            self._code_and_slipped_name,
            self._slipped_code_and_name,
            self._name,
            self._slipped_name,
        ]
        number = 0
        while number < count:
            typed = kinds[number % len(kinds)](self._chance.choice(self._places))
            if typed:
                number += 1
                yield typed

    def names_as_written(self, count: int) -> Iterator[str]:
        """Yield that many names without slips."""
        for _ in range(count):
            yield self._name(self._chance.choice(self._places)).text

    def _code(self, place: Place) -> Typed:
        forms = ("{}", " {} ", "B-{}", "BE-{}", "be {}", "b{}", "B–{}", "{}\u200b")
        return self._of_code(self._chance.choice(forms).format(place.code), "code", place)

    def _slipped_code(self, place: Place) -> Typed:
        """The letter O, the last digit twice, a space within, the digits of another keyboard."""
        code = place.code
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        arabic = "".join(chr(ord(digit) - ord("0") + 0x660) for digit in code)
        slips = (code.replace("0", "O"), code + code[-1], f"{code[:2]} {code[2:]}", wide, arabic)
        return self._of_code(self._chance.choice(slips), "code with a slip", place)

    def _code_and_name(self, place: Place) -> Typed:
        return self._both(place, self._styled(self._some_name(place)), "code and name")

    def _code_and_slipped_name(self, place: Place) -> Typed | None:
        name = self._slipped(self._some_name(place))
        return self._both(place, name, "code and name with a slip") if name else None

    def _slipped_code_and_name(self, place: Place) -> Typed | None:
        """A digit that is wrong, or in the place of its neighbour, so that there is no such code.

        If there is one, it counts whatever the name: the table does not have every village.
        """
        name, code = self._some_name(place), place.code
        at = self._chance.randrange(len(code) - 1)
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        wrong = code[:at] + self._chance.choice("0123456789") + code[at + 1 :]
        slipped = self._chance.choice((swapped, wrong))
        # Four digits and two letters are a Dutch postcode, also if the letters are those of As.
        if slipped in self._existing or len(fold(name)) == _DUTCH_LETTERS:
            return None
        return self._of_code(f"{slipped} {name}", "code with a slip and name", place)

    def _both(self, place: Place, name: str, kind: str) -> Typed:
        forms = ("{0} {1}", "{0}, {1}", "B-{0} {1}", "{1} {0}", "{1}, {0}")
        text = self._chance.choice(forms).format(place.code, name)
        return self._of_code(text, kind, place)

    def _name(self, place: Place) -> Typed:
        name = self._some_name(place)
        return Typed(self._styled(name), "name", frozenset(self._codes[fold(name)]))

    def _slipped_name(self, place: Place) -> Typed | None:
        name = self._some_name(place)
        slipped = self._slipped(name)
        codes = frozenset(self._codes[fold(name)])
        return Typed(slipped, "name with a slip", codes) if slipped else None

    @staticmethod
    def _of_code(text: str, kind: str, place: Place) -> Typed:
        return Typed(text, kind, frozenset({place.code}))

    def _some_name(self, place: Place) -> str:
        return self._chance.choice([*place.names.values(), *place.places])

    def _styled(self, name: str) -> str:
        styles: tuple[Callable[[str], str], ...] = (
            str,
            str.lower,
            str.upper,
            fold,
            lambda text: text.replace("-", " ").replace("’", "'"),
            lambda text: text.replace("Sint-", "St. ").replace("Saint-", "St-"),
        )
        return self._chance.choice(styles)(name)

    def _slipped(self, name: str) -> str | None:
        """Return the name with a letter that is wrong, missing, typed twice or in the place of its
        neighbour; None if it is too short, or if that is the name of a place.
        """
        at = self._chance.randrange(max(1, len(name) - 1))
        letter, following = name[at], name[at + 1 : at + 2]
        slips = (self._chance.choice(_LETTERS), "", letter * 2, following + letter)
        which = self._chance.randrange(len(slips))
        rest = name[at + 2 :] if which == len(slips) - 1 else name[at + 1 :]
        slipped = name[:at] + slips[which] + rest
        too_short = len(fold(name)) < _SHORTEST_TYPO
        return None if too_short or fold(slipped) in self._codes else slipped


def names_of(place: Place) -> list[str]:
    """Return every name of a place and of its parts in the tables."""
    return [*place.names.values(), *place.places, *(alias for alias, _ in place.aliases)]


def sequences(name: str) -> Iterator[str]:
    """Yield every sequence of words of a folded name, and the whole name."""
    words = name.split()
    for start in range(len(words)):
        for end in range(start, len(words)):
            yield " ".join(words[start : end + 1])
