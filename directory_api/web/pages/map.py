"""The map of a page: outlines of the covered countries, drawn once a revision, and centres."""

from directory_api.domain.model.centre import Centre
from directory_api.domain.model.values import in_language
from directory_api.formats import as_svg_map
from directory_api.search.snapshot import Snapshot
from directory_api.web.pages.presenters import PageTranslator

# On one small map more names than these would overlap.
_MOST_NAMED = 6


class Atlas:
    """Draws the map of a snapshot."""

    def __init__(self) -> None:
        self._drawn: tuple[Snapshot, as_svg_map.Drawing | None] | None = None

    def drawing(self, snapshot: Snapshot) -> as_svg_map.Drawing | None:
        """Return the map; None if no country has a boundary."""
        # Read once: another thread may replace it.
        drawn = self._drawn
        if drawn is None or drawn[0] is not snapshot:
            drawn = self._drawn = (snapshot, as_svg_map.draw(snapshot.areas.values()))
        return drawn[1]


def dots(
    snapshot: Snapshot,
    drawing: as_svg_map.Drawing | None,
    speaker: PageTranslator,
    shown: frozenset[str],
) -> list[tuple[int, int, str | None]]:
    """Return the positions of the centres not in `shown`, with their towns if there is room."""
    if drawing is None:
        return []
    others = [centre for centre in snapshot.listed if centre.id not in shown and centre.location]
    named = len(snapshot.listed) <= _MOST_NAMED
    spots = [(centre, drawing.spot(centre.location.point)) for centre in others if centre.location]
    return [(*spot, town(centre, speaker) if named else None) for centre, spot in spots if spot]


def town(centre: Centre, speaker: PageTranslator) -> str | None:
    """Return the town of a centre."""
    found = in_language(centre.address.locality, speaker.words.language.tag)
    return found.text if found else None
