"""Sharing a centre or the national line: its record, and nothing of the search."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.browser import Heard, serving_app, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, made_up_centre, shipped_records
from tests.support.visitor_page import ENHANCED, PHONE, find_on_device

NEEDS = ("device", "formats")
# A phone, whose sheet is closed by the visitor if `closed` is set.
SHEET = """
window.shared = [];
navigator.canShare = () => true;
navigator.share = async (data) => {
  if (window.closed_by_visitor) {
    window.was_closed = true;
    throw new DOMException("closed", "AbortError");
  }
  shared.push([data.title, data.text, Object.keys(data).length]);
};
"""
# A computer without a sheet.
CLIPBOARD = """
window.shared = [];
for (const name of ["share", "canShare"])
  Object.defineProperty(navigator, name, { value: undefined, configurable: true });
Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { shared.push([text.split("\\n")[0], text, 2]); } },
});
"""
LEAKS = r"9000|Gent|Gand|Ghent|خنت|غنت|51[.,]0|3[.,]7|\bkm\b|http://|lang=|127\.0\.0\.1|localhost"
CARDS = {record["id"]: record for record in shipped_records()["centres"]}
LINE = ".trust"


def visiting(browser: Browser, script: str, **options: Any) -> tuple[BrowserContext, Page]:
    """A page of a phone at the place that its position tells, with fakes."""
    context = browser.new_context(
        viewport=PHONE,
        geolocation={"latitude": 51.05, "longitude": 3.73},
        permissions=["geolocation"],
        **options,
    )
    context.add_init_script(script)
    context.clock.install(time=EXAMPLES_AT)
    return context, context.new_page()


def fold(card: Locator) -> Locator:
    """What shares a card, unfolded."""
    share = card.locator(".share")
    if share.get_attribute("open") is None:
        share.locator("summary").click()
    return share


def shared(card: Locator) -> tuple[str, str]:
    """The title and the text that a card shares, or copies."""
    button = fold(card).locator("[data-share]:visible")
    expect(button).to_have_count(1)
    button.click()
    card.page.wait_for_function("shared.length > 0")
    (title, text, members), *others = card.page.evaluate("shared.splice(0)")
    assert (members, others) == (2, [])
    return title, text


@pytest.fixture(params=[SHEET, CLIPBOARD], ids=["sheet", "clipboard"])
def device(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that can share, or only copy."""
    context, page = visiting(browser, request.param)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page that can share."""
    context, page = visiting(browser, SHEET)
    yield page
    context.close()


@pytest.fixture
def computer(browser: Browser) -> Iterator[Page]:
    """A page that can only copy."""
    context, page = visiting(browser, CLIPBOARD)
    yield page
    context.close()


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_what_is_shared_is_the_record_and_nothing_of_the_search(
    device: Page, origin: str, tag: str
) -> None:
    """Before a search, and for a postcode, a town and a position: name, numbers, public address
    and web site. No request is made.
    """
    device.goto(f"{origin}/?lang={tag}")
    device.wait_for_selector(ENHANCED)
    seen = {}
    for search in ("", "9000", "Gent", "position"):
        if search == "position":
            device.click("#origin > summary")
            device.click("[data-position]")
            expect(device.locator("[data-place]")).to_have_text(words(tag)["results.near-you"])
        elif search:
            find_on_device(device, search)
        device.wait_for_load_state("networkidle")
        heard = Heard.of(device)
        texts = [shared(card) for card in device.locator("article").all()]
        line = shared(device.locator(LINE))
        assert heard.requests == []
        assert "078 055 800" in line[1]
        for title, text in (*texts, line):
            assert text.startswith(f"{title}\n")
            assert not re.search(LEAKS, text)
        by_name = dict(texts)
        for record in CARDS.values():
            text = by_name[record["name"]]
            assert all(phone["display"] in text for phone in record["phones"])
            assert record["address"]["street"] in text
            assert record["website"] in text
        seen[search] = (sorted(texts), line)
    assert all(each == seen[""] for each in seen.values())


def test_a_text_says_what_the_card_says(computer: Page, origin: str) -> None:
    """With when calls are answered, and a doubt about the address."""
    computer.goto(f"{origin}/?lang=en")
    computer.wait_for_selector(ENHANCED)
    cards = {id_: computer.locator(f"article[data-centre={id_}]") for id_ in CARDS}
    assert shared(cards["pag-asa"])[1].split("\n") == [
        "PAG-ASA",
        "Call +32 2 511 64 64 – For emergencies this number is answered day and night.",
        "Cellebroersstraat 16b, 1000 Brussels",
        "https://www.pag-asa.be/",
    ]
    assert shared(cards["payoke"])[1].split("\n") == [
        "Payoke",
        "Call +32 3 201 16 90",
        "Leguit 4, 2000 Antwerp",
        "Call before you go: sources name two addresses.",
        "https://www.payoke.be/",
    ]
    assert shared(computer.locator(LINE))[1].split("\n") == [
        "Belgian line for victims of human trafficking, day and night",
        "Call 078 055 800",
        "This number is answered day and night.",
    ]


def test_with_the_neutral_name_nothing_names_the_centre(device: Page, origin: str) -> None:
    """The numbers and the address stay."""
    device.goto(f"{origin}/?lang=en")
    device.wait_for_selector(ENHANCED)
    texts = []
    for card in (*device.locator("article").all(), device.locator(LINE)):
        fold(card).locator("[name=neutral]").check()
        texts.append(shared(card))
    assert sorted(title for title, _ in texts) == [
        "Office", "Office Antwerp", "Office Brussels", "Office Liège",
    ]  # fmt: skip
    whole = "\n".join(text for _, text in texts).lower()
    assert not re.search("pag-asa|payoke|surya|sürya|traffick|victim|@|www|http", whole)
    assert {"+32 2 511 64 64", "leguit 4, 2000 antwerp", "078 055 800"} <= set(
        re.findall(r"leguit 4, 2000 antwerp|\+?[0-9][0-9 ]+[0-9]", whole)
    )


def test_a_visitor_who_closes_the_sheet_sees_no_error(phone: Page, origin: str) -> None:
    """Nothing is copied instead, and the next tap shares."""
    phone.goto(f"{origin}/?lang=nl")
    phone.wait_for_selector(ENHANCED)
    heard = Heard.of(phone)
    phone.evaluate("window.closed_by_visitor = true")
    card = phone.locator("article").first
    before = fold(card).inner_text()
    card.locator("[data-share]:visible").click()
    phone.wait_for_function("window.was_closed")
    assert (card.locator(".share").inner_text(), heard.console) == (before, [])
    assert phone.evaluate("shared") == []
    assert phone.locator(".note.error").count() == 0
    phone.evaluate("window.closed_by_visitor = false")
    assert shared(card)[0] == card.locator("h3 bdi").inner_text()


@pytest.mark.parametrize("tag", ["nl", "ar", "fr"])
def test_no_control_of_a_fold_overlaps_another_and_a_copy_moves_nothing(
    computer: Page, origin: str, tag: str
) -> None:
    """On a phone that cannot share; a screen reader reads that it was copied."""
    computer.goto(f"{origin}/?lang={tag}")
    find_on_device(computer, "2000")
    for card in (*computer.locator("article").all(), computer.locator(LINE)):
        share = fold(card)
        boxes = [
            each.bounding_box() for each in share.locator("summary, button:visible, label").all()
        ]
        assert len(boxes) == 4
        for index, box in enumerate(boxes):
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
            for other in boxes[index + 1 :]:
                assert other is not None
                beside = (
                    box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
                )
                assert beside or box["y"] + box["height"] <= other["y"]
        place = "each => [each.offsetTop, each.offsetHeight]"
        size = card.evaluate(place)
        shared(card)
        expect(share.get_by_role("status")).to_have_text(words(tag)["share.copied"])
        assert card.evaluate(place) == size


def test_where_the_clipboard_is_forbidden_the_text_is_copied_all_the_same(
    browser: Browser, origin: str
) -> None:
    """In a frame of another site, whose sheet is forbidden, too."""
    body = f'<textarea></textarea><iframe src="{origin}/embed?lang=nl" width=400 height=3000>'
    context = browser.new_context()
    page = context.new_page()
    with serving_site({"/": body}) as partner:
        page.goto(f"{partner.origin}/")
        frame = page.frame_locator("iframe")
        frame.locator(ENHANCED).wait_for()
        share = fold(frame.locator("article[data-centre=payoke]"))
        share.get_by_role("button", name=words("nl")["share.copy"]).click()
        expect(share.get_by_role("status")).to_have_text(words("nl")["share.copied"])
        page.locator("textarea").focus()
        page.keyboard.press("Control+V")
        assert page.locator("textarea").input_value().startswith("Payoke\nBel +32 3 201 16 90\n")
    context.close()


def test_without_javascript_only_the_contact_can_be_saved(browser: Browser, origin: str) -> None:
    """At each card; nothing is offered to share or copy, and no space is kept for it."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{origin}/?lang=nl")
    for card in (page.locator("article").first, page.locator(LINE)):
        share = card.locator(".share")
        assert share.locator("summary").inner_text() == words("nl")["save.button"]
        share.locator("summary").click()
        assert share.get_by_role("button").all_inner_texts() == [words("nl")["save.button"]]
        assert share.locator("[data-needs-script]").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().height)"
        ) == [0, 0]
        with page.expect_download() as downloading:
            share.get_by_role("button").click()
        assert downloading.value.suggested_filename == "contact.vcf"
    context.close()


