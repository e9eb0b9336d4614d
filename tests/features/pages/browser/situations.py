"""Twelve situations in which people come to the visitor's page, and how each finds a way. The table
in docs/visitor-page.md has the same ones.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """What a person taps after arrival, and what the last tap calls or opens.

    `door` is the part of the page to open, if it is not the first; `choice` is what is true for the
    person; `place` is typed, which takes a tap on the field and one on the button. `fit` is how the
    page marks the way that is reached from a choice.
    """

    who: str
    reaches: str
    door: str = ""
    choice: str = ""
    place: str = ""
    fit: str = "fits"

    @property
    def taps(self) -> int:
        """How many, with the one that calls or opens."""
        return bool(self.door) + bool(self.choice) + 2 * bool(self.place) + 1


_REPORT = "https://www.stophumantrafficking.be/"
SITUATIONS = (
    Situation("A person without credit", "tel:106", choice="credit"),
    Situation(
        "A person whose phone is read by another", "tel:1712", choice="watched", fit="unknown"
    ),
    Situation("A girl of 16", "tel:116000", choice="minor"),
    Situation("A person who cannot speak now", _REPORT, choice="mute"),
    Situation(
        "A deaf person with the app 112 BE",
        "https://112.be/en/SMS",
        choice="mute",
        fit="unknown",
    ),
    Situation("A person without papers, afraid of the police", _REPORT),
    Situation("A person who reads French only", "tel:+3242324030", choice="language"),
    Situation("A neighbour who suspects something", _REPORT, door="worried"),
    Situation("The mother of a missing girl", "tel:116000", door="worried"),
    Situation("A social worker at night", "tel:+3225116464", door="work"),
    Situation("A worker across the border, in Lille", "tel:17", place="59000 Lille"),
    Situation("A woman across the border, in Aachen", "tel:110", place="52062 Aachen"),
)
