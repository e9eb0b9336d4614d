"""The links of revisions in public: which of several pasts a revision number belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# 40 bits: two pasts of one directory have the same public link with a probability of 1 in 10^12.
LINK_DIGITS = 10


@dataclass(frozen=True, slots=True)
class RevisionLinks:
    """The public links of a store's revisions, by revision.

    `first` is the first revision that has a link; it also stands for all revisions before it, of a
    database that was made before there were links.
    """

    first: int = 0
    links: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    def link(self, revision: int) -> str:
        """Return the link of a revision; an empty text if it has none."""
        return self.links.get(max(revision, self.first), "")

    def version(self, revision: int) -> str:
        """Return a revision with its link, such as `53.ab12cd34ef`; only the number if it has
        none.
        """
        link = self.link(revision)
        return f"{revision}.{link}" if link else str(revision)

    def includes(self, revision: int, link: str) -> bool:
        """Return whether a client that has seen this link of the revision has the same past."""
        return revision >= self.first and self.links.get(revision) == link
