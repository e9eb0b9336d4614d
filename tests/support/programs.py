"""Programs of other packages that some tests run. A test without its program is skipped, with one
line that says what to install; in CI that fails the run (tests/conftest.py).
"""

import shutil
from pathlib import Path

import pytest

# Debian's packages for them.
PACKAGES = {
    "chromium": "chromium chromium-headless-shell",
    "curl": "curl",
    "firefox-esr": "firefox-esr",
    "java": "default-jre-headless libgoogle-gson-java libokhttp-java",
    "mmdebstrap": "mmdebstrap",
    "nginx": "nginx-light",
    "node": "nodejs",
    "npm": "npm",
    "openssl": "openssl",
    "promtool": "promtool",
    "reuse": "reuse",
    "swiftc": "swiftlang",
    "systemd-analyze": "systemd",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
    "wordpress": "wordpress wordpress-theme-twentytwentyfive php-cli php-cgi php-mysql php-intl"
    " mariadb-server",
}
# Where a shell of a user who is not root does not look.
_SYSTEM = "/usr/sbin:/sbin"


def found(name: str) -> Path | None:
    """Return where a program is, or None if it is not installed."""
    path = shutil.which(name) or shutil.which(name, path=_SYSTEM)
    return Path(path) if path else None


def require(name: str) -> Path:
    """Return where a program is; skip the test if it is not installed."""
    return found(name) or missing(name)


def missing(name: str) -> Path:
    """Skip the test, because a program, or what it needs, is not installed."""
    pytest.skip(f"{name} is not installed: apt-get install {PACKAGES[name]}")
