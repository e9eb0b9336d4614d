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
import sys
import click
from flask import Blueprint
from directory_api.feature import Feature, lazy
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
    "no_value": "",
    "other_value": "feature = {'summary': 'A page'}",
    "no_summary": "feature = Feature()",
    "summary_type": "feature = Feature(summary=1)",
    "wrong_name": "feature = Feature(summary='', format=lambda: [])",
    "no_function": "feature = Feature(summary='', formats=1)",
    "lazy_missing": "feature = Feature(summary='', routes=lazy('no_such_module:routes'))",
    "wrong_arguments": "feature = Feature(summary='', routes=lambda: [])",
    "settings_function": "feature = Feature(summary='', settings=lambda: {})",
    "settings_type": "feature = Feature(summary='', settings={'one': 'two'})",
    "settings_taken": """
from directory_api.config import Setting
feature = Feature(summary='', settings={'database_url': Setting('', bool, '')})""",
    "formats_raise": "feature = Feature(summary='', formats=lambda: int('1000 Brussel'))",
    "formats_none": "feature = Feature(summary='', formats=lambda: None)",
    "formats_type": "feature = Feature(summary='', formats=lambda: ['kml'])",
    "formats_taken": """
def formats():
    from directory_api.answer.format import Format
    return [Format('json', 'application/json', 'json', lambda answer: b'')]
feature = Feature(summary='', formats=formats)""",
    "formats_exit": "feature = Feature(summary='', formats=sys.exit)",
    "commands_text": "feature = Feature(summary='', commands='extension_works:works')",
    "commands_half": """
half = click.Command('half')
feature = Feature(summary='', commands=(f'{__name__}:half', f'{__name__}:missing'))""",
    "commands_taken": """
taken = click.Command('restore-backup')
feature = Feature(summary='', commands=(f'{__name__}:taken',))""",
    "commands_type": "feature = Feature(summary='', commands=('builtins:print',))",
    "routes_raise": "feature = Feature(summary='', routes=lambda web: 1 / 0)",
    "routes_taken": """
feature = Feature(summary='', routes=lambda web: [Blueprint('core', __name__)])""",
    "routes_half": """
def routes(web):
    half = Blueprint('half', __name__)
    half.add_url_rule('/half', 'one', lambda: 'one')
    half.record(lambda state: 1 / 0)
    return [half]
feature = Feature(summary='', routes=routes)""",
    "every_request": """
def routes(web):
    every = Blueprint('every', __name__)
    every.before_app_request(lambda: 1 / 0)
    return [every]
feature = Feature(summary='', routes=routes)""",
    "every_error": """
def routes(web):
    every = Blueprint('errors', __name__)
    every.app_errorhandler(404)(lambda error: 1 / 0)
    return [every]
feature = Feature(summary='', routes=routes)""",
    "part_taken": """
feature = Feature(summary='', parts={'/v1': lambda web: Blueprint('instead', __name__)})""",
    "part_type": "feature = Feature(summary='', parts=['/part'])",
    "addresses_taken": """
def addresses():
    from directory_api.web.http.addresses import Addresses
    return [Addresses('/v1/nearest', {})]
feature = Feature(summary='', addresses=addresses)""",
    "addresses_raise": "feature = Feature(summary='', addresses=lambda: [][0])",
    "errors_taken": """
from directory_api.text.errors import PostcodeUnknown
feature = Feature(summary='', errors=(PostcodeUnknown,))""",
    "errors_type": "feature = Feature(summary='', errors=(OSError,))",
    "audiences_raise": "feature = Feature(summary='', audiences=lambda web: 1 / 0)",
    "engines_raise": "feature = Feature(summary='', engines=lambda: 1 / 0)",
    "materials_list": "feature = Feature(summary='', materials=[])",
}
# These add something that fails later; each is used by the request that follows.
LATER: Mapping[str, str] = {
    "audience_reads": """
class Nobody:
    def reads(self, routed): raise RuntimeError('1000 Brussel')
feature = Feature(summary='', audiences=lambda web: [Nobody()])""",
    "same_route": """
def routes(web):
    same = Blueprint('same', __name__)
    same.add_url_rule('/v1/nearest', 'nearest', lambda: 'instead')
    return [same]
feature = Feature(summary='', routes=routes)""",
    "part_fails": "feature = Feature(summary='', parts={'/fails': lambda web: 1 / 0})",
    "check_fails": """
from directory_api.config import Setting
feature = Feature(summary='', settings={'checked': Setting('', lambda text: 1 / 0, '')})""",
    "works": """
def routes(web):
    works = Blueprint('works', __name__)
    works.add_url_rule('/works', 'works', lambda: 'it works')
    return [works]
feature = Feature(summary='', routes=routes)""",
}
# The package installs nothing under this name, and one name is that of a feature.
_MODULES = {"missing": "no_such_module:feature", "flyer": "extension_works:feature"}
EXTENSIONS = (*IMPORTS, *HOOKS, "missing", "flyer")

# Serves and looks in one process, which prints what it found.
_PROGRAM = """
import json, sys
from click.testing import CliRunner
from directory_api.left_out import left_out
from directory_api.cli import main
from directory_api.config import Settings
from directory_api.serving import serving_app

app = serving_app(Settings.from_environment())
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
        points.append(f"{name} = extension_{name}:feature")
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
