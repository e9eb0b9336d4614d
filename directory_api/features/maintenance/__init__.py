"""Check and backups of a store."""

from directory_api.feature import Feature

_COMMANDS = "directory_api.features.maintenance.commands"

feature = Feature(
    summary="Check and backups of a store",
    commands=(
        f"{_COMMANDS}:check",
        f"{_COMMANDS}:backup",
        f"{_COMMANDS}:upgrade",
        f"{_COMMANDS}:restore_backup",
        f"{_COMMANDS}:adopt",
    ),
)
