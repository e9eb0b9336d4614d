"""The language of the pages for maintainers.

Templates write each text in English, as `_("Saved by {name}", name=author)`; Python makes a
`Message`. The texts of the other languages are in locale/, by the English pattern.
"""

from collections.abc import Mapping
from typing import Any

from flask import g
from markupsafe import Markup

from directory_api.text.message import said


def say(pattern: str, **values: Any) -> Markup:
    """Return a text of a template in the language of the page: `_` in templates.

    The pattern may have tags; values are escaped.
    """
    texts: Mapping[str, str] = g.get("texts", {})
    text = Markup(said(pattern, texts))  # noqa: S704 - patterns are ours, in templates and locale/
    if not values:
        return text
    return text.format_map(
        {
            name: said(value, texts) if isinstance(value, str) else value
            for name, value in values.items()
        }
    )
