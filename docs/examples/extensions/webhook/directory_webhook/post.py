"""One POST for each revision. An error is raised, so that the revision is posted again later."""

import json
from urllib.request import Request, urlopen

from directory_api.features.events.follower import Revision

_SECONDS = 10


def post(address: str, revision: Revision) -> None:
    """Post a revision as JSON. Raises OSError unless the answer is a success."""
    changed = [{"kind": kind, "id": identity} for kind, identity in revision.changed]
    body = {"revision": str(revision.number), "link": revision.link, "changed": changed}
    request = Request(
        address, json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=_SECONDS):
        pass
