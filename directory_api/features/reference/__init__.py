"""The pages of the API: its reference, from the OpenAPI documents, and the list of problems."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="The reference of the API: its OpenAPI documents and their pages",
    routes=lazy("directory_api.features.reference.pages:routes"),
    links={
        "openapi": "/openapi.yaml",
        "openapi_editing": "/openapi-editing.yaml",
        "openapi_hsds": "/openapi-hsds.yaml",
        "docs": "/docs",
        "docs_editing": "/docs/editing",
        "docs_hsds": "/docs/hsds",
        "problems": "/problems",
    },
    addresses=lazy("directory_api.features.reference.page_headers:addresses"),
    materials=(("/docs", "door.api"),),
    static_files=lazy("directory_api.features.reference.pages:static_files"),
)
