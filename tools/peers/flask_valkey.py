"""The smallest Flask view over GEOSEARCH of Valkey."""

import os
from typing import Any

from answers import Answers
from flask import Flask, Response, request
from valkey import Valkey

FARTHEST_KM = 5_000

app = Flask(__name__)
answers = Answers()
client: Any = Valkey(unix_socket_path=os.environ["BENCH_VALKEY"])
for at, (latitude, longitude) in enumerate(answers.points):
    client.geoadd("centres", (longitude, latitude, at))


@app.get("/nearest")
def nearest() -> Response:
    """The three nearest on the sphere."""
    found = client.geosearch(
        "centres",
        longitude=float(request.args["lon"]),
        latitude=float(request.args["lat"]),
        radius=FARTHEST_KM,
        unit="km",
        sort="ASC",
        count=3,
        withdist=True,
    )
    nearest = [(int(number), distance * 1000) for number, distance in found]
    return Response(answers.answer(nearest), mimetype="application/json")
