"""docs/clients.md: the Python client that openapi-python-client generates, against a server."""

import importlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import datetime
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.clients_page import ORIGIN, block, line_with, token
from tests.support.servers import ROOT, SERVE, Served, run_process, serving

pytestmark = pytest.mark.nightly

PACKAGE = "directory_client"
# Each operation's module and what it is asked with; a body is its model and the members of that.
CALLS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "postcode": ("nearest.nearest", {"postcode": "1000", "country": "BE", "limit": 1}),
    "coordinate": ("nearest.nearest", {"lat": 50.64, "lon": 5.57}),
    "place in the body": (
        "nearest.nearest_private",
        {"body": ("NearestFields", {"postcode": "2000", "limit": 2})},
    ),
    "batch": (
        "nearest.nearest_batch",
        {"body": ("BatchFields", {"origins": [{"postcode": "4000"}]})},
    ),
    "centres": ("directory.centres", {"language": "fr", "limit": 2}),
    "members": ("directory.centres", {"fields": "phones.number,permanent.opening_hours"}),
    "members of the closest": ("nearest.nearest", {"postcode": "1000", "fields": "website"}),
    "centre": ("directory.centre", {"id": "pag-asa"}),
    "helplines": ("directory.helplines", {"country": "BE"}),
    "postcodes": ("postcodes.places", {"prefix": "liè"}),
    "one postcode": ("postcodes.postcode", {"country": "BE", "code": "4000"}),
    "bundle": ("bundle.bundle", {}),
    "postcodes of a bundle": ("bundle.postcodes_of_bundle", {"country": "BE", "digest": "0"}),
    "HSDS": ("hsds.hsds_services", {}),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.+")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server without review."""
    with serving(
        SERVE, tmp_path_factory.mktemp("served"), rate_limit="", second_look="off"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The client's package, made as the page says, where Python finds it."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "client.yml").write_text(block("yaml"), encoding="utf-8")
    said = line_with("generate --url").replace(
        f"--url {ORIGIN}/openapi.yaml", f"--path {ROOT / 'openapi.yaml'}"
    )
    said = said.replace("client.yml", str(folder / "client.yml")).replace(
        PACKAGE, str(folder / PACKAGE)
    )
    made = run_process(
        ["openapi_python_client", *said.split()[1:], "--fail-on-warning"], dict(os.environ)
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        # The machine's proxy, if any, cannot reach the test's server.
        patch.setenv("no_proxy", "127.0.0.1")
        yield PACKAGE


def _part(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{name}")


def _ask(served: Served, operation: str, secret: str = "", **arguments: Any) -> Any:
    """The detailed answer of an operation, asked with a token or without one."""
    known = {"token": secret} if secret else {}
    kind = getattr(_part("client"), "AuthenticatedClient" if secret else "Client")
    if "body" in arguments:
        model, members = arguments["body"]
        arguments["body"] = getattr(_part("models"), model).from_dict(members)
    with kind(base_url=f"http://127.0.0.1:{served.port}", **known) as client:
        return _part(f"api.{operation}").sync_detailed(client=client, **arguments)


def _alike(answer: Any) -> Any:
    """An answer with each time as Python writes it."""
    if isinstance(answer, dict):
        return {name: _alike(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [_alike(value) for value in answer]
    is_moment = isinstance(answer, str) and MOMENT.fullmatch(answer)
    return datetime.fromisoformat(answer).isoformat() if is_moment else answer


@pytest.mark.needs("device", "reference", "desk")
@pytest.mark.parametrize("name", CALLS)
def test_a_typed_answer_holds_all_that_the_server_said(
    package: str, served: Served, name: str
) -> None:
    """An answer that the client reads and writes again is unchanged."""
    operation, arguments = CALLS[name]
    answer = _ask(served, operation, **arguments)
    assert answer.status_code == HTTPStatus.OK
    assert not isinstance(answer.parsed, _part("models").ProblemDocument)
    assert _alike(answer.parsed.to_dict()) == _alike(json.loads(answer.content))


def test_nothing_is_untyped_that_we_know(package: str) -> None:
    """No member of a model is Any, nor a list of Any."""
    folder = Path(str(_part("models").__file__)).parent
    found = [
        line
        for file in folder.glob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    members = [line for line in found if re.match(r"    \w+: ", line)]
    assert len(members) > 300
    assert [
        line for line in members if re.search(r"\bAny\b", line.replace("dict[str, Any]", ""))
    ] == []


def test_pages_lead_through_all_centres_once(package: str, served: Served) -> None:
    """The cursor of `next` gives the next page, until there is none."""
    pages = [_ask(served, "directory.centres", limit=1).parsed]
    while pages[-1].next_:
        (cursor,) = parse_qs(urlsplit(pages[-1].next_).query)["cursor"]
        pages.append(_ask(served, "directory.centres", limit=1, cursor=cursor).parsed)
    ids = [centre.id for page in pages for centre in page.centres]
    assert ids == sorted(set(ids))
    assert len(ids) == pages[0].total == 3


@pytest.mark.parametrize(
    ("status", "place"), [(400, {"postcode": "abc"}), (404, {"postcode": "1001"}), (400, {})]
)
def test_a_wrong_place_is_a_typed_problem_with_the_helplines(
    package: str, served: Served, status: int, place: dict[str, str]
) -> None:
    """A problem has its own type, also in a batch beside an answer, and says what to call."""
    models = _part("models")
    alone = _ask(served, "nearest.nearest", **place)
    assert (alone.status_code, alone.parsed.status) == (status, status)
    origins = {"origins": [{"postcode": "4000"}, {"postcode": "abc"}]}
    batch = _ask(served, "nearest.nearest_batch", body=("BatchFields", origins)).parsed
    right, wrong = batch.answers
    assert right.results[0].centre == "surya"
    assert batch.centres["surya"].address.locality["nl"] == "Luik"
    assert isinstance(alone.parsed, models.ProblemDocument)
    assert isinstance(wrong.problem, models.BatchProblemDocument)
    assert wrong.problem.code == "postcode-malformed"
    for answer in (alone.parsed, batch):
        assert "112" in [line.number for line in answer.helplines]


def test_a_maintainer_changes_a_record_that_she_has_seen(package: str, served: Served) -> None:
    """PATCH with a token and the ETag of GET succeeds; repeated with the old ETag it is refused."""
    secret = token(served.log.parent)
    seen = _ask(served, "directory.centre", id="payoke").headers["ETag"]
    change = {"id": "payoke", "if_match": seen, "body": ("PatchCentreBody", {"name": "Renamed"})}
    outcome = _ask(served, "maintaining.patch_centre", secret, **change).parsed
    assert isinstance(outcome.record, _part("models").Centre)
    assert (outcome.result, outcome.record.name) == ("done", "Renamed")
    stale = _ask(
        served,
        "maintaining.patch_centre",
        secret,
        **change | {"body": ("PatchCentreBody", {"name": "Two"})},
    )
    assert (stale.status_code, stale.parsed.type_) == (412, "/problems#record-changed")


def test_the_example_of_the_page_runs(package: str, served: Served) -> None:
    """It prints the helplines, then the closest centre."""
    example = block("python").replace(ORIGIN, f"http://127.0.0.1:{served.port}")
    with redirect_stdout(StringIO()) as said:
        exec(example, {})
    lines, name = said.getvalue().splitlines()
    assert "'112'" in lines
    assert name == "PAG-ASA"
