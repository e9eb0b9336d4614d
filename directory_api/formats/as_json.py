"""The directory's own JSON (RFC 8259, UTF-8, compact).

Centres and helplines are written once a revision, a day and a change of who is open; an answer is put together of these
finished pieces, so that a nearest answer costs no more than its own few numbers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from directory_api.domain.centre import Centre, freshness
from directory_api.domain.errors import Fault, Suggestion
from directory_api.domain.helpline import Helpline
from directory_api.domain.postcode import Place
from directory_api.domain.query import About, CentresPage, NearestAnswer, Origin
from directory_api.domain.timetable import Timetable
from directory_api.domain.vocabulary import AUDIENCES, SERVICES

OUTSIDE = {
    "en": "This place seems to lie outside the countries of this directory. "
    "In danger, call the emergency number of the country you are in; in Europe it is 112.",
    "nl": "Deze plaats lijkt buiten de landen van deze gids te liggen. "
    "Bel bij gevaar het noodnummer van het land waar u bent; in Europa is dat 112.",
    "fr": "Ce lieu semble se trouver hors des pays de ce répertoire. "
    "En cas de danger, appelez le numéro d’urgence du pays où vous êtes ; en Europe, c’est le 112.",
    "de": "Dieser Ort liegt anscheinend außerhalb der Länder dieses Verzeichnisses. "
    "Rufen Sie bei Gefahr die Notrufnummer des Landes an, in dem Sie sind; in Europa ist es die 112.",
}


def dump(value: Any) -> bytes:
    """One JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# What an answer says of a centre beside its record; it follows from the record and the clock.
COMPUTED = ("freshness", "open_state", "next_change")


class JsonPieces:
    """The finished pieces of one snapshot at one moment (UTC): freshness depends on the day, open_state on the hour."""

    def __init__(
        self,
        helplines: Sequence[Helpline],
        attributions: Sequence[Mapping[str, str]],
        fresh_days: int,
        timetable: Timetable,
        moment: datetime,
    ) -> None:
        self._fresh_days = fresh_days
        self._timetable = timetable
        self._moment = moment
        self._centres: dict[str, bytes] = {}
        self._helplines = dump([line.to_record() for line in helplines])
        self._attributions = dump(attributions)

    def centre(self, centre: Centre) -> bytes:
        """One centre, with its freshness and whether it is open."""
        piece = self._centres.get(centre.id)
        if piece is None:
            piece = self._centres[centre.id] = self.fresh_centre(centre)
        return piece

    def fresh_centre(self, centre: Centre) -> bytes:
        """One centre that may be another than the snapshot's."""
        word = freshness(centre.verified, self._moment.date(), self._fresh_days)
        state = self._timetable.state(centre, self._moment)
        record = {**centre.to_record(), "freshness": word, "open_state": state.word}
        if state.next_change and centre.timezone:
            record["next_change"] = state.next_change.astimezone(ZoneInfo(centre.timezone)).isoformat()
        return dump(record)

    def nearest(self, answer: NearestAnswer) -> bytes:
        """The answer to /v1/nearest."""
        hits = b",".join(
            b'{"distance_m":%d,"tied":%s,"centre":%s}'
            % (round(hit.distance_m), b"true" if hit.tied else b"false", self.centre(hit.centre))
            for hit in answer.hits
        )
        return (
            b'{"revision":"%d","origin":%s,"certain":%s,"outside_coverage":%s,%s"results":[%s],%s"responsible":[%s],%s}'
            % (
                answer.revision,
                dump(origin(answer.origin)),
                b"true" if answer.certain else b"false",
                b"true" if answer.outside_coverage else b"false",
                b'"notice":%s,' % dump(OUTSIDE) if answer.outside_coverage else b"",
                hits,
                _hours_unknown(answer.hours_unknown),
                self._join(answer.responsible),
                b'"helplines":%s,"attribution":%s' % (self._helplines, self._attributions),
            )
        )

    def batch(self, revision: int, answers: Iterable[bytes]) -> bytes:
        """The answer to /v1/nearest/batch, of finished answers and problems."""
        return b'{"revision":"%d","answers":[%s]}' % (revision, b",".join(answers))

    def page(self, page: CentresPage, following: str | None) -> bytes:
        """One page of /v1/centres; `following` is the path of the next."""
        return b'{"revision":"%d","total":%d,"centres":[%s],%s"next":%s}' % (
            page.revision,
            page.total,
            self._join(page.centres),
            _hours_unknown(page.hours_unknown),
            dump(following),
        )

    def _join(self, centres: Iterable[Centre]) -> bytes:
        return b",".join(map(self.centre, centres))


