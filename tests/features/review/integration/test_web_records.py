"""Records whose changes wait, over the API."""

from tests.support.maintainer_app import MaintainerApp


def test_112_waits_for_a_second_look(review_app: MaintainerApp) -> None:
    """Another emergency number is 202 and not public until another person approves it."""
    path = "/v1/helplines/be-112"
    etag = review_app.etag(path)
    response = review_app.write("PATCH", f"{path}?confirm_number=100", json={"number": "100"})
    outcome = response.get_json()
    assert (response.status_code, outcome["result"], outcome["record"]["number"]) == (
        202,
        "waiting",
        "112",
    )
    assert (review_app.public(path)["number"], review_app.etag(path), response.headers["ETag"]) == (
        "112",
        etag,
        etag,
    )
    approved = review_app.send(
        "POST",
        f"/v1/proposals/{outcome['proposals'][0]['id']}/approve?confirm_number=100",
        by="bert",
    )
    assert (approved.status_code, review_app.public(path)["number"]) == (200, "100")
