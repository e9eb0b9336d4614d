"""Posts each revision to the address of DIRECTORY_WEBHOOK."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from directory_api.config import Setting

if TYPE_CHECKING:
    from directory_api.bootstrap import Directory
    from directory_api.features.events.follower import Revision

_ADDRESS = re.compile(r"(https://[^\s@]+|http://127\.0\.0\.1:[0-9]+/\S*)?\Z")


def provide_settings() -> dict[str, Setting]:
    """Return the setting: where to post."""
    expected = "write an https address; leave it empty to post nothing"
    return {"webhook": Setting("", _ADDRESS.match, expected)}


def provide_on_revision(directory: "Directory") -> "Callable[[Revision], None]":
    """Return what `directory-api follow` calls with each revision."""
    from directory_webhook.post import post

    address = directory.settings.of_feature("webhook")
    return lambda revision: post(address, revision) if address else None
