"""All routes of the core.

What holds for every path that begins alike, such as the headers of its answers and whether the rate
limit counts it, is in http/addresses.py.
"""

from directory_api.answer.registry import FORMATS, OF_HELPLINES
from directory_api.web.api import ANY_MAINTAINER, Route
from directory_api.web.operations import monitoring
from directory_api.web.schemas import edits, requests
from directory_api.web.v1 import batch, editing, listing, nearest, postcodes, reviewing

_NOTHING, _FORMAT, _NAMES = requests.NoFields(), requests.FormatFields(), requests.NamesFields()
_CENTRES = requests.CentresFields()
_REASON, _CONFIRMED = edits.ReasonFields(), edits.ConfirmationFields()
_RESTORE, _VERIFY = edits.RestoreFields(), edits.VerifyFields()

_READ_ROUTES = (
    Route(
        "GET",
        "/v1/nearest",
        nearest.find_nearest,
        nearest.FIELDS,
        example="/v1/nearest?postcode=1000&limit=1",
        formats=FORMATS,
    ),
    Route(
        "POST",
        "/v1/nearest",
        nearest.find_nearest,
        nearest.FIELDS,
        in_body=True,
        formats=FORMATS,
    ),
    Route("POST", "/v1/nearest/batch", batch.find_batch, batch.FIELDS, in_body=True),
    Route("GET", "/v1", listing.about, requests.LanguageFields(), example="/v1/"),
    Route(
        "GET",
        "/v1/centres",
        listing.centres,
        _CENTRES,
        example="/v1/centres?q=example",
        formats=FORMATS,
    ),
    Route(
        "GET",
        "/v1/centres/<id>",
        listing.centre,
        _FORMAT,
        example="/v1/centres/example-town",
        formats=FORMATS,
    ),
    Route(
        "GET",
        "/v1/helplines",
        listing.helplines,
        requests.HelplinesFields(),
        example="/v1/helplines",
        formats=OF_HELPLINES,
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
    Route("GET", "/v1/sources", listing.sources, _NOTHING, example="/v1/sources"),
    Route(
        "GET",
        "/v1/postcodes",
        postcodes.places,
        requests.PlacesFields(),
        example="/v1/postcodes?country=BE&prefix=10&limit=2",
    ),
    Route(
        "GET",
        "/v1/postcodes/<country>/<code>",
        postcodes.postcode,
        _NAMES,
        example="/v1/postcodes/BE/4000",
    ),
)


_EVERY, _ONE = "/v1/records/<collection>", "/v1/records/<collection>/<id>"
_EDITING = (
    Route("POST", _EVERY, editing.add, _REASON, access="edit"),
    Route("GET", _ONE, editing.record, _NOTHING, access="edit"),
    Route("PUT", _ONE, editing.replace, _REASON, access="edit"),
    Route("PATCH", _ONE, editing.patch, _REASON, access="edit"),
    Route("DELETE", _ONE, editing.remove, _REASON, access="edit"),
    Route("GET", f"{_ONE}/history", editing.record_history, _NOTHING, access="read_history"),
    Route("POST", f"{_ONE}/restore", editing.restore_record, _RESTORE, in_body=True, access="edit"),
    Route("POST", f"{_ONE}/verify", editing.verify_record, _VERIFY, in_body=True, access="edit"),
)
_WAITING, _ONE_WAITING = "/v1/proposals", "/v1/proposals/<id>"
ROUTES = (
    *_READ_ROUTES,
    *_EDITING,
    Route("GET", _WAITING, reviewing.proposals, _NOTHING, access=ANY_MAINTAINER),
    Route("GET", _ONE_WAITING, reviewing.one_proposal, _NOTHING, access=ANY_MAINTAINER),
    Route("POST", f"{_ONE_WAITING}/approve", reviewing.approve, _CONFIRMED, access="approve"),
    Route("POST", f"{_ONE_WAITING}/reject", reviewing.reject, _REASON, access=ANY_MAINTAINER),
    Route("GET", "/livez", monitoring.livez, _NOTHING, example="/livez"),
    Route("GET", "/readyz", monitoring.readyz, _NOTHING, example="/readyz"),
)
# Only with the setting `security_contact`.
SECURITY_TXT = Route("GET", "/.well-known/security.txt", monitoring.security_txt)
