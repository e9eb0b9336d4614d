"""Twelve situations in which people come to the visitor's page, and how each finds a way."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """What a person taps after arrival, and what the last tap calls or opens.

    `way` is what the person says; `place` is typed, which takes a tap on the field and one on the
    button.
    """

    who: str
    reaches: str
    way: str = ""
    place: str = ""

    @property
    def taps(self) -> int:
        """How many, with the one that calls or opens."""
        return bool(self.way) + 2 * bool(self.place) + 1


_REPORT = "https://www.stophumantrafficking.be/"
SITUATIONS = (
    Situation("A person without credit", "tel:1712", way="credit"),
    Situation("A person whose phone is read by another", "tel:1712", way="watched"),
    Situation("A girl of 16", "tel:116000", way="minor"),
    Situation("A person who cannot speak now", _REPORT, way="mute"),
    Situation("A deaf person with the app 112 BE", "https://112.be/en/SMS", way="all"),
    Situation("A person without papers, afraid of the police", _REPORT),
    Situation("A person who reads French only", "tel:+3242324030"),
    Situation("A neighbour who suspects something", _REPORT, way="worried"),
    Situation("The mother of a missing girl", "tel:116000", way="worried"),
    Situation("A social worker at night", "tel:+3225116464"),
    Situation("A worker across the border, in Lille", "tel:17", place="59000 Lille"),
    Situation("A woman across the border, in Aachen", "tel:110", place="52062 Aachen"),
)
