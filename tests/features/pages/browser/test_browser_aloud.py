"""Reading aloud: only with a voice of the device, only after a tap, and silent at once when the
visitor stops it, leaves or goes on.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support import still
from tests.support.browser import Heard, axe_violations, leave_by_shift, serving_app
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, shipped_records
from tests.support.visitor_page import ENHANCED, PHONE, find, find_on_device, opened, plain

NEEDS = ("device", "formats")
# Voices that come when `arrive` is called, and what they were given. Like that of browsers, the
# list has voices of their makers' servers.
FAKE = """
window.known = [];
window.said = [];
window.cancelled = 0;
window.arrive = (...voices) => {
  for (const [lang, localService] of voices)
    known.push({ lang, localService, name: lang, voiceURI: lang, default: false });
  speechSynthesis.onvoiceschanged?.();
};
window.SpeechSynthesisUtterance = class {
  constructor(text) { this.text = text; }
};
Object.defineProperty(window, "speechSynthesis", { configurable: true, value: {
  getVoices: () => [...known],
  speak: (utterance) => said.push(utterance),
  cancel: () => { cancelled += 1; },
} });
"""
SAID = "said.map(({ text }) => text)"
VOICES = "said.map(({ voice, lang, volume }) => [voice.lang, voice.localService, lang, volume])"
LINES, ANSWER = "main > .helplines .aloud", ".results .aloud"
REMOTE = [["nl-NL", False], ["en-GB", False], ["zh-HK", False]]


@contextmanager
def listening(browser: Browser, voices: list[list[Any]], **options: Any) -> Iterator[Page]:
    """A page of a phone with voices from the start."""
    context, page = opened(browser, at=EXAMPLES_AT, viewport=PHONE, **options)
    arriving = f"arrive(...{voices});".replace("True", "true").replace("False", "false")
    context.add_init_script(FAKE + arriving)
    yield page
    context.close()


def show(page: Page, origin: str, tag: str = "nl") -> None:
    """Open the page, which can search on the device then."""
    page.goto(f"{origin}/?lang={tag}")
    page.wait_for_selector(ENHANCED)


def read(page: Page, fold: str) -> Locator:
    """Let a part be read; returns the button."""
    if page.locator(fold).get_attribute("open") is None:
        page.click(f"{fold} > summary")
    button = page.locator(f"{fold} button")
    button.click()
    return button


def said(page: Page) -> list[str]:
    """What was said since the last time."""
    texts: list[str] = page.evaluate(SAID)
    page.evaluate("said.splice(0)")
    return texts


def digits(texts: list[str]) -> str:
    """The digits that were said one by one."""
    return "".join(re.sub(r"\D", "", text) for text in texts if re.fullmatch(r"(.+, )*\d", text))


@pytest.fixture
def dutch(browser: Browser) -> Iterator[Page]:
    """A phone that has a Dutch voice and some of servers."""
    with listening(browser, [*REMOTE, ["nl-BE", True]]) as page:
        yield page


@pytest.mark.parametrize("voices", [[], REMOTE, [["de-DE", True], ["af-ZA", True], *REMOTE]])
def test_without_a_voice_of_the_device_for_the_language_nothing_is_offered(
    browser: Browser, origin: str, voices: list[list[Any]]
) -> None:
    """Neither before a search nor in an answer."""
    with listening(browser, voices) as page:
        show(page, origin)
        find_on_device(page, "9000")
        for fold in (LINES, ANSWER):
            expect(page.locator(fold)).to_have_count(0)
        assert said(page) == []


def test_without_speech_or_scripts_nothing_is_offered(browser: Browser, origin: str) -> None:
    """A browser that cannot speak has no such part at all."""
    context = browser.new_context(viewport=PHONE)
    context.add_init_script("delete window.speechSynthesis")
    page = context.new_page()
    show(page, origin)
    assert page.locator(".aloud").count() == 0
    context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/?lang=nl")
    page.fill("#postcode", "9000")
    page.click("form.search-form button.main")
    page.wait_for_selector("#origin.known")
    assert page.locator(".aloud").count() == 0
    context.close()


def test_the_helplines_are_read_with_the_voice_of_the_device(dutch: Page, origin: str) -> None:
    """Quietly, after a tap on a button below what says that it makes sound; no request is made."""
    show(dutch, origin)
    dutch.wait_for_load_state("networkidle")
    heard = Heard.of(dutch)
    dutch.click(f"{LINES} > summary")
    expect(dutch.locator(LINES)).to_contain_text(words("nl")["aloud.sound"])
    assert said(dutch) == []
    read(dutch, LINES)
    voices = dutch.evaluate(VOICES)
    assert all(each == ["nl-BE", True, "nl-BE", 0.5] for each in voices)
    texts = said(dutch)
    assert texts[:4] == ["Nu in gevaar? Bel.", "Noodnummer", "1, 1, 2", "Politie – België"]
    assert texts[6:9] == ["0, 7, 8", "0, 5, 5", "8, 0, 0"]
    assert digits(texts).startswith("112101078055800")
    assert heard.requests == []


def test_an_answer_says_the_number_to_call_now_first(dutch: Page, origin: str) -> None:
    """Name, state, number, when calls are answered, and the number for danger; no distance and no
    place of the visitor.
    """
    show(dutch, origin)
    find_on_device(dutch, "1000")
    read(dutch, ANSWER)
    assert said(dutch) == [
        "PAG-ASA",
        "Kantoor nu open, tot 17:00",
        "Bel",
        *("plus, 3, 2", "2", "5, 1, 1", "6, 4", "6, 4"),
        words("nl")["phone.emergencies"],
        "Belgische lijn voor slachtoffers van mensenhandel, dag en nacht",
        *("0, 7, 8", "0, 5, 5", "8, 0, 0"),
        words("nl")["contested.opening_hours"],
        "Nu in gevaar? Bel.",
        "Noodnummer",
        "1, 1, 2",
    ]


def test_an_answer_of_the_server_is_read_as_one_of_the_device(dutch: Page, origin: str) -> None:
    """It has the same elements."""
    plain(dutch)
    dutch.goto(f"{origin}/?lang=nl")
    find(dutch, "1000")
    read(dutch, ANSWER)
    assert said(dutch)[:5] == ["PAG-ASA", "Kantoor nu open, tot 17:00", "Bel", "plus, 3, 2", "2"]


@pytest.mark.parametrize("language", tried_languages(), ids=lambda each: each.tag)
def test_in_each_language_exactly_the_digits_of_the_numbers_are_said(
    browser: Browser, origin: str, language: Any
) -> None:
    """Those of each link that calls, in the order of the page, by the page's own voice."""
    tag = language.tag
    with listening(browser, [[tag, True], *REMOTE]) as page:
        show(page, origin, tag)
        shown = page.eval_on_selector_all(
            "main > section.helplines [href^='tel:'] bdi",
            "each => each.map((one) => one.textContent)",
        )
        read(page, LINES)
        # The other texts have no token that is a digit alone.
        assert digits(said(page)) == re.sub(r"\D", "", "".join(shown))
        find_on_device(page, "9000")
        card = "article:first-of-type"
        numbers = page.eval_on_selector_all(
            f".centres > :first-child {card} > :is(.night, .calls) bdi[dir]",
            "each => each.map((one) => [!one.closest('.main'), one.textContent])",
        )
        read(page, ANSWER)
        expected = "".join(number for _, number in sorted(numbers, key=lambda each: bool(each[0])))
        assert digits(said(page)) == f"{re.sub(r'[^0-9]', '', expected)}112"


