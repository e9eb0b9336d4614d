"""The directory as Open Referral HSDS 3.0, at /hsds."""

from directory_api.feature import Feature, lazy
from directory_api.features.hsds.errors import ObjectNotFound

feature = Feature(
    summary="The directory as Open Referral HSDS 3.0, at /hsds",
    parts={"/hsds": lazy("directory_api.features.hsds.routes:routes")},
    links={"hsds": "/hsds/"},
    addresses=lazy("directory_api.features.hsds.headers:addresses"),
    errors=(ObjectNotFound,),
    static_files=lazy("directory_api.features.hsds.static_files:static_files"),
)
