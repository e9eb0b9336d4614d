"""Devices that store a bundle, with the clients of docs/sync.md, and maintainers who edit."""

import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.guards import CONFIRMED
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.features.imports.exporter import exporter_of
from directory_api.features.imports.importer import importer_of
from directory_api.files.raw_records import Incoming
from directory_api.text.errors import RecordsInvalid
from directory_api.web.app import create_app
from tests.support.browser import serving_app
from tests.support.programs import require
from tests.support.records import TERMINAL, made_up_centre
from tests.support.servers import ROOT
from tests.support.write_side import Clock, create_write_side

TEXT = (ROOT / "docs/sync.md").read_text(encoding="utf-8")
Sync = Callable[..., Any]
# Two municipalities of two codes each, so that a hidden centre can move with and without a trace.
PLACES = (
    ("BE", "1000", "Brussel", 50.8466, 4.3528),
    ("BE", "1020", "Brussel", 50.8914, 4.3411),
    ("BE", "2000", "Antwerpen", 51.2199, 4.4035),
    ("BE", "2018", "Antwerpen", 51.2037, 4.4111),
)


def _block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def python_client() -> dict[str, Any]:
    """What the page's Python defines."""
    page: dict[str, Any] = {}
    exec(_block("python"), page)
    return page


class NodeFailed(Exception):
    """The page's JavaScript rejected; its message."""


# Evaluates each line that it reads, with the page's JavaScript, and prints what it comes to.
_EVALUATE = """
const page = require("fs").readFileSync(process.argv[1], "utf8");
require("readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const { expression, given } = JSON.parse(line);
  let said;
  try {
    said = { value: await new Function("given", `${page}\\nreturn ${expression};`)(given) };
  } catch (error) {
    said = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\\n`);
});
"""


@contextmanager
def node_running(folder: Path) -> Iterator[None]:
    """Run the one process of Node.js that `in_node` asks: each start takes 0.1 s of the processor,
    and `fetch` as much again.
    """
    node = str(require("node"))
    page = folder / "page.js"
    page.write_text(_block("js"), encoding="utf-8")
    command = [node, "-e", _EVALUATE, str(page)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        _RUNNING.append(process)
        try:
            yield
        finally:
            _RUNNING.pop()
            process.kill()


_RUNNING: list[subprocess.Popen[str]] = []


def in_node(expression: str, given: dict[str, Any]) -> Any:
    """What an expression over the page's JavaScript and what is given comes to."""
    (process,) = _RUNNING
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"expression": expression, "given": given}) + "\n")
    process.stdin.flush()
    said = json.loads(process.stdout.readline())
    if "error" in said:
        raise NodeFailed(said["error"])
    return said["value"]


def sync_in_node(origin: str, country: str, bundle: Any, now: Any) -> Any:
    """The page's `sync` in JavaScript."""
    given = {"origin": origin, "country": country, "bundle": bundle, "now": now.isoformat()}
    return in_node("sync(given.origin, given.country, given.bundle, new Date(given.now))", given)


SYNCS: dict[str, Sync] = {"python": python_client()["sync"], "javascript": sync_in_node}


@dataclass
class Site:
    """A directory that is served; `clock` is the server's."""

    directory: Directory
    origin: str
    clock: Clock
    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(20261124))  # no secret
    done: Counter[str] = field(default_factory=Counter)

    @property
    def edits(self) -> int:
        """How many were made at random."""
        return self.done.total()

    def edit(self, kind: str, identity: str) -> Edit:
        """A maintainer's edit of a record as it is now."""
        return Edit(TERMINAL, kind, identity, "a reason of her own")

    def patch(self, identity: str, kind: str = "centre", **members: Any) -> None:
        """Change members of a record."""
        self.directory.editor.patch(self.edit(kind, identity), members)

    def import_places(self, *more: tuple[str, str, str, float, float]) -> None:
        """Import postcodes for the countries of these places, in place of the previous ones."""
        for country in {place[0] for place in more}:
            rows = [place for place in more if place[0] == country]
            file = self.folder / f"{country}.txt"
            text = "".join(
                f"{c}\t{code}\t{name}\t\t\t\t\t\t\t{lat}\t{lon}\t6\n"
                for c, code, name, lat, lon in rows
            )
            file.write_text(text, encoding="utf-8")
            self.directory.seed_data.import_postcodes(TERMINAL, file, country)

    @property
    def file(self) -> Any:
        """Everything that maintainers keep."""
        return json.loads(exporter_of(self.directory).export("json"))


@contextmanager
def site(folder: Path, centres: int = 8) -> Iterator[Site]:
    """A directory with made-up centres and a few postcodes, on a port of its own."""
    create_write_side(
        folder / "directory.db", [made_up_centre(number) for number in range(centres)]
    )
    settings = Settings(
        database_url=f"sqlite:///{folder / 'directory.db'}", rate_limit="", second_look="off"
    )
    directory, clock = open_directory(settings), Clock()
    directory.live.refresh()
    with serving_app(create_app(directory, now=clock)) as origin:
        made = Site(directory, origin, clock, folder)
        made.import_places(*PLACES)
        yield made


