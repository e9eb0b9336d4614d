"""The command that prints openapi.yaml."""

import click

from directory_api.bootstrap import open_directory
from directory_api.config import Settings


@click.command()
def openapi() -> None:
    """Print openapi.yaml as generated from the code.

    Its examples are real answers of the shipped data.
    """
    # Imported here: only this command needs them.
    from tempfile import TemporaryDirectory

    from directory_api.features.reference.spec import EXAMPLES_AT, as_yaml, openapi
    from directory_api.web.app import create_app

    with TemporaryDirectory() as folder:
        directory = open_directory(
            Settings(database_url=f"sqlite:///{folder}/directory.db", rate_limit="")
        )
        directory.prepare()
        click.echo(as_yaml(openapi(create_app(directory, now=lambda: EXAMPLES_AT))), nl=False)
