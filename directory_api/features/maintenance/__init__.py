"""Check and backups of a store."""

from directory_api.feature import Feature, lazy

_COMMANDS = "directory_api.features.maintenance.commands"

feature = Feature(
    summary="Check and backups of a store",
    commands=(
        f"{_COMMANDS}:check",
        f"{_COMMANDS}:backup",
        f"{_COMMANDS}:upgrade",
        f"{_COMMANDS}:restore_backup",
        f"{_COMMANDS}:restore_drill",
        f"{_COMMANDS}:adopt",
    ),
    last_runs=lazy("directory_api.features.maintenance.last_runs:last_runs"),
)
