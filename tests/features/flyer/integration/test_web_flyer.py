"""/flyers, where partners choose a flyer, and /f/, which says whether a print is still right."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from directory_api.features.flyer.flyer import flyer
from directory_api.features.flyer.sizes import MOST_LISTED, SIZES
from directory_api.live.editions import Edition
from directory_api.text.translations import languages, words
from directory_api.web.app import create_app
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import made_up_centre

PUBLIC = "https://help.example.org"
RIGHT, WRONG = "This print is still right.", "This print is no longer right. Use these numbers."
BEFORE, DURING = datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 12, 3, 12, tzinfo=UTC)
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def with_hidden(tmp_path: Path) -> MaintainerApp:
    """An app with a centre whose address is secret, and that was confirmed lately."""
    confirmed = {**HIDDEN, "verified": {"on": "2026-11-30", "by": "anna", "how": "called"}}
    return create_maintainer_app(tmp_path, more=[confirmed], public_url=PUBLIC)


def _code(page: str) -> str:
    """Return the code on a flyer."""
    (code,) = {*re.findall(r"help\.example\.org/f/([0-9]+-[0-9A-Z]{6})", page)}
    return str(code)


def _print(client: FlaskClient, size: str = "a4", **query: str) -> str:
    response = client.get("/flyers/print", query_string={"size": size, **query})
    assert response.status_code == 200, response.text
    return str(response.text)


def _says(client: FlaskClient, code: str) -> str:
    """Return what the page says of a print."""
    response = client.get(f"/f/{code}")
    assert response.status_code == 200
    (said,) = [each for each in (RIGHT, WRONG) if each in response.text]
    return str(said)


@contextmanager
def _at(maintainer_app: MaintainerApp, moment: datetime) -> Iterator[FlaskClient]:
    """Open the app at another time."""
    with create_app(maintainer_app.directory, now=lambda: moment).test_client() as client:
        yield client


def test_each_print_is_right_until_a_number_on_it_changes(tmp_path: Path) -> None:
    """Every size, also neutral, with all centres or with the one that changes."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    client = maintainer_app.app.test_client()
    kinds = [
        {"size": size, **neutral, **centre}
        for size, neutral, centre in product(
            SIZES, ({}, {"neutral": "1"}), ({}, {"centre": "pag-asa"}, {"centre": "surya"})
        )
    ]
    codes = [_code(_print(client, **kind)) for kind in kinds]
    assert {_says(client, code) for code in codes} == {RIGHT}
    phone = {"number": "+3225116465", "display": "+32 2 511 64 65", "kind": "main"}
    maintainer_app.patch(phones=[phone])
    for kind, code in zip(kinds, codes, strict=True):
        assert _says(client, code) == (RIGHT if kind.get("centre") == "surya" else WRONG), kind
    assert _says(client, _code(_print(client))) == RIGHT


@pytest.mark.parametrize(
    ("members", "stays"),
    [
        ({"description": {"en": "Other words."}}, set(SIZES)),
        ({"name_translations": {"fr": "Autre nom"}}, set(SIZES)),
        ({"opening_hours": "Mo-Fr 10:00-16:00"}, {"a5", "card", "tear-off"}),
        ({"email": "hello@pag-asa.be"}, {"card", "tear-off"}),
        ({"website": "https://www.pag-asa.be/new/"}, {"card"}),
        ({"status": "temporarily_closed"}, set()),
        ({"services": ["information"]}, set()),
    ],
)
def test_only_what_a_size_says_makes_its_print_wrong(
    tmp_path: Path, members: dict[str, Any], stays: set[str]
) -> None:
    """Words and languages are not among the facts."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    client = maintainer_app.app.test_client()
    codes = {size: _code(_print(client, size)) for size in SIZES}
    maintainer_app.patch(**members)
    assert {size for size, code in codes.items() if _says(client, code) == RIGHT} == stays


def test_a_print_in_any_language_has_the_same_code(tmp_path: Path) -> None:
    """What it says is the same."""
    client = create_maintainer_app(tmp_path, public_url=PUBLIC).app.test_client()
    assert len({_code(_print(client, lang=tag.tag)) for tag in languages()}) == 1


@pytest.mark.parametrize(
    "code",
    ["1-000000", "1-", "-", "x", "999999-ABCDEF", "1-ABCDEFG", "a/b", "%00", "1-ÄÖÜßñé", "9" * 500],
)
def test_a_code_that_nobody_printed_is_answered_as_an_outdated_one(
    client: FlaskClient, code: str
) -> None:
    """With the helplines for every victim, the numbers of the centres and a link to a new flyer."""
    page = client.get(f"/f/{code}").text
    assert WRONG in page
    assert RIGHT not in page
    for href in ("tel:112", "tel:101", "tel:+3278055800", "tel:+3225116464", "/flyers?lang=en"):
        assert f'href="{href}"' in page, href
    # A line for some people, called "Helpline" in a language in which it has no name.
    assert 'href="tel:1712"' not in page


def test_a_code_is_read_as_people_type_it(tmp_path: Path) -> None:
    """In small letters, without the revision, with letters that look like digits."""
    client = create_maintainer_app(tmp_path, public_url=PUBLIC).app.test_client()
    code = _code(_print(client))
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert _says(client, typed) == RIGHT
    assert _says(client, code.partition("-")[2]) == RIGHT


def test_two_workers_agree(tmp_path: Path) -> None:
    """The code of a print needs nothing that one of them remembers."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    one, other = (create_app(maintainer_app.directory).test_client() for _ in range(2))
    assert _says(other, _code(_print(one, "card"))) == RIGHT


