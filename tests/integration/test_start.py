"""The main job, before everything else."""

from flask.testing import FlaskClient


def test_the_closest_centre_to_the_flyers_own_towns(client: FlaskClient) -> None:
    """1000 is closest to PAG-ASA, B-2000 to Payoke, 4000 to Sürya, and a point in Brussels to
    PAG-ASA.
    """
    asked = {
        "postcode=1000": "pag-asa",
        "postcode=B-2000": "payoke",
        "postcode=4000": "surya",
        "lat=50.85&lon=4.35": "pag-asa",
    }
    for query, centre in asked.items():
        body = client.get(f"/v1/nearest?{query}").get_json()
        assert body["results"][0]["id"] == centre
        assert {"112", "101", "+3278055800"} <= {line.get("number") for line in body["helplines"]}
