"""Flyers on paper: each language and size is printed by Chromium, and its PDF is looked at."""

import html
import re
import shlex
import subprocess
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL.Image import Image
from playwright.sync_api import Browser, Page

from directory_api.features.flyer import sheet
from directory_api.features.flyer.flyer import Flyer, flyer
from directory_api.features.flyer.sizes import SIZES
from directory_api.live.editions import Edition
from directory_api.record.numbers import FAX
from directory_api.text.translations import match, words
from tests.support.amount import EVERY_CASE
from tests.support.languages import tried_languages
from tests.support.programs import require
from tests.support.servers import ROOT

WHERE = sheet.PublicAddress.of("https://help.example.org")
MM = 72 / 25.4
# Width and height in millimetres.
PAGES = {"a4": (210, 297), "a5": (148, 210), "card": (210, 297), "tear-off": (210, 297)}
# The smallest text in points, and pixels for each point of the page when it is looked at.
LEAST = {"a4": 9.0, "a5": 9.0, "card": 7.0, "tear-off": 9.0}
SCALE = {"a4": 1.6, "a5": 2.0, "card": 2.5, "tear-off": 1.8}
# Of the page; a cheap printer makes stripes in larger dark areas.
MOST_DARK = 0.12
# What is on the back of a hand-out.
SIGNS = ("move", "alone", "papers", "pay", "place", "fear")
# The beginnings of the texts that are wider or higher than their box, or leave the sheet.
_CUT = """(() => {
  const cut = [], slack = 1.5;
  const boxes = ".sheet, .one, .strip, .left, .how, .who, li, footer div";
  for (const box of document.querySelectorAll(boxes)) {
    const whole = box.matches(".sheet, .one, .strip");
    const high = whole && box.scrollHeight > box.clientHeight + slack;
    if (high || box.scrollWidth > box.clientWidth + slack) cut.push(box);
  }
  for (const sheet of document.querySelectorAll(".sheet, .one")) {
    const outer = sheet.getBoundingClientRect();
    for (const part of sheet.querySelectorAll("p, h1, h2, h3, b, bdi, svg")) {
      const inner = part.getBoundingClientRect();
      if (inner.width && (inner.left < outer.left - slack || inner.right > outer.right + slack ||
          inner.top < outer.top - slack || inner.bottom > outer.bottom + slack)) cut.push(part);
    }
  }
  for (const [above, below] of [["footer", ".strips"], [".left", ".one > .check"]]) {
    const first = document.querySelector(above), next = document.querySelector(below);
    if (first && next && first.getBoundingClientRect().bottom >
        next.getBoundingClientRect().top + slack) cut.push(next);
  }
  const last = document.querySelector(".left > :last-child");
  if (last && last.getBoundingClientRect().bottom >
      last.parentNode.getBoundingClientRect().bottom + slack) cut.push(last);
  return cut.map(each => each.textContent.trim().slice(0, 40));
})()"""
# The smallest text of the last printed flyer, in CSS pixels, of which 96 are an inch.
_SMALLEST = """(() => {
  const sizes = [], texts = document.createTreeWalker(document.body, 4);
  while (texts.nextNode())
    if (texts.currentNode.data.trim() && texts.currentNode.parentNode.closest(".sheet"))
      sizes.push(parseFloat(getComputedStyle(texts.currentNode.parentNode).fontSize));
  return Math.min(...sizes);
})()"""


@dataclass(frozen=True)
class Print:
    """A printed flyer."""

    flyer: Flyer
    tag: str
    html: str
    pdf: bytes
    cut: tuple[str, ...]
    smallest_pt: float

    @property
    def digits(self) -> list[str]:
        """What is in each line of its first page, as a person sees it from left to right: the
        signs of numbers only.
        """
        text = pypdfium2.PdfDocument(self.pdf)[0].get_textpage()
        lines: dict[int, list[tuple[float, str]]] = {}
        for number, sign in enumerate(text.get_text_range()):
            if sign in "+0123456789":
                left, bottom, *_ = text.get_charbox(number, loose=True)
                lines.setdefault(round(bottom), []).append((left, sign))
        return ["".join(sign for _, sign in sorted(line)) for line in lines.values()]

    def pixels(self, number: int = 0) -> Image:
        """A page in black and white, without grey."""
        page = pypdfium2.PdfDocument(self.pdf)[number]
        grey = page.render(scale=SCALE[self.flyer.size.name], grayscale=True).to_pil()
        pixels: Image = grey.point(lambda value: 255 if value > 127 else 0)
        return pixels