def test_a_flyer_of_a_hidden_address_says_to_call_first(with_hidden: MaintainerApp) -> None:
    """And a move of the centre changes no code."""
    client = with_hidden.app.test_client()
    flyers = [_print(client, size, centre="sheltered") for size in SIZES]
    assert "The address is not public. Please call first." in flyers[0]
    path = "/v1/records/centres/sheltered"
    address = {**HIDDEN["address"], "street": "Andere straat 8"}
    with_hidden.patch(path, address=address)
    assert {_says(client, _code(page)) for page in flyers} == {RIGHT}


def test_a_contested_address_is_said_or_left_out(tmp_path: Path) -> None:
    """A poster has both the address and the sentence; a hand-out has no room for it."""
    client = create_maintainer_app(tmp_path, public_url=PUBLIC).app.test_client()
    poster, handout = _print(client, "a4"), _print(client, "a5")
    assert "Leguit 4" in poster
    assert "Call before you go: sources name two addresses." in poster
    assert "Leguit 4" not in handout
    assert "Call before you go." in handout


def test_what_is_not_confirmed_is_said_once_of_all_centres_or_of_each(tmp_path: Path) -> None:
    """Where there is no room, only that one has to call first. A confirmation ends that print."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    client = maintainer_app.app.test_client()
    doubt, short = words("en")["record.unconfirmed"], words("en")["flyer.call_first"]
    poster, handout = _print(client), _print(client, "a5")
    assert poster.count(doubt) == 1
    # Once more at the centre of which the address is contested.
    assert (handout.count(doubt), handout.count(short)) == (0, 2)
    verified = {"on": "2026-11-30", "by": "anna", "how": "called"}
    maintainer_app.patch(verified=verified)
    assert _says(client, _code(poster)) == WRONG
    assert _print(client).count(doubt) == 2


def test_a_print_with_a_temporary_number_is_right_while_it_holds(tmp_path: Path) -> None:
    """It says until when. The print of before is wrong meanwhile, and right again afterwards."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    phones = [{"number": "+3225116465", "display": "+32 2 511 64 65", "kind": "main"}]
    temporary = {"from": "2026-12-01", "until": "2026-12-31", "phones": phones}
    maintainer_app.patch(temporary=temporary)
    with _at(maintainer_app, BEFORE) as client:
        usual = _code(_print(client))
    with _at(maintainer_app, DURING) as client:
        page = _print(client)
        assert "+32 2 511 64 65" in page
        assert "Phone: Until 31 December 2026" in page
        assert [_says(client, code) for code in (usual, _code(page))] == [WRONG, RIGHT]
    with _at(maintainer_app, AFTER) as client:
        assert [_says(client, code) for code in (usual, _code(page))] == [RIGHT, WRONG]


def test_a_closed_centre_is_on_no_flyer(tmp_path: Path) -> None:
    """A print with it is wrong from then on."""
    maintainer_app = create_maintainer_app(tmp_path, public_url=PUBLIC)
    client = maintainer_app.app.test_client()
    code = _code(_print(client))
    maintainer_app.patch(status="closed")
    assert "PAG-ASA" not in _print(client)
    assert client.get("/flyers/print?size=a4&centre=pag-asa").status_code == 404
    assert _says(client, code) == WRONG


@pytest.mark.parametrize("host", ["http://localhost:8000", "https://other.example"])
def test_a_flyer_has_a_qr_code_only_with_the_address_of_the_setting(
    client: FlaskClient, tmp_path: Path, host: str
) -> None:
    """Who asks with another host must not get a print that leads there."""
    page = client.get("/flyers/print?size=a4", base_url=host).text
    assert "<svg" not in page
    assert not re.search(r"localhost|other\.example", page)
    assert re.search(r"Revision \d+-[0-9A-Z]{6}", page)
    set_up = create_maintainer_app(tmp_path, public_url=PUBLIC).app.test_client()
    with_address = set_up.get("/flyers/print?size=a4", base_url=host).text
    assert "<svg" in with_address
    assert with_address == set_up.get("/flyers/print?size=a4", base_url=PUBLIC).text


