"""The language of the pages for maintainers.

Templates write each text in English, as `_("Saved by {name}", name=author)`; Python makes a
`Message`. The texts of the other languages are in locale/, by the English pattern.
"""

from typing import Any

from flask import g
from markupsafe import Markup, escape

from directory_api.text.message import IN_ENGLISH, Message, Texts, Value, said


def say(pattern: str, **values: Any) -> Markup:
    """Return a text of a template in the language of the page: `_` in templates.

    The pattern may have tags; values are escaped. A Message is escaped as a whole, because its
    values are data.
    """
    texts: Texts = g.get("texts", IN_ENGLISH)
    if isinstance(pattern, Message):
        return escape(said(pattern, texts))
    text = Markup(said(pattern, texts))  # noqa: S704 - patterns are ours, in templates and locale/
    if not values:
        return text
    return text.format_map({name: _said(value, texts) for name, value in values.items()})


def _said(value: Any, texts: Texts) -> Any:
    if isinstance(value, Value):
        return value.said(texts)
    return said(value, texts) if isinstance(value, str) else value
