"""What partners' pages load, what they paste, and oEmbed."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features.pages import embed
from directory_api.features.pages.embed import module
from directory_api.hours.in_words import day_names
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.text.translations import languages, words
from directory_api.web.app import create_app
from tests.support.api_client import problem
from tests.support.finder_pages import Page

MODULE = module().file.plain
HERE = "http://localhost"


def test_the_module_is_served_as_it_is(client: FlaskClient) -> None:
    """The module is served unchanged, revalidated under its name and immutable under its hash."""
    named, pinned = client.get("/embed/nearest-centre.js"), client.get(module().path)
    assert module().path == f"/embed/nearest-centre.{hashlib.sha256(MODULE).hexdigest()[:16]}.js"
    for response in (named, pinned):
        assert (response.status_code, response.data, response.mimetype) == (
            200,
            MODULE,
            "text/javascript",
        )
    assert "max-age=60," in named.headers["Cache-Control"]
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_integrity_is_that_of_the_module() -> None:
    """What a partner pins is the SHA-384 of the bytes that are served (Subresource Integrity)."""
    kind, _, digest = module().integrity.partition("-")
    assert kind == "sha384"
    assert base64.b64decode(digest) == hashlib.sha384(MODULE).digest()


@pytest.mark.parametrize(
    "name", ["nearest-centre.0123456789abcdef.js", "nearest-centre.%2e%2e.js", "finder.css"]
)
def test_another_hash_is_not_served(client: FlaskClient, name: str) -> None:
    """A version that is not there is no other version, and no other file is there."""
    problem(client.get(f"/embed/{name}"), 404, "not-found")


def test_the_component_of_a_past_release_is_served_as_it_was(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At the URL that partners have pinned; the folder says to people what it is for."""
    (tmp_path / "past").mkdir()
    (tmp_path / "past/README.md").write_text("Past releases")
    (tmp_path / "past/nearest-centre.0123456789abcdef.js").write_text("export {};")
    monkeypatch.setattr(embed, "files", lambda _: tmp_path)
    embed.pinned_modules.cache_clear()
    try:
        past = client.get("/embed/nearest-centre.0123456789abcdef.js")
        assert (past.status_code, past.text, past.mimetype) == (
            200,
            "export {};",
            "text/javascript",
        )
        assert past.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get(module().path).data == MODULE
        assert len(embed.pinned_modules()) == 2
    finally:
        embed.pinned_modules.cache_clear()


@pytest.mark.parametrize("name", ["docs.js", "nearest-centre.js", "..%2Fapp.py", "admin.css"])
def test_only_what_pages_need_is_static(client: FlaskClient, name: str) -> None:
    """No other file of the package can be read."""
    problem(client.get(f"/static/{name}"), 404, "not-found")


@pytest.mark.parametrize("tag", [language.tag for language in languages()])
def test_words_come_as_the_pages_say_them(client: FlaskClient, tag: str) -> None:
    """The words of a language, its direction, and what is borrowed, for the component; and the card
    of each centre, without what follows from a search and the time.
    """
    response = client.get(f"/embed/words/{tag}.json")
    document = response.get_json()
    assert document.items() >= json.loads(json.dumps(words(tag).to_record())).items()
    assert document["week"]["days"] == list(day_names(tag))
    bundle = client.get("/v1/bundle").get_json()
    assert document["revision"] == bundle["revision"]
    assert list(document["cards"]) == [centre["id"] for centre in bundle["centres"]]
    listed = [*bundle["helplines"], *bundle["helplines_abroad"]]
    assert {line["id"] for line in listed} <= set(document["lines"])
    for tag_name, attributes, *_ in document["cards"].values():
        assert (tag_name, attributes["class"]) == ("article", "centre")
    assert "max-age=300" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "tag"), [("nl-BE", "nl"), ("xx", "en"), ("..", "en"), ("sr-Cyrl", "sr-Latn")]
)
def test_the_nearest_words_answer(client: FlaskClient, asked: str, tag: str) -> None:
    """A region gets its language, an unknown language English; the answer says which it is."""
    assert client.get(f"/embed/words/{asked}.json").get_json()["tag"] == tag


def snippets(client: FlaskClient, path: str = "/partners", **options: Any) -> list[str]:
    """What the partners' page says to paste."""
    response = client.get(path, **options)
    assert response.status_code == 200
    Page(response)  # whole
    return [
        unescape(found)
        for found in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", response.text, re.DOTALL)
    ]


