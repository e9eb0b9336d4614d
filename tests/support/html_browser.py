"""A browser without scripts for the maintainers' pages: reads pages, fills in and sends forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, encode_multipart

from directory_api.features.desk import columns
from directory_api.features.desk.admin.form.record_form import RecordForm
from tests.support.maintainer_app import MaintainerApp

ORIGIN = "https://localhost"
HERE = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "__Host-maintainer"
# Below /admin.
CENTRE = "/centres/pag-asa"


@dataclass
class PageForm:
    """A form: its target, its fields with their values, the names of its boxes without a tick, and
    the target of each button.
    """

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, changes: Mapping[str, str]) -> MultiDict[str, str]:
        """Return the fields with some values changed. Raises AssertionError for an unknown
        field.
        """
        names = {name for name, _ in self.fields} | self.boxes
        assert set(changes) <= names, set(changes) - names
        unchanged = [(name, value) for name, value in self.fields if name not in changes]
        return MultiDict([*unchanged, *changes.items()])


class Page(HTMLParser):
    """A page, parsed from an answer."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.html = response.text
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._text: list[str] | None = None
        self._area: str | None = None
        self._select: tuple[str, list[str]] | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        """The text of the page, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def form(self, action: str) -> PageForm:
        """Return the form that, or a button of which, has a target that ends with `action`."""
        return next(
            form
            for form in self.forms
            if form.action.endswith(action) or any(to.endswith(action) for _, to in form.buttons)
        )

    def by_id(self, identity: str) -> dict[str, str]:
        """Return the attributes of the element with an id."""
        return next(
            attributes for _, attributes in self.elements if attributes.get("id") == identity
        )

    def beside(self, column: str) -> str:
        """Return the description of a field (aria-describedby), as a screen reader reads it."""
        described = self.by_id(f"f-{column}").get("aria-describedby", "").split()
        return " ".join(
            self.html.partition(f'id="{name}">')[2].partition("</p>")[0] for name in described
        )

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Collect forms, fields, links and attributes."""
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        form = self.forms[-1] if self.forms else PageForm("", "")
        if tag == "form":
            self.forms.append(PageForm(attributes.get("action") or self.path, attributes["method"]))
        elif tag == "button":
            form.buttons.append(("", attributes.get("formaction", form.action)))
        elif tag == "a":
            self.links.append(attributes["href"])
        elif tag == "input" and attributes.get("type") == "image":
            form.buttons.append((attributes["name"], attributes["formaction"]))
        elif tag == "input" and "name" in attributes:
            if attributes.get("type") in ("checkbox", "radio") and "checked" not in attributes:
                form.boxes.add(attributes["name"])
                return
            form.fields.append(
                (
                    attributes["name"],
                    attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""),
                )
            )
        elif tag == "textarea":
            self._area, self._text = attributes["name"], []
        elif tag == "select":
            self._select = (attributes["name"], [])
        elif tag == "option" and self._select and ("selected" in attributes or not self._select[1]):
            self._select = (self._select[0], [attributes["value"]])

    def handle_endtag(self, tag: str) -> None:
        """Store the text of a textarea and the choice of a select, which are complete here."""
        if tag == "textarea" and self._area is not None and self._text is not None:
            # HTML ignores one line break after the opening tag.
            self.forms[-1].fields.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = self._text = None
        elif tag == "select" and self._select:
            self.forms[-1].fields.append((self._select[0], (self._select[1] or [""])[0]))
            self._select = None

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.words.append(data)
        if self._text is not None:
            self._text.append(data)


class Browser:
    """A browser with its own cookies; it follows redirects."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.seen: list[str] = []

    def get(self, path: str, **options: Any) -> Page:
        """Open an address below /admin."""
        return self._page(
            self.client.get(f"/admin{path}", base_url=ORIGIN, follow_redirects=True, **options)
        )

    def send(self, page: Page, action: str, /, **changes: str) -> Page:
        """Press the button whose target ends with `action`, after changing some fields.

        A dot in the name of a field is written as two underscores.
        """
        fields = {name.replace("__", "."): value for name, value in changes.items()}
        form = page.form(action)
        target = next((to for _, to in form.buttons if to.endswith(action)), form.action)
        return self.post(target, form.filled(fields))

    def post(self, path: str, data: Any, headers: Mapping[str, str] = HERE) -> Page:
        """Send a form."""
        return self._page(
            self.client.post(
                path, data=data, headers=dict(headers), base_url=ORIGIN, follow_redirects=True
            )
        )

    def upload(self, path: str, data: Any) -> Page:
        """Send a form with a file, or with other long content."""
        # Encoded here, because Flask's client leaves its temporary file open.
        boundary, body = encode_multipart(data)
        return self.post(
            path, body, {**HERE, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def sign_in(self, secret: str) -> Page:
        """Sign in by the form."""
        return self.send(self.get("/sign-in"), "/sign-in", token=secret)

    @property
    def session(self) -> str:
        """The session's secret."""
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else ""

    def _page(self, response: TestResponse) -> Page:
        self.seen.append(f"{response.headers}{response.text}")
        return Page(response)


def form_with(kind: str, record: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the fields of the form of a record, as a browser sends them."""
    fields: MultiDict[str, str] = MultiDict()
    for part in RecordForm(kind, columns.flatten(kind, record)).labels().values():
        chosen = [option.value for option in part.options if option.chosen]
        fields.setlist(part.column, chosen if part.widget in ("ticks", "choice") else [part.value])
    return fields


def signed_in_browser(maintainer_app: MaintainerApp, name: str = "bert") -> Browser:
    """Return a browser with the cookie of one of the maintainers, without the pages on which they
    sign in.
    """
    browser = Browser(maintainer_app.app)
    session, _ = maintainer_app.directory.tokens.sign_in(maintainer_app.secrets[name])
    browser.client.set_cookie(COOKIE, session, secure=True, httponly=True, samesite="Strict")
    return browser


def changed(browser: Browser, path: str = CENTRE, **typed: str) -> Page:
    """Type into a record's form, and return the page that shows the change."""
    return browser.send(browser.get(f"{path}/edit"), "/review", **typed)
