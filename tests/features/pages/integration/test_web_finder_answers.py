"""The visitor's page without JavaScript: what an answer shows is what the API answers."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_api.features.pages.presenters import PageTranslator, night_line
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.records import Helpline, in_dialling_order
from directory_api.text.translations import words
from tests.support.finder_pages import BASES, NOON, app_of, get, send
from tests.support.records import made_up_centre, shipped_records


@BASES
@pytest.mark.parametrize(
    "postcode", ["1000", "2000", "B-4000", "2800", "3290", "6700", "1000 Brussel", "３５００"]
)
@pytest.mark.parametrize(
    "filters", [{}, {"language": "en"}, {"audience": "professionals", "service": "legal"}]
)
def test_the_page_answers_as_the_api_does(
    client: FlaskClient, base: str, postcode: str, filters: dict[str, str]
) -> None:
    """The same centres in the same order, with distance, phones, address, and the same certainty.
    The closest centre is named with its phones, also where a filter leaves it out, and so is each
    that may be it.
    """
    asked = {"speaks" if name == "language" else name: each for name, each in filters.items()}
    body = client.post("/v1/nearest", json={"place": postcode, "lang": "en", **asked}).get_json()
    page = send(client, {"postcode": postcode, "lang": "en", **filters}, base)
    cards = [each for each in body["results"] if "does_not_match" not in each]
    assert page.centres == [each["id"] for each in cards]
    assert (words("en")["uncertain.postcode"] in page.text) is not body["certain"]
    notes = page.all("div", **{"class": "note"})
    ranks = [rank.text for rank in page.all("span", **{"class": "rank"})]
    unmatched = [each for each in body["results"] if each not in cards]
    rank = "Closest:" if body["certain"] else "May be the closest:"
    for note, centre in zip(notes, unmatched, strict=True):
        km = centre["distance_m"] / 1000
        assert f"{rank} {centre['name']} " in note.text
        assert f"about {round(km) if km >= 10 else round(km, 1)} km" in note.text
        assert [link.attributes["href"] for link in note.all("a")] == [
            f"tel:{phone['number']}" for phone in centre["phones"]
        ]
    assert ranks == [rank] * len(unmatched)
    for article, centre in zip(page.all("article"), cards, strict=True):
        km = centre["distance_m"] / 1000
        (heading,) = article.all("h3")
        town = centre["address"]["locality"]
        away = f"about {round(km) if km >= 10 else round(km, 1)} km"
        assert heading.text.endswith(f"{centre['name']} , {town} , {away}")
        called = [link.attributes["href"] for link in article.all("a")]
        for phone in centre["phones"]:
            assert f"tel:{phone['number']}" in called
        assert f"mailto:{centre['email']}" in called
        assert centre["website"] in called
        assert centre["address"]["street"] in article.text


@BASES
def test_helplines_come_first_everywhere(client: FlaskClient, base: str) -> None:
    """The form, an answer and an error all have the numbers first, short ones as they are, and the
    one for danger beside the exit.
    """
    hrefs = ["tel:112", "tel:101", "tel:+3278055800"]
    for page in (
        get(client, base + "?lang=nl"),
        send(client, {"postcode": "2000", "lang": "nl"}, base),
        send(client, {"postcode": "nowhere", "lang": "nl"}, base, 400),
        send(client, {"postcode": "1" * 5000}, f"{base}?lang=nl", 413),
    ):
        links = [link.attributes["href"] for link in page.all("main")[0].all("a")]
        assert links[: len(hrefs)] == hrefs
        (bar,) = page.all("nav", **{"class": "exit-bar"})
        assert [link.attributes["href"] for link in bar.all("a")][1] == "tel:112"
        first = page.all("main")[0].all("section")[0]
        assert first.attributes["class"] == "helplines"


def test_a_caveat_names_its_centres_unless_it_concerns_all(tmp_path: Path) -> None:
    """One of two centres is confirmed: the caveat at the end names the other one."""
    verified = {"on": NOON.date().isoformat(), "by": "anna", "how": "called"}
    centres = [made_up_centre(1, verified=verified), made_up_centre(2)]
    page = send(app_of(tmp_path, centres, NOON).test_client(), {"postcode": "1000", "lang": "en"})
    (caveat,) = [each for each in page.all("p") if words("en")["record.unconfirmed"] in each.text]
    assert centres[1]["name"] in caveat.text
    assert centres[0]["name"] not in caveat.text


def test_an_uncertain_order_names_the_two_centres(client: FlaskClient) -> None:
    """The caveat names the first two of the answer, as other caveats name theirs."""
    page = send(client, {"postcode": "1880", "lang": "en"})
    (caveat,) = [each for each in page.all("p") if words("en")["uncertain.postcode"] in each.text]
    (bold,) = caveat.all("b")
    names = [article.all("bdi")[0].text for article in page.all("article")[:2]]
    assert [name.text for name in bold.all("bdi")] == names
    assert caveat.text.startswith(bold.text)
    assert bold.text.endswith(":")
    assert caveat.text in page.all("article")[0].text


def test_a_number_that_answers_day_and_night_follows_the_first_centre(client: FlaskClient) -> None:
    """Not before a search: the helplines are in sight."""
    night = {"class": "button night always"}
    assert not get(client, "/?lang=en").all("a", **night)
    page = send(client, {"postcode": "1000", "lang": "en"})
    (link,) = page.all("article")[0].all("a", **night)
    assert page.all("a", **night) == [link]
    assert link.attributes["href"] == "tel:+3278055800"


def test_without_a_number_that_always_answers_the_first_helpline_follows() -> None:
    """A directory may have no such line; it has an emergency number."""
    lines = [
        describe_helpline(Helpline.from_record(record), PageTranslator(words("en")))
        for record in in_dialling_order(shipped_records()["helplines"])
    ]
    assert night_line(lines).href == "tel:+3278055800"
    assert night_line([line for line in lines if not line.always]).href == "tel:112"


@pytest.mark.parametrize(
    ("lang", "said", "phones"),
    [
        ("en", "Énée 2 in Brussel speaks English .", 0),
        ("ar", "Énée 4 ( Brussel ) يتحدثون العربية .", 1),
    ],
)
def test_the_closest_centre_that_speaks_the_language_of_the_page_is_named(
    tmp_path: Path, lang: str, said: str, phones: int
) -> None:
    """In the first card, unless it is the closest of all or a language is chosen; with its phones
    if it is not in the answer.
    """
    spoken = [("nl", 50.84), ("en", 50.77), ("fr", 50.71), ("ar", 50.67)]
    centres = [
        made_up_centre(
            number,
            languages=[{"code": code}],
            location={"lat": lat, "lon": 4.35, "precision": "street"},
            phones=[{"number": f"+32251164{60 + number}", "kind": "main"}],
        )
        for number, (code, lat) in enumerate(spoken, 1)
    ]
    client = app_of(tmp_path, centres, NOON).test_client()
    page = send(client, {"postcode": "1000", "lang": lang})
    (notes,) = page.all("article")[0].all("div", **{"class": "notes"})
    assert said in notes.text
    assert len(notes.all("a")) == phones
    for fields in ({"lang": "nl"}, {"lang": "de"}, {"lang": lang, "language": "nl"}):
        page = send(client, {"postcode": "1000", **fields})
        (notes,) = page.all("article")[0].all("div", **{"class": "notes"})
        assert not notes.all("p")


def test_a_centre_that_is_responsible_is_shown_where_it_is_far(tmp_path: Path) -> None:
    """A centre responsible for the province follows the closest ones, with the reason."""
    near = [made_up_centre(number) for number in range(1, 5)]
    arlon = {"postcode": "6700", "locality": {"fr": "Arlon"}, "country": "BE"}
    point = {"lat": 49.68, "lon": 5.81, "precision": "street"}
    far = made_up_centre(9, address=arlon, location=point, coverage=["BE-BRU"])
    near[-1]["coverage"] = ["BE-BRU"]
    page = send(
        app_of(tmp_path, [*near, far], NOON).test_client(), {"postcode": "1000", "lang": "en"}
    )
    *closest, last = page.all("article")
    assert len(closest) == 4  # each may be the closest
    assert last.attributes["data-centre"] == far["id"]
    assert [
        words("en")["responsible.label"] in article.text for article in page.all("article")
    ].count(True) == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Confirmed: 2 November 2026"),
        (300, "Confirmed: 7 January 2026"),
        (400, None),
        (None, None),
    ],
)
def test_a_record_says_when_it_was_confirmed(
    tmp_path: Path, days: int | None, said: str | None
) -> None:
    """A confirmed record says when; for one that was never confirmed, or long ago, the end of the
    answer asks to call first.
    """
    on = datetime.fromordinal(NOON.toordinal() - (days or 0)).date().isoformat()
    verified = {"verified": {"on": on, "by": "anna", "how": "called"}} if days else {}
    page = send(
        app_of(tmp_path, [made_up_centre(1, **verified)], NOON).test_client(),
        {"postcode": "1000", "lang": "en"},
    )
    assert (said or "") in page.all("article")[0].text
    assert (words("en")["record.unconfirmed"] in page.text) is (said is None)


def test_a_language_with_an_interpreter_says_so(tmp_path: Path) -> None:
    """Beside the name that the language has in itself."""
    centre = made_up_centre(1, languages=[{"code": "uk", "interpreter": True}])
    client = app_of(tmp_path, [centre], NOON).test_client()
    page = send(client, {"postcode": "1000", "lang": "en"})
    assert words("en").say("spoken.interpreter", language="українська ") in page.text


@BASES
@pytest.mark.parametrize("described", [{}, {"en": "It helps."}])
def test_a_centre_of_which_little_is_known_has_no_fold_without_a_name(
    tmp_path: Path, base: str, described: dict[str, str]
) -> None:
    """What is known is on the card, for the device, too, and no word stands for an empty fold."""
    centre = made_up_centre(1, languages=[], services=[], description=described)
    client = app_of(tmp_path, [centre], NOON).test_client()
    (card,) = send(client, {"postcode": "1000", "lang": "en"}, base).all("article")
    device = json.dumps(client.get("/embed/words/en.json").get_json()["cards"])
    summaries = {each.text for each in card.all("summary")}
    assert summaries.isdisjoint({"", words("en")["trust.source"]})
    assert f'"{words("en")["trust.source"]}"' not in device
    for text in described.values():
        assert text in card.text
        assert text in device
        assert text not in " ".join(each.text for each in card.all("details"))
