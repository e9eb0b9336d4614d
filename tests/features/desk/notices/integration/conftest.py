"""A server with encryption."""

import ssl
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def encrypted(tmp_path: Path) -> ssl.SSLContext:
    """The certificate of a server on this machine, signed by itself, in `certificate.pem`."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
