"""What a write says beside its body: which version it is about (If-Match), that it is one (Idempotency-Key)."""

import hashlib
import re

from flask import request

from directory_api.domain.errors import Fault, InputInvalid, PreconditionMissing
from directory_api.domain.model.token import Actor
from directory_api.domain.text import strict_json
from directory_api.services.writer import Once
from directory_api.web.openapi.api import read_body, whole_body

# An ETag of ours begins with the revision that wrote the record; what follows is about the representation.
_TAG = re.compile(r"([0-9]{1,15})(?:-[0-9a-f]+)?", re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


def seen() -> frozenset[int] | None:
    """The revisions that If-Match names (RFC 9110, by strong comparison), None for `*`: whatever it is now.

    Raises PreconditionMissing without the header: whoever does not look first overwrites somebody's work.
    """
    if "If-Match" not in request.headers:
        raise PreconditionMissing("Say which version you mean: send If-Match with the ETag that came with the record.")
    if request.if_match.star_tag:
        return None
    found = (_TAG.fullmatch(tag or "") for tag in request.if_match)  # werkzeug reads `""` as None
    return frozenset(int(match[1]) for match in found if match)


def once(actor: Actor, limit: int = strict_json.BODY_BYTES) -> Once | None:
    """The Idempotency-Key of a POST, with a fingerprint of what is asked. Raises InputInvalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        fault = Fault("must have 1 to 255 visible ASCII characters", parameter="Idempotency-Key")
        raise InputInvalid("1 fault in the request.", [fault])
    asked = (request.full_path, request.headers.get("If-Match", ""), hashlib.sha256(whole_body(limit)).hexdigest())
    return Once(_sha256(actor.id, key), _sha256(*asked))


def record_body() -> object:
    """A record as JSON, not yet checked."""
    return strict_json.parse(read_body(("application/json",), strict_json.BODY_BYTES))


def patch_body() -> object:
    """A JSON Merge Patch (RFC 7396); plain JSON means the same here."""
    return strict_json.parse(read_body(("application/merge-patch+json", "application/json"), strict_json.BODY_BYTES))


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
