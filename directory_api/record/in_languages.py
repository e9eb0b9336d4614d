"""What a record has in several languages, for a page of maintainers in one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.record.records import text_in
from directory_api.text.message import Message, Texts, Value


def in_languages(texts: Mapping[str, str]) -> Message:
    """Return the text in the language of the page, if it has it, else as `text_in` does."""
    return Message("{value}", value=_InLanguages(tuple(texts.items())))


@dataclass(frozen=True)
class _InLanguages(Value):
    """The same text by language."""

    # Not a mapping: a frozen one cannot be copied.
    texts: tuple[tuple[str, str], ...]

    def said(self, texts: Texts) -> str:
        """Return it in the language."""
        return text_in(dict(self.texts), texts.tag) or ""