def _tags() -> list[str]:
    # One that is not offered yet can be printed, too.
    unoffered = ["ti"] if EVERY_CASE and match("ti") == "ti" else []
    return [*(each.tag for each in tried_languages()), *unoffered]


@pytest.fixture(scope="module")
def paper(browser: Browser) -> Iterator[Page]:
    """A page that is laid out as on paper."""
    page = browser.new_page()
    page.emulate_media(media="print")
    yield page
    page.close()


@pytest.fixture(scope="module")
def prints(paper: Page, edition: Edition) -> Mapping[tuple[str, str, bool], Print]:
    """Each flyer with all centres, by size, language, and whether it is neutral."""
    return {
        (size, tag, neutral): _printed(paper, flyer(edition, size, neutral=neutral), tag)
        for size, tag, neutral in product(SIZES, _tags(), (False, True))
    }


def _printed(paper: Page, printed: Flyer, tag: str) -> Print:
    said = sheet.html(printed, tag, WHERE)
    cut = _cut(paper, said)
    smallest = paper.evaluate(_SMALLEST) * 72 / 96
    return Print(printed, tag, said, _pdf(paper), cut, smallest)


def _cut(paper: Page, said: str) -> tuple[str, ...]:
    """Return the beginnings of the texts of a flyer that have no room on it."""
    paper.set_content(said)
    return tuple(paper.evaluate(_CUT))


def _pdf(paper: Page) -> bytes:
    return paper.pdf(prefer_css_page_size=True, print_background=True)


