"""One person who tries to change what the public reads."""

import json
import os
import random
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from directory_api.change.change import Change, Contents
from directory_api.change.guards import ALL_ALLOWED, to_type
from directory_api.change.proposal import Proposal
from directory_api.change.review import hides
from directory_api.edit.proposal_review import Proposals
from directory_api.edit.tokens import Tokens, granted
from directory_api.features.desk.admin.change_view import TYPED
from directory_api.features.desk.imports.importer import importer_of
from directory_api.live.editions import utc_now
from directory_api.record.token import Actor
from directory_api.text.errors import ClientError, ProposalOwn
from directory_api.web.app import create_app
from tests.faults.attempts import MEMBERS, Attempt, generated, listed
from tests.faults.outcome import Outcome, Size, fault
from tests.support.command_line import command
from tests.support.html_browser import Browser, form_with, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL, made_up_centre
from tests.support.sqlite_stores import sqlite_access
from tests.support.write_side import incoming, open_write_side, published

NEEDS = ("desk",)

# How one person may write the name of their second token.
SPELLINGS = ("anna", "Anna", "ANNA", "ａｎｎａ")
# What the public reads of an address that is hidden, and of a confirmation under one's own name.
_OF_LESS = {"address_visibility: locality", "address_visibility: hidden", "on: 2026-11-24"}
# Who looks at what took effect at once.
_OTHER = Actor("token:other", "bert", ("edit", "approve"))
Way = Callable[["Attacker", Attempt], int]


@dataclass(frozen=True)
class Attacker:
    """Anna, who has a token to edit, and an app in which changes wait for review."""

    app: MaintainerApp
    folder: Path
    contents: Contents
    before: str
    browser: Browser
    # How often which way led to a proposal.
    ways: Counter[str] = field(default_factory=Counter)
    # How often a change took effect at once, because it only hides something.
    hidden: Counter[str] = field(default_factory=Counter)

    def make(self, outcome: Outcome, attempt: Attempt, way: str) -> bool:
        """Try a change by a way. Returns whether it was taken; otherwise it was refused."""
        status = _WAYS[way](self, attempt)
        told = f"{attempt.member} of {attempt.id} by {way}"
        assert status < 500, f"{status} for {told}"
        return self.judge(outcome, told, way)

    def judge(self, outcome: Outcome, told: str, way: str) -> bool:
        """Try to approve what waits, and take it back; have another person undo what only hides
        something, and compare what the public reads with what it read before.
        """
        proposals = Proposals(self.app.directory.writer)
        waiting = [proposal for proposal, _ in proposals.waiting()]
        for proposal in waiting:
            self._approve_alone(outcome, proposal, told)
            if proposal.is_in_force:
                self._is_less(outcome, proposal, told, way)
                proposals.reject(_OTHER, proposal.id, "no reason to hide it")
            else:
                owner = Actor(proposal.actor, proposal.author, ("edit",))
                proposals.reject(owner, proposal.id, "the next try")
        in_effect = published(self.app.directory.live) != self.before
        if in_effect:
            outcome.breach("unreviewed", told)
            self._undo()
        taken = in_effect or bool(waiting)
        self.ways[way] += taken
        return taken

    def _is_less(self, outcome: Outcome, proposal: Proposal, told: str, way: str) -> None:
        """Expect that a change in force was made to one record, and that the public reads nothing
        new because of it.
        """
        self.hidden[proposal.change.kind] += 1
        is_listed = hides(proposal.change) and way not in _OF_FILES
        now = published(self.app.directory.live)
        new = set(_values(json.loads(now))) - set(_values(json.loads(self.before)))
        outcome.expect(
            is_listed and new <= _OF_LESS, "unreviewed", f"{told}, which took effect at once"
        )

    def _undo(self) -> None:
        header = self.contents["directory"]["directory"]
        whole = Attempt("directory", "directory", "", header).in_file(self.contents)
        importer_of(self.app.directory).bring_in(
            TERMINAL,
            incoming(json.dumps(whole).encode()),
            "back",
            allowed=ALL_ALLOWED,
            approved_by="two others",
        )

    def _approve_alone(self, outcome: Outcome, proposal: Proposal, told: str) -> None:
        second = Actor("token:second", proposal.author.upper(), ("admin",))
        try:
            Proposals(self.app.directory.writer).approve(second, proposal.id)
        except ProposalOwn:
            return
        outcome.breach("unreviewed", f"{told} was approved by the same person")

    def send(self, method: str, path: str, body: Any, media: str = "application/json") -> int:
        """A request to the API with Anna's token; its status."""
        headers = {"Authorization": f"Bearer {self.app.secrets['anna']}", "If-Match": "*"}
        if method == "POST" and not path.startswith("/v1/import"):
            del headers["If-Match"]
        return (
            self.app.app.test_client()
            .open(path, method=method, headers=headers, data=json.dumps(body), content_type=media)
            .status_code
        )


