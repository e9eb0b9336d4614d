"""Extensions and files that are broken in every way that is known, and a process that meets them.

An extension is a package with an entry point; many are installed at a time, so that one process
shows what becomes of each.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HEAD = """
import click
from flask import Blueprint
"""
# The code of each extension, by its name: what is added to _HEAD, or all of it without imports.
IMPORTS: Mapping[str, str] = {
    "raises": "raise RuntimeError('1000 Brussel')",
    "syntax": "def broken(:",
    "dependency": "import no_such_package",
    "exits": "import sys\nsys.exit(3)",
    "base_exception": "class Odd(BaseException): pass\nraise Odd",
    "recursion": "def again(): again()\nagain()",
    "not_utf8": "\udce9",
    "circular": "from directory_api.cli import nothing_there",
}
HOOKS: Mapping[str, str] = {
    "no_function": "provide_formats = 1",
    "wrong_arguments": "def provide_blueprints(): return []",
    "settings_raise": "def provide_settings(): raise OSError('1000 Brussel')",
    "settings_none": "def provide_settings(): return None",
    "settings_type": "def provide_settings(): return {'one': 'two'}",
    "settings_taken": """
def provide_settings():
    from directory_api.config import Setting
    return {'database_url': Setting('', bool, '')}""",
    "formats_none": "def provide_formats(): return None",
    "formats_type": "def provide_formats(): return ['kml']",
    "formats_taken": """
def provide_formats():
    from directory_api.answer.format import Format
    return [Format('json', 'application/json', 'json', lambda answer: b'')]""",
    "formats_exit": "def provide_formats(): raise SystemExit(1)",
    "commands_half": """
def provide_commands():
    yield click.Command('half')
    raise KeyError""",
    "commands_taken": "def provide_commands(): return [click.Command('restore-backup')]",
    "commands_type": "def provide_commands(): return [print]",
    "blueprints_raise": "def provide_blueprints(web): raise RuntimeError",
    "blueprints_taken": "def provide_blueprints(web): return [Blueprint('nearest', __name__)]",
    "blueprints_half": """
def provide_blueprints(web):
    routes = Blueprint('half', __name__)
    routes.add_url_rule('/half', 'one', lambda: 'one')
    routes.record(lambda state: 1 / 0)
    return [routes]""",
    "every_request": """
def provide_blueprints(web):
    routes = Blueprint('every', __name__)
    routes.before_app_request(lambda: 1 / 0)
    return [routes]""",
    "every_error": """
def provide_blueprints(web):
    routes = Blueprint('errors', __name__)
    routes.app_errorhandler(404)(lambda error: 1 / 0)
    return [routes]""",
    "part_taken": """
def provide_parts(web):
    return {'/v1': lambda: Blueprint('instead', __name__)}""",
    "part_type": "def provide_parts(web): return ['/part']",
    "addresses_taken": """
def provide_addresses():
    from directory_api.web.http.addresses import Addresses
    return [Addresses('/v1/nearest', {})]""",
    "addresses_raise": "def provide_addresses(): return [][0]",
    "problems_taken": """
def provide_problems():
    from directory_api.text.errors import PostcodeUnknown
    return {PostcodeUnknown: None}""",
    "problems_type": "def provide_problems(): return {OSError: 'problem'}",
    "audience_raises": "def provide_audience(web): raise RuntimeError",
    "answers_raise": "def provide_finished_answers(web): raise RuntimeError",
    "engines_raise": "def provide_engines(): raise RuntimeError",
    "gate_raises": "def provide_gate(required): raise RuntimeError",
    "materials_raise": "def provide_materials(): raise RuntimeError",
    "pages_raise": "def provide_maintainer_pages(web): raise RuntimeError",
    "card_raises": "def provide_contact_card(): raise RuntimeError",
}
# These add something that fails later; each is used by the request that follows.
LATER: Mapping[str, str] = {
    "audience_reads": """
def provide_audience(web):
    class Nobody:
        def reads(self, routed): raise RuntimeError('1000 Brussel')
    return Nobody()""",
    "same_route": """
def provide_blueprints(web):
    routes = Blueprint('same', __name__)
    routes.add_url_rule('/v1/nearest', 'nearest', lambda: 'instead')
    return [routes]""",
    "part_fails": "def provide_parts(web): return {'/fails': lambda: 1 / 0}",
    "check_fails": """
def provide_settings():
    from directory_api.config import Setting
    return {'checked': Setting('', lambda text: 1 / 0, '')}""",
    "works": """
def provide_blueprints(web):
    routes = Blueprint('works', __name__)
    routes.add_url_rule('/works', 'works', lambda: 'it works')
    return [routes]""",
}
# The package installs nothing under this name, and one name is that of a feature.
_MODULES = {"missing": "no_such_module", "review": "extension_works"}
EXTENSIONS = (*IMPORTS, *HOOKS, "missing", "review")

# Serves and looks in one process, which prints what it found.
_PROGRAM = """
import json, sys
from click.testing import CliRunner
from directory_api.left_out import left_out
from directory_api.bootstrap import open_directory
from directory_api.cli import main
from directory_api.config import Settings
from directory_api.serving import serving_app

app = serving_app(open_directory(Settings.from_environment()))
client = app.test_client()
asked = json.loads(sys.argv[1])
html = {"Accept": "text/html"}
answers = [client.get(path, headers=html if path == "/" else {}) for path in asked]
ready = client.get("/readyz").json
ended = {
    words: CliRunner().invoke(main, words.split()) for words in json.loads(sys.argv[2])
}
print(json.dumps({
    "answers": {path: [each.status_code, each.text] for path, each in zip(asked, answers)},
    "ready": ready,
    "left_out": dict(left_out()),
    "ended": {words: [each.exit_code, each.output] for words, each in ended.items()},
}))
"""


def install(folder: Path, extensions: Mapping[str, str]) -> None:
    """Install extensions with this code, as pip would, into a folder for PYTHONPATH."""
    points = []
    for name, code in extensions.items():
        head = "" if name in IMPORTS else _HEAD
        text = (head + code).encode(errors="surrogateescape")
        (folder / f"extension_{name}.py").write_bytes(text)
        points.append(f"{name} = extension_{name}")
    points += [f"{name} = {module}" for name, module in _MODULES.items()]
    info = folder / "extensions-1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: extensions\nVersion: 1\n")
    listed = "\n".join(["[directory_api.features]", *points])
    info.joinpath("entry_points.txt").write_text(listed)


def serve_once(
    paths: list[str], commands: list[str], environ: Mapping[str, str], cwd: Path | None = None
) -> dict[str, Any]:
    """Return what a process answers to requests, prints for commands, and leaves out."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(paths), json.dumps(commands)],
        env=dict(environ),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return {**said, "log": ended.stderr}
