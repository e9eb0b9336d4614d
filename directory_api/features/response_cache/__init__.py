"""Answers without Flask: finished ones, which are sent again, and those to coordinates (ADR 15)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.features.response_cache.response_cache import ResponseCache
    from directory_api.web.context import Web


def provide_finished_answers(web: "Web") -> "ResponseCache":
    """Return the answers that are sent before Flask is asked."""
    from directory_api.features.response_cache.response_cache import ResponseCache

    return ResponseCache(web.editions, web.limiter, web.meters, web.settings.path_prefix)
