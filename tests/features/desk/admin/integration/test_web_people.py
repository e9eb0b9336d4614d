"""The tokens of people and programs at /admin/people, which need no passkeys."""

import re

from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.moments import TODAY

SECRET = re.compile(r">(directory_[A-Za-z0-9_-]{43})<")


def test_an_administrator_makes_replaces_and_ends_a_token(maintainer_app: MaintainerApp) -> None:
    """Its secret is shown once; the list has it, and afterwards that it has ended."""
    dora, tokens = signed_in_browser(maintainer_app, "dora"), maintainer_app.directory.tokens
    ends = TODAY.replace(year=TODAY.year + 1).isoformat()
    typed = {"name": "import", "scope": "edit", "kind": "token", "ends": ends}
    (first,) = SECRET.findall(dora.post("/admin/people/new", typed).html)
    made = tokens.list()[-1]
    assert (tokens.actor(first).name, made.made_by) == ("import", "dora")
    page = dora.get("/people")
    assert "import" in page.text
    assert first not in page.html
    (second,) = SECRET.findall(dora.post(f"/admin/people/{made.id}/rotate", {}).html)
    assert tokens.actor(second).name == "import"
    ended = dora.post(f"/admin/people/{made.id}/revoke", {})
    assert "import" in ended.text.partition("Whose access has ended")[2]
    assert signed_in_browser(maintainer_app, "anna").get("/people").status == 403
