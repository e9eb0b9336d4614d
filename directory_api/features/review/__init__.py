"""Changes that wait until a second maintainer approves them."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="Changes wait until a second maintainer approves them",
    routes=lazy("directory_api.features.review.routes:routes"),
    gate=lazy("directory_api.features.review.gate:ReviewGate"),
    proposals=lazy("directory_api.features.review.proposals:Proposals"),
)
