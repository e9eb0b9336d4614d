"""The directory's own JSON (RFC 8259, UTF-8, compact). Answers with centres are assembled in
answer.py.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from directory_api.domain.errors import Fault, Suggestion
from directory_api.domain.geo.postcode import Place
from directory_api.domain.model.records import Helpline
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES
from directory_api.domain.query import About, Origin
from directory_api.i18n import translations
from directory_api.i18n.translations import ENGLISH, labels, language_name


def dump(value: Any) -> bytes:
    """Return a value as compact JSON. Finished parts of it are `orjson.Fragment`s."""
    return orjson.dumps(value)


def origin(found: Origin) -> dict[str, Any]:
    """Return the starting point of a search."""
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
    """Return one postcode."""
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
    """Return the response of /v1/helplines."""
    return {"revision": str(revision), "helplines": [line.to_record() for line in lines]}


def languages(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the response of /v1/languages; each language has its own name and its English name."""
    return {
        "revision": str(revision),
        "languages": [
            {
                "code": code,
                "name": language_name(code, code),
                "name_en": language_name(code, ENGLISH),
                "centres": count,
            }
            for code, count in counts.items()
        ],
    }


def services(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the response of /v1/services: the closed vocabularies with their labels."""
    tags = tuple(language.tag for language in translations.languages())
    return {
        "revision": str(revision),
        "services": [
            {
                "code": code,
                "labels": dict(labels("service", tags)[code]),
                "centres": counts.get(code, 0),
            }
            for code in SERVICES
        ],
        "audiences": [
            {"code": code, "labels": dict(labels("audience", tags)[code])} for code in AUDIENCES
        ],
    }


def about(found: About, version: str) -> dict[str, Any]:
    """Return the response of /v1/."""
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
            "changes": "/v1/changes?since={revision}&store={store}",
            "feed": "/v1/changes.atom",
            "helplines": "/v1/helplines",
            "languages": "/v1/languages",
            "services": "/v1/services",
            "hsds": "/hsds/",
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
    """Return problem details (RFC 9457), with the helplines: a user who meets an error may still
    need to call.
    """
    return {
        "type": f"/problems#{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [
            _present(
                parameter=f.parameter,
                pointer=f.pointer,
                sheet=f.sheet,
                row=f.row,
                column=f.column,
                detail=f.detail,
            )
            for f in faults
        ],
        "suggestions": [
            _present(
                detail=s.detail, country=s.country, postcode=s.postcode, place=s.place, href=s.href
            )
            for s in suggestions
        ],
        "helplines": [line.to_record() for line in helplines],
    }


def _present(**members: str | int | None) -> dict[str, str | int]:
    return {name: value for name, value in members.items() if value is not None}


def moment(changed: datetime) -> str:
    """Return a time in UTC to the millisecond (RFC 3339)."""
    return f"{changed.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
