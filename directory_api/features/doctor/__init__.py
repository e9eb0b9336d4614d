"""Looks at an installation as a whole: settings, files, backups, time, and the server that runs."""

from directory_api.feature import Feature

feature = Feature(
    summary="Looks at an installation as a whole, from its settings to the server that runs",
    commands=("directory_api.features.doctor.commands:doctor",),
)
