"""/v1/nearest/batch: the closest centres to each of several places."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from flask import Response, request

from directory_api.answer.json_pieces import BatchProblem
from directory_api.live.editions import Edition
from directory_api.search.query import (
    Coordinate,
    NearestAnswer,
    NearestQuery,
    TypedPlace,
    requested_place,
)
from directory_api.text.errors import InputInvalid, PlaceRefused
from directory_api.web import served
from directory_api.web.http import negotiation, problems, responses
from directory_api.web.http.parsing import invalid_request
from directory_api.web.schemas import requests

FIELDS = requests.BatchFields()


def find_batch(params: Mapping[str, Any]) -> Response:
    """The closest centres to each of up to 100 places

    Each place has its own answer or problem, in the order of the places; also one that is not
    valid, such as a coordinate out of range. Answers refer to `centres` by id. Each place counts as
    one request for the rate limit.
    """
    limiter, places = served.web().limiter, params["places"]
    if limiter and len(places) > 1:
        limiter.charge(request.environ, len(places) - 1)
    edition = served.edition()
    return responses.about_a_place(
        edition.pieces.batch(
            _answers(edition, params),
            negotiation.selection(request.environ, params),
            responses.prefix(),
        )
    )


def _answers(edition: Edition, params: Mapping[str, Any]) -> list[NearestAnswer | BatchProblem]:
    """Return the answer or the problem of each place of a batch; equal ones are searched once."""
    faults, filters = requests.faults_of(params["places"]), edition.filters(params)
    outcomes: dict[TypedPlace | Coordinate, NearestAnswer | PlaceRefused] = {}
    answers: list[NearestAnswer | BatchProblem] = []
    unknown, language = count(), negotiation.selection(request.environ, params).language
    for number, place in enumerate(params["places"]):
        outcome: NearestAnswer | PlaceRefused | InputInvalid
        if number in faults:
            messages = {"places": {number: faults[number]}}
            data = {"places": {number: place.data}}
            outcome = invalid_request(messages, FIELDS, data, in_body=True, unknown=unknown)
        else:
            requested = requested_place(place, edition.home)
            if requested not in outcomes:
                outcomes[requested] = _search(
                    edition, NearestQuery.from_request(params, requested, filters)
                )
            outcome = outcomes[requested]
        if isinstance(outcome, NearestAnswer):
            answers.append(outcome)
        else:
            problem = problems.problem_of(outcome.in_language(language))
            lines = edition.helplines.of_refused(problem.countries).first
            answers.append(BatchProblem(problem.members(responses.prefix()), lines))
    return answers


def _search(edition: Edition, query: NearestQuery) -> NearestAnswer | PlaceRefused:
    try:
        return edition.nearest(query)
    except PlaceRefused as refused:
        return refused
