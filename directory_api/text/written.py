"""Texts in records and in the history that people type, or the software writes in English."""

import re
from dataclasses import dataclass

from directory_api.text.message import Texts, Value

_SPACE = re.compile(" ")
# The value at the end of a pattern of which such a text was made: it is a text, or several.
_END = "{written}"


@dataclass(frozen=True)
class Written(Value):
    """A stored text. What the software wrote is a sentence of the other languages, or made of a
    pattern that ends in `{written}`; anything else stays as it is.
    """

    text: str

    def translate(self, texts: Texts) -> str:
        """Return it in the language, as far as the software wrote it."""
        whole = texts.translate(self.text)
        if whole != self.text:
            return whole
        for space in _SPACE.finditer(self.text):
            english = f"{self.text[: space.end()]}{_END}"
            pattern = texts.translate(english)
            if pattern != english:
                items = map(texts.translate, self.text[space.end() :].split(", "))
                return pattern.format(written=", ".join(items))
        return self.text
