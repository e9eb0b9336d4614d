"""The conditions of a write: the version that it changes, and a key that makes it happen once."""

import hashlib
import re

from flask import request

from directory_api.edit.writer import IdempotencyKey
from directory_api.record.token import Actor
from directory_api.text import strict_json
from directory_api.text.errors import Fault, InputInvalid, PreconditionMissing
from directory_api.web.http.parsing import whole_body

# The ETag of a record is its version; what may follow is the coding of the response.
_TAG = re.compile(r"([0-9]{1,15}\.[0-9a-f]+)(?:-(?:br|gzip))?", re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


def expected_versions() -> frozenset[str] | None:
    """Return the versions that If-Match names (RFC 9110, strong comparison); None for `*`.

    Raises PreconditionMissing without the header: an unconditional write could overwrite the change
    of another maintainer.
    """
    if "If-Match" not in request.headers:
        raise PreconditionMissing(
            "Say which version of the record you change: send If-Match with the ETag that came "
            "with it."
        )
    if request.if_match.star_tag:
        return None
    # werkzeug reads `""` as None
    tags = (_TAG.fullmatch(tag or "") for tag in request.if_match)
    return frozenset(match[1] for match in tags if match)


def idempotency_key(actor: Actor, limit: int = strict_json.BODY_BYTES) -> IdempotencyKey | None:
    """Return the Idempotency-Key of a POST, with the request's fingerprint. Raises InputInvalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        fault = Fault("Use 1 to 255 visible ASCII characters.", parameter="Idempotency-Key")
        raise InputInvalid.of([fault], "the request")
    body = hashlib.sha256(whole_body(request, limit)).hexdigest()
    parts = (request.full_path, request.headers.get("If-Match", ""), body)
    return IdempotencyKey.of((actor.id, key), parts)