def test_a_second_tap_is_silence(dutch: Page, origin: str) -> None:
    """The button has the same place and size with both of its labels; at the end it offers to read
    again.
    """
    show(dutch, origin)
    button = read(dutch, LINES)
    before = button.bounding_box()
    expect(button).to_have_accessible_name(words("nl")["aloud.stop"])
    button.click()
    assert dutch.evaluate("cancelled") == 1
    expect(button).to_have_accessible_name(words("nl")["aloud.button"])
    assert button.bounding_box() == before
    said(dutch)
    button.click()
    dutch.evaluate("said.at(-1).onend()")
    expect(button).to_have_accessible_name(words("nl")["aloud.button"])


def test_a_second_part_silences_the_first(dutch: Page, origin: str) -> None:
    """And a late end of the first does not end the second."""
    show(dutch, origin)
    find_on_device(dutch, "9000")
    first = read(dutch, LINES)
    dutch.evaluate("window.first = said.splice(0)")
    second = read(dutch, ANSWER)
    assert dutch.evaluate("cancelled") == 1
    expect(first).to_have_accessible_name(words("nl")["aloud.button"])
    dutch.evaluate("first.at(-1).onend()")
    expect(second).to_have_accessible_name(words("nl")["aloud.stop"])


@pytest.mark.parametrize("gesture", ["click", "shift"])
def test_leaving_is_silence_at_once(dutch: Page, origin: str, gesture: str) -> None:
    """Before the next page has come."""
    show(dutch, origin)
    dutch.evaluate("() => { speechSynthesis.cancel = () => console.log('silent', location.href); }")
    dutch.route("https://www.wikipedia.org/**", lambda _: None)  # it does not come
    read(dutch, LINES)
    with dutch.expect_console_message(lambda message: message.text.startswith("silent")) as silent:
        if gesture == "click":
            dutch.locator("a[data-exit]").click(no_wait_after=True)
        else:
            leave_by_shift(dutch)
    assert silent.value.text.startswith(f"silent {origin}")


