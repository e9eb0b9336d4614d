"""Distances on the WGS84 ellipsoid.

There are three ways to a geodesic, from quick to always right:

- `arc_m`: the circular arc that has the chord between two points and the curvature of the ellipsoid
  in the middle of it (Euler's and Meusnier's theorems). It takes 0.6 us. Its error grows with the
  fifth power of the distance: 0.01 mm at 200 km, in 20,000 random pairs.
- `vincenty_m`: Vincenty's inverse formula (Survey Review 23, 1975). It takes 4 us, is within
  0.1 mm, and does not converge between nearly opposite points.
- `geodesic_m`: Karney's algorithm (J. Geodesy 87, 2013) by geopy. It takes 40 us and is accurate to
  15 nm.

`distance_m` takes the quickest one that is within 0.1 mm. Where so little would decide something,
`geodesic_m` does.
"""

import math
from functools import cache
from typing import Any

from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, Vector

# More than the largest error of `distance_m`, in metres (Vincenty claims half a millimetre).
ERROR_M = 0.0005
_SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
_EQUATORIAL, _POLAR = SEMI_MAJOR_M**-2, _SEMI_MINOR_M**-2
_EQUATORIAL_2, _POLAR_2 = SEMI_MAJOR_M**-4, _SEMI_MINOR_M**-4
# Up to this square of the chord the arc serves.
_ARC_REACH_M2 = 200_000**2
# Beyond this difference of longitude (radians) Vincenty's formula may converge slowly, or to a
# wrong distance.
_NEARLY_OPPOSITE = 3.0
_MOST_ROUNDS = 5
# In radians; 0.006 mm on the ground.
_CONVERGED = 1e-12


def distance_m(start: Point, end: Point, one: Vector, other: Vector) -> float:
    """Return the geodesic distance in metres, within 0.1 mm.

    The vectors are the same points, earth-centred and in metres.
    """
    metres = arc_m(one, other)
    if metres is None:
        metres = vincenty_m(start, end)
    return geodesic_m(start, end) if metres is None else metres


def geodesic_m(start: Point, end: Point) -> float:
    """Return the WGS84 geodesic distance in metres, accurate to 15 nm."""
    return float(_karney().measure((start.lat, start.lon), (end.lat, end.lon)) * 1000)


@cache
def _karney() -> Any:
    # Imported here: most answers need no geodesic, and the import takes 20 ms.
    from geopy.distance import geodesic

    return geodesic(0)


def arc_m(one: Vector, other: Vector) -> float | None:
    """Return the length in metres of the arc between two earth-centred points on the ellipsoid;
    None beyond the reach of the formula.
    """
    x, y, z = one
    u, v, w = other
    east, north, up = u - x, v - y, w - z
    along = east * east + north * north
    up *= up
    squared = along + up
    if squared > _ARC_REACH_M2:
        return None
    if not squared:
        return 0.0
    # The sums are twice the middle of the chord; the factor does not change the curvature.
    x += u
    y += v
    z += w
    ring = x * x + y * y
    height = z * z
    # The normal curvature of x²/a² + y²/a² + z²/b² = 1 in the direction of the chord.
    curvature = (
        (along * _EQUATORIAL + up * _POLAR)
        / squared
        * math.sqrt(
            (ring * _EQUATORIAL + height * _POLAR) / (ring * _EQUATORIAL_2 + height * _POLAR_2)
        )
    )
    return 2 / curvature * math.asin(curvature * math.sqrt(squared) / 2)


def vincenty_m(start: Point, end: Point) -> float | None:
    """Return the geodesic distance in metres; None where the formula may not converge."""
    longitude = math.radians(end.lon - start.lon)
    longitude = math.remainder(longitude, math.tau)
    if abs(longitude) > _NEARLY_OPPOSITE:
        return None
    one = math.atan((1 - FLATTENING) * math.tan(math.radians(start.lat)))
    other = math.atan((1 - FLATTENING) * math.tan(math.radians(end.lat)))
    sin_one, cos_one, sin_other, cos_other = (
        math.sin(one),
        math.cos(one),
        math.sin(other),
        math.cos(other),
    )
    # The longitude on the auxiliary sphere; the names follow Vincenty's paper from here.
    lambda_ = longitude
    for _ in range(_MOST_ROUNDS):
        sin_lambda, cos_lambda = math.sin(lambda_), math.cos(lambda_)
        across = cos_one * sin_other - sin_one * cos_other * cos_lambda
        sin_sigma = math.sqrt((cos_other * sin_lambda) ** 2 + across * across)
        cos_sigma = sin_one * sin_other + cos_one * cos_other * cos_lambda
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = cos_one * cos_other * sin_lambda / sin_sigma if sin_sigma else 0.0
        cos2_alpha = 1 - sin_alpha * sin_alpha
        # On the equator there is no midpoint of the arc to speak of.
        middle = cos_sigma - 2 * sin_one * sin_other / cos2_alpha if cos2_alpha > 1e-12 else 0.0
        c = FLATTENING / 16 * cos2_alpha * (4 + FLATTENING * (4 - 3 * cos2_alpha))
        twice = 2 * middle * middle - 1
        previous = lambda_
        lambda_ = longitude + (1 - c) * FLATTENING * sin_alpha * (
            sigma + c * sin_sigma * (middle + c * cos_sigma * twice)
        )
        if abs(lambda_ - previous) < _CONVERGED:
            break
    else:
        return None
    u2 = cos2_alpha * (SEMI_MAJOR_M**2 / _SEMI_MINOR_M**2 - 1)
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    correction = middle + b / 4 * (
        cos_sigma * twice
        - b / 6 * middle * (4 * sin_sigma * sin_sigma - 3) * (4 * middle * middle - 3)
    )
    # `correction` has its first term in `middle`: delta sigma = B sin sigma (correction).
    return _SEMI_MINOR_M * a * (sigma - b * sin_sigma * correction)