@pytest.mark.parametrize("typed", ["Turnhoutsebaan 12, Borgerhout", "2140", "x?lang=ro", "9" * 500])
def test_the_page_about_a_print_repeats_nothing_but_a_check(
    client: FlaskClient, typed: str
) -> None:
    """A person may have typed a place, and its links must lead back to it."""
    page = client.get(f"/f/{quote(typed)}").text
    assert typed not in page
    assert 'href="/f/-?lang=nl"' in page
    assert 'href="/f/12ABCD?lang=nl"' in client.get("/f/7-l2abcd").text


def test_a_neutral_flyer_does_not_say_that_an_address_is_secret(
    with_hidden: MaintainerApp,
) -> None:
    """That would tell what the centre is for."""
    client = with_hidden.app.test_client()
    for size in SIZES:
        page = _print(client, size, centre="sheltered", neutral="1")
        assert "not public" not in page
        assert ("Call before you go." in page) == ("address" in SIZES[size].members)


def test_the_pages_keep_nothing_and_load_nothing_from_others(client: FlaskClient) -> None:
    """They are not stored, have no script, and no place."""
    for path in ("/flyers", "/f/", "/f/1-000000", "/flyers/print?size=card", "/flyers/a5"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.headers["Cache-Control"] == "no-store"
        assert "script-src" not in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in response.headers
        assert "<script" not in response.text
        assert not re.search(r'(src|href)="https?://(?!www\.(wikipedia|stop))', response.text), path


@pytest.mark.parametrize(
    "path", ["/flyers/a3", "/flyers/print?size=a3", "/flyers/print?size=a4&centre=nowhere"]
)
def test_an_error_is_a_page_with_the_helplines(client: FlaskClient, path: str) -> None:
    """A person who chose a flyer may need one."""
    response = client.get(path, headers={"Accept-Language": "nl"})
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    for number in ("112", "101", "078 055 800"):
        assert number in response.text


def test_every_language_has_the_pages(client: FlaskClient) -> None:
    """Each in its direction, with links to all others."""
    for language in languages():
        for path in ("/flyers", "/f/1-000000"):
            page = client.get(f"{path}?lang={language.tag}").text
            assert f'<html lang="{language.tag}" dir="{language.direction}">' in page
            assert all(f"?lang={each.tag}" in page for each in languages())


def test_a_large_directory_prints_one_centre_at_a_time(tmp_path: Path) -> None:
    """A flyer has room for four; the page asks for the one, and its print is recognised."""
    more = [made_up_centre(number) for number in range(4)]
    client = create_maintainer_app(tmp_path, more=more, public_url=PUBLIC).app.test_client()
    choice = client.get("/flyers").text
    assert '<option value="">' not in choice
    assert "<select" in client.get("/flyers/print?size=a4").text
    assert _says(client, _code(_print(client, centre="payoke"))) == RIGHT


def test_a_very_large_directory_offers_its_centres_in_several_lists(tmp_path: Path) -> None:
    """One list would be a page of megabytes. Each centre is in one of them."""
    more = [made_up_centre(number) for number in range(MOST_LISTED + 10)]
    client = create_maintainer_app(tmp_path, more=more).app.test_client()
    pages = [client.get(f"/flyers?lang=en&list={number}").text for number in range(2)]
    offered = [re.findall(r'<option value="([a-z0-9-]+-[0-9]+|surya)"', page) for page in pages]
    assert len(offered[0]) <= MOST_LISTED
    assert sorted(offered[0] + offered[1]) == sorted([*(each["id"] for each in more), "surya"])
    assert all('href="/flyers?lang=en&amp;list=1"' in page for page in pages)
    for wrong in ("2", "-1", "x", "9" * 30):
        assert client.get(f"/flyers?list={wrong}&lang=en").text == pages[0]


def test_partners_find_the_page(client: FlaskClient) -> None:
    """/partners links it."""
    assert 'href="/flyers"' in client.get("/partners").text


def test_a_static_site_lists_what_right_prints_end_with(edition: Edition, tmp_path: Path) -> None:
    """A file cannot know the code that is asked for."""
    directory = create_maintainer_app(tmp_path).directory
    client = create_app(directory, static_site=True).test_client()
    flyer_page = client.get("/flyers/a4?lang=ro", base_url=PUBLIC).text
    assert "help.example.org/f/<" in flyer_page
    (code,) = re.findall(r"\d+-([0-9A-Z]{6})", flyer_page)
    page = client.get("/f/", base_url=PUBLIC).text
    assert code in page
    checks = {
        flyer(edition, size, neutral=neutral).check for size in SIZES for neutral in (False, True)
    }
    assert all(check in page for check in checks)
    assert 'href="/flyers/card/index.ar.html"' in client.get("/flyers", base_url=PUBLIC).text
