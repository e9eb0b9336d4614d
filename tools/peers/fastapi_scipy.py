"""FastAPI on uvicorn: a k-d tree of SciPy over earth-centred points, and geodesics of PROJ."""

from answers import Answers
from fastapi import FastAPI, Response
from pyproj import Geod, Transformer
from scipy.spatial import KDTree

CANDIDATES = 8

app = FastAPI()
answers = Answers()
geod = Geod(ellps="WGS84")
earth_centred = Transformer.from_crs("EPSG:4979", "EPSG:4978")
tree = KDTree([earth_centred.transform(lat, lon, 0.0) for lat, lon in answers.points])


@app.get("/nearest")
async def nearest(lat: float, lon: float) -> Response:
    """The three nearest of the candidates that the tree gives."""
    _, numbers = tree.query(earth_centred.transform(lat, lon, 0.0), k=CANDIDATES)
    distances = []
    for number in numbers:
        other_lat, other_lon = answers.points[number]
        distances.append((geod.inv(lon, lat, other_lon, other_lat)[2], number))
    found = [(number, distance) for distance, number in sorted(distances)[:3]]
    return Response(answers.answer(found), media_type="application/json")
