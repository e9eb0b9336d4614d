"""/v1/nearest: the closest centres to a place.

Flask's dispatch and the checks of a full query cost several times the answer itself. So
features/response_cache answers what most people ask before Flask (ADR 15). The views answer
everything, with the same bytes and headers; tests compare them.
"""

from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

from flask import Response, request

from directory_api.answer.answer import Answer
from directory_api.answer.json_pieces import BatchProblem
from directory_api.live.editions import Edition
from directory_api.search.query import (
    Coordinate,
    Filters,
    NearestAnswer,
    NearestQuery,
    Postcode,
)
from directory_api.text.errors import Fault, InputInvalid, PlaceRefused
from directory_api.web import served
from directory_api.web.http import negotiation, problems, responses
from directory_api.web.http.parsing import invalid_request
from directory_api.web.schemas import requests

BATCH = requests.BatchFields()


def find_nearest(params: Mapping[str, Any]) -> Response:
    """The closest centres to a postcode or a coordinate

    Distances are WGS84 geodesics. Use POST if the place must not appear in a URL.
    """
    negotiated, edition = negotiation.negotiate(params), served.edition()
    filters = Filters.of(params, edition.opening(params.get("open_at")))
    query = NearestQuery.of(params, params, edition.home, filters)
    try:
        nearest_answer = edition.nearest(query)
    except PlaceRefused as refused:
        raise refused.in_language(negotiated.selection.language) from None
    answer = Answer(
        nearest_answer.revision,
        nearest_answer.shown,
        edition.pieces,
        lambda: edition.pieces.nearest(nearest_answer, negotiated.selection),
        negotiated.language,
        nearest_answer,
        responses.prefix(),
        negotiated.selection,
    )
    return responses.in_format(
        responses.about_a_place(negotiated.format.write(answer), negotiated.format.media_type),
        negotiated,
    )


def find_batch(params: Mapping[str, Any]) -> Response:
    """The closest centres to each of up to 100 places

    Each origin has its own answer or problem, in the order of the origins; also one that is not
    valid, such as a coordinate out of range. Answers refer to `centres` by id. Each origin
    counts as one request for the rate limit.
    """
    limiter, origins = served.web().limiter, params["origins"]
    if limiter and len(origins) > 1:
        limiter.charge(request.environ, len(origins) - 1)
    edition = served.edition()
    filters = Filters.of(params, edition.opening(params.get("open_at")))
    answers = _answers(edition, params, filters)
    return responses.about_a_place(
        edition.pieces.batch(edition.snapshot.revision, answers, negotiation.selection(params))
    )


def _answers(
    edition: Edition, params: Mapping[str, Any], filters: Filters
) -> list[NearestAnswer | BatchProblem]:
    """Return the answer or the problem of each origin of a batch; equal ones are searched once."""
    faults = requests.faults_of(params["origins"])
    found: dict[Postcode | Coordinate, NearestAnswer | PlaceRefused] = {}
    answers: list[NearestAnswer | BatchProblem] = []
    unknown, language = count(), negotiation.selection(params).language
    for number, place in enumerate(params["origins"]):
        answer: NearestAnswer | PlaceRefused | InputInvalid
        if number in faults:
            messages = {"origins": {number: faults[number]}}
            sent = {"origins": {number: place.data}}
            answer = invalid_request(messages, BATCH, sent, in_body=True, unknown=unknown)
        else:
            query = NearestQuery.of(place, params, edition.home, filters)
            if query.place not in found:
                found[query.place] = _answer(edition, query, language)
            answer = found[query.place]
        if isinstance(answer, NearestAnswer):
            answers.append(answer)
        else:
            problem = problems.problem_of(answer, partial(_in_batch, number))
            lines = edition.helplines.of_refused(problem.countries).brief
            answers.append(BatchProblem(problem.members(responses.prefix()), lines))
    return answers


def _answer(
    edition: Edition, query: NearestQuery, language: str | None
) -> NearestAnswer | PlaceRefused:
    try:
        return edition.nearest(query)
    except PlaceRefused as refused:
        return refused.in_language(language)


def _in_batch(number: int, detail: str, member: str) -> Fault:
    return Fault(detail, pointer=f"/origins/{number}/{member}")
