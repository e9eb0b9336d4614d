"""The folder of a country, with which a directory begins: made from public files, and checked."""

from directory_api.feature import Feature

feature = Feature(
    summary="Makes and checks the folder of a country, with which a directory begins",
    commands=("directory_api.features.country_folders.commands:country",),
)
