"""What commands print."""

from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from directory_api.domain.centre import Centre
from directory_api.domain.errors import Fault
from directory_api.domain.helpline import Helpline
from directory_api.domain.query import Hit

_OUT = Console(highlight=False, markup=False, soft_wrap=True)


def print_hits(hits: Iterable[Hit]) -> None:
    """The closest centres, a line each."""
    table = _table("Distance", "Centre", "Phone", "Address")
    for hit in hits:
        table.add_row(f"{hit.distance_m / 1000:.1f} km", hit.centre.name, _phones(hit.centre), _address(hit.centre))
    _OUT.print(table)


def print_record(record: dict[str, Any]) -> None:
    """A record, a line for each value."""
    table = _table("Field", "Value")
    for path, value in _flat(record):
        table.add_row(path, str(value))
    _OUT.print(table)


def print_warnings(warnings: Iterable[Fault]) -> None:
    """What a maintainer should look at, on standard error."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _flat(value: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(part, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        for index, part in enumerate(value):
            yield from _flat(part, f"{path}/{index}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else value


def _phones(centre: Centre) -> str:
    return ", ".join(phone.display or phone.number for phone in centre.phones)


def _address(centre: Centre) -> str:
    address = centre.address
    town = address.locality.get("en") or next(iter(address.locality.values()), "")
    return ", ".join(part for part in (address.street, f"{address.postal_code or ''} {town}".strip()) if part)


def print_helplines(lines: Iterable[Helpline]) -> None:
    """The helplines, a line each."""
    for line in lines:
        click.echo(
            f"{line.display or line.number or line.url}: {line.name.get('en') or next(iter(line.name.values()))}"
        )
