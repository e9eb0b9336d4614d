"""The command that prints openapi.yaml."""

import click


@click.command()
def openapi() -> None:
    """Print openapi.yaml as generated from the code.

    Its examples are real answers, about invented centres.
    """
    # Imported here: only this command needs them.
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from directory_api.features.reference.examples import directory_of_examples
    from directory_api.features.reference.spec import EXAMPLES_AT, as_yaml, openapi
    from directory_api.web.app import create_app

    with TemporaryDirectory() as folder:
        directory = directory_of_examples(Path(folder))
        click.echo(as_yaml(openapi(create_app(directory, now=lambda: EXAMPLES_AT))), nl=False)
