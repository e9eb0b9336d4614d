"""Who may decide on a proposal, and what becomes of it: one table of rules, on every surface."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from directory_api.edit.proposal_review import Proposals
from directory_api.text.errors import (
    ClientError,
    PermissionDenied,
    ProposalNotFound,
    ProposalOutdated,
    ProposalOwn,
)
from tests.support.api_client import problem
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.ways_to_edit import put_back

NEEDS = ("desk",)

APPROVE, REJECT = "approve", "reject"
WANTED, LATER = "wanted@example.org", "later@example.org"


@dataclass(frozen=True)
class Refusal:
    """A refusal, as each surface says it."""

    error: type[ClientError]
    code: str
    status: int


OWN = Refusal(ProposalOwn, "proposal-own", 403)
SCOPE = Refusal(PermissionDenied, "scope-missing", 403)
OUTDATED = Refusal(ProposalOutdated, "proposal-outdated", 409)
UNKNOWN = Refusal(ProposalNotFound, "proposal-unknown", 404)


@dataclass(frozen=True)
class Decision:
    """A decision of a person on a proposal."""

    verb: str
    by: str
    identity: str


def _by_service(app: MaintainerApp, decision: Decision, refused: Refusal | None) -> None:
    proposals = Proposals(app.directory.writer)
    actor = app.directory.tokens.actor(app.secrets[decision.by])

    def decide() -> object:
        if decision.verb == APPROVE:
            return proposals.approve(actor, decision.identity)
        return proposals.reject(actor, decision.identity, "why")

    if refused:
        with pytest.raises(refused.error):
            decide()
    else:
        decide()


def _over_http(app: MaintainerApp, decision: Decision, refused: Refusal | None) -> None:
    query = {"reason": "why"} if decision.verb == REJECT else {}
    path = f"/v1/proposals/{decision.identity}/{decision.verb}"
    response = app.send("POST", path, by=decision.by, query_string=query)
    if refused:
        problem(response, refused.status, refused.code)
    else:
        assert response.status_code == 200


def _on_the_page(app: MaintainerApp, decision: Decision, refused: Refusal | None) -> None:
    browser = signed_in_browser(app, decision.by)
    path = f"/admin/proposals/{decision.identity}/{decision.verb}"
    page = browser.post(path, {"reason": "why"} if decision.verb == REJECT else {})
    assert page.status == (refused.status if refused else 200)


Decide = Callable[[MaintainerApp, Decision, Refusal | None], None]
SURFACES: Mapping[str, Decide] = {
    "service": _by_service,
    "HTTP": _over_http,
    "page": _on_the_page,
}


@dataclass(frozen=True)
class Rule:
    """A decision of a person on what another one has proposed, and whether it is refused."""

    verb: str
    by: str
    proposed_by: str = "anna"
    refused: Refusal | None = None
    is_changed_meanwhile: bool = False
    is_decided_meanwhile: bool = False


RULES = {
    "another person approves": Rule(APPROVE, "bert"),
    "the author approves": Rule(APPROVE, "bert", proposed_by="bert", refused=OWN),
    "who may only read approves": Rule(APPROVE, "rita", refused=SCOPE),
    "what has changed since is approved": Rule(
        APPROVE, "bert", refused=OUTDATED, is_changed_meanwhile=True
    ),
    "what was decided is approved": Rule(
        APPROVE, "bert", refused=UNKNOWN, is_decided_meanwhile=True
    ),
    "another person rejects": Rule(REJECT, "carl"),
    "the author withdraws": Rule(REJECT, "anna"),
    "who may only read rejects": Rule(REJECT, "rita", refused=SCOPE),
    "what has changed since is rejected": Rule(REJECT, "bert", is_changed_meanwhile=True),
    "what was decided is rejected": Rule(
        REJECT, "bert", refused=UNKNOWN, is_decided_meanwhile=True
    ),
}
# Routes and pages ask for the scope to approve.
EXEMPT = {("service", "who may only read approves")}
CASES = [
    pytest.param(decide, rule, id=f"{surface}: {name}")
    for surface, decide in SURFACES.items()
    for name, rule in RULES.items()
    if (surface, name) not in EXEMPT
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """An app with maintainers' tokens, in which changes wait."""
    return create_maintainer_app(tmp_path_factory.mktemp("decisions"), review="on")


@pytest.fixture
def app(shared: MaintainerApp) -> Iterator[MaintainerApp]:
    """The same, as it was after each test."""
    revision = shared.directory.writer.store.revision()
    yield shared
    put_back(shared, revision)


def _propose(app: MaintainerApp, by: str, email: str) -> str:
    response = app.write(
        "PATCH", "/v1/records/centres/pag-asa?reason=moved", by=by, json={"email": email}
    )
    assert response.status_code == 202
    (proposal,) = response.get_json()["proposals"]
    return str(proposal["id"])


@pytest.mark.parametrize(("decide", "rule"), CASES)
def test_a_decision_obeys_the_same_rules_on_every_surface(
    app: MaintainerApp, decide: Decide, rule: Rule
) -> None:
    """What is refused changes nothing. An approved change is in force, and its history names who
    proposed it and why, and who approved it; of a rejected one no record changes.
    """
    before = app.public()["email"]
    identity = _propose(app, rule.proposed_by, WANTED)
    if rule.is_changed_meanwhile:
        later = _propose(app, "carl", LATER)
        _by_service(app, Decision(APPROVE, "bert", later), None)
        before = LATER
    if rule.is_decided_meanwhile:
        _by_service(app, Decision(REJECT, "carl", identity), None)
    store = app.directory.writer.store
    revision = store.revision()
    decide(app, Decision(rule.verb, rule.by, identity), rule.refused)
    if rule.refused:
        assert store.revision() == revision
        return
    assert app.send("GET", f"/v1/proposals/{identity}").status_code == 404
    assert app.public()["email"] == (WANTED if rule.verb == APPROVE else before)
    (closed, *_) = store.history("proposal", identity)
    assert (closed.change.action, closed.stamp.approved_by) == (
        "removed",
        rule.by if rule.verb == APPROVE else None,
    )
    if rule.verb == REJECT:
        assert (closed.stamp.author, closed.stamp.reason) == (rule.by, "why")
    else:
        newest = app.history()[0]
        told = (newest["author"], newest["reason"], newest["approved_by"])
        assert told == (rule.proposed_by, "moved", rule.by)
