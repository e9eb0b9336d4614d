"""The translations of the texts for maintainers: gettext's catalogues in locale/, messages.po.

`make admin-texts` extracts the English texts of all features and of the core, and updates the
catalogues; docs/translating.md is for translators.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from directory_api.left_out import leave_out
from directory_api.text.message import IN_ENGLISH, Texts
from directory_api.text.translations import ENGLISH

if TYPE_CHECKING:
    from babel.messages.catalog import Message

CATALOGUE = "locale/{}/LC_MESSAGES/messages.po"
# A value, a tag, and what could end one or begin another.
_PART = re.compile(r'\{[^{}]*\}|<[^<>]*>|[{}<>"]')


@cache
def texts_in(tag: str) -> Texts:
    """Return the texts in a language of COMPLETE. Those that have no translation, or one that is
    fuzzy or has not the values and tags of its text, are in English.

    A catalogue is read for the first page in its language: 40 ms, and 0.5 MB that stay.
    """
    if tag == ENGLISH:
        return IN_ENGLISH
    # Imported here: a server without maintainers does not need them.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    try:
        with (files(__package__) / CATALOGUE.format(tag)).open("rb") as file:
            catalogue = read_po(file, tag, abort_invalid=True)
        for message in [*catalogue]:
            if message.id and not fits(message):
                catalogue.delete(message.id)
        write_mo(compiled, catalogue)
        compiled.seek(0)
        return Texts(tag, GNUTranslations(compiled))
    except Exception as error:  # people edit these files, and a damaged one may raise anything
        leave_out(f"language file {CATALOGUE.format(tag)}", error)
        return Texts(tag)


def fits(message: "Message") -> bool:
    """Return whether a translation has the values and tags of its text, each as often. In a plural,
    both texts and each form have the same. What is not translated fits.
    """
    text, *others = (*forms(message.id), *forms(message.string))
    return all(_parts(each) == _parts(text) for each in others if each)


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the forms of a plural, or the one text."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _parts(text: str) -> Counter[str]:
    return Counter(_PART.findall(text))
