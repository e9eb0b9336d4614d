"""The pages for maintainers, below /admin."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="The pages for maintainers, below /admin",
    texts=__name__,
    parts={"/admin": lazy("directory_api.features.admin.routes:routes")},
    addresses=lazy("directory_api.features.admin.headers:addresses"),
    audience=lazy("directory_api.features.admin.audience:Maintainers"),
)
