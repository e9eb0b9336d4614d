"""The call round: which records to confirm next, and a sheet with the questions for each."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="Which records to confirm next, and a sheet with the questions for each",
    texts=__name__,
    maintainer_pages=lazy("directory_api.features.call_round.pages:pages"),
)
