"""Full-text search: each word of the query must be a prefix of a word of the centre.

Accents and case are ignored.
"""

from collections.abc import Sequence

from directory_api.domain.model.records import Centre
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES
from directory_api.domain.text.normalize import begin, fold


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
        *(label for service in centre.services for label in SERVICES[service].values()),
        *(label for audience in centre.audiences for label in AUDIENCES[audience].values()),
    ]
