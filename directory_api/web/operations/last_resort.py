"""The application of a process that cannot build its own: every answer is a 503 with the helplines
and the centres of the last good snapshot, for programs as JSON and for people as a plain page.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from directory_api.answer import as_json
from directory_api.answer.cards import helpline_card
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.record.helplines import Helplines
from directory_api.record.records import Centre, Helpline
from directory_api.web.http import problems
from directory_api.web.http.header_fields import ABOUT_A_PLACE, PUBLIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SECONDS = "60"


class LastResort(Flask):
    """It uses no settings, feature, template, translation or store; `home` is the directory's own
    country (ISO 3166-1), `last_good` the path of the last good snapshot if it is known.
    """

    def __init__(self, home: str, last_good: Path | None) -> None:
        super().__init__(__name__, static_folder=None)
        self._home = home
        self._snapshot = LastGoodSnapshot(last_good).load() if last_good else None

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if environ.get("PATH_INFO") == "/livez":
            status, kind, body = "200 OK", "application/json", b'{"status":"live"}'
        elif "text/html" in environ.get("HTTP_ACCEPT", ""):
            status, kind = "503 Service Unavailable", "text/html; charset=utf-8"
            body = _page(*self._published()).encode()
        else:
            status, kind = "503 Service Unavailable", problems.PROBLEM_JSON
            lines, centres = self._published()
            body = as_json.dump(
                {
                    **problems.while_away().members(""),
                    "helplines": [*map(helpline_card, lines)],
                    "centres": [centre.to_record() for centre in centres],
                }
            )
        fields = {**PUBLIC, **ABOUT_A_PLACE, "Content-Type": kind, "Retry-After": _SECONDS}
        start_response(status, [*fields.items(), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _published(self) -> tuple[tuple[Helpline, ...], list[Centre]]:
        if self._snapshot is None:
            return Helplines((), self._home).for_home.brief.all, []
        snapshot = self._snapshot.effective_at(datetime.now(UTC))
        lines = Helplines(snapshot.helplines, self._home, snapshot.covered)
        return lines.for_home.brief.all, [*snapshot.centres]


def _page(lines: Iterable[Helpline], centres: Iterable[Centre]) -> str:
    """Return a page of names and numbers: texts of the interface may be what is missing."""
    items = [_item(line.name, line.number, line.display, line.url) for line in lines]
    items += [
        _item(each.name, phone.number, phone.display, None)
        for each in centres
        for phone in each.phones
        if phone.kind != "fax" and each.status == "active"
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>112</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<ul>{''.join(items)}</ul></html>"
    )


def _item(name: Any, number: str | None, display: str | None, url: str | None) -> str:
    texts = [name] if isinstance(name, str) else dict.fromkeys(name.values())
    href, shown = (f"tel:{number}", display or number) if number else (url or "", url)
    return f'<li>{escape(" / ".join(texts))}: <a href="{escape(href)}">{escape(shown or "")}</a>'
