"""Builds the demonstration into a folder: `make demo`, or `python -m tools.demo build/demo --url
https://demo.example.org`.

The folder is what `directory-api publish` writes for the invented island of `data/`, and each of
its pages says that the data is invented. Any web host can serve it.
"""

import json
import os
import re
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from markupsafe import Markup

HERE = Path(__file__).parent
_TAG = re.compile(r'<html lang="([^"]+)"')
# Before the content of a page, after the links that the Tab key reaches first.
_CONTENT = re.compile(r"<main\b")
# The examples of the reference are those of openapi.yaml, which come from the shipped records.
_REFERENCE = {
    "en": "Demonstration: this site has invented data. The examples on this page are answers of "
    "the directory of Belgium, and their numbers are real."
}
# A printed flyer leaves the site, and its numbers would be taken for real ones.
_LEFT_OUT = ("flyer",)
_STYLESHEET = "static/demonstration.css"
# In sight wherever the page is scrolled, except on a low screen, such as that of a large zoom,
# where it would cover what is read.
_STYLE = """
.demonstration{margin:0;padding:.5rem 1rem;background:#fef3c7;color:#451a03;\
border-block:3px solid #b45309;font-weight:bold;text-align:center;grid-column:1/-1}
@media (min-height:30rem){
.demonstration{position:fixed;inset:auto 0 0;z-index:1;border-block-end:0}
body{padding-block-end:6rem}
html{scroll-padding-block-end:6rem}
}
"""


def marked(page: str, words: Mapping[str, str], prefix: str) -> str:
    """Return a page with the notice before its content: in the language of the page, or in English
    where that has no text. `prefix` is the path of the site. Raises ValueError if the page has no
    <main>.
    """
    found = _TAG.search(page)
    tag = found[1] if found else "en"
    language = Markup("") if tag in words else Markup(' lang="en" dir="ltr"')
    notice = Markup('<aside class="demonstration"{}>{}</aside>\n').format(
        language, words.get(tag, words["en"])
    )
    text, count = _CONTENT.subn(lambda main: f"{notice}{main[0]}", page, count=1)
    if not count:
        raise ValueError("a page without <main> cannot be marked as a demonstration")
    link = Markup('<link rel="stylesheet" href="{}/{}">\n').format(prefix, _STYLESHEET)
    return text.replace("</head>", f"{link}</head>", 1)


def build(folder: Path, origin: str | None) -> int:
    """Write the demonstration into a folder, and return how many pages are marked. Raises
    FileUnreadable if the folder has other files.
    """
    # What is known of countries is read from here, by the whole process.
    os.environ["DIRECTORY_DATA"] = str(HERE / "data")
    # Imported here: some of it reads the folder of the data when it is imported.
    from directory_api import feature

    vars(feature)["SHIPPED"] = [name for name in feature.SHIPPED if name not in _LEFT_OUT]
    from directory_api.bootstrap import open_directory
    from directory_api.config import Settings
    from directory_api.features.static_site.generator import StaticSite
    from directory_api.features.static_site.publish import File, publish

    words = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
    prefix = urlsplit(origin or "").path.rstrip("/")
    pages = 0

    def files(site: StaticSite) -> Iterator[File]:
        nonlocal pages
        for file in site.files():
            if file.media_type == "text/html":
                pages += 1
                texts = _REFERENCE if file.path.startswith("docs/") else words
                text = marked(file.content.decode(), texts, prefix)
                yield replace(file, content=text.encode())
            else:
                yield file
        yield File(_STYLESHEET, "text/css", _STYLE.encode())

    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with TemporaryDirectory() as place:
        directory = open_directory(Settings(database_url=f"sqlite:///{place}/demo.db"))
        directory.prepare()
        site = StaticSite(directory, today, origin)
        publish(files(site), folder, site.release)
    return pages


def main() -> None:
    """Build it, and say how to look at it."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="the address of the host, for the page for partners")
    given = parser.parse_args()
    given.folder.parent.mkdir(parents=True, exist_ok=True)
    pages = build(given.folder, given.url and given.url.rstrip("/"))
    print(f"{given.folder}: {pages} pages, each marked as a demonstration. To look at it:")
    print(f"  python3 -m http.server --bind 127.0.0.1 --directory {given.folder}/current 8001")


if __name__ == "__main__":
    main()
