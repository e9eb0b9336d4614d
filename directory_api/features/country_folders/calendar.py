"""The days that may be holidays in a new country, from the package holidays, if it is installed."""

from importlib import import_module
from textwrap import fill

# Years for which they are written.
_YEARS = 10


def calendar_of(country: str, year: int) -> str:
    """Return the table of the holidays of a country (ISO 3166-1) from a year on, for its file. They
    are stated as unclear: no one has compared them with its law (ADR 12). Empty without the
    package, or if it does not have the country.
    """
    try:
        # Only this command needs it, and it takes 12 MB of memory.
        package = import_module("holidays")
        found = package.country_holidays(country, years=range(year, year + _YEARS))
    except (ImportError, NotImplementedError):
        return ""
    days = ", ".join(f'"{day.isoformat()}"' for day in sorted(found))
    if not days:
        return ""
    return "\n".join(
        (
            "[holidays]",
            f"# From the package holidays, until {year + _YEARS - 1}; not confirmed. On these days",
            "# it is not known what is open. Move those that the law has to public.",
            "public = []",
            "unclear = [",
            fill(days, 99, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
            + ",",
            "]",
            "",
        )
    )
