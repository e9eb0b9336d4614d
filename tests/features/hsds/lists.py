"""The lists of /hsds, read page by page."""

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from directory_api.features.hsds.parts import term_identity
from tests.support.varied_centres import COUNT, varied


def walk(client: FlaskClient, kind: str, query: str = "") -> Iterator[dict[str, Any]]:
    """The pages of a list, one after the other."""
    number, is_last = 1, False
    while not is_last:
        response = client.get(f"/hsds/{kind}?page={number}{query}")
        assert response.status_code == 200
        page: dict[str, Any] = response.get_json()
        assert page["page_number"] == number
        yield page
        number, is_last = number + 1, page["last_page"]


def contents(client: FlaskClient, kind: str, query: str = "") -> list[dict[str, Any]]:
    """All objects of a list."""
    return [one for page in walk(client, kind, f"&per_page=100{query}") for one in page["contents"]]


LISTED = [record for record in map(varied, range(COUNT)) if record["status"] != "closed"]
NOBODY = "00000000-0000-5000-8000-000000000000"
LEGAL, MEDICAL = (
    f"taxonomy_term_id={term_identity('services', code)}" for code in ("legal", "medical")
)
