"""Answers without Flask: finished ones, which are sent again, and those to coordinates (ADR 15)."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="Answers without Flask: finished ones again, and those to coordinates",
    finished_answers=lazy("directory_api.features.response_cache.response_cache:response_cache"),
)
