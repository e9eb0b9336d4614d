"""The pages of the API: its reference, made from openapi.yaml, and the list of problems."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="The reference of the API: openapi.yaml and its pages",
    routes=lazy("directory_api.features.reference.pages:routes"),
    links={
        "openapi": "/openapi.yaml",
        "openapi_json": "/openapi.json",
        "docs": "/docs",
        "problems": "/problems",
    },
    addresses=lazy("directory_api.features.reference.page_headers:addresses"),
    materials=(("/docs", "door.api"),),
    static_files=lazy("directory_api.features.reference.pages:static_files"),
)
