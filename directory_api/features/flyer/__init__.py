"""Flyers to print, in each language, and the page that says whether a print is still right."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="Flyers to print, in each language, and a page that checks a print",
    routes=lazy("directory_api.features.flyer.pages:routes"),
    addresses=lazy("directory_api.features.flyer.headers:addresses"),
    audiences=lazy("directory_api.features.flyer.pages:audiences"),
    materials=(("/flyers", "flyer.page"),),
    static_files=lazy("directory_api.features.flyer.static_files:static_files"),
)
