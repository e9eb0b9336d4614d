"""Normalisation of typed text, and comparison of words."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Letters and digits of every script.
_WORD = re.compile(r"[^\W_]+")
_ASCII_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """Return the text in lower case, without accents and with single spaces.

    `Sürya` and `SURYA` both become `surya`.
    """
    if not text.isascii():
        # Most letters of most texts are ASCII; each of the others takes as long as all of them.
        text = _NOT_ASCII.sub(_without_accents, unicodedata.normalize("NFKD", text))
    if text.isascii():
        # This takes less than half of the time of looking for words.
        return " ".join(text.translate(_ASCII_SPACES).lower().split())
    return " ".join(_WORD.findall(text.casefold()))


def _without_accents(letters: re.Match[str]) -> str:
    return "".join(
        letter if letter.isalnum() else " "
        for letter in letters[0]
        if not unicodedata.combining(letter)
    )


def is_one_slip(one: str, other: str) -> bool:
    """Return whether two texts differ by one wrong, missing or additional letter, or by two
    neighbours that are swapped. False for equal texts.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1 or one == other:
        return False
    pairs = enumerate(zip(shorter, longer, strict=False))
    start = next((at for at, (letter, its) in pairs if letter != its), len(shorter))
    if shorter[start:] == longer[start + 1 :]:
        return True
    rest, its_rest = shorter[start:], longer[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == its_rest[1:] or swapped == its_rest


def similar_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar, in capitals or not; None if none is similar."""
    by_lower = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def tidy(text: str) -> str:
    """Normalise typed text.

    The result is in NFKC with ASCII digits, single spaces, one kind of hyphen and no invisible
    characters.
    """
    if text.isascii() and text.isprintable():  # as nearly every postcode is
        return text.strip()
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
    """Return the domain of a web address for comparison; www.example.org equals example.org."""
    return re.split(r"[/?#]", address.partition("://")[2])[0].casefold().removeprefix("www.")
