"""A change in two steps: it is shown, and then saved with a reason.

Every page on which a maintainer changes records has this flow. The change is shown in words before
it is made. Who changes the number of a helpline types it once more. If another maintainer has
changed something meanwhile, the page says so and shows the change again, with all that was typed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit
from directory_api.features.desk.admin.change_view import MOST_VIEWS, change_views, typed_fields
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    expected_versions,
    idempotency_key,
    text_from_form,
    typed_numbers,
)
from directory_api.text.errors import ClientError, ConfirmationRequired, StaleRecord
from directory_api.text.message import Message

# The reason of a change that is only shown.
_PREVIEW = "-"

# Returns the page with the change of an edit, and what is wrong with the reason. With the last
# argument, it was to be saved: a number that was not typed once more is a fault then.
Show = Callable[[Edit, str | None, bool], Response]
# An endpoint and its rules.
Step = tuple[str, *tuple[str, ...]]
# Returns a form as this request has sent it, by the values of the address, with a status and
# sentences above it. It reads nothing from the store if the status is 503.
ShowForm = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A change that is to be shown or saved, by one request.

    `run` makes it, or with `dry_run` returns what it would change. `version` is that of the record
    as it is shown; None means that of the whole directory. `done` returns the answer after it
    is saved. `refused` returns the page for an error, None if that of all pages will do.

    The page has the template change.html. `part` is the name of a template in change/ with what
    this page alone shows above the change, and `details` returns its values, which take the place
    of those of all pages. An operation that is saved on a page of its own has `show` instead.
    """

    kind: str
    id: str
    run: Callable[[Edit], Outcome]
    respond: Callable[[Outcome], Response]
    version: str | None = None
    scope: str | None = "edit"
    refused: Callable[[ClientError], Response | None] = lambda _: None
    # The field for the reason; empty if none is needed. `check` returns what else is wrong with it.
    reason_field: str = "reason"
    check: Callable[[str], str | None] = lambda _: None
    # Whether another field of the page, which says what is wrong with it, has a fault.
    is_faulty: Callable[[], bool] = lambda: False
    show: Show | None = None

    # Of the page.
    title: str = ""
    name: str = ""
    warnings: tuple[str, ...] = ()
    intro: tuple[str, ...] = ()
    part: str = ""
    details: Callable[[Outcome], Mapping[str, Any]] = lambda _: {}
    # The values before and after: "open", "closed", or "none" if the part shows the change.
    values: str = "closed"
    same: str = Message("You have not changed anything.")
    label: str = Message("Reason")
    help: str = Message("A few words for the history.")
    reason: str = ""
    button: str = Message("Save")
    is_danger: bool = False
    # What the form carries from page to page; `form` is the address of the form that it is from.
    carried: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    # Where else the page leads: addresses and labels.
    links: Iterable[tuple[str, str]] = ()


def mount(
    routes: Blueprint,
    context: AdminContext,
    make: Callable[..., Operation],
    *,
    save: Step,
    review: Step | None = None,
    form: Step | None = None,
    show_form: ShowForm | None = None,
    is_exclusive: bool = False,
) -> None:
    """Add the routes of an operation. `make` returns the operation of a request, by the values of
    its address. The first page is one to GET if both have the same rules. With `is_exclusive`, one
    request at a time computes.

    An operation that begins with a form has another route, which shows the form again. So it is
    shown after a sign-in, and while the store is away.
    """

    def view_of(respond: Callable[[Operation, Show], Response]) -> Callable[..., Response]:
        def view(**route: Any) -> Response:
            operation = make(**route)
            current_maintainer(operation.scope)
            address = url_for(f"admin.{save[0]}", **route)
            try:
                return respond(
                    operation, operation.show or partial(_page, context, operation, address)
                )
            except ClientError as error:
                response = operation.refused(error)
                if response is None:
                    raise
                return response

        return context.one_at_a_time(view) if is_exclusive else view

    _add(routes, save, view_of(_saved))
    if review:
        _add(routes, review, view_of(_reviewed), "GET" if review[1:] == save[1:] else "POST")
    if review and form and show_form:
        _add(routes, form, partial(_form_again, show_form))
        for name, *_ in (form, review, save):
            context.forms[f"admin.{name}"] = show_form


def _add(
    routes: Blueprint, step: Step, view: Callable[..., Response], method: str = "POST"
) -> None:
    endpoint, *rules = step
    for rule in rules:
        routes.add_url_rule(rule, endpoint, view, methods=[method])


def _form_again(show_form: ShowForm, **route: str) -> Response:
    current_maintainer("edit")
    return show_form(**route)


def _reviewed(operation: Operation, show: Show) -> Response:
    edit = _edit(operation, operation.reason)
    if "revision" not in request.form:
        edit = replace(edit, expected_versions=None)
    return show(edit, None, False)


def _saved(operation: Operation, show: Show) -> Response:
    reason, fault = text_from_form(operation.reason_field) if operation.reason_field else ("", None)
    edit = _edit(operation, reason)
    fault = fault or operation.check(reason)
    if fault is None and not operation.is_faulty():
        try:
            return operation.respond(
                operation.run(replace(edit, idempotency_key=idempotency_key(edit.actor)))
            )
        except (ConfirmationRequired, StaleRecord):
            pass  # the page says which
    return show(edit, fault, True)


def _edit(operation: Operation, reason: str) -> Edit:
    return Edit(
        current_maintainer(),
        operation.kind,
        operation.id,
        reason,
        expected_versions(),
        typed=typed_numbers(),
    )


def _page(
    context: AdminContext,
    operation: Operation,
    address: str,
    edit: Edit,
    fault: str | None,
    is_checked: bool,
) -> Response:
    preview = replace(edit, reason=_PREVIEW, dry_run=True)
    has_changed = False
    try:
        outcome = operation.run(preview)
    except StaleRecord as error:
        if response := operation.refused(error):
            return response
        has_changed = True
        outcome = operation.run(replace(preview, expected_versions=None))
    version = operation.version
    if version is None:
        version = context.directory.editor.version(outcome.revision)
    values = {
        "operation": operation,
        "address": address,
        "version": version,
        "name": operation.name,
        "outcome": outcome,
        "views": change_views(outcome, context.names()) if operation.values != "none" else (),
        "more": len(outcome.changes[MOST_VIEWS:]),
        "typed": [*typed_fields(outcome.changes, request.form, is_checked=is_checked)],
        "seen": context.is_seen(outcome),
        "warnings": [("", warning.detail) for warning in outcome.warnings],
        "reason": edit.reason,
        "fault": fault,
        "changed": has_changed,
        **operation.details(outcome),
    }
    if has_changed:
        status = HTTPStatus.PRECONDITION_FAILED
    else:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_checked else HTTPStatus.OK
    return context.page("change", status, **values)


def result_page(context: AdminContext, outcome: Outcome, title: str, **values: Any) -> Response:
    """Return the page after a change of several records."""
    return context.page(
        "imported",
        title=title,
        outcome=outcome,
        views=change_views(outcome, context.names()),
        more=len(outcome.changes[MOST_VIEWS:]),
        **values,
    )


def expected_version(edit: Edit) -> str | None:
    """Return the one version of the whole directory that an edit expects; None if any will do."""
    return next(iter(edit.expected_versions or ()), None)
