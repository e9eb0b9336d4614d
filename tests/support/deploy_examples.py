"""The examples in deploy/, as data."""

from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
# The user of deploy/Containerfile.
USER = 10001


def example(name: str) -> str:
    """Return the text of a file."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    """Return compose.yaml."""
    return dict(yaml.safe_load(example("compose.yaml")))


def manifests() -> list[dict[str, Any]]:
    """Return the manifests for Kubernetes."""
    return [
        manifest
        for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def manifest(kind: str, name: str) -> dict[str, Any]:
    """Return the manifest of a kind and a name."""
    (found,) = (
        each for each in manifests() if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found
