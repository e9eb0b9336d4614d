"""The Helpline value object."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from directory_api.domain.model.values import Record, Texts, filled, no_texts, texts
from directory_api.domain.model.vocabulary import HELPLINE_KINDS


@dataclass(frozen=True, slots=True)
class Helpline:
    """A telephone number or web site for immediate help.

    `number` is a short number as dialled (112), or E.164.
    """

    id: str
    kind: str
    name: Texts
    countries: tuple[str, ...]
    number: str | None = None
    display: str | None = None
    url: str | None = None
    url_translations: Texts = field(default_factory=no_texts)
    hours: str | None = None
    note: Texts = field(default_factory=no_texts)
    sources: tuple[str, ...] = ()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(
            id=record["id"],
            kind=record["kind"],
            name=texts(record, "name"),
            countries=tuple(record["countries"]),
            number=record.get("number"),
            display=record.get("display"),
            url=record.get("url"),
            url_translations=texts(record, "url_translations"),
            hours=record.get("hours"),
            note=texts(record, "note"),
            sources=tuple(record.get("sources") or ()),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the canonical record."""
        return filled(
            {
                "id": self.id,
                "kind": self.kind,
                "number": self.number,
                "display": self.display,
                "url": self.url,
                "url_translations": dict(self.url_translations),
                "name": dict(self.name),
                "countries": list(self.countries),
                "hours": self.hours,
                "note": dict(self.note),
                "sources": list(self.sources),
            }
        )


def in_dialling_order(records: Iterable[Record]) -> list[Record]:
    """Sort records of helplines by priority: first by the order of the kinds, then by id."""
    return sorted(records, key=lambda record: (HELPLINE_KINDS.index(record["kind"]), record["id"]))
