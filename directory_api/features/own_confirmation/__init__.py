"""A centre confirms its own record without an account, by a link that a maintainer makes."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="A centre confirms its own record without an account, by a link",
    texts=__name__,
    routes=lazy("directory_api.features.own_confirmation.page:routes"),
    addresses=lazy("directory_api.features.own_confirmation.headers:addresses"),
    audience=lazy("directory_api.features.own_confirmation.page:confirm_page"),
    maintainer_pages=lazy("directory_api.features.own_confirmation.maintainers:pages"),
)
