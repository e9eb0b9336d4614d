"""What there is to do, what can harm most first, and the warnings about records: /admin/todo."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from flask import Blueprint, Response, request, url_for

from directory_api.change.change import COLLECTIONS, Contents
from directory_api.change.sentences import member_name
from directory_api.edit.todo import CONFIRMATIONS, Item, Situation
from directory_api.edit.todo import todo as items_of
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.change_view import name_of
from directory_api.features.desk.admin.context import KINDS, AdminContext, current_maintainer
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.admin.warning_rows import described
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.features.desk.notices.current import situation
from directory_api.features.desk.notices.words import words
from directory_api.left_out import left_out

# Which are done by asking the centre.
_ASK = frozenset({"contested", *CONFIRMATIONS})
_PROPOSALS = frozenset({"to_check", "proposal_ends", "proposal"})


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what it is about, with the address of the page on which it is done, and the
    address on which a link is made for the centre, if that can do it, too.
    """

    name: str
    member: str
    address: str | None
    link: str | None
    since: date | None
    asked: date | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the route."""

    @routes.get("/todo")
    @context.alone
    def todo() -> Response:
        scopes = current_maintainer().scopes
        found = context.overview.warnings()
        state = context.directory.writer.store.records()
        here = situation(context.directory, state)
        # Who may not see the people can do nothing about their tokens.
        unseen = () if "approve" in scopes else ("token_ends",)
        every = [each for each in items_of(here) if each.kind not in unseen]
        items = Part.asked("page", every)
        warnings, acknowledged = (
            Part.asked(name, [each for each in found if (each[1] is None) is is_open])
            for name, is_open in (("warnings", True), ("acknowledged", False))
        )
        warning_row, names = described(state.contents), _names(state.contents, here)
        return context.page(
            "todo",
            items=items,
            groups=[*_groups(items.rows, every, names, may_edit="edit" in scopes)],
            days=context.directory.settings.fresh_days,
            note=request.args.get("note"),
            broken=[*left_out()] if "admin" in scopes else (),
            warnings=warnings.with_rows(warning_row),
            acknowledged=acknowledged.with_rows(warning_row),
            others={
                each.name: each.page for each in (items, warnings, acknowledged) if each.page > 1
            },
        )


def _groups(
    shown: Sequence[Item], every: Sequence[Item], names: Mapping[str, str], *, may_edit: bool
) -> Iterator[tuple[str, list[tuple[str, int, list[Row]]]]]:
    """Yield the headings of the mail, each with its kinds in words, how many there are of each, and
    those of them on this page.
    """
    said = words(language.page_language())
    counts = Counter((each.is_urgent, each.kind) for each in every)
    for is_urgent, those in groupby(shown, lambda each: each.is_urgent):
        kinds = [
            (
                said[kind],
                counts[is_urgent, kind],
                [_row(each, names, may_edit=may_edit) for each in of_kind],
            )
            for kind, of_kind in groupby(those, lambda each: each.kind)
        ]
        yield said["urgent" if is_urgent else "others"], kinds


def _names(contents: Contents, here: Situation) -> Mapping[str, str]:
    """Return the names of what there is to do something about, by path."""
    return {
        **{
            f"{collection}/{identity}": name_of(record) or identity
            for kind, collection in COLLECTIONS.items()
            for identity, record in contents.get(kind, {}).items()
        },
        **{
            f"proposals/{proposal.id}": name_of(
                proposal.change.after or proposal.change.before or {}
            )
            or proposal.change.id
            for proposal in here.proposals
        },
        **{f"tokens/{token.id}": token.name for token in here.tokens},
    }


def _row(item: Item, names: Mapping[str, str], *, may_edit: bool) -> Row:
    collection, _, identity = item.about.partition("/")
    is_asked = may_edit and item.kind in _ASK
    return Row(
        names.get(item.about, identity),
        member_name(item.member) if item.member else "",
        _address(item, may_edit=may_edit),
        url_for("admin.link_new", collection=collection, id=identity) if is_asked else None,
        item.since,
        item.asked,
    )


def _address(item: Item, *, may_edit: bool) -> str | None:
    """Return the address of the page on which it is done."""
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
        return address("admin.call_sheet")
    member = "closed_until" if item.kind == "closure_over" else item.member
    if may_edit and member:
        kind = KINDS[collection]
        part = next((each for each in PARTS if member in members(kind, each)), None)
        return address("admin.edit", part=part)
    return address("admin.record")