def search(page: Page) -> None:
    """Search for another place."""
    find(page, "4000")


def refused(page: Page) -> None:
    """Type what is no place."""
    page.fill("#postcode", "9999")
    page.click("form.search-form button.main")
    page.wait_for_selector("[aria-invalid=true]")


def language(page: Page) -> None:
    """Choose another language."""
    page.click(".languages > summary")
    page.click(".languages [hreflang=en]")
    page.wait_for_selector("html[lang=en]")


def hidden(page: Page) -> None:
    """Go to another app."""
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def gone(page: Page) -> None:
    """Go to another page."""
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")


@pytest.mark.parametrize("step", [search, refused, language, hidden, gone])
def test_what_goes_on_is_silence(dutch: Page, origin: str, step: Any) -> None:
    """A search, another language, and a page that is out of sight."""
    show(dutch, origin)
    read(dutch, LINES)
    said(dutch)
    step(dutch)
    assert dutch.evaluate("cancelled") >= 1
    assert said(dutch) == []
    assert dutch.locator(".reading").count() == 0


@pytest.mark.parametrize(
    "change", ["known.length = 1", "known[3].localService = false", "known[0].name = 'nl-BE'"]
)
def test_it_is_silent_when_its_voice_is_gone(dutch: Page, origin: str, change: str) -> None:
    """The browser would read the rest with one of its own choice, which may be on a server."""
    show(dutch, origin)
    button = read(dutch, LINES)
    dutch.evaluate("arrive(['nl-SR', true])")
    assert dutch.evaluate("cancelled") == 0
    said(dutch)
    dutch.evaluate(f"() => {{ {change}; arrive(); }}")
    assert dutch.evaluate("cancelled") == 1
    assert said(dutch) == []
    expect(button).to_have_accessible_name(words("nl")["aloud.button"])


def test_another_language_has_its_own_voice_or_none(browser: Browser, origin: str) -> None:
    """A Dutch voice does not read English."""
    with listening(browser, [["nl-BE", True], *REMOTE]) as page:
        show(page, origin)
        find_on_device(page, "9000")
        expect(page.locator(f"{ANSWER} > summary")).to_be_visible()
        page.click(".languages > summary")
        page.locator(".languages [lang=en]").click()
        page.wait_for_selector("html[lang=en] #origin.known")
        for fold in (LINES, ANSWER):
            expect(page.locator(fold)).to_have_count(0)
        page.evaluate("arrive(['en_GB', true])")
        read(page, ANSWER)
        assert page.evaluate(VOICES)[0] == ["en_GB", True, "en_GB", 0.5]


def test_what_unfolds_does_not_part_a_heading_from_its_numbers(
    browser: Browser, origin: str
) -> None:
    """“In danger now? Call.” stays right above 112, also for a screen reader."""
    with listening(browser, [["en-GB", True]]) as page:
        show(page, origin, "en")
        page.locator(f"{LINES} > summary").click()
        fold, heading = (
            page.locator(f"main > .helplines > {each}").bounding_box() for each in (".aloud", "h2")
        )
        assert fold is not None
        assert heading is not None
        assert fold["y"] + fold["height"] <= heading["y"]
        following = "document.querySelector('main > .helplines > h2').nextElementSibling.tagName"
        assert page.evaluate(following) == "UL"


