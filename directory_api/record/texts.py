"""What a record has in several languages: one of its texts for a reader."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.text.message import Message, Texts, Value

TextsByLanguage = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text and its language (BCP 47)."""

    tag: str
    text: str


def localized(texts: TextsByLanguage, language: str) -> LocalizedText | None:
    """Return the text in a language, else in English, else the first; None if there is none."""
    tag = next((tag for tag in (language, "en", *texts) if tag in texts), None)
    return None if tag is None else LocalizedText(tag, texts[tag])


def text_in(texts: TextsByLanguage, language: str = "en") -> str | None:
    """Return the text of `localized` without its language."""
    text = localized(texts, language)
    return text.text if text else None


def in_languages(texts: TextsByLanguage) -> Message:
    """Return the text in the language of the page, if it has it, else as `text_in` does."""
    return Message("{value}", value=_InLanguages(tuple(texts.items())))


@dataclass(frozen=True)
class _InLanguages(Value):
    """The same text by language."""

    # Not a mapping: a frozen one cannot be copied.
    texts: tuple[tuple[str, str], ...]

    def translate(self, texts: Texts) -> str:
        return text_in(dict(self.texts), texts.tag) or ""