def edit_at_random(site: Site, *, at_home: bool = False) -> None:
    """Make one random edit; with `at_home` none that requires a new bundle."""
    actions = {
        action: weight for action, weight in ACTIONS.items() if not (at_home and action in _FAR)
    }
    before = site.directory.live.snapshot.revision
    while site.directory.live.snapshot.revision == before:
        (action,) = site.chance.choices(list(actions), list(actions.values()))
        with suppress(RecordsInvalid):  # such as to take the last number of a country
            action(site)
    site.done[action.__name__] += 1


def _any(site: Site) -> str:
    return str(site.chance.choice(site.directory.live.snapshot.centres).id)


def _any_line(site: Site) -> str:
    return str(site.chance.choice(site.directory.live.snapshot.helplines).id)


def _add(site: Site) -> None:
    number = 100 + site.edits
    place = site.chance.choice(PLACES)
    record = made_up_centre(number, **_at(place), address_visibility=_visibility(site))
    site.directory.editor.create(site.edit("centre", record["id"]), record)


def _at(place: tuple[str, str, str, float, float]) -> dict[str, Any]:
    country, code, name, lat, lon = place
    address = {
        "street": f"Straat {code}",
        "postal_code": code,
        "locality": {"nl": name},
        "country": country,
    }
    return {"address": address, "location": {"lat": lat + 0.001, "lon": lon, "precision": "street"}}


def _visibility(site: Site) -> str:
    return site.chance.choice(["public", "locality", "hidden"])


def _remove(site: Site) -> None:
    if len(site.directory.live.snapshot.centres) > 5:
        site.directory.editor.remove(site.edit("centre", _any(site)))


def _restore(site: Site) -> None:
    gone = [change.id for change in site.directory.live.snapshot.touched if change.kind == "centre"]
    identity = site.chance.choice(gone)
    past = [
        entry.revision
        for entry in site.directory.editor.history("centre", identity)
        if entry.change.after
    ]
    site.directory.editor.restore(site.edit("centre", identity), site.chance.choice(past))


def _change(site: Site) -> None:
    members: list[dict[str, Any]] = [
        {"name": f"Name {site.edits}"},
        {
            "opening_hours": f"Mo-Fr 09:00-{site.chance.randint(12, 18)}:00",
            "timezone": "Europe/Brussels",
        },
        {"opening_hours": None, "timezone": None},
        {"phones": [{"number": f"+32251164{site.chance.randint(10, 99)}", "kind": "main"}]},
        {"description": {"nl": f"Één {site.edits}", "en": "“Quoted”"}},
        {"sources": {"name": ["general"]}},
    ]
    site.patch(_any(site), **site.chance.choice(members))


def _move(site: Site) -> None:
    site.patch(_any(site), **_at(site.chance.choice(PLACES)))


def _hide_or_show(site: Site) -> None:
    site.patch(_any(site), address_visibility=_visibility(site))


def _close_or_open(site: Site) -> None:
    site.patch(_any(site), status=site.chance.choice(["active", "temporarily_closed", "closed"]))


def _verify(site: Site) -> None:
    site.directory.editor.verify(site.edit("centre", _any(site)), f"called, {site.edits}")


def _add_line(site: Site) -> None:
    countries = site.chance.choice([["BE"], ["LU"], ["BE", "LU"]])
    kind = site.chance.choice(["emergency", "national_line"])
    record = {"kind": kind, "number": "112", "name": {"en": "Line"}, "countries": countries}
    identity = f"line-{site.edits}"
    site.directory.editor.create(site.edit("helpline", identity), {"id": identity, **record})


def _change_line(site: Site) -> None:
    site.patch(_any_line(site), "helpline", note={"en": f"Note {site.edits}"})


def _remove_line(site: Site) -> None:
    edit = site.edit("helpline", _any_line(site))
    line = site.directory.editor.stored("helpline", edit.id).record
    typed = str(line.get("number") or line.get("url"))
    site.directory.editor.remove(replace(edit, typed=(typed,)))


def _import(site: Site) -> None:
    file = site.file
    for centre in site.chance.sample(file["centres"], 3):
        centre["name"] = f"Imported {site.edits}"
    raw = json.dumps(file).encode()
    importer_of(site.directory).bring_in(
        TERMINAL, Incoming(raw, "new.json"), "imported", confirmed=CONFIRMED
    )


def _go_abroad(site: Site) -> None:
    country = site.chance.choice(["BE", "LU"])
    at = {
        "country": country,
        "postal_code": "1000" if country == "BE" else "1111",
        "locality": {"nl": "Stad"},
    }
    site.patch(
        _any(site), address=at, location={"lat": 50.8476, "lon": 4.3528, "precision": "street"}
    )


def _change_a_table(site: Site) -> None:
    code = f"{site.chance.randint(3000, 9000)}"
    site.import_places(*PLACES, ("BE", code, "Brussel", 50.9, 4.4))


ACTIONS: dict[Callable[[Site], None], int] = {
    _change: 30,
    _move: 14,
    _hide_or_show: 10,
    _close_or_open: 10,
    _add: 8,
    _remove: 7,
    _restore: 5,
    _verify: 4,
    _add_line: 3,
    _change_line: 3,
    _remove_line: 3,
    _import: 3,
    _go_abroad: 2,
    _change_a_table: 1,
}
_FAR = (_go_abroad, _change_a_table)
