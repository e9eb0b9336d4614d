"""Finished answers, which are sent again without Flask, and plain coordinates (ADR 10)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.features.response_cache.response_cache import ResponseCache
    from directory_api.web.context import Web


def provide_finished_answers(web: "Web") -> "ResponseCache":
    """Return the answers that are sent before Flask is asked."""
    from directory_api.features.response_cache.plain_coordinates import PlainCoordinates
    from directory_api.features.response_cache.response_cache import ResponseCache

    coordinates = PlainCoordinates(web.settings.path_prefix)
    return ResponseCache(web.editions, web.limiter, web.meters, coordinates)