def test_a_partner_pastes_two_lines(client: FlaskClient) -> None:
    """The component's snippet is two lines: this server's module, and the element with a link."""
    component, pinned, frame, form, link = snippets(client, "/partners?lang=nl")
    first, second = component.splitlines()
    assert first == f'<script type="module" src="{HERE}/embed/nearest-centre.js"></script>'
    assert (
        second == '<nearest-centre lang="nl" style="display:block;min-height:max(48rem,768px)">'
        f'<a href="{HERE}/?lang=nl">Zoek een centrum</a>'
        "</nearest-centre>"
    )
    assert (
        f'src="{HERE}{module().path}" integrity="{module().integrity}" crossorigin="anonymous"'
        in pinned
    )
    assert f'src="{HERE}/embed?lang=nl"' in frame
    assert 'allow="geolocation"' in frame
    # Also where the policy of a partner ignores the style, a phone shows the whole frame.
    assert 'width="100%" height="840" style="max-width:480px;border:0"' in frame
    assert f'<form method="post" action="{HERE}/#origin"' in form
    assert 'name="postcode"' in form
    assert link == f'<a href="{HERE}/?lang=nl" rel="noreferrer">Zoek een centrum</a>'


@pytest.mark.parametrize(
    ("host", "scheme"),
    [
        ("directory.example.org", "https"),
        ("127.0.0.1:8000", "http"),
        ("localhost", "http"),
        ("localhost.evil", "https"),
    ],
)
def test_a_snippet_leads_to_the_server_that_shows_it(
    client: FlaskClient, host: str, scheme: str
) -> None:
    """Snippets name the host that was asked, over https, but on the own machine as it is."""
    for snippet in snippets(client, base_url=f"http://{host}"):
        assert f'"{scheme}://{host}/' in snippet


def test_the_preview_is_what_is_pasted(client: FlaskClient) -> None:
    """The page shows component and frame in the chosen language, and lists every option."""
    page = Page(client.get("/partners?lang=ar"))
    assert page.all("nearest-centre")[0].attributes["lang"] == "ar"
    (frame,) = page.all("iframe")
    assert frame.attributes["src"] == "/embed?lang=ar"
    assert (frame.attributes["width"], frame.attributes["height"]) == ("480", "840")
    assert page.all("script", src=module().path)[0].attributes["integrity"] == module().integrity
    assert page.all("html")[0].attributes["lang"] == "en"
    assert {*SERVICES, *AUDIENCES} <= {code.text for code in page.all("code")}


PUBLIC = "https://public.example.org/help"


@pytest.fixture(scope="module")
def elsewhere(directory: Directory) -> FlaskClient:
    """A client of a server that is asked at another host than the public one."""
    settings = replace(directory.settings, public_url=PUBLIC)
    return create_app(replace(directory, settings=settings)).test_client()


def test_what_is_pasted_has_the_public_address(elsewhere: FlaskClient) -> None:
    """The host that the editor uses may not be reachable by visitors; a policy has no path."""
    text = unescape(elsewhere.get("/partners?lang=nl").text)
    assert f'src="{PUBLIC}/embed/nearest-centre.js"' in text
    assert f'src="{PUBLIC}{module().path}"' in text
    assert f'src="{PUBLIC}/embed?lang=nl"' in text
    assert f'action="{PUBLIC}/#origin"' in text
    assert text.count(f'href="{PUBLIC}/?lang=nl"') == 2
    assert "allow <code>https://public.example.org</code>" in text
    assert HERE not in text


def test_oembed_knows_the_public_address(elsewhere: FlaskClient) -> None:
    """That of a page which was found there, and that of the host that was asked."""
    for url in (f"{PUBLIC}/embed?lang=nl", PUBLIC, f"{HERE}/embed?lang=nl"):
        assert f'src="{PUBLIC}/embed' in oembed(elsewhere, url).get_json()["html"]
    for url in ("https://public.example.org/embed", f"{HERE}/help/embed"):
        problem(oembed(elsewhere, url), 404, "not-found")
    (link,) = Page(elsewhere.get("/")).all("link", rel="alternate")
    assert link.attributes["href"] == f"{PUBLIC}/oembed?url={quote(f'{PUBLIC}/embed', safe='/')}"


def test_a_form_that_is_pasted_works(client: FlaskClient) -> None:
    """What the pasted form sends is answered, though it comes from another site."""
    sent = client.post(
        "/", data={"lang": "nl", "postcode": "2000"}, headers={"Origin": "https://partner.example"}
    )
    assert Page(sent).centres[0] == "payoke"


