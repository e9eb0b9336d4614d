"""The smallest Flask view over the nearest-neighbour operator of PostGIS."""

import os

from answers import Answers
from flask import Flask, Response, request
from psycopg_pool import ConnectionPool

QUERY = """
SELECT number, ST_Distance(place, here) FROM centres,
    (SELECT ST_MakePoint(%s, %s)::geography AS here) AS origin
ORDER BY place <-> here LIMIT 3
"""

app = Flask(__name__)
answers = Answers()
pool = ConnectionPool(os.environ["BENCH_POSTGRES"], min_size=4, max_size=16, open=True)
with pool.connection() as loading:
    loading.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    loading.execute("CREATE TABLE centres (number int, place geography(Point))")
    with loading.cursor().copy("COPY centres FROM STDIN") as copy:
        for at, (latitude, longitude) in enumerate(answers.points):
            copy.write_row((at, f"SRID=4326;POINT({longitude} {latitude})"))
    loading.execute("CREATE INDEX ON centres USING gist (place)")
    loading.execute("ANALYZE centres")


@app.get("/nearest")
def nearest() -> Response:
    """The three nearest as PostGIS orders them."""
    with pool.connection() as connection:
        found = connection.execute(
            QUERY, (float(request.args["lon"]), float(request.args["lat"]))
        ).fetchall()
    return Response(answers.answer(found), mimetype="application/json")