def _moved(phones: list[dict[str, str]]) -> dict[str, Any]:
    """Phones for some days, in place of others."""
    temporary = {"until": "2026-12-31", "phones": [{"number": "+3232011698", "kind": "main"}]}
    return {"phones": phones, "timezone": "Europe/Brussels", "temporary": temporary}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a server with more centres than a page shows before a search."""
    phones = [
        {"number": "+3232011699", "kind": "main", "hours": "Mo-Fr 09:00-17:00; PH off"},
        {"number": "+3232011697", "kind": "fax"},
    ]
    near = {"location": {"lat": 50.85, "lon": 4.35, "precision": "street"}}
    directory = directory_of(
        tmp_path_factory.mktemp("many"),
        [
            *shipped_records()["centres"],
            made_up_centre(1, address_visibility="hidden", phones=phones, **near),
            made_up_centre(2, status="temporarily_closed", closed_until="2026-12-31", **near),
            made_up_centre(3, address_visibility="locality", **near, **_moved(phones[:1])),
        ],
    )
    with serving_app(create_app(directory, now=lambda: EXAMPLES_AT)) as served:
        yield served


def test_a_card_that_the_script_makes_shares_and_saves_its_centre(
    computer: Page, many: str
) -> None:
    """An address that is not public is not shared, nor a fax; a closed centre says so."""
    computer.goto(f"{many}/?lang=en")
    find_on_device(computer, "1000")
    texts = {}
    for card in computer.locator("article").all():
        title, text = shared(card)
        texts[title] = text.replace("\u2009", "").split("\n")
        save = card.locator("[name=contact]")
        assert save.get_attribute("value") == card.get_attribute("data-centre")
    assert texts["Centre Énée 1"] == [
        "Centre Énée 1",
        "Call +32 3 201 16 99 – Calls are answered: Monday–Friday: 09:00–17:00, "
        "Closed on public holidays",
    ]
    assert texts["Centre Énée 2"][1] == "Temporarily closed until 31 December 2026"
    last = "Until 31 December 2026"
    assert texts["Centre Énée 3"] == ["Centre Énée 3", "Call +32 3 201 16 98", last]
