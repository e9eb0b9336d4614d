"""Folded text, against its definition."""

import random
import re
import unicodedata

from directory_api.text.normalize import fold

_LETTERS = [chr(code) for code in (*range(0x250), *range(0x300, 0x600), 0x1E9E, 0xFB01, 0x6771)]


def _folded(text: str) -> str:
    """Decompose (NFKD), leave out what combines, and take the runs of letters and digits."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def test_text_in_any_script_is_folded() -> None:
    """Also with quotation marks, dashes, control characters and ligatures."""
    chance = random.Random(1)
    texts = [
        "".join(chance.choices(_LETTERS, k=chance.randrange(12))) + chance.choice("’-_–\u2028 é")
        for _ in range(5000)
    ]
    assert [fold(text) for text in texts] == [_folded(text) for text in texts]
    assert fold("L’Été à Sürya_2 \x1c–İß") == "l ete a surya 2 iss"
