"""The documentation is made once for many apps; to read openapi.yaml takes 0.2 s."""

from functools import cache, lru_cache
from pathlib import Path

from directory_api.features.reference import reference
from directory_api.web.http import responses

_render_reference = reference.render


@lru_cache(16)
def _reference_below(openapi: Path, static_site: bool, _prefix: str) -> str:
    return _render_reference(openapi, static_site=static_site)


def reference_of(openapi: Path, *, static_site: bool) -> str:
    """The page of openapi.yaml, rendered once for a prefix of its links, not once for each app."""
    return _reference_below(openapi, static_site, responses.prefix())


reference.load = cache(reference.load)
reference.render = reference_of
