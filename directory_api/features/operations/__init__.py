"""What operators run beside the server: metrics, a look at the whole installation, and backups."""

from directory_api.feature import Feature, lazy

_MAINTENANCE = "directory_api.features.operations.maintenance.commands"

feature = Feature(
    summary="Metrics, a look at the whole installation, check and backups of the store",
    routes=lazy("directory_api.features.operations.metrics.routes:routes"),
    addresses=lazy("directory_api.features.operations.metrics.headers:addresses"),
    commands=(
        f"{_MAINTENANCE}:check",
        f"{_MAINTENANCE}:backup",
        f"{_MAINTENANCE}:upgrade",
        f"{_MAINTENANCE}:restore_backup",
        f"{_MAINTENANCE}:adopt",
        "directory_api.features.operations.doctor.commands:doctor",
    ),
)
