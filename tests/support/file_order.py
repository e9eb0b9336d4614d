"""The order in which the files of tests run, for workers that each take a whole file."""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

_Item = TypeVar("_Item")
# Files of browser/ stay together, because they share a browser. The quick ones of unit/ come last,
# so that all workers end together.
_STAGES = {"browser": 0, "unit": 2}


def mixed(items: Iterable[_Item], path_of: Callable[[_Item], Path]) -> list[_Item]:
    """Return the items, a file after the other. `path_of` returns the path of one below tests/.

    Tests of servers/ mostly wait for processes. If every worker had such a file at the same time,
    to which their names lead, the processors would be idle for half a minute. So these files are
    spread evenly among those of contract/ and integration/.
    """
    kinds: dict[tuple[int, bool], list[list[_Item]]] = {}
    for path, file in groupby(items, key=path_of):
        folder = path.parent.name
        kind = (_STAGES.get(folder, 1), folder == "servers")
        kinds.setdefault(kind, []).append(list(file))
    placed = [
        ((stage, index / len(files)), file)
        for (stage, _), files in kinds.items()
        for index, file in enumerate(files)
    ]
    return [item for _, file in sorted(placed, key=itemgetter(0)) for item in file]