@pytest.mark.parametrize("tag", ["nl", "ar", "pt"])
def test_a_voice_that_comes_late_moves_nothing(browser: Browser, origin: str, tag: str) -> None:
    """The place is kept, before a search and in an answer."""
    with listening(browser, REMOTE) as page:
        page.add_init_script(still.WATCH)
        show(page, origin, tag)
        places = "[...document.querySelectorAll('main :is(h1, h2, a, button, article)')]"
        places += ".filter((each) => !each.closest('.aloud'))"
        places += ".map((each) => Object.values(each.getBoundingClientRect().toJSON()).join())"
        before = page.evaluate(places)
        still.begin(page)
        page.evaluate(f"arrive(['{tag}', true])")
        expect(page.locator(f"{LINES} > summary")).to_be_visible()
        assert page.evaluate(places) == before
        assert still.moved(page) == []
    with listening(browser, REMOTE) as page:
        page.add_init_script(still.WATCH)
        show(page, origin, tag)
        find_on_device(page, "9000")
        before = page.evaluate(places)
        still.begin(page)
        page.evaluate(f"arrive(['{tag}', true])")
        expect(page.locator(f"{ANSWER} > summary")).to_be_visible()
        assert page.evaluate(places) == before
        assert still.moved(page) == []


def test_a_voice_that_was_lost_is_not_replaced_by_that_of_a_server(
    dutch: Page, origin: str
) -> None:
    """The browser would choose one by itself for a text without a voice."""
    show(dutch, origin)
    remote = "[{ lang: 'nl-NL', localService: false }]"
    dutch.evaluate(f"() => {{ speechSynthesis.getVoices = () => {remote}; }}")
    read(dutch, LINES)
    assert said(dutch) == []


def test_english_sentences_of_a_page_need_an_english_voice(browser: Browser, origin: str) -> None:
    """Else they are left out; the number is said by the voice of the page."""
    sentence = words("so")["helpline.national_line"]
    for voices in ([["so-SO", True]], [["so-SO", True], ["en-US", True]]):
        with listening(browser, voices) as page:
            show(page, origin, "so")
            read(page, LINES)
            spoken = dict(page.evaluate("said.map(({ text, voice }) => [text, voice.lang])"))
            assert spoken["0, 7, 8"] == "so-SO"
            assert {text: tag for text, tag in spoken.items() if tag != "so-SO"} == (
                {} if len(voices) == 1 else {sentence: "en-US", **english(spoken)}
            )


def english(spoken: dict[str, str]) -> dict[str, str]:
    """What was said by the English voice."""
    return {text: tag for text, tag in spoken.items() if tag == "en-US"}


def test_a_closed_centre_is_read_with_its_state(browser: Browser, tmp_path: Any) -> None:
    """That it is temporarily closed, before its number."""
    closed = {"status": "temporarily_closed"}
    centres = [{**record, **closed} for record in shipped_records()["centres"]]
    app = create_app(directory_of(tmp_path, centres), now=lambda: EXAMPLES_AT)
    with serving_app(app) as origin, listening(browser, [["en-GB", True]]) as page:
        show(page, origin, "en")
        find_on_device(page, "1000")
        read(page, ANSWER)
        assert said(page)[:2] == ["PAG-ASA", words("en")["status.temporarily_closed"]]


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_it_works_by_keyboard_and_has_large_targets(
    browser: Browser, origin: str, tag: str
) -> None:
    """In the order of the page; 44 px, and no violation that axe finds."""
    with listening(browser, [[tag, True]]) as page:
        show(page, origin, tag)
        find_on_device(page, "9000")
        assert page.evaluate("document.activeElement.id") == "results"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert said(page)[0] == "PAG-ASA"
        page.click(f"{LINES} > summary")
        for control in page.locator(".aloud :is(summary, button)").all():
            box = control.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
        assert axe_violations(page) == []
