"""A maintainer's browser without a script: reads pages, fills in forms as they stand, and presses buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests.support.write_side import Office

ORIGIN = "https://localhost"
HERE = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "__Host-maintainer"


@dataclass
class FormSeen:
    """A form as it stands: where it goes, its fields, and where each of its buttons goes."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, changes: Mapping[str, str]) -> MultiDict[str, str]:
        """Its fields with some of them typed anew; a field that it lacks is an AssertionError."""
        names = {name for name, _ in self.fields}
        assert set(changes) <= names, set(changes) - names
        kept = [(name, value) for name, value in self.fields if name not in changes]
        return MultiDict([*kept, *changes.items()])


class Page(HTMLParser):
    """What an answer shows."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.html = response.text
        self.forms: list[FormSeen] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._text: list[str] | None = None
        self._area: str | None = None
        self._select: tuple[str, list[str]] | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        """Its words, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def form(self, action: str) -> FormSeen:
        """The form that, or a button of which, goes to an address that ends so."""
        return next(
            form
            for form in self.forms
            if form.action.endswith(action) or any(to.endswith(action) for _, to in form.buttons)
        )

    def by_id(self, identity: str) -> dict[str, str]:
        """The attributes of an element."""
        return next(
            attributes for _, attributes in self.elements if attributes.get("id") == identity
        )

    def beside(self, column: str) -> str:
        """What a field is described by, read as a screen reader does."""
        described = self.by_id(f"f-{column}").get("aria-describedby", "").split()
        return " ".join(
            self.html.partition(f'id="{name}">')[2].partition("</p>")[0] for name in described
        )

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note what matters of an element."""
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        form = self.forms[-1] if self.forms else FormSeen("", "")
        if tag == "form":
            self.forms.append(FormSeen(found.get("action") or self.path, found["method"]))
        elif tag == "button":
            form.buttons.append(("", found.get("formaction", form.action)))
        elif tag == "a":
            self.links.append(found["href"])
        elif (
            tag == "input"
            and (found.get("type") != "checkbox" or "checked" in found)
            and "name" in found
        ):
            form.fields.append(
                (found["name"], found.get("value", "on" if found.get("type") == "checkbox" else ""))
            )
        elif tag == "textarea":
            self._area, self._text = found["name"], []
        elif tag == "select":
            self._select = (found["name"], [])
        elif tag == "option" and self._select and ("selected" in found or not self._select[1]):
            self._select = (self._select[0], [found["value"]])

    def handle_endtag(self, tag: str) -> None:
        """A textarea's text and a select's choice are known when they end."""
        if tag == "textarea" and self._area is not None and self._text is not None:
            # HTML drops one line break behind the opening tag.
            self.forms[-1].fields.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = self._text = None
        elif tag == "select" and self._select:
            self.forms[-1].fields.append((self._select[0], (self._select[1] or [""])[0]))
            self._select = None

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)
        if self._text is not None:
            self._text.append(data)


class Browser:
    """Somebody's browser at the app; redirects are followed."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.seen: list[str] = []

    def get(self, path: str, **options: Any) -> Page:
        """Open an address below /admin."""
        return self._page(
            self.client.get(f"/admin{path}", base_url=ORIGIN, follow_redirects=True, **options)
        )

    def send(self, page: Page, action: str, /, **changes: str) -> Page:
        """Press the button of a page that leads to an address that ends so, with some fields typed anew.

        A dot in a field's name is written as two underscores.
        """
        named = {name.replace("__", "."): value for name, value in changes.items()}
        form = page.form(action)
        target = next((to for _, to in form.buttons if to.endswith(action)), form.action)
        return self.post(target, form.filled(named))

    def post(self, path: str, data: Any, headers: Mapping[str, str] = HERE) -> Page:
        """Send a form."""
        return self._page(
            self.client.post(
                path, data=data, headers=dict(headers), base_url=ORIGIN, follow_redirects=True
            )
        )

    def upload(self, path: str, data: Any) -> Page:
        """Send a form with a file, or with something as long as one."""
        # Not by the client: it leaves its temporary file open.
        boundary, body = encode_multipart(data)
        return self.post(
            path, body, {**HERE, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def sign_in(self, secret: str) -> Page:
        """Sign in as a person does."""
        return self.send(self.get("/sign-in"), "/sign-in", token=secret)

    @property
    def session(self) -> str:
        """The session's secret."""
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else ""

    def _page(self, response: TestResponse) -> Page:
        self.seen.append(f"{response.headers}{response.text}")
        return Page(response)


def browser_of(office: Office, name: str = "bert") -> Browser:
    """A browser that one of the office's staff is signed in with."""
    browser = Browser(office.app)
    browser.sign_in(office.secrets[name])
    return browser
