"""A helpline in words: what each output for people lays out."""

from dataclasses import dataclass

from directory_api.countries.known import key_of_helpline
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.record.helplines import EUROPEAN, IN_DANGER
from directory_api.record.records import Helpline
from directory_api.record.speaker import Speaker
from directory_api.text.translations import country_names

# Only the name of such a helpline says whom it is for, or what it offers.
_SAID_IN_NAME = ("other_line", "reporting_site")


@dataclass(frozen=True, slots=True)
class HelplineInWords:
    """A helpline: its number or its site, as a link and as displayed; its name, and what it is in
    short, in the language `tag`. It `is_local` if its country has to be named. `always` is true if
    it answers day and night, and `is_kind` if the name is the kind, which does not say so.
    `original` is the name in another language, if only that says whom the helpline is for.
    """

    helpline: Helpline
    name: str
    short: str
    is_kind: bool
    original: str | None
    is_local: bool
    display: str
    href: str
    always: bool
    is_abroad: bool
    tag: str

    @property
    def country_names(self) -> str | None:
        """Its country, if that has to be named."""
        return country_names(self.helpline.countries, self.tag) if self.is_local else None

    @property
    def is_night_line(self) -> bool:
        """Whether it is a number that answers day and night."""
        return self.always and self.helpline.number is not None

    @property
    def is_for_every_victim(self) -> bool:
        """Whether it is a night line for all victims of trafficking: 3919 is for women."""
        return self.is_night_line and self.helpline.kind == "national_line"

    @property
    def is_local_danger(self) -> bool:
        """Whether it is a number for danger that works in its country only."""
        return self.helpline.kind in IN_DANGER and self.helpline.number != EUROPEAN

    @property
    def is_first(self) -> bool:
        """Whether it is at the very top: a number for danger, or the national line."""
        return not self.is_abroad and self.helpline.kind in (*IN_DANGER, "national_line")


def describe_helpline(
    helpline: Helpline, say: Speaker, *, is_abroad: bool = False
) -> HelplineInWords:
    """Return a helpline in words.

    A short number for danger that is not the same in all of Europe always has its country: a page
    without a place may be read in another one, and its numbers stay when a place is found there.
    """
    in_danger = helpline.kind in IN_DANGER
    key = None if say.tag in helpline.name else key_of_helpline(helpline.sources)
    name = say(key) if key else say.record_text(helpline.name) or ""
    # The words for a kind say in each language what the line is; those for `other_line` do not say
    # whom it is for.
    kind, is_other = say(f"helpline.{helpline.kind}"), helpline.kind == "other_line"
    is_named = not in_danger and (say.tag in helpline.name or key is not None)
    is_local = is_abroad or (in_danger and helpline.number != EUROPEAN)
    if helpline.number:
        # What is printed in a country cannot be dialled as such in another one.
        is_dialled_so = not is_abroad or not helpline.number.startswith("+")
        display = (is_dialled_so and helpline.display) or helpline.number
        href = f"tel:{helpline.number}"
    else:
        href = helpline.url_translations.get(say.tag, helpline.url or "")
        display = href.removeprefix("https://").partition("/")[0].removeprefix("www.")
    return HelplineInWords(
        helpline,
        name if is_named else kind,
        name if is_named and helpline.kind in _SAID_IN_NAME else kind,
        not is_named,
        name if is_other and not is_named else None,
        is_local,
        display,
        href,
        helpline.hours == AROUND_THE_CLOCK,
        is_abroad,
        say.tag,
    )
