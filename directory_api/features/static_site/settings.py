"""Where the error pages of the web server in front are."""

from collections.abc import Mapping
from pathlib import Path

from directory_api.config import Setting

SETTINGS: Mapping[str, Setting] = {
    "error_pages": Setting(
        "",
        lambda text: not text or Path(text).is_absolute(),
        "write the absolute path of the folder with the error pages of the web server in front; "
        "leave it empty if there is none on this machine",
        "The folder with the error pages of the proxy, which `doctor` compares with the database.",
    ),
}
