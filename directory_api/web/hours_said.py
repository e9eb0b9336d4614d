"""The words of opening hours in a visitor's language."""

import copy
from functools import cache
from typing import Any

from babel import Locale, localedata

from directory_api.domain.weekly import DAYS


@cache
def day_names(tag: str) -> tuple[str, ...]:
    """The days of the week in a language (BCP 47), from Monday on, as they stand by themselves.

    Read from a copy: where a language has no names of its own for this, Babel (2.18) writes those that it found
    into a dictionary that languages share, and who came after a reader of Pashto would read the days in Pashto.
    """
    own: Any = copy.deepcopy(localedata.load(str(_locale(tag))))
    names = localedata.LocaleDataDict(own)["days"]["stand-alone"]["wide"]
    return tuple(names[number] for number in range(len(DAYS)))


def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")
