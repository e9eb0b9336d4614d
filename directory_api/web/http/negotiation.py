"""In which format an answer is, and in which language its words: by `format` and `lang`, else by the headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MIMEAccept

from directory_api.domain.errors import FormatRefused
from directory_api.formats.answer import Voice
from directory_api.formats.registry import BY_MEDIA_TYPE, BY_NAME, JSON, Format
from directory_api.web.i18n.translations import ENGLISH, choose, words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request wants: a format, and the voice of one that has words."""

    format: Format
    voice: Voice

    def dressed(self, response: Response) -> Response:
        """The response with the headers of its format."""
        if self.format.is_worded:
            response.headers["Content-Language"] = self.voice.language
            response.headers["Vary"] = "Accept, Accept-Language"
        if self.format.filename:
            response.headers["Content-Disposition"] = f'attachment; filename="{self.format.filename}"'
        return response


def wanted(given: Mapping[str, Any]) -> Wanted:
    """What a loaded request wants. Raises FormatRefused where Accept names nothing that there is."""
    chosen = BY_NAME[given["format"]] if "format" in given else _accepted()
    language = ENGLISH
    if chosen.is_worded:
        language = choose(request.headers.get("Accept-Language", ""), given.get("lang"))
    return Wanted(chosen, voice(language))


def voice(language: str) -> Voice:
    """The voice of a language of the interface."""
    return Voice(language, partial(_say, language))


def _say(language: str, key: str, **values: str) -> str:
    """The words of a key; they are read when somebody first needs them."""
    return words(language).say(key, **values)


def _accepted() -> Format:
    """The format that Accept likes best (RFC 9110, section 12.5.1), the registry's first of several."""
    # Parameters (a charset, a version, a profile) choose nothing here, but with them werkzeug would find no match.
    accepted = MIMEAccept([(kind.partition(";")[0].strip(), quality) for kind, quality in request.accept_mimetypes])
    if not accepted:
        return JSON
    best = accepted.best_match(BY_MEDIA_TYPE)
    if best is None:
        raise FormatRefused(f"Accept names none of the formats that there are: {', '.join(BY_MEDIA_TYPE)}.")
    return BY_MEDIA_TYPE[best]
