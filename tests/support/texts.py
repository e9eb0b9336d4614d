"""Translations of texts for maintainers, made up for a test."""

from collections.abc import Mapping
from gettext import NullTranslations

from directory_api.text.message import Texts


class _Translations(NullTranslations):
    def __init__(self, by_english: Mapping[str, str]) -> None:
        super().__init__()
        self._by_english = by_english

    def gettext(self, message: str) -> str:
        """Return the translation; the text itself if there is none."""
        return self._by_english.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation of one of both."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def texts(tag: str, by_english: Mapping[str, str]) -> Texts:
    """Return the texts of a language with these translations by their English text."""
    return Texts(tag, _Translations(by_english))