def _hours_unknown(count: int | None) -> bytes:
    return b"" if count is None else b'"hours_unknown":%d,' % count


def origin(found: Origin) -> dict[str, Any]:
    """Where a search started."""
    point = {"lat": found.point.lat, "lon": found.point.lon, "accuracy_m": found.accuracy_m}
    if found.place is None:
        return {"kind": "coordinate", **point}
    return {
        "kind": "postcode",
        "country": found.place.country,
        "postcode": found.place.code,
        "place": found.place.name,
        **point,
    }


def place(found: Place) -> dict[str, Any]:
    """One postcode."""
    known = {
        "country": found.country,
        "postcode": found.code,
        "place": found.name,
        "names": dict(found.names),
        "places": list(found.places),
        "lat": found.point.lat,
        "lon": found.point.lon,
        "accuracy_m": found.accuracy_m,
    }
    return {**known, "subdivision": found.subdivision} if found.subdivision else known


def helplines(revision: int, lines: Sequence[Helpline]) -> dict[str, Any]:
    """The answer to /v1/helplines."""
    return {"revision": str(revision), "helplines": [line.to_record() for line in lines]}


def languages(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """The answer to /v1/languages; each language is named in itself and in English."""
    return {
        "revision": str(revision),
        "languages": [
            {"code": code, "name": _language(code, code), "name_en": _language(code, "en"), "centres": count}
            for code, count in counts.items()
        ],
    }


def own_name(code: str) -> str:
    """The name of a language (BCP 47) in itself."""
    return _language(code, code)


def _language(code: str, within: str) -> str:
    """The name of a language; CLDR lacks some in themselves (Romani), fewer in English, and then the tag stands."""
    try:
        return Locale.parse(within, sep="-").languages.get(code) or _in_full(code, within)
    except (UnknownLocaleError, ValueError):
        return code if within == "en" else _language(code, "en")


def _in_full(code: str, within: str) -> str:
    return Locale.parse(code, sep="-").get_display_name(Locale.parse(within, sep="-")) or code


def services(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """The answer to /v1/services: the closed vocabularies with their labels."""
    return {
        "revision": str(revision),
        "services": [
            {"code": code, "labels": dict(labels), "centres": counts.get(code, 0)} for code, labels in SERVICES.items()
        ],
        "audiences": [{"code": code, "labels": dict(labels)} for code, labels in AUDIENCES.items()],
    }


def about(found: About, version: str) -> dict[str, Any]:
    """The answer to /v1/."""
    header = dict(found.header)
    return {
        "name": header["publisher"],
        "about": "Specialised centres for victims of human trafficking, and the closest one to a place.",
        "version": version,
        "revision": str(found.revision),
        "counts": {
            "centres": found.centres,
            "helplines": len(found.helplines),
            "postcodes": dict(found.postcodes),
        },
        "coverage": list(found.countries),
        "licence": header["licence"],
        "sources": header["sources"],
        "attribution": list(found.attributions),
        "helplines": [line.to_record() for line in found.helplines],
        "links": {
            "nearest": "/v1/nearest?postcode={postcode}",
            "nearest_by_coordinate": "/v1/nearest?lat={lat}&lon={lon}",
            "batch": "/v1/nearest/batch",
            "centres": "/v1/centres",
            "postcodes": "/v1/postcodes?country={country}&prefix={prefix}",
            "bundle": "/v1/bundle",
            "bundle_of_country": "/v1/bundle/{country}",
            "helplines": "/v1/helplines",
            "languages": "/v1/languages",
            "services": "/v1/services",
            "openapi": "/openapi.yaml",
            "docs": "/docs",
            "problems": "/problems",
        },
    }


def problem(
    *,
    kind: str,
    title: str,
    status: int,
    detail: str,
    faults: Sequence[Fault] = (),
    suggestions: Sequence[Suggestion] = (),
    helplines: Sequence[Helpline] = (),
) -> dict[str, Any]:
    """Problem details (RFC 9457), with the helplines: who meets an error may still need to call."""
    return {
        "type": f"/problems#{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [
            _present(
                parameter=f.parameter, pointer=f.pointer, sheet=f.sheet, row=f.row, column=f.column, detail=f.detail
            )
            for f in faults
        ],
        "suggestions": [
            _present(detail=s.detail, country=s.country, postcode=s.postcode, place=s.place, href=s.href)
            for s in suggestions
        ],
        "helplines": [line.to_record() for line in helplines],
    }


def _present(**members: str | int | None) -> dict[str, str | int]:
    return {name: value for name, value in members.items() if value is not None}
