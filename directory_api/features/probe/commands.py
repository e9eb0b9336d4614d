"""The command that asks a server from outside: probe."""

import time
from pathlib import Path

import click

from directory_api.cli.context import FILE, CommandError, clock, plain_errors
from directory_api.config import Settings, data_folder, is_public_url
from directory_api.countries.known import home
from directory_api.features.probe.known import known
from directory_api.features.probe.probing import Probe
from directory_api.features.probe.textfile import write

# The exit codes; 2 is for all other errors.
WRONG, NOT_WELL = 1, 3


def _site(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    url = value.removesuffix("/")
    if not url or not is_public_url(url):
        raise click.BadParameter(
            "write the address at which visitors open the directory, over https, for example "
            "https://directory.example.org"
        )
    return url


@click.command()
@click.argument("url", callback=_site)
@click.option("--country", help="Whose postcode is asked for; without it the directory's own.")
@click.option("--postcode", help="The postcode to ask for; without it the example of the country.")
@click.option(
    "--number", "numbers", multiple=True, help="The right emergency number; may be repeated."
)
@click.option(
    "--line", "lines", multiple=True, help="A national line that is shown; may be repeated."
)
@click.option("--static-site", is_flag=True, help="Ask only for the page: it is a folder of files.")
@click.option(
    "--textfile",
    "file",
    type=FILE,
    metavar="FILE",
    help="Write the outcome to this file, for the textfile collector of node_exporter.",
)
@click.option(
    "--timeout",
    "seconds",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 300),
    help="Seconds for each answer.",
)
@click.option(
    "--tries",
    default=2,
    show_default=True,
    type=click.IntRange(1, 10),
    help="How often to ask while there is no answer: a connection that broke once is no alarm. A "
    "wrong number is.",
)
@click.option(
    "--wait",
    "between",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0, 300),
    help="Seconds between two tries.",
)
def probe(
    url: str,
    country: str | None,
    postcode: str | None,
    numbers: tuple[str, ...],
    lines: tuple[str, ...],
    static_site: bool,
    file: Path | None,
    seconds: float,
    tries: int,
    between: float,
) -> None:
    """Ask the server at URL for a known number, as visitors do.

    Run it by a timer, such as each minute, on another machine than the server. It asks for the
    health, for the closest centre to a postcode by the API and by the page, and compares the
    emergency number and the national lines with those of the records that come with the software,
    or with those given. It reads no store. The exit code is 0 if all is well, 1 if a visitor does
    not get the right numbers, 3 if only the health is not good, 2 after any other error.
    """
    with plain_errors(CommandError):
        data = data_folder()
        country = country or Settings.from_environment().country or home(data)
        expected = known(data, country, postcode, numbers, lines)
        asking = Probe(url, expected, seconds, static_site=static_site)
        probed = asking.run()
        for _ in range(tries - 1):
            if not probed.faults or probed.misleads:
                break
            time.sleep(between)
            probed = asking.run()
        if file:
            write(file, probed, clock()())
    # A server that is away is one fault, and not one of each step.
    for fault in dict.fromkeys(probed.faults):
        click.echo(fault, err=True)
    if not probed.is_answered:
        click.echo("Visitors may not get the right numbers.", err=True)
        raise SystemExit(WRONG)
    shown = ", ".join((*expected.emergency, *expected.lines))
    click.echo(f"Visitors get the right numbers: {shown}.")
    if probed.faults:
        raise SystemExit(NOT_WELL)
