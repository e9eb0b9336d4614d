"""What says a record in one language of the interface."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directory_api.hours.in_words import hours_lines
from directory_api.record.parts import Spoken
from directory_api.record.texts import TextsByLanguage, text_in
from directory_api.text.translations import Words, language_name, long_date

_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language, in which a record is said as plain text; that of the pages for visitors writes
    HTML. `today` is the day from which opening hours are said, and on which something is
    temporary; what says no centre needs none.
    """

    words: Words
    today: date | None = None

    @property
    def tag(self) -> str:
        """The language (BCP 47)."""
        return self.words.language.tag

    def __call__(self, key: str, **values: str) -> str:
        """Return the text of a key."""
        return self.words.say(key, **values)

    def fill(self, key: str, **values: str) -> str:
        """Return the text of a key with values that this speaker has said."""
        return self(key, **values)

    def record_text(self, texts: TextsByLanguage) -> str | None:
        """Return a record's text in this language, else in another one; None without a text."""
        return text_in(texts, self.tag)

    def language_name(self, language: Spoken) -> str:
        """Return the name of a language that a centre offers, and whether by an interpreter."""
        name = language_name(language.code, self.tag)
        return self("spoken.interpreter", language=name) if language.interpreter else name

    def day(self, day: date) -> str:
        """Return a date with the month as a word."""
        return long_date(day, self.tag)

    def lines(self, expression: str, country: str) -> tuple[str, ...]:
        """Return opening hours in a country (ISO 3166-1) as days, dates and times; none if they are
        not known.
        """
        return hours_lines(expression, country, self.today, self.tag, self)

    def join_lines(self, lines: Iterable[str]) -> str:
        """Return lines that this speaker has said as one text."""
        return _BETWEEN.join(lines)
