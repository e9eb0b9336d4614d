"""Where the error pages of the web server in front are."""

from collections.abc import Mapping
from pathlib import Path

from directory_api.config import Setting

SETTINGS: Mapping[str, Setting] = {
    # The folder into which `publish --error-pages` writes.
    "error_pages": Setting(
        "",
        lambda text: not text or Path(text).is_absolute(),
        "write the absolute path of the folder with the error pages of the web server in front; "
        "leave it empty if there is none on this machine",
    ),
}
