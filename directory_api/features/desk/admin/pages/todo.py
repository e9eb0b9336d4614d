"""What there is to do, what can harm most first, and the warnings about records: /admin/todo."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from flask import Blueprint, Response, request, url_for

from directory_api.change.change import COLLECTIONS, Contents
from directory_api.change.proposal import Proposal
from directory_api.change.sentences import member_name
from directory_api.edit.todo import CONFIRMATIONS, Item
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.change_view import ChangeView, change_view, name_of
from directory_api.features.desk.admin.context import KINDS, AdminContext, current_maintainer
from directory_api.features.desk.admin.pages import passkeys
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.admin.warning_rows import described
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.features.desk.notices.words import words
from directory_api.left_out import left_out

# Which are done by asking the centre.
_ASK = frozenset({"contested", *CONFIRMATIONS})
_PROPOSALS = frozenset({"to_check", "proposal_ends", "proposal"})


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what it is about, with the URL of its page. A change
    that waits is there with its text.
    """

    name: str
    member: str
    address: str | None
    since: date | None
    asked: date | None
    proposal: Proposal | None
    view: ChangeView | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the route."""

    @routes.get("/todo")
    @context.one_at_a_time
    def todo() -> Response:
        scopes = current_maintainer().scopes
        found = context.overview.warnings()
        contents = context.overview.contents()
        to_do, proposals = context.todo()
        every, for_others = (
            [each for each in to_do if _may_do(proposals.get(each.about)) is may_do]
            for may_do in (True, False)
        )
        items, waiting = Part.requested("page", every), Part.requested("waiting", for_others)
        warnings, acknowledged = (
            Part.requested(name, [each for each in found if (each[1] is None) is is_open])
            for name, is_open in (("warnings", True), ("acknowledged", False))
        )
        warning_row, row = described(contents), _described(context, contents, proposals)
        return context.page(
            "todo",
            items=items,
            groups=[*_groups(items.rows, every, row)],
            waiting=waiting.with_rows(row),
            days=context.directory.settings.fresh_days,
            note=request.args.get("note"),
            contest=request.args.get("contest"),
            links=passkeys.notice(context),
            broken=[*left_out()] if "admin" in scopes else (),
            warnings=warnings.with_rows(warning_row),
            acknowledged=acknowledged.with_rows(warning_row),
            others={
                each.name: each.page
                for each in (items, waiting, warnings, acknowledged)
                if each.page > 1
            },
        )


def _may_do(proposal: Proposal | None) -> bool:
    """Return whether the maintainer can decide about a change that waits; True of other things."""
    maintainer = current_maintainer()
    return proposal is None or (
        "approve" in maintainer.scopes and not maintainer.is_person(proposal.actor, proposal.author)
    )


def _groups(
    shown: Sequence[Item], every: Sequence[Item], row: Callable[[Item], Row]
) -> Iterator[tuple[str, list[tuple[str, int, list[Row]]]]]:
    """Yield the headings of the mail, each with its kinds in words, how many there are of each, and
    those of them on this page.
    """
    said = words(language.page_language())
    counts = Counter((each.is_urgent, each.kind) for each in every)
    for is_urgent, those in groupby(shown, lambda each: each.is_urgent):
        kinds = [
            (said[kind], counts[is_urgent, kind], [*map(row, of_kind)])
            for kind, of_kind in groupby(those, lambda each: each.kind)
        ]
        yield said["urgent" if is_urgent else "others"], kinds


def _described(
    context: AdminContext, contents: Contents, proposals: Mapping[str, Proposal]
) -> Callable[[Item], Row]:
    """Return what makes the row of an item."""
    may_edit = "edit" in current_maintainer().scopes
    choices, new = context.names(), context.proposals.every_new_source()
    names = {
        **{
            f"{collection}/{identity}": name_of(record) or identity
            for kind, collection in COLLECTIONS.items()
            for identity, record in contents.get(kind, {}).items()
        },
        **{f"tokens/{token.id}": token.name for token in context.directory.tokens.list()},
    }

    def row(item: Item) -> Row:
        identity = item.about.partition("/")[2]
        proposal = proposals.get(item.about)
        sources = new.get(proposal.id, ()) if proposal else ()
        known = choices.with_sources({each["id"]: each for each in sources})
        view = change_view(proposal.change, known) if proposal else None
        name = view.name or view.change.id if view else names.get(item.about, identity)
        return Row(
            name,
            member_name(item.member) if item.member and not view else "",
            _address(item, may_edit=may_edit),
            item.since,
            item.asked,
            proposal,
            view,
        )

    return row


def _address(item: Item, *, may_edit: bool) -> str | None:
    """Return the URL of the page on which it is done."""
    collection, _, identity = item.about.partition("/")
    if item.kind in _PROPOSALS:
        return url_for("admin.proposal", id=identity)
    if item.kind == "token_ends":
        return url_for("admin.people")
    if item.kind == "none_active":
        return url_for("admin.centres")
    if item.kind == "backup_old":
        return None
    if item.kind == "named_elsewhere" and collection not in KINDS:
        return url_for("admin.source", id=identity) if identity else None
    address = partial(url_for, collection=collection, id=identity)
    if may_edit and item.kind in _ASK:
        return address("admin.confirm")
    member = "closed_until" if item.kind == "closure_over" else item.member
    if may_edit and member:
        kind = KINDS[collection]
        part = next((each for each in PARTS if member in members(kind, each)), None)
        return address("admin.edit", part=part)
    return address("admin.record")
