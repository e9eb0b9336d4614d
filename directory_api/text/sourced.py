"""Texts of the interface that say what a helpline offers, where its record names their source."""

from collections.abc import Iterable, Mapping

_SAID: Mapping[str, str] = {"reporting-news": "trust.report"}


def key_of(sources: Iterable[str]) -> str | None:
    """Return the key of the text for a helpline with these sources (ids); None without one.

    It is for the languages in which the helpline has no name.
    """
    return next((_SAID[source] for source in sources if source in _SAID), None)
