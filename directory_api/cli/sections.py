"""The sections of `--help`: a command says by its decorator who needs it."""

from collections.abc import Callable
from typing import Any

import click


class Section:
    """Commands that the same people need."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._commands: set[click.Command] = set()

    def command(
        self, name: str | None = None, **settings: Any
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Return a decorator as `click.command` does; the command is listed in this section."""

        def decorated(function: Callable[..., Any]) -> click.Command:
            command = click.command(name, cls=click.Command, **settings)(function)
            self._commands.add(command)
            return command

        return decorated

    def group(
        self, name: str | None = None, **settings: Any
    ) -> Callable[[Callable[..., Any]], click.Group]:
        """Return a decorator as `click.group` does; the group is listed in this section."""

        def decorated(function: Callable[..., Any]) -> click.Group:
            group = click.group(name, cls=click.Group, **settings)(function)
            self._commands.add(group)
            return group

        return decorated

    def __contains__(self, command: object) -> bool:
        """Return whether a command is in this section."""
        return command in self._commands


START = Section("Getting started")
MAINTAINERS = Section("For maintainers of records")
OPERATORS = Section("For operators")
SECTIONS = (START, MAINTAINERS, OPERATORS)
# Those of packages of others that name no section.
OTHERS = "Other commands"
