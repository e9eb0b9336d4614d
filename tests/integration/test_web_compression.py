"""Which answers are compressed, in which coding, and what their ETag is good for.

test_operations.py compares the bytes, Vary and 304 of each operation in each coding.
"""

import pytest
from flask import Response
from flask.testing import FlaskClient
from werkzeug.test import create_environ

from directory_api.web.http.negotiation import BROTLI, preferred_coding
from directory_api.web.http.responses import LEAST_BYTES, encode
from tests.support.maintainer_app import CENTRE, LINE, MaintainerApp

BEST = "br" if BROTLI else "gzip"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("deflate, zstd", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0", ""),
        ("gzip; q=0.0, identity", ""),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity;q=0.6", ""),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0", ""),
        ("*", BEST),
        ("*;q=0", ""),
        ("gzip;q=0, *;q=0.5, identity;q=0", "br" if BROTLI else ""),
        ("br;q=0, *", "gzip"),
        ("br;q=0.9, gzip", "gzip"),
        ("gzip, deflate, br, zstd", BEST),
        ("gzip;q=none", ""),
        (",;=", ""),
    ],
)
def test_a_coding_is_that_which_is_preferred(accepted: str, coding: str) -> None:
    """As in RFC 9110, section 12.5.3; of equal ones the smallest, and none without the header."""
    assert preferred_coding(accepted) == coding


def test_an_image_is_not_compressed_again() -> None:
    """Nor does it say that it depends on Accept-Encoding."""
    image = Response(bytes(2 * LEAST_BYTES), mimetype="image/png")
    encode(image, create_environ(headers={"Accept-Encoding": "gzip"}))
    assert not {"Content-Encoding", "Vary"} & set(image.headers.keys())


@pytest.mark.needs("desk")
def test_the_pages_of_maintainers_are_never_compressed(client: FlaskClient) -> None:
    """Their forms have a secret beside what a request sent (BREACH)."""
    for path in ("/admin/", "/admin/sign-in", "/admin/unknown"):
        response = client.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("coding", ["gzip", *(["br"] if BROTLI else [])])
@pytest.mark.parametrize("path", [CENTRE, LINE])
def test_the_etag_of_a_compressed_answer_is_a_version(
    maintainer_app: MaintainerApp, path: str, coding: str
) -> None:
    """A change takes it, and answers with the ETag of the plain record."""
    client = maintainer_app.app.test_client()
    secret = {"Authorization": f"Bearer {maintainer_app.secrets['anna']}"}
    response = client.get(path, headers={**secret, "Accept-Encoding": coding})
    is_centre = path == CENTRE
    written = client.patch(
        f"{path}?reason=test",
        json={"name": "New"} if is_centre else {"name": {"en": "New"}},
        headers={**secret, "If-Match": response.headers["ETag"], "Accept-Encoding": coding},
    )
    assert response.headers["ETag"].endswith(f'-{coding}"') is is_centre
    assert written.status_code == 200
    assert written.headers["ETag"] == client.get(path, headers=secret).headers["ETag"]
    coded = client.get(path, headers={**secret, "Accept-Encoding": coding})
    assert coded.headers["ETag"] != response.headers["ETag"]