def _values(document: Any, member: str = "") -> Iterator[str]:
    """The texts and numbers of a document, each with the name of its member."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from _values(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from _values(value, member)
    else:
        yield f"{member}: {document}"


def _app(folder: Path, review: str = "on") -> MaintainerApp:
    """An app without a log of requests."""
    app = create_maintainer_app(folder, review=review, now=utc_now)
    return replace(app, app=create_app(app.directory, log_requests=False))


@contextmanager
def _attacker() -> Iterator[Attacker]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        app = _app(folder)
        contents = app.directory.writer.store.records().contents
        before = published(app.directory.live)
        yield Attacker(app, folder, contents, before, signed_in_browser(app, "anna"))


def _by_api(attacker: Attacker, attempt: Attempt, patched: bool = False) -> int:
    collection = f"/v1/records/{attempt.kind}s"
    path = f"{collection}/{attempt.id}{_query(attacker, attempt)}"
    if attempt.record is None:
        return attacker.send("DELETE", path, None)
    if attempt.is_new(attacker.contents):
        return attacker.send("POST", collection, attempt.record)
    if patched:
        return attacker.send("PATCH", path, attempt.record, "application/merge-patch+json")
    return attacker.send("PUT", path, attempt.record)


def _typed(attacker: Attacker, attempt: Attempt) -> str:
    """The number of a helpline, which the attacker types once more."""
    before = attacker.contents[attempt.kind].get(attempt.id)
    return to_type(Change(attempt.kind, attempt.id, before, attempt.record))


def _query(attacker: Attacker, attempt: Attempt) -> str:
    typed = _typed(attacker, attempt)
    return "?" + urlencode({"confirm_number": typed}) if typed else ""


def _by_patch(attacker: Attacker, attempt: Attempt) -> int:
    return _by_api(attacker, attempt, patched=True)


def _by_import(attacker: Attacker, attempt: Attempt) -> int:
    path = f"/v1/import{_query(attacker, attempt)}"
    return attacker.send("POST", path, attempt.in_file(attacker.contents))


def _by_form(attacker: Attacker, attempt: Attempt) -> int:
    editor = attacker.app.directory.editor
    fields = {"reason": "they called", f"{TYPED}{attempt.id}": _typed(attacker, attempt)}
    path = f"/admin/{attempt.kind}s/{attempt.id}"
    if not attempt.is_new(attacker.contents):
        fields["revision"] = editor.stored(attempt.kind, attempt.id).version
    if attempt.record is None:
        return attacker.browser.post(f"{path}/remove", fields).status
    form = form_with(attempt.kind, attempt.record)
    form.update(fields)
    target = f"/admin/add/{attempt.kind}s" if attempt.is_new(attacker.contents) else path
    return attacker.browser.post(f"{target}/save", form).status


def _by_upload(attacker: Attacker, attempt: Attempt) -> int:
    raw = json.dumps(attempt.in_file(attacker.contents)).encode()
    directory = attacker.app.directory
    fields = {
        "file": b64encode(raw).decode(),
        "revision": directory.editor.version(directory.live.snapshot.revision),
        "reason": "they called",
        f"{TYPED}{attempt.id}": _typed(attacker, attempt),
    }
    return attacker.browser.upload("/admin/upload/take", fields).status


def _at_the_terminal(attacker: Attacker, attempt: Attempt) -> int:
    path = attacker.folder / "centres.json"
    path.write_text(json.dumps(attempt.in_file(attacker.contents)), encoding="utf-8")
    settings = {
        "DIRECTORY_DATABASE_URL": f"sqlite:///{attacker.app.path}",
        "DIRECTORY_REVIEW": "on",
    }
    with patch.dict(os.environ, settings):
        typed = ("--confirm-number", _typed(attacker, attempt))
        result = command("import", path, "--reason", "they called", *typed)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return 422 if result.exit_code else 200


_WAYS: dict[str, Way] = {
    "PUT, POST and DELETE": _by_api,
    "PATCH": _by_patch,
    "POST /v1/import": _by_import,
    "the form": _by_form,
    "an upload": _by_upload,
    "import at the terminal": _at_the_terminal,
}
_OF_FILES = ("POST /v1/import", "an upload", "import at the terminal")


def _ways(attempt: Attempt) -> tuple[str, ...]:
    """The ways to change a record of its kind: the header is changed by files only."""
    return _OF_FILES if attempt.kind == "directory" else tuple(_WAYS)


@fault(
    "the listed changes by one person",
    "each waits for a second person, and the same person cannot approve it",
)
def test_the_listed_changes_by_one_person_wait(outcome: Outcome, size: Size) -> None:
    """Each change of the list; in full by each way, else by two ways in turn."""
    refused = 0
    with _attacker() as attacker:
        for number, attempt in enumerate(listed(attacker.contents)):
            ways = _ways(attempt)
            start = number % len(ways)
            for way in (ways[start:] + ways[:start])[: size.of(2, len(ways))]:
                outcome.tries += 1
                taken = attacker.make(outcome, attempt, way)
                # Only the name of another person is refused. Everything else is valid, so a way
                # that refuses it would test nothing.
                assert taken or attempt.member == "verified", f"{attempt.member} by {way}"
                refused += not taken
        outcome.figures = f"by {len(_WAYS)} ways; {refused} were refused"


@fault(
    "generated changes by one person",
    "each waits for a second person, or only hides something of one record, which another person "
    "undoes; the same person cannot approve it",
)
def test_generated_changes_by_one_person_wait(outcome: Outcome, size: Size) -> None:
    """Generated changes over every member, each by a way at random."""
    chance = random.Random(13)  # the same attempts in each run
    ways, hidden, refused = Counter[str](), Counter[str](), 0

    def is_taken(attacker: Attacker, attempt: Attempt) -> bool:
        nonlocal refused
        taken = attacker.make(outcome, attempt, chance.choice(_ways(attempt)))
        outcome.tries += taken
        refused += not taken
        return taken

    # A directory for each 200: every attempt makes its history longer, and the next one slower.
    for number in range(size.of(1, 10)):
        with _attacker() as attacker:
            for key in MEMBERS:
                # Most values of some members are refused: of the numbers of helplines, one in eight
                # is taken.
                tries = islice(generated(chance, attacker.contents, [key]), 200)
                assert any(is_taken(attacker, attempt) and attempt.record for attempt in tries), (
                    f"no other value of {key} was valid: write one into _LURED of attempts.py"
                )
            for attempt in islice(generated(chance, attacker.contents), 2_000):
                # Otherwise the row would say nothing about what takes effect at once.
                hides_both = {"centre", "helpline"} == set(attacker.hidden)
                if hides_both and outcome.tries >= 200 * (number + 1):
                    break
                is_taken(attacker, attempt)
            assert hides_both
            assert outcome.tries >= 200 * (number + 1)
            ways.update(attacker.ways)
            hidden.update(attacker.hidden)
    outcome.figures = (
        f"{refused:,} more were refused as invalid; each way at least {min(ways.values())} times; "
        f"{hidden.total():,} hid something and were undone"
    )


@fault(
    "one person as two: tokens that end, second tokens, an older revision",
    "nothing is in effect",
)
def test_one_person_is_not_two(outcome: Outcome, size: Size) -> None:
    """Tokens that expire or are revoked, second tokens, and an older revision."""
    for ended in ("expired", "revoked"):
        outcome.tries += 1
        _without_the_second_approver(outcome, ended)
    for name in SPELLINGS:
        outcome.tries += 1
        _with_two_tokens(outcome, name)
    _with_an_older_revision(outcome)


def _without_the_second_approver(outcome: Outcome, ended: str) -> None:
    """The setting is `auto`, and one of the two who could approve no longer may."""
    with TemporaryDirectory() as folder:
        app = _app(Path(folder), review="auto")
        access = sqlite_access(app.path)
        for token in access.tokens():
            if "approve" in granted(token):
                app.directory.tokens.revoke(token.id)
        long_ago = Tokens(access, lambda: datetime.now(UTC) - timedelta(days=400))
        for name in ("first", "second"):
            _, token = long_ago.create(name, ["approve"], 1 if ended == "expired" else 3650)
            if ended == "revoked":
                app.directory.tokens.revoke(token.id)
        before = published(app.directory.live)
        app.patch(email="help@fakehelp.org")
        changed = published(app.directory.live) != before
        outcome.expect(not changed, "unreviewed", f"a change after a token was {ended}")


def _with_two_tokens(outcome: Outcome, name: str) -> None:
    """A change is proposed with one token, and approved with the next one of the same person."""
    with TemporaryDirectory() as folder:
        app = _app(Path(folder))
        before = published(app.directory.live)
        reply = app.patch(email="help@fakehelp.org").get_json()
        (first,) = (token for token in app.directory.tokens.list() if token.name == "anna")
        app.directory.tokens.revoke(first.id)  # two valid tokens cannot have one name
        secret, _ = app.directory.tokens.create(name, ["approve"], 30)
        path = f"/v1/proposals/{reply['proposals'][0]['id']}/approve"
        status = app.api.post(path, headers={"Authorization": f"Bearer {secret}"}).status_code
        changed = published(app.directory.live) != before
        outcome.expect(status == 403 and not changed, "unreviewed", f"approved as {name!r}")


def _with_an_older_revision(outcome: Outcome) -> None:
    """One person goes back to a number that no second person has seen, although one has approved
    its correction; to one that was taken back; and to before a centre or all records were added.
    """
    with TemporaryDirectory() as folder:
        app = _app(Path(folder))
        anna = Actor("token:a", "anna", ("edit",))
        unreviewed = open_write_side(app.path)  # as before the day on which review began
        unreviewed.patch("pag-asa", email="first@fakehelp.org")
        app.directory.live.refresh()
        corrected = _approved(app, app.patch(email="right@pag-asa.be"))
        wrong = _approved(app, app.patch(email="second@fakehelp.org"))
        _approved(app, app.send("POST", "/v1/records/centres", json=made_up_centre(1)))
        added = app.directory.live.snapshot.revision
        app.write("POST", "/v1/records/centres/pag-asa/restore", json={"revision": corrected})
        before = published(app.directory.live)
        assert "right@pag-asa.be" in before
        taken_back = app.directory.live.snapshot.revision
        for revision in (corrected - 2, wrong):
            reply = app.write(
                "POST", "/v1/records/centres/pag-asa/restore", json={"revision": revision}
            )
            _is_as_it_was(outcome, app, before, f"restored {revision}: {reply.status_code}")
        for revision in (taken_back, added, 1):
            with suppress(ClientError):
                app.directory.rollback.undo(anna, revision, "no reason", allowed=ALL_ALLOWED)
            _is_as_it_was(outcome, app, before, f"undid {revision}")


def _approved(app: MaintainerApp, reply: TestResponse) -> int:
    """The revision in which another person has approved what waits."""
    identity = reply.get_json()["proposals"][0]["id"]
    approved = app.send("POST", f"/v1/proposals/{identity}/approve", by="bert")
    return int(approved.get_json()["revision"])


def _is_as_it_was(outcome: Outcome, app: MaintainerApp, before: str, told: str) -> None:
    outcome.tries += 1
    outcome.expect(published(app.directory.live) == before, "unreviewed", told)