def oembed(client: FlaskClient, url: str, **more: str) -> Any:
    """Ask for what to paste for an address."""
    return client.get("/oembed", query_string={"url": url, **more})


@pytest.mark.parametrize("path", ["", "/", "/embed", "/embed?lang=ar&service=legal"])
def test_oembed_says_what_to_paste(client: FlaskClient, path: str) -> None:
    """The answer is oEmbed 1.0 of the type rich: a frame of /embed in the same language, with its
    size.
    """
    response = oembed(client, f"{HERE}{path}", format="json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    body = response.get_json()
    assert (body["version"], body["type"]) == ("1.0", "rich")
    (found,) = re.findall(r'<iframe src="([^"]*)"', body["html"])
    frame = urlsplit(unescape(found))
    assert (f"{frame.scheme}://{frame.netloc}{frame.path}") == f"{HERE}/embed"
    assert parse_qs(frame.query) == parse_qs(urlsplit(path).query)
    assert f'height="{body["height"]}" style="max-width:{body["width"]}px;' in body["html"]
    assert body["title"] == words("ar" if "ar" in path else "en")["title"]


def test_oembed_carries_no_place_and_no_markup(client: FlaskClient) -> None:
    """Only language and filters of the URL are kept, escaped; a place in it is dropped."""
    body = oembed(
        client,
        f"{HERE}/embed?postcode=9881&lat=50.9&exit=https://evil.example&lang=nl%22%3E%3Cscript%3E",
    ).get_json()
    assert "<script" not in body["html"].removeprefix("<iframe")
    assert not re.search("9881|50.9|evil", json.dumps(body))


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (480, 840)),
        ({"maxwidth": "300", "maxheight": "200"}, (300, 200)),
        ({"maxwidth": "9999"}, (480, 840)),
    ]
    + [({"maxwidth": wrong, "maxheight": wrong}, (480, 840)) for wrong in ("0", "-5", "many", "")],
)
def test_oembed_is_no_larger_than_asked(
    client: FlaskClient, asked: dict[str, str], size: tuple[int, int]
) -> None:
    """Width and height are ours, or less where less is asked for; what is no size is no limit."""
    body = oembed(client, f"{HERE}/embed", **asked).get_json()
    assert (body["width"], body["height"]) == size


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "https://evil.example/embed",
        f"{HERE}/v1/centres",
        "ftp://localhost/embed",
        "http://[::1/",
        f"{HERE}:1/",
    ],
)
def test_oembed_knows_its_own_addresses_only(client: FlaskClient, url: str) -> None:
    """Another address has nothing to embed: 404, as the standard asks."""
    problem(oembed(client, url), 404, "not-found")


def test_oembed_refuses_more_parameters_than_anybody_writes(client: FlaskClient) -> None:
    """An address with very many parameters is not one of ours, and does not crash."""
    problem(
        oembed(client, f"{HERE}/embed?{'&'.join(f'a{n}=1' for n in range(21))}"), 404, "not-found"
    )


def test_oembed_is_not_kept_by_a_cache(client: FlaskClient) -> None:
    """Its addresses hold the host that was asked, and some caches do not tell hosts apart."""
    assert oembed(client, f"{HERE}/embed").headers["Cache-Control"] == "no-store"


def test_oembed_ignores_a_query_that_is_too_long(client: FlaskClient) -> None:
    """A query of more than anybody writes is left out."""
    body = oembed(client, f"{HERE}/embed?lang=nl&{'x=1&' * 200}").get_json()
    assert f'src="{HERE}/embed"' in body["html"]


def test_oembed_is_json_only(client: FlaskClient) -> None:
    """XML is refused with 501 (oEmbed, section 2.3.4), and the problem says what to send."""
    response = oembed(client, f"{HERE}/embed", format="xml")
    assert response.status_code == 501
    assert "format=json" in response.get_json()["detail"]


def test_pages_point_to_their_oembed(client: FlaskClient) -> None:
    """The finder, the embed page and the partners' page each link to a working oEmbed address."""
    for path in ("/", "/embed", "/partners"):
        (link,) = Page(client.get(path)).all("link", rel="alternate")
        assert link.attributes["type"] == "application/json+oembed"
        assert link.attributes["href"] == f"{HERE}/oembed?url={quote(f'{HERE}/embed', safe='/')}"
        assert client.get(link.attributes["href"]).get_json()["type"] == "rich"
