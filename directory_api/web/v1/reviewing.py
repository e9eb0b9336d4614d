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
    service = served.web().directory.proposals
    new = service.every_new_source()
    rows = [
        as_json.proposal(each, outdated=outdated, new_sources=new.get(each.id, ()))
        for each, outdated in service.waiting()
    ]
    return responses.json({"proposals": rows})


def one_proposal(_given: Mapping[str, Any], id: str) -> Response:
    """One proposal: its changes in words, and the whole records before and after"""
    service = served.web().directory.proposals
    found, outdated = service.get(id)
    new = service.new_sources(id)
    return responses.json(as_json.proposal(found, outdated=outdated, new_sources=new))


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
