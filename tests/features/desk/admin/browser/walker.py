"""A person who does a task in a browser, by touch or by keyboard, and what it costs them."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import axe_violations

# More than any page has between two things that are used.
_MOST_TABS = 200
# Also of what sticks to the edge of the window, which scrolling would move to its own place.
_IS_IN_SIGHT = """element => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
}"""
_IS_FOCUSED = "element => element === document.activeElement"
# Of the keystroke-level model (Card, Moran, Newell: The Psychology of Human-Computer Interaction,
# 1983): seconds to decide, to point at something and press it, and to type a letter.
_DECIDE, _POINT, _LETTER = 1.35, 1.2, 0.28


@dataclass
class Cost:
    """What a task costs: presses of something, fields that are filled in, pages that are loaded,
    screens that are scrolled, letters and keys that only move the focus.
    """

    clicks: int = 0
    fields: int = 0
    pages: int = 0
    screens: float = 0.0
    letters: int = 0
    tabs: int = 0

    @property
    def seconds(self) -> float:
        """How long a practised person needs, by the keystroke-level model. How long the browser
        needs says nothing about people.
        """
        deciding = (self.clicks + self.fields) * _DECIDE
        pointing = 0 if self.tabs else (self.clicks + self.fields) * _POINT
        return deciding + pointing + (self.letters + self.tabs) * _LETTER


@dataclass
class Walker:
    """Does what a person does, and counts it. `by_touch` taps; otherwise only keys are used."""

    page: Page
    by_touch: bool
    cost: Cost = field(default_factory=Cost)

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._count_page)

    def _count_page(self, _page: Page) -> None:
        self.cost.pages += 1

    def press(self, found: Locator) -> None:
        """Press a link, a button or a fold."""
        self._reach(found)
        self.cost.clicks += 1
        if self.by_touch:
            found.tap()
        else:
            self.page.keyboard.press("Enter")

    def tick(self, found: Locator) -> None:
        """Tick a box, or choose one of several answers."""
        self._reach(found)
        self.cost.clicks += 1
        if self.by_touch:
            found.tap()
        else:
            self.page.keyboard.press("Space")
        expect(found).to_be_checked()

    def fill(self, found: Locator, text: str) -> None:
        """Write into a field, over what it has."""
        self._reach(found)
        self.cost.fields += 1
        self.cost.letters += len(text)
        if found.get_attribute("type") == "date":  # its keys depend on the language of the browser
            found.fill(text)
            return
        if self.by_touch:
            found.tap()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        expect(found).to_have_value(text)

    def correct(self, found: Locator, wrong: str, right: str) -> None:
        """Correct a few letters in a long text: the cursor is put behind them."""
        self._reach(found)
        self.cost.fields += 1
        self.cost.letters += len(wrong) + len(right)
        text = found.input_value()
        assert wrong in text
        found.fill(text.replace(wrong, right, 1))

    def choose(self, found: Locator, value: str) -> None:
        """Choose one of a list, by its words."""
        self._reach(found)
        self.cost.fields += 1
        label = found.locator(f"option[value='{value}']").inner_text()
        if self.by_touch:
            found.select_option(value)  # the phone shows the list, which is no page
        else:
            self.page.keyboard.type(label, delay=5)
            self.cost.letters += 3  # so many tell most choices apart
        expect(found).to_have_value(value)

    def upload(self, found: Locator, name: str, content: bytes) -> None:
        """Choose a file, which the system asks for in a window of its own."""
        self._reach(found)
        self.cost.clicks += 1
        found.set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )

    def arrives(self, path: str) -> None:
        """Expect the page of a path below /admin, which is whole: nothing is too wide, and axe-core
        finds nothing.
        """
        expect(self.page).to_have_url(re.compile(rf"/admin{path}([?#].*)?$"))
        self.page.wait_for_load_state()
        size = self.page.viewport_size
        assert size
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{path} is {width} wide"
        assert axe_violations(self.page) == [], path

    def _reach(self, found: Locator) -> None:
        """Bring something into view, by scrolling or by the key Tab."""
        expect(found).to_have_count(1)
        before = self._top()
        if self.by_touch:
            if not found.evaluate(_IS_IN_SIGHT):
                found.scroll_into_view_if_needed()
        else:
            self._tab_to(found)
        height = (self.page.viewport_size or {"height": 1})["height"]
        self.cost.screens += abs(self._top() - before) / height

    def _tab_to(self, found: Locator) -> None:
        # The first link skips the menu, which has the class that every language has.
        skip = self.page.locator("a.skip")
        in_content = found.evaluate("element => element.closest('main') !== null")
        for _ in range(_MOST_TABS):
            if found.evaluate(_IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
            self.cost.tabs += 1
            if in_content and skip.evaluate(_IS_FOCUSED):
                self.page.keyboard.press("Enter")
        raise AssertionError(f"the key Tab does not reach {found}")

    def _top(self) -> float:
        top: float = self.page.evaluate("scrollY")
        return top
