"""/v1/proposals: changes that wait for review."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g

from directory_api.answer import as_json
from directory_api.web import served
from directory_api.web.access.conditions import idempotency_key
from directory_api.web.http import responses


def proposals(_given: Mapping[str, Any]) -> Response:
    """List the proposals that wait for review: helplines first, then the oldest"""
    rows = [
        as_json.proposal(each, outdated=outdated)
        for each, outdated in served.web().directory.proposals.waiting()
    ]
    return responses.json({"proposals": rows})


def one_proposal(_given: Mapping[str, Any], id: str) -> Response:
    """One proposal: its changes in words, and the whole records before and after"""
    found, outdated = served.web().directory.proposals.get(id)
    return responses.json(as_json.proposal(found, outdated=outdated))


def approve(params: Mapping[str, Any], id: str) -> Response:
    """Approve a proposal of another maintainer

    That of a change or removal of a helpline needs its number once more.
    """
    outcome = served.web().directory.proposals.approve(
        g.actor, id, typed=params["confirm_number"], idempotency_key=idempotency_key(g.actor)
    )
    return responses.json(as_json.outcome(outcome))


def reject(params: Mapping[str, Any], id: str) -> Response:
    """Reject a proposal, or withdraw your own"""
    outcome = served.web().directory.proposals.reject(
        g.actor, id, params["reason"], idempotency_key=idempotency_key(g.actor)
    )
    return responses.json(as_json.outcome(outcome))
