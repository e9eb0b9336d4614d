"""Search on the device: postcodes and countries from a bundle, as the server finds them."""

import math
import re
import unicodedata


def decode(table):
    """Return the places by code, without spaces and hyphens; degrees (WGS84) and metres."""
    postcodes, places, code, lat, lon = table["postcodes"], {}, "", 0, 0
    columns = [postcodes[name] for name in ("codes", "lat", "lon", "accuracy_extra_m", "names")]
    for ending, north, east, more, name in zip(*columns, strict=True):
        code = code[: int(ending[0])] + ending[1:]
        lat, lon = lat + north, lon + east
        places[re.sub("[ -]", "", code)] = {
            "code": code,
            "lat": lat / 1e5,
            "lon": lon / 1e5,
            "accuracy_m": postcodes["accuracy_base_m"] + more,
            "name": name,
        }
    return places


def look_up(table, places, typed):
    """Return a place, or the reason: malformed, unknown, institution or foreign."""
    rules, text = table["postcodes"], unicodedata.normalize("NFKC", typed).strip().upper()
    written = re.fullmatch(rules["pattern"], text)
    if written:
        code = re.sub("[ -]", "", written[1])
        return places.get(code) or ("institution" if code in rules["institutions"] else "unknown")
    foreign = any(re.fullmatch(pattern, text) for pattern in rules["foreign_patterns"].values())
    return "foreign" if foreign else "malformed"


def countries_at(bundle, lat, lon, accuracy_m=0):
    """The countries in which a position (WGS84 degrees) may be that is known to so many metres."""
    within, near, shrink = [], [], math.cos(math.radians(lat))
    for outline in bundle["coverage"]["outlines"]:
        turns, least = 0, math.inf
        for ring in outline["rings"]:
            points, x, y = [], 0, 0
            for east, north in zip(ring[::2], ring[1::2], strict=True):
                x, y = x + east, y + north
                points.append(((x / 1000 - lon) * shrink, y / 1000 - lat))
            for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
                if (y1 > 0) != (y2 > 0) and (x2 - x1) * -y1 / (y2 - y1) + x1 > 0:
                    turns += 1 if y2 > y1 else -1
                length = (x2 - x1) ** 2 + (y2 - y1) ** 2
                along = max(0, min(1, -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length)) if length else 0
                away = math.hypot(x1 + along * (x2 - x1), y1 + along * (y2 - y1)) * 111_200
                least = min(least, away)
        is_near = least <= outline["margin_m"] + accuracy_m
        if turns and not is_near and outline["is_exact"]:
            return [outline["country"]]
        if turns:
            within.append(outline["country"])
        elif is_near:
            near.append(outline["country"])
    return within + near
