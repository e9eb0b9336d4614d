"""Centres that are read from their JSON when they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from directory_api.domain.model.published import PublishedCentre
from directory_api.domain.model.records import Centre


class Centres(Sequence[Centre]):
    """Centres in the order of their ids, each read from its JSON when it is asked for."""

    def __init__(self, published: Sequence[PublishedCentre]) -> None:
        self.published = published

    def __len__(self) -> int:
        return len(self.published)

    @overload
    def __getitem__(self, number: int) -> Centre: ...
    @overload
    def __getitem__(self, number: slice) -> "Centres": ...
    def __getitem__(self, number: int | slice) -> "Centre | Centres":
        if isinstance(number, slice):
            return Centres(self.published[number])
        return self.published[number].centre

    def __iter__(self) -> Iterator[Centre]:
        return (published.centre for published in self.published)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Centres) and [*self] == [*other]

    # As a list has none.
    __hash__ = None  # type: ignore[assignment]  # the convention of the data model


class CentresById(Mapping[str, Centre]):
    """Centres by id, each read from its JSON when it is asked for."""

    def __init__(self, published: Mapping[str, PublishedCentre]) -> None:
        self._published = published

    def __len__(self) -> int:
        return len(self._published)

    def __iter__(self) -> Iterator[str]:
        return iter(self._published)

    def __getitem__(self, identity: str) -> Centre:
        return self._published[identity].centre
