"""Writes the database and the metadata of datasette: `python datasette_rtree.py FOLDER`.

The query takes the boxes of an R*Tree within some degrees, and orders them on the sphere.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path

from answers import Answers

QUERY = """
WITH near AS (
  SELECT c.text, 2 * 6371008.8 * asin(sqrt(
      pow(sin(radians(c.lat - :lat) / 2), 2)
      + cos(radians(:lat)) * cos(radians(c.lat)) * pow(sin(radians(c.lon - :lon) / 2), 2)
    )) AS distance
  FROM boxes JOIN centres AS c ON c.number = boxes.number
  WHERE boxes.south BETWEEN :lat - 6 AND :lat + 6 AND boxes.west BETWEEN :lon - 8 AND :lon + 8
  ORDER BY distance LIMIT 3
)
SELECT json_patch((SELECT text FROM rest), json_object('results', json_group_array(
  json_set(text, '$.shown_because', json('["near"]'),
           '$.distance_m', cast(round(distance) AS integer))))) AS answer
FROM near
"""


def main() -> None:
    """Write both files."""
    folder, answers = Path(sys.argv[1]), Answers()
    rest = "{" + (Path(os.environ["BENCH_DATA"]) / "rest.json").read_text(encoding="utf-8")
    with sqlite3.connect(folder / "centres.db") as database:
        database.execute("CREATE TABLE centres (number INTEGER PRIMARY KEY, lat, lon, text)")
        database.execute(
            "CREATE VIRTUAL TABLE boxes USING rtree (number, south, north, west, east)"
        )
        database.execute("CREATE TABLE rest (text)")
        database.execute("INSERT INTO rest VALUES (?)", [rest])
        for at, (lat, lon) in enumerate(answers.points):
            database.execute(
                "INSERT INTO centres VALUES (?, ?, ?, ?)", (at, lat, lon, answers.texts[at])
            )
            database.execute("INSERT INTO boxes VALUES (?, ?, ?, ?, ?)", (at, lat, lat, lon, lon))
    queries = {"nearest": {"sql": QUERY, "params": ["lat", "lon"]}}
    metadata = {"databases": {"centres": {"queries": queries}}}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")


if __name__ == "__main__":
    main()
