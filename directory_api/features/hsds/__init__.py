"""The directory as Open Referral HSDS 3.0, at /hsds."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="The directory as Open Referral HSDS 3.0, at /hsds",
    parts={"/hsds": lazy("directory_api.features.hsds.routes:routes")},
    addresses=lazy("directory_api.features.hsds.headers:addresses"),
    problems=lazy("directory_api.features.hsds.errors:problems"),
    static_files=lazy("directory_api.features.hsds.static_files:static_files"),
)
