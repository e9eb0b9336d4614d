"""docs/clients.md: the Python client that openapi-python-client generates, against a server."""

import importlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import datetime
from functools import partial
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.contract.clients_page import ORIGIN, block, line_with
from tests.contract.generated_clients import later_release
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
        {"body": ("BatchFields", {"places": [{"postcode": "4000"}]})},
    ),
    "centres": ("directory.centres", {"speaks": "fr", "limit": 2}),
    "all members": ("directory.centres", {"include": "all"}),
    "members of the closest": ("nearest.nearest", {"postcode": "1000", "include": "channels"}),
    "centre": ("directory.centre", {"id": "pag-asa"}),
    "helplines": ("directory.helplines", {"country": "BE"}),
    "postcodes": ("postcodes.search_postcodes", {"prefix": "liè"}),
    "one postcode": ("postcodes.postcode", {"country": "BE", "code": "4000"}),
    "bundle": ("bundle.bundle", {}),
    "postcodes of a bundle": ("bundle.postcodes_of_bundle", {"country": "BE", "digest": "0"}),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.+")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server."""
    with serving(SERVE, tmp_path_factory.mktemp("served"), rate_limit="") as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for packages, where Python finds them."""
    found = tmp_path_factory.mktemp("python")
    (found / "client.yml").write_text("post_hooks: []\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(found)
        # The machine's proxy, if any, cannot reach the test's server.
        patch.setenv("no_proxy", "127.0.0.1")
        yield found


@pytest.fixture(scope="module")
def package(folder: Path) -> str:
    """The client's package."""
    assert _generate(folder, "openapi.yaml", PACKAGE) == []
    return PACKAGE


def _generate(folder: Path, document: str, package: str) -> list[str]:
    """Make the package of a document as the page says; returns the operations that the generator
    warns of.
    """
    said = line_with("generate --url").replace(
        f"--url {ORIGIN}/openapi.yaml", f"--path {ROOT / document}"
    )
    said = said.replace("client.yml", str(folder / "client.yml")).replace(
        PACKAGE, str(folder / package)
    )
    made = run_process(["openapi_python_client", *said.split()[1:]], dict(os.environ))
    assert made.returncode == 0, made.stdout + made.stderr
    return re.findall("WARNING parsing (.+) within", made.stdout + made.stderr)


def _part(name: str, package: str = PACKAGE) -> Any:
    return importlib.import_module(f"{package}.{name}")


def _ask(port: int, operation: str, **arguments: Any) -> Any:
    """The detailed answer of an operation."""
    if "body" in arguments:
        model, members = arguments["body"]
        arguments["body"] = getattr(_part("models"), model).from_dict(members)
    with _part("client").Client(base_url=f"http://127.0.0.1:{port}") as client:
        return _part(f"api.{operation}").sync_detailed(client=client, **arguments)


def _alike(answer: Any) -> Any:
    """An answer with each time as Python writes it."""
    if isinstance(answer, dict):
        return {name: _alike(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [_alike(value) for value in answer]
    is_moment = isinstance(answer, str) and MOMENT.fullmatch(answer)
    return datetime.fromisoformat(answer).isoformat() if is_moment else answer


@pytest.mark.needs("device", "reference")
@pytest.mark.parametrize("name", CALLS)
def test_a_typed_answer_holds_all_that_the_server_said(
    package: str, served: Served, name: str
) -> None:
    """An answer that the client reads and writes again is unchanged."""
    operation, arguments = CALLS[name]
    answer = _ask(served.port, operation, **arguments)
    assert answer.status_code == HTTPStatus.OK
    assert not isinstance(answer.parsed, _part("models").ProblemDocument)
    assert _alike(answer.parsed.to_dict()) == _alike(json.loads(answer.content))


@pytest.mark.needs("device", "reference")
def test_an_answer_of_a_later_release_is_read(package: str, served: Served) -> None:
    """Another member, kind or service costs no answer, and is there for who looks for it."""
    with later_release(served) as port:
        for operation, arguments in CALLS.values():
            answer = _ask(port, operation, **arguments)
            assert _alike(answer.parsed.to_dict()) == _alike(json.loads(answer.content))
        helplines = _ask(port, "nearest.nearest", postcode="1000").parsed.helplines
    assert {line.kind for line in helplines} == {"new_kind"}


def test_a_client_of_hsds_reads_what_it_lists(folder: Path, served: Served) -> None:
    """A page of services, and one of them."""
    package = "hsds_client"
    assert _generate(folder, "openapi-hsds.yaml", package) == []
    with _part("client", package).Client(base_url=f"http://127.0.0.1:{served.port}") as client:
        listed = _part("api.hsds.hsds_services", package).sync_detailed(client=client)
        assert _alike(listed.parsed.to_dict()) == _alike(json.loads(listed.content))
        one = _part("api.hsds.hsds_service", package).sync_detailed(
            client=client, id=listed.parsed.contents[0].id
        )
        assert _alike(one.parsed.to_dict()) == _alike(json.loads(one.content))


def test_a_client_of_editing_reads_and_changes_a_record(folder: Path, served: Served) -> None:
    """With a token, and the ETag of the record. Tables are for `curl`: the client has none."""
    package, name = "editing_client", {"collection": "centres", "id": "surya"}
    assert {*_generate(folder, "openapi-editing.yaml", package)} == {"POST /v1/import"}
    database = served.log.parent / "directory.db"
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    token, _ = directory.tokens.create("anna", ["edit"], 30)
    editing = partial(_part, package=package)
    sending = editing("client").AuthenticatedClient(f"http://127.0.0.1:{served.port}", token)
    with sending as client:
        read = editing("api.editing.record").sync_detailed(client=client, **name)
        assert read.parsed.to_dict() == json.loads(read.content)
        body = editing("models").PatchRecordBody.from_dict({"description": {"en": "Advice."}})
        changed = editing("api.editing.patch_record").sync_detailed(
            client=client, **name, body=body, if_match=read.headers["ETag"]
        )
    assert changed.parsed.to_dict() == json.loads(changed.content)
    assert changed.parsed.status in ("applied", "pending")


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
    pages = [_ask(served.port, "directory.centres", limit=1).parsed]
    while pages[-1].next_:
        (cursor,) = parse_qs(urlsplit(pages[-1].next_).query)["cursor"]
        pages.append(_ask(served.port, "directory.centres", limit=1, cursor=cursor).parsed)
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
    alone = _ask(served.port, "nearest.nearest", **place)
    assert (alone.status_code, alone.parsed.status) == (status, status)
    places = {"places": [{"postcode": "4000"}, {"postcode": "abc"}]}
    batch = _ask(served.port, "nearest.nearest_batch", body=("BatchFields", places)).parsed
    right, wrong = batch.answers
    assert right.results[0].id == "surya"
    assert batch.centres["surya"].address.locality == "Liège"
    assert isinstance(alone.parsed, models.ProblemDocument)
    assert isinstance(wrong.problem, models.BatchProblemDocument)
    assert wrong.problem.code == "place-unknown"
    for answer in (alone.parsed, batch):
        assert "112" in [line.number for line in answer.helplines]


def test_the_example_of_the_page_runs(package: str, served: Served) -> None:
    """It prints the helplines, then the closest centre."""
    example = block("python").replace(ORIGIN, f"http://127.0.0.1:{served.port}")
    with redirect_stdout(StringIO()) as said:
        exec(example, {})
    lines, name = said.getvalue().splitlines()
    assert "'112'" in lines
    assert name == "PAG-ASA"
