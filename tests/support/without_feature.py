"""The application without one of its features, in this process."""

import pytest

from directory_api import feature


def leave_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the core find no feature with this name until the end of the test."""
    others = {each: module for each, module in feature._features().items() if each != name}
    monkeypatch.setattr(feature, "_features", lambda: others)
