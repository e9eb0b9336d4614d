"""`make demo`: a folder with invented data, which says so on each page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from directory_api.text.translations import languages
from tests.support.browser import axe_violations
from tests.support.made_once import made_once
from tests.support.servers import ROOT
from tests.support.static_hosts import plain

NEEDS = ("device", "formats", "hsds", "pages", "reference")
# What Ofcom keeps for drama: 020 7946 0000 to 0999, and 0808 157 0000 to 0999.
FOR_DRAMA = re.compile(r"\+44(?:2079460|8081570)\d{3}")
NUMBER = re.compile(rb"\+\d{7,15}\b")
NOTICE = re.compile(r'<aside class="demonstration"( lang="en" dir="ltr")?>([^<]+)</aside>')
WORDS = json.loads((ROOT / "tools/demo/words.json").read_text(encoding="utf-8"))
# Their examples are answers of the shipped directory.
REFERENCE = tuple(
    file
    for name, page in (("openapi", ""), ("openapi-editing", "editing/"), ("openapi-hsds", "hsds/"))
    for file in (f"{name}.yaml", f"{name}.json", f"docs/{page}index.html")
)
MARKS = ("invented", "verzonnen", "invent", "erfunden")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; not to be written to."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "tools.demo", str(folder)]
        address = ["--url", "https://demo.example.org"]
        done = subprocess.run(
            [*command, *address], cwd=ROOT, check=True, capture_output=True, text=True
        )
        assert "each marked as a demonstration" in done.stdout

    return made_once(tmp_path_factory, "demo", build) / "current"


def test_each_page_says_that_its_data_is_invented(demo: Path) -> None:
    """Once, before the content, in the language of the page or in English. That of the reference
    says that its examples are real.
    """
    pages = [*demo.rglob("*.html")]
    assert len(pages) > 4 * len(languages())
    for path in pages:
        page = path.read_text(encoding="utf-8")
        ((other, text),) = NOTICE.findall(page)
        assert page.index("<aside") < page.index("<main")
        assert '<link rel="stylesheet" href="/static/demonstration.css">' in page
        (tag,) = re.findall(r'<html lang="([^"]+)"', page)
        if str(path.relative_to(demo)) in REFERENCE:
            assert "numbers are real" in text
        else:
            assert text == WORDS.get(tag, WORDS["en"])
            assert bool(other) is (tag not in WORDS)


def test_there_is_nothing_to_print(demo: Path) -> None:
    """A flyer with invented numbers would leave the page that says so."""
    assert not (demo / "flyers").exists()
    assert "/flyers" not in (demo / "index.en.html").read_text(encoding="utf-8")


def test_only_numbers_that_belong_to_no_one_are_invented(demo: Path) -> None:
    """Every number in the folder is of a range that Ofcom keeps for drama, but 112, which is the
    only link to a short number.
    """
    numbers, links = set(), set()
    for path in demo.rglob("*"):
        if path.is_file() and str(path.relative_to(demo)) not in REFERENCE:
            content = path.read_bytes()
            numbers |= {found.decode() for found in NUMBER.findall(content)}
            links |= set(re.findall(r'href="tel:([^"]+)"', content.decode(errors="replace")))
    assert links - {"112"} <= numbers
    assert [each for each in numbers if not FOR_DRAMA.fullmatch(each)] == []
    assert len(numbers) == 4


def test_each_record_and_each_answer_says_that_it_is_invented(demo: Path) -> None:
    """A centre by its name and its description, the line by its name, and every answer by these; so
    the component on another site and a saved contact say it, too.
    """
    listed = json.loads((demo / "v1/centres.json").read_bytes())["centres"]
    files = [demo / f"v1/centres/{each['id']}.json" for each in listed]
    centres = [json.loads(file.read_bytes()) for file in files]
    lines = json.loads((demo / "v1/helplines.json").read_bytes())["helplines"]
    assert len(centres) == 3
    names = [
        name for each in centres for name in (each["name"], *each["name_translations"].values())
    ]
    assert [name for name in names if not any(mark in name for mark in MARKS)] == []
    assert all(each["description"] == WORDS for each in centres)
    invented = [each for each in lines if each["number"] != "112"]
    assert [each["id"] for each in invented] == ["demo-line"]
    assert {*invented[0]["name"]} >= {each.tag for each in languages()}
    assert all(re.search(r"[(（].+[)）]$", name) for name in invented[0]["name"].values())
    answer = json.loads((demo / "v1/nearest/GB/QX1.json").read_bytes())
    assert all(any(mark in each["name"] for mark in MARKS) for each in answer["results"])
    about = json.loads((demo / "v1.json").read_bytes())
    assert about["attribution"][0]["name"].startswith("Invented for a demonstration")


def test_no_real_postcode_leads_to_an_invented_centre(demo: Path) -> None:
    """No area of real postcodes of the country begins with Q."""
    codes = {path.stem for path in (demo / "v1/nearest").rglob("*.json")}
    assert len(codes) == 6
    assert all(re.fullmatch(r"QX[1-9]", code) for code in codes)


@pytest.mark.parametrize("size", [(360, 640), (320, 256)])
def test_the_notice_stays_in_sight_unless_it_would_cover_the_page(
    browser: Browser, demo: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    """After a search on a plain host, too; at a large zoom it is above the content instead. It is
    accessible.
    """
    width, height = size
    with plain(demo, tmp_path) as running:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{running.origin}/index.en.html")
        page.wait_for_selector(".search.enhanced")
        page.fill("#postcode", "QX3")
        page.keyboard.press("Enter")
        expect(page.locator("article h3").first).to_contain_text("Hill Centre (invented)")
        notice = page.locator(".demonstration")
        if height > 480:
            expect(notice).to_be_in_viewport(ratio=1)
        else:
            assert notice.evaluate("element => getComputedStyle(element).position") == "static"
        assert axe_violations(page) == []
        page.close()
