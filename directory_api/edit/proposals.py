"""The proposals of a draft: changes that wait for a second person, and changes in force that a
second person looks at later.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import permutations

from directory_api.change.change import PROPOSAL, Change, Contents, applied, document
from directory_api.change.cited_sources import added_sources
from directory_api.change.directory import (
    MOST_RECORDS,
    faults_between_records,
    named_sources,
)
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal, open_proposals
from directory_api.change.review import hides, is_known_good, needs_review, reveals
from directory_api.edit.draft import Draft
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Message
from directory_api.text.named import Number

# The most open proposals of one person: as many as one import may add. Each further import or edit
# reads them all.
MOST_PROPOSALS = MOST_RECORDS


def proposals_of_draft(draft: Draft, about_centres: tuple[str, ...]) -> tuple[Proposal, ...]:
    """Return the proposals for the changes that need review: first those that wait, then those that
    take effect at once (`is_in_force`). Those for centres get the warnings `about_centres`.

    An equal change that waits already is the same proposal: importing a file twice proposes once.
    Raises RecordsInvalid if the proposals could never be approved, or are too many.
    """
    if not draft.context.is_reviewed:
        return ()
    stamp, contents = draft.context.stamp, draft.before.contents
    to_review = [
        (change, _is_at_once(change, draft))
        for change in draft.changes
        if needs_review(change, stamp)
    ]
    new_sources = {
        source["id"]
        for change, is_at_once in to_review
        if not is_at_once
        for source in added_sources(change)
    }
    to_review = [
        (change, is_at_once and new_sources.isdisjoint(_cited(change)))
        for change, is_at_once in to_review
    ]
    if len(to_review) > MOST_RECORDS:
        raise _refused(
            Message(
                "More than {most} changes would wait for review one by one. Let another maintainer "
                "check the file, and ask the operator to import it with the name of both.",
                most=Number(MOST_RECORDS),
            )
        )
    to_wait = {change.key: change for change, is_at_once in to_review if not is_at_once}
    if to_wait:
        in_force = (change for change in draft.changes if change.key not in to_wait)
        _check_dependencies(applied(contents, in_force), to_wait.values())
    already = {
        each.change.key: each
        for each in open_proposals(contents, stamp.at)
        if not each.is_in_force
        and each.change == to_wait.get(each.change.key)
        # A new source waits with a record of the same person.
        and (each.actor == draft.context.actor.id or not added_sources(each.change))
    }
    proposals = []
    to_review.sort(key=lambda each: each[1])
    for number, (change, is_at_once) in enumerate(to_review, start=1):
        same = None if is_at_once else already.get(change.key)
        new = Proposal(
            f"{draft.before.revision + 1}-{number}",
            change,
            draft.context.actor.id,
            draft.context.actor.name,
            stamp.at,
            stamp.reason,
            stamp.at + PROPOSAL_LIFE,
            is_at_once,
            about_centres if change.kind == "centre" else (),
        )
        proposals.append(same or new)
    return tuple(proposals)


def changes_of_proposals(
    draft: Draft, proposals: Iterable[Proposal], in_force: Collection[Change]
) -> tuple[list[Change], list[Change]]:
    """Return the changes that add the proposals that are not open yet, and those that close others:
    their change takes effect now, or they have expired.

    Raises RecordsInvalid if too many of one person would wait.
    """
    contents, actor = draft.before.contents, draft.context.actor
    stored = contents.get(PROPOSAL, {})
    done = {change.key: change for change in in_force}
    still_open = {
        each.id: each
        for each in open_proposals(contents, draft.context.stamp.at)
        if each.is_in_force or done.get(each.change.key) != each.change
    }
    new = [each for each in proposals if each.id not in stored]
    to_wait = sum(not each.is_in_force for each in new)
    own = sum(actor.is_person(each.actor, each.author) for each in still_open.values())
    if to_wait and own + to_wait > MOST_PROPOSALS:
        raise _refused(
            Message(
                "More than {most} of your changes would wait for review. Ask another maintainer to "
                "approve or reject those that wait, then try again.",
                most=Number(MOST_PROPOSALS),
            )
        )
    return (
        [Change(PROPOSAL, each.id, None, each.to_record()) for each in new],
        [
            Change(PROPOSAL, id, record, None)
            for id, record in stored.items()
            if id not in still_open
        ],
    )


def _is_at_once(change: Change, draft: Draft) -> bool:
    """Return whether a change that needs review takes effect at once all the same. As by an import,
    nothing is only hidden in several records at once.
    """
    request = draft.request
    return not reveals(change) and (
        (request.is_of_one and hides(change))
        or (request.history is not None and is_known_good(change, request.history.entries(change)))
    )


def _cited(change: Change) -> set[str]:
    return {source for _, source in named_sources(change.after or {})}


def _check_dependencies(before: Contents, to_wait: Collection[Change]) -> None:
    """Raise RecordsInvalid if separate proposals for these changes could never be approved.

    They can if the records are consistent after each kind of records, in some order of the kinds.
    """
    kinds = dict.fromkeys(change.kind for change in to_wait)
    faults: Sequence[Fault] = ()
    for order in permutations(kinds):
        contents = before
        for kind in order:
            faults = tuple(faults_between_records(document(contents)))
            if faults:
                break
            contents = applied(contents, (each for each in to_wait if each.kind == kind))
        if not faults:
            return
    raise RecordsInvalid(
        Message(
            "Some of these changes must wait for a review, and the others depend on them. First "
            "import what is new, such as a source; then import what is changed or removed."
        ),
        faults,
    )


def _refused(detail: Message) -> RecordsInvalid:
    return RecordsInvalid.of([Fault(detail)], Message("the records"))
