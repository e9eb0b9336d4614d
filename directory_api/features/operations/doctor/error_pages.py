"""The pages that the web server in front shows while the server is down."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from directory_api.bootstrap import Directory
from directory_api.change.directory import country_of_centre
from directory_api.config import PREFIX
from directory_api.features.operations.doctor.finding import FAULT, HINT, OK, Finding
from directory_api.record.helplines import Helplines
from directory_api.record.records import Helpline, in_dialling_order
from directory_api.store.state import StoreState
from directory_api.web.http.problems import while_away

_ABOUT = "error pages"
# Written in one step with the pages for people, in each language.
_FILE = "current/problems/503.json"


def examine(directory: Directory, folder: str, store_state: StoreState | None) -> Iterator[Finding]:
    """Yield whether the helplines in the folder are the stored ones; `folder` is empty if it is not
    known, and `store_state` is what the store holds, if it can be read.
    """
    if not folder:
        if directory.settings.trusted_proxies:
            yield Finding(
                HINT,
                _ABOUT,
                f"{PREFIX}ERROR_PAGES is not set, so it is not known whether the web server in "
                "front has the right helplines for when this server is down.",
                "Set it to the folder into which `publish --error-pages` writes.",
            )
        return
    path = Path(folder) / _FILE
    try:
        shown = json.loads(path.read_bytes())["helplines"]
    except (OSError, ValueError, KeyError, TypeError):
        yield Finding(
            FAULT,
            _ABOUT,
            f"There is no file {path}, or it cannot be read, so no helplines are shown while the "
            "server is down.",
            _write(folder),
        )
        return
    if store_state is None:
        return
    if shown == _expected(store_state.contents, directory.home):
        yield Finding(
            OK, _ABOUT, "The helplines that are shown while the server is down are the stored ones."
        )
    else:
        yield Finding(
            FAULT,
            _ABOUT,
            f"The helplines in {path}, which are shown while the server is down, are not the "
            "stored ones.",
            _write(folder),
        )


def _write(folder: str) -> str:
    return (
        "Look whether the timer directory-api-publish runs, which writes them each minute "
        f"(systemctl list-timers), or write them now: directory-api publish {folder} --error-pages"
    )


def _expected(contents: Mapping[str, Mapping[str, Any]], home: str) -> object:
    lines = in_dialling_order(contents.get("helpline", {}).values())
    countries = map(country_of_centre, contents.get("centre", {}).values())
    helplines = Helplines(
        [Helpline.from_record(each).published() for each in lines], home, {*filter(None, countries)}
    )
    return json.loads(while_away().to_json(helplines, ""))["helplines"]
