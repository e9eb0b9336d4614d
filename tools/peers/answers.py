"""The centres and the answer, for the peers in Python; it imports the standard library only."""

import json
import os
from collections.abc import Iterable
from pathlib import Path


class Answers:
    """Centres by their number, and answers that contain them."""

    def __init__(self) -> None:
        folder = Path(os.environ["BENCH_DATA"])
        lines = (folder / "centres.jsonl").read_text(encoding="utf-8").splitlines()
        centres = [json.loads(line) for line in lines]
        # The latitude and longitude of each centre.
        self.points: list[tuple[float, float]] = [(each["lat"], each["lon"]) for each in centres]
        self.texts: list[str] = [each["text"] for each in centres]
        # Without the brace before the members of a card.
        self._parts = [each["text"].encode()[1:] for each in centres]
        # The members that follow the results: helplines and attribution.
        self._rest = (folder / "rest.json").read_bytes()

    def answer(self, nearest: Iterable[tuple[int, float]]) -> bytes:
        """Return the answer with these centres, each with its distance in metres."""
        results = b",".join(
            b'{"shown_because":["near"],"distance_m":%d,%b' % (round(distance), self._parts[number])
            for number, distance in nearest
        )
        return b'{"results":[%b],%b' % (results, self._rest)
