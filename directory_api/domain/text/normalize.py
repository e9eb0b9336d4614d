"""Words as people type them and as they are compared."""

import re
import unicodedata
from collections.abc import Collection


def fold(text: str) -> str:
    """Small letters without accents and with single spaces: `Sürya` and `SURYA` both become `surya`."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare.casefold()).split())


def begin(words: Collection[str], query: str) -> bool:
    """Whether each word of the query begins one of the folded words; a query without words begins nothing."""
    wanted = fold(query).split()
    return bool(wanted) and all(any(word.startswith(start) for word in words) for start in wanted)


def tidy(text: str) -> str:
    """Typed text made plain: NFKC, ASCII digits, no invisible signs, single spaces, one kind of hyphen."""
    plain = []
    for letter in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(letter)
        if category == "Nd":
            plain.append(str(unicodedata.decimal(letter)))
        elif category == "Pd":
            plain.append("-")
        elif category == "Zs" or letter == "\t":
            plain.append(" ")
        elif category != "Cf":
            plain.append(letter)
    return " ".join("".join(plain).split(" ")).strip() if plain else ""


def web_domain(address: str) -> str:
    """The domain of a web address, for people to compare: www.example.org and example.org are the same one."""
    return re.split(r"[/?#]", address.partition("://")[2])[0].casefold().removeprefix("www.")
