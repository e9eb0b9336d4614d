"""Small files of postcodes in the format of GeoNames, and the directories that they become."""

import json
from pathlib import Path
from typing import Any

from tests.support.servers import environment, run_process

# Rows of GeoNames' postal files (CC BY 4.0, https://www.geonames.org/): postcode, place, lat, lon.
ROWS: dict[str, tuple[tuple[str, str, float, float], ...]] = {
    "AT": (
        ("1010", "Wien, Innere Stadt", 48.2077, 16.3705),
        ("5020", "Salzburg", 47.7994, 13.044),
        ("8010", "Kainbach", 47.0833, 15.5167),
        ("8020", "Graz", 47.0667, 15.45),
    ),
    "NL": (
        ("1012", "Amsterdam", 52.3735, 4.8951),
        ("3011", "Rotterdam", 51.9191, 4.4867),
        ("6211", "Maastricht", 50.8503, 5.6882),
        ("9711", "Groningen", 53.2167, 6.5697),
    ),
    "LU": (
        ("L-1111", "Luxembourg", 49.6008, 6.1169),
        ("L-4010", "Esch-sur-Alzette", 49.4937, 5.9801),
        ("L-9990", "Weiswampach", 50.1364, 6.0742),
    ),
    "FR": (
        ("59000", "Lille", 50.633, 3.0586),
        ("67000", "Strasbourg", 48.5839, 7.7455),
        ("75001", "Paris", 48.8534, 2.3488),
        ("75085 CEDEX 01", "Paris CEDEX 01", 48.8534, 2.3488),
    ),
    "DE": (
        ("10115", "Berlin", 52.5323, 13.3846),
        ("50667", "Köln", 50.9387, 6.9547),
        ("80331", "München", 48.1345, 11.571),
    ),
    "GB": (
        ("EH1", "Edinburgh", 55.9521, -3.1965),
        ("M1", "Manchester", 53.4809, -2.2374),
        ("SW1A", "Westminster Abbey", 51.5018, -0.1328),
    ),
    "JP": (
        ("060-0001", "Kita1-Jonishi", 43.0384, 141.3021),
        ("110-0005", "Ueno", 35.7085, 139.7747),
        ("530-0001", "Umeda", 34.6995, 135.4948),
    ),
}


# Elsewhere it is 112.
EMERGENCY = {"GB": "999", "JP": "119"}


def postal_file(folder: Path, country: str) -> Path:
    """Write the file of a country."""
    path = folder / f"{country}.txt"
    path.write_text(
        "".join(
            f"{country}\t{code}\t{place}\t\t\t\t\t\t\t{lat}\t{lon}\t4\n"
            for code, place, lat, lon in ROWS[country]
        ),
        encoding="utf-8",
    )
    return path


# Rows of GeoNames' gazetteer: name, names in other languages, lat, lon, country.
TOWNS = (
    ("Vienna", "Wenen,Wien,Vienne", 48.2085, 16.3721, "AT"),
    ("Innsbruck", "Inspruck", 47.2627, 11.3945, "AT"),
    ("Salzburg", "Salisburgo", 47.7994, 13.044, "AT"),
    ("Munich", "Monaco,München", 48.1374, 11.5755, "DE"),
)


def towns_file(folder: Path) -> Path:
    """Write a gazetteer of several countries."""
    path = folder / "cities500.txt"
    path.write_text(
        "".join(
            f"1\t{name}\t{name}\t{others}\t{lat}\t{lon}\tP\tPPLA\t{country}{10 * chr(9)}\n"
            for name, others, lat, lon, country in TOWNS
        ),
        encoding="utf-8",
    )
    return path


# Half the side of a square around a postcode, in degrees.
_AROUND = 0.15


def boundary_file(folder: Path, country: str) -> Path:
    """Write a boundary: squares around the postcodes."""
    squares = [
        [
            [
                [lon + east * _AROUND, lat + north * _AROUND]
                for east, north in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
            ]
        ]
        for _, _, lat, lon in ROWS[country]
    ]
    geometry = {"type": "MultiPolygon", "coordinates": squares}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    path = folder / f"{country}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def make(folder: Path, data: Path, country: str, boundary: Path | None = None, *more: str) -> str:
    """Make the folder of a country in a data folder; what the command prints. `more` are further
    options.
    """
    number = EMERGENCY.get(country, "112")
    file = str(postal_file(folder, country))
    outline = str(boundary or boundary_file(folder, country))
    words = ("country", "new", country, "--postcodes", file, "--boundary", outline)
    environ = environment(folder / "none.db")
    done = run_process(
        ("directory_api", *words, "--emergency", number, *more, "--out", str(data)), environ
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add_centre(data: Path, country: str, timezone: str) -> None:
    """Add an invented centre at the second postcode of a country."""
    code, place, lat, lon = ROWS[country][1]
    path = data / "centres.json"
    records: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    records["centres"].append(
        {
            "id": f"example-{country.lower()}",
            "name": "Example Centre",
            "kind": "specialised_centre",
            "status": "active",
            "address": {
                "street": "Example street 1",
                "postcode": code,
                "locality": {"en": place},
                "country": country,
            },
            "address_visibility": "public",
            "location": {"lat": lat, "lon": lon, "precision": "street"},
            "email": "help@example.org",
            "opening_hours": "Mo-Fr 09:00-17:00; PH off",
            "timezone": timezone,
        }
    )
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def load(data: Path, database: Path) -> None:
    """Load a data folder into a new store."""
    done = run_process(("directory_api", "load"), environment(database, data=str(data)))
    assert done.returncode == 0, done.stderr
