"""All routes of the core.

What holds for every path that begins alike, such as the headers of its answers and whether the rate
limit counts it, is in http/addresses.py.
"""

from functools import partial

from directory_api.change.change import COLLECTIONS
from directory_api.web.api import ANY_MAINTAINER, Route
from directory_api.web.operations import monitoring
from directory_api.web.schemas import edits, requests
from directory_api.web.v1 import editing, finding, listing, postcodes, reviewing

_NOTHING, _FORMAT, _NAMES = requests.NoFields(), requests.FormatFields(), requests.NamesFields()
_NEAREST, _CENTRES = requests.NearestFields(), requests.CentresFields()
_REASON, _CONFIRMED = edits.ReasonFields(), edits.ConfirmationFields()
_RESTORE, _VERIFY = edits.RestoreFields(), edits.VerifyFields()

_READING = (
    Route(
        "GET",
        "/v1/nearest",
        finding.find_nearest,
        _NEAREST,
        example="/v1/nearest?postcode=1000&limit=1",
        has_formats=True,
    ),
    Route("POST", "/v1/nearest", finding.find_nearest, _NEAREST, in_body=True, has_formats=True),
    Route("POST", "/v1/nearest/batch", finding.find_batch, finding.BATCH, in_body=True),
    Route("GET", "/v1/", listing.about, _NOTHING, example="/v1/"),
    Route(
        "GET",
        "/v1/centres",
        listing.centres,
        _CENTRES,
        example="/v1/centres?q=example",
        has_formats=True,
    ),
    Route(
        "GET",
        "/v1/centres/<id>",
        listing.centre,
        _FORMAT,
        example="/v1/centres/example-town",
        has_formats=True,
    ),
    Route(
        "GET",
        "/v1/helplines",
        listing.helplines,
        requests.HelplinesFields(),
        example="/v1/helplines",
    ),
    Route(
        "GET",
        "/v1/helplines/<id>",
        listing.helpline,
        _NOTHING,
        example="/v1/helplines/be-112",
    ),
    Route("GET", "/v1/languages", listing.spoken_languages, _NOTHING, example="/v1/languages"),
    Route("GET", "/v1/services", listing.services, _NOTHING, example="/v1/services"),
    Route(
        "GET",
        "/v1/postcodes",
        postcodes.places,
        requests.PlacesFields(),
        example="/v1/postcodes?country=BE&prefix=li%C3%A8&limit=2",
    ),
    Route(
        "GET",
        "/v1/postcodes/<country>/<code>",
        postcodes.postcode,
        _NAMES,
        example="/v1/postcodes/BE/4000",
    ),
)


def _editing(kind: str) -> tuple[Route, ...]:
    """Return the routes that change a kind of records."""
    every, one = f"/v1/{COLLECTIONS[kind]}", f"/v1/{COLLECTIONS[kind]}/<id>"
    add, history = partial(editing.add, kind), partial(editing.record_history, kind)
    restore, verify = partial(editing.restore_record, kind), partial(editing.verify_record, kind)
    return (
        Route("POST", every, add, _REASON, access="edit"),
        Route("PUT", one, partial(editing.replace, kind), _REASON, access="edit"),
        Route("PATCH", one, partial(editing.patch, kind), _REASON, access="edit"),
        Route("DELETE", one, partial(editing.remove, kind), _REASON, access="edit"),
        Route("GET", f"{one}/record", partial(editing.record, kind), _NOTHING, access="edit"),
        Route("GET", f"{one}/history", history, _NOTHING, access="read-history"),
        Route("POST", f"{one}/restore", restore, _RESTORE, in_body=True, access="edit"),
        Route("POST", f"{one}/verify", verify, _VERIFY, in_body=True, access="edit"),
    )


_WAITING, _ONE_WAITING = "/v1/proposals", "/v1/proposals/<id>"
ROUTES = (
    *_READING,
    *_editing("centre"),
    *_editing("helpline"),
    Route("GET", _WAITING, reviewing.proposals, _NOTHING, access=ANY_MAINTAINER),
    Route("GET", _ONE_WAITING, reviewing.one_proposal, _NOTHING, access=ANY_MAINTAINER),
    Route("POST", f"{_ONE_WAITING}/approve", reviewing.approve, _CONFIRMED, access="approve"),
    Route("POST", f"{_ONE_WAITING}/reject", reviewing.reject, _REASON, access=ANY_MAINTAINER),
    Route("GET", "/livez", monitoring.livez, _NOTHING, example="/livez"),
    Route("GET", "/readyz", monitoring.readyz, _NOTHING, example="/readyz"),
)
# Only with the setting `security_contact`.
SECURITY_TXT = Route("GET", "/.well-known/security.txt", monitoring.security_txt)
