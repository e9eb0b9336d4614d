"""Full-text search: each word of the query must be a prefix of a word of the centre.

Accents and case are ignored.
"""

from collections.abc import Sequence

from directory_api.domain.model.records import Centre
from directory_api.domain.text.normalize import begin, fold
from directory_api.i18n.translations import labels


class TextIndex:
    """The words of each centre: names, place, description, services, audiences. Immutable."""

    def __init__(self, centres: Sequence[Centre]) -> None:
        self._words = {
            centre.id: frozenset(fold(" ".join(_texts(centre))).split()) for centre in centres
        }

    def matches(self, centre: Centre, query: str) -> bool:
        """Return whether each word of the query is a prefix of a word of the centre.

        False for a query without words.
        """
        return begin(self._words[centre.id], query)


def _texts(centre: Centre) -> list[str]:
    address = centre.address
    return [
        centre.id,
        centre.name,
        *centre.name_translations.values(),
        *centre.description.values(),
        address.street or "",
        *address.street_translations.values(),
        address.postal_code or "",
        *address.locality.values(),
        *_with_labels("service", centre.services),
        *_with_labels("audience", centre.audiences),
    ]


def _with_labels(kind: str, codes: Sequence[str]) -> list[str]:
    """Return codes and their labels in the languages that have all texts."""
    return [text for code in codes for text in (code, *labels(kind)[code].values())]
