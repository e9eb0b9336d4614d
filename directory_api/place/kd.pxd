# The types of kd.py, for Cython.
import cython

cimport libc.math as math

cdef double FLATTENING, SEMI_MAJOR_M, ERROR_M, SLACK_M, _CLOSE_M, _SEMI_MINOR_M, _LONGER
cdef double _EQUATORIAL, _POLAR, _EQUATORIAL_2, _POLAR_2, _ARC_REACH_M2, _NEARLY_OPPOSITE
cdef double _CONVERGED, _SECOND_ECCENTRICITY_2, _RADIANS, _TURN
cdef int _LEAF, _SAMPLE, _MOST_CHANGES, _NONE, _SEVERAL, _MOST_ROUNDS


cdef class PointTree:
    cdef object _x, _y, _z, _lat, _lon, _rows, _planes
    cdef bytes _axes
    cdef int _arranged, _changes
    cdef dict _several

    @cython.locals(row=int, metres=double, previous=double, found=list)
    cpdef nearest(self, object origin, int limit, double farthest_m, bytes admitted)

    @cython.locals(
        x=double, y=double, z=double, lat=double, lon=double, xs="double[::1]", ys="double[::1]",
        zs="double[::1]", lats="double[::1]", lons="double[::1]", planes="double[::1]",
        axes="const unsigned char[::1]", rows="int[::1]", reach=double, near=list, shortest=list,
        waiting=list, found=list, first=int, last=int, start=int, end=int, slot=int, u=double,
        v=double, w=double, squared=double, row=int, count=int, some=tuple, longest=double,
        metres=double, least=double, middle=int, axis=int, beyond=double
    )
    cdef list _near(self, object origin, int limit, double farthest_m, bytes admitted)


@cython.locals(
    east=double, north=double, up=double, along=double, squared=double, ring=double, height=double,
    curvature=double
)
cdef double _arc_m(double x, double y, double z, double u, double v, double w)


@cython.locals(
    longitude=double, one=double, other=double, sin_one=double, cos_one=double, sin_other=double,
    cos_other=double, lambda_=double, sin_lambda=double, cos_lambda=double, across=double,
    sin_sigma=double, cos_sigma=double, sigma=double, sin_alpha=double, cos2_alpha=double,
    middle=double, c=double, twice=double, previous=double, u2=double, a=double, b=double,
    correction=double, along=double, across=double
)
cdef double _vincenty_m(double lat, double lon, double other_lat, double other_lon)