def test_nothing_is_cut_on_the_page_of_a_flyer_and_its_back(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """Each has one page of its size, a hand-out that is not neutral two, on which every text has
    room.
    """
    for key, each in prints.items():
        assert each.cut == (), key
        document = pypdfium2.PdfDocument(each.pdf)
        assert len(document) == (2 if key[0] == "a5" and not key[2] else 1), key
        for page in document:
            size = [length / MM for length in page.get_size()]
            assert size == pytest.approx(PAGES[key[0]], abs=0.6), key


def test_one_centre_alone_has_room(paper: Page, edition: Edition) -> None:
    """A flyer of one centre has the same sizes."""
    for size, tag in product(("a4", "a5", "card"), _tags()):
        alone = flyer(edition, size, "pag-asa", neutral=False)
        assert _cut(paper, sheet.html(alone, tag, WHERE)) == (), (size, tag)


def test_a_text_without_room_is_found(paper: Page, edition: Edition) -> None:
    """The test above would notice it."""
    page = sheet.html(flyer(edition, "a4", neutral=False), "en", WHERE)
    assert _cut(paper, page.replace("Brussels", "Brussels " * 400))


def test_a_sign_without_room_is_found(paper: Page, edition: Edition) -> None:
    """On the back, too."""
    page = sheet.html(flyer(edition, "a5", neutral=False), "en", WHERE)
    sign = words("en")["door.sign.move"]
    assert _cut(paper, page.replace(sign, f"{sign} " * 90))


def test_the_back_of_a_hand_out_has_the_signs_the_advice_and_their_sources(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """In its language, with the site to report, each number of the front, and who says so."""
    for (size, tag, neutral), each in prints.items():
        _, has_back, back = each.html.partition('class="sheet back"')
        assert bool(has_back) is (size == "a5" and not neutral), (size, tag, neutral)
        if not has_back:
            continue
        said = html.unescape(re.sub("<[^>]*>", "", back))
        keys = (*(f"sign.{sign}" for sign in SIGNS), "several", "report", "confront")
        for text in (
            *(words(tag)[f"door.{key}"] for key in keys),
            *(line.display or line.number or "" for line in each.flyer.helplines),
            *("pag-asa.be", "gouverneurbw.be", "dhs.gov"),
        ):
            assert text in said, (tag, text)
        dark = each.pixels(1).histogram()
        assert 0.01 < dark[0] / sum(dark) < MOST_DARK, tag


def test_the_command_of_the_page_about_flyers_prints_a_flyer_alone(
    embed_origin: str, tmp_path: Path
) -> None:
    """One page of A4, without the date and address that browsers print around a page."""
    (line,) = re.findall("^chromium .*", (ROOT / "docs/flyer.md").read_text(), re.MULTILINE)
    program, *options = shlex.split(line.replace("https://help.example.org", embed_origin))
    command = [str(require(program)), "--no-sandbox", f"--user-data-dir={tmp_path}", *options]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    document = pypdfium2.PdfDocument((tmp_path / "flyer-a4-ro.pdf").read_bytes())
    assert len(document) == 1
    assert [length / MM for length in document[0].get_size()] == pytest.approx(PAGES["a4"], abs=0.6)
    text = document[0].get_textpage().get_text_range()
    assert "078 055 800" in text
    assert embed_origin not in text


def test_text_is_large_enough(prints: Mapping[tuple[str, str, bool], Print]) -> None:
    """At least 9 points, on a card 7."""
    for key, each in prints.items():
        assert each.smallest_pt >= LEAST[key[0]] - 0.01, key


def test_every_qr_code_is_read_from_black_and_white_pixels(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """It opens the page in the language, without a place; and no flyer has large dark areas."""
    for key, each in prints.items():
        size, tag, neutral = key
        # The code of a neutral flyer is the same.
        if neutral and size != "card":
            continue
        pixels = each.pixels()
        codes = zxingcpp.read_barcodes(
            pixels, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
        expected = sheet.CARDS if size == "card" else 1
        texts = [code.text for code in codes]
        assert texts == [f"https://help.example.org/?lang={tag}"] * expected, key
        dark = pixels.histogram()[0] / (pixels.width * pixels.height)
        assert dark < MOST_DARK, key


def test_a_qr_code_is_as_large_as_it_must_be(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """At least 20 mm without its quiet zone of four modules, on a card 15 mm."""
    for key, each in prints.items():
        found = re.search(r'class="qr" width="([0-9.]+)mm".*?viewBox="0 0 (\d+)', each.html)
        assert found
        width, modules = float(found[1]), int(found[2])
        without_quiet = width * (modules - 8) / modules
        assert without_quiet >= (15 if key[0] == "card" else 20) - 0.01, key


def test_the_numbers_on_paper_are_those_of_the_records(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """Digit by digit, in their order, also between words from right to left."""
    for key, each in prints.items():
        text = " ".join(each.digits)
        shown = [line.display or line.number for line in each.flyer.helplines if line.number]
        shown += [
            phone.display or phone.number
            for centre in each.flyer.centres
            for phone in centre.phones
            if phone.kind != FAX
        ]
        for number in shown:
            assert number.replace(" ", "") in text, (key, number)


def test_every_letter_has_a_glyph(prints: Mapping[tuple[str, str, bool], Print]) -> None:
    """No flyer has the empty box of a letter that no font has."""
    for key, each in prints.items():
        assert _missing_glyphs(each.pdf) == 0, key


def test_a_letter_without_a_glyph_is_found(paper: Page, edition: Edition) -> None:
    """The test above would notice it."""
    page = sheet.html(flyer(edition, "a4", neutral=False), "en", WHERE)
    paper.set_content(page.replace("PAG-ASA", "\u0378\u0378"))
    assert _missing_glyphs(_pdf(paper))


def test_a_neutral_flyer_does_not_say_what_the_centres_are_for(
    prints: Mapping[tuple[str, str, bool], Print],
) -> None:
    """It has neither their names nor those of lines and sites."""
    for (size, tag, neutral), each in prints.items():
        if not neutral:
            continue
        say = words(tag)
        for told in (
            *(
                "PAG-ASA",
                "Payoke",
                "Sürya",
                "pag-asa",
                "payoke",
                "surya",
                "stoptr",
                "stopm",
                "stoph",
                "078 055 800",
            ),
            *(say["flyer.heading"], say["flyer.advice"], say["helpline.national_line"]),
        ):
            assert told not in each.html, (size, tag, told)


def _missing_glyphs(document: bytes) -> int:
    """Return how often the glyph 0, that of a missing letter, is in the text of a PDF."""
    count = 0
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        if b" Tf" not in content:
            continue
        for glyphs in re.findall(rb"<([0-9A-Fa-f]+)> Tj", content):
            count += [glyphs[at : at + 4] for at in range(0, len(glyphs), 4)].count(b"0000")
    return count
