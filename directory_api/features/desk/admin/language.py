"""The language of the pages for maintainers.

Templates write each text in English, as `_("Saved by {name}", name=author)` or
`ngettext("{count} record", "{count} records", total)`; Python makes a `Message`. The translations
of all features and of the core are in catalogues of gettext (catalogues.py).

A maintainer chooses the language, which a cookie keeps for these pages; without it, the browser
does.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request
from markupsafe import Markup, escape

from directory_api.countries.languages import listed_languages
from directory_api.features.desk import catalogues
from directory_api.record.speaker import Speaker
from directory_api.text.message import Joined, Message, Texts, Value, translate
from directory_api.text.named import Day
from directory_api.text.translations import COMPLETE, ENGLISH, Language, words
from directory_api.text.written import Written
from directory_api.web.http import responses
from directory_api.web.http.negotiation import preferred_languages

# For these pages only. Because of the prefix, a browser rejects it without Secure.
_COOKIE = "__Secure-language"
# What begins and ends with a letter of Hebrew, Arabic and the like, or with a number after one; an
# arrow stands between two values.
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT = re.compile(rf"{_LETTER}(?:[^→]*{_LETTER})?(?:[ +()./-]*[0-9]+)*")
# Not within a character reference.
_NUMBER = re.compile(r"(?<![#\w])\+?[0-9](?:[0-9 ()./-]*[0-9])?")
_ONE_YEAR = 365 * 24 * 60 * 60


def add_to(routes: Blueprint) -> None:
    """Add what templates call, and the choice of a language."""
    for name, function in (
        ("_", say),
        ("ngettext", say_number),
        ("day", day),
        ("listed", listed),
        ("capital", capital),
        ("written", written),
        ("directed", directed),
    ):
        routes.add_app_template_global(function, name)
    routes.record_once(lambda state: setattr(state.app.jinja_env, "finalize", shown))

    @routes.post("/language")
    def language() -> Response:
        response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": _page_before()})
        tag = request.form.get("lang")
        if tag in COMPLETE:
            response.set_cookie(
                _COOKIE,
                tag,
                max_age=_ONE_YEAR,
                secure=True,
                httponly=True,
                samesite="Strict",
                path=responses.link("/admin"),
            )
        return response


def of_page() -> Mapping[str, Any]:
    """Return what the template of a page needs of its language."""
    return {"tag": page_language(), "languages": _languages()}


def _chosen() -> str:
    """Return the language of this request (BCP 47)."""
    chosen = request.cookies.get(_COOKIE)
    accepted = preferred_languages(request.headers.get("Accept-Language", ""))
    return chosen if chosen in COMPLETE else next(filter(COMPLETE.__contains__, accepted), ENGLISH)


def texts() -> Texts:
    """Return the texts of the language of this request."""
    if "texts" not in g:
        g.texts = catalogues.texts_in(_chosen())
    found: Texts = g.texts
    return found


def say(pattern: str, **values: Any) -> Markup:
    """Return a text of a template in the language of the page: `_` in templates.

    The pattern may have tags; values are escaped.
    """
    return _filled(texts().translate(pattern), values)


def say_number(singular: str, plural: str, count: int, **values: Any) -> Markup:
    """Return a text with a number, `{count}` in both patterns: `ngettext` in templates."""
    return _filled(texts().translate(singular, plural, count), {"count": count, **values})


def _filled(pattern: str, values: Mapping[str, Any]) -> Markup:
    text = Markup(pattern)  # noqa: S704 - ours; a translation has the same tags (catalogues.py)
    if not values:
        return text
    return text.format_map({name: shown(value) for name, value in values.items()})


def page_language() -> str:
    """Return the language of the page (BCP 47)."""
    return texts().tag


def speaker(today: date) -> Speaker:
    """Return what says records in the language of the page."""
    return Speaker(words(page_language()), today)


def shown(value: Any) -> Any:
    """Return what a template shows of a value: one for maintainers in the language of the page."""
    if isinstance(value, Value):
        return value.translate(texts())
    return translate(value, texts()) if isinstance(value, Message) else value


def day(value: date | str) -> str:
    """Return a day, also one as text (ISO 8601), as the language of the page writes it."""
    iso = value if isinstance(value, str) else f"{value:%Y-%m-%d}"
    return Day(iso).translate(texts())


def listed(items: Iterable[Any], between: str = ", ") -> str:
    """Return texts as one, in the language of the page."""
    return Joined.of(items, between).translate(texts())


def capital(text: str) -> str:
    """Return a text in the language of the page, beginning with a capital."""
    text = str(shown(text))
    return f"{text[:1].upper()}{text[1:]}"


def written(text: str) -> str:
    """Return a stored text, in the language of the page if the software wrote it."""
    return Written(text).translate(texts())


def directed(text: Any) -> Any:
    """Return a text in which what is written from right to left is set apart, and the numbers in it
    are from left to right. Otherwise “before → after” of two Arabic texts is read the wrong way
    round, and so is a phone number (https://www.w3.org/TR/html-bidi/).
    """
    plain = str(shown(text))
    if not _RIGHT_TO_LEFT.search(plain):
        return text
    parts, end = [], 0
    for run in _RIGHT_TO_LEFT.finditer(plain):
        inner = _NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(run[0])))
        parts += [str(escape(plain[end : run.start()])), f"<bdi>{inner}</bdi>"]
        end = run.end()
    return Markup("".join((*parts, str(escape(plain[end:])))))  # noqa: S704 - escaped above


def _languages() -> Iterable[Language]:
    return [each for each in listed_languages() if each.tag in COMPLETE]


def _page_before() -> str:
    """Return the address on which a language was chosen; that of the list if it is not ours."""
    page, home = request.form.get("page", ""), responses.link("/admin/")
    return page if page.startswith(home) and page.isascii() and page.isprintable() else home
