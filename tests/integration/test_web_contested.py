"""What sources disagree about is shown as such; phones have hours apart from the office's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.finder_pages import BASES, Node, Page, app_of, get, send
from tests.support.hsds_lists import first
from tests.support.records import directory_of, made_up_centre

# A Saturday evening.
NIGHT = datetime(2026, 11, 28, 20, tzinfo=UTC)
NOTE = {"nl": "Ook genoemd: Kaai 1.", "en": "Also named: Kaai 1."}
OFFICE = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}


def _contested(*members: str) -> list[dict[str, Any]]:
    return [{"member": member, "sources": ["flyer"], "note": NOTE} for member in members]


def _phone(**members: Any) -> list[dict[str, Any]]:
    return [{"number": "+3225116464", "kind": "main", **members}]


def _card(page: Page) -> Node:
    (article,) = page.all("article")
    return article


def _texts(node: Node, name: str) -> list[str]:
    return [each.text for each in node.all("p", **{"class": name})]


@pytest.mark.needs("pages")
@BASES
@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_a_contested_fact_has_a_line_beside_it_in_each_language(
    tmp_path: Path, base: str, language: str
) -> None:
    """Then what the sources say, in the visitor's language or another one."""
    centre = made_up_centre(1, **OFFICE, contested=_contested("address", "opening_hours", "email"))
    client = app_of(tmp_path, [centre], NIGHT).test_client()
    card = _card(get(client, f"{base}?lang={language}"))
    say, note = words(language), NOTE.get(language, NOTE["en"])
    lines = [
        " ".join(f"{say[f'contested.{member}']} {note}".split())
        for member in ("other", "opening_hours", "address")
    ]
    assert _texts(card, "contested") == lines
    beside = [(row, _texts(row, "contested")) for row in card.all("dd")]
    found = [(row, texts) for row, texts in beside if texts]
    assert [texts for _, texts in found] == [[line] for line in lines[1:]]
    for row, _ in found:
        spans = row.all("p", **{"class": "contested"})[0].all("span")
        tags = [each.attributes["lang"] for each in spans if "lang" in each.attributes]
        assert tags == ([] if language in NOTE else ["en"])


@pytest.mark.needs("hsds", "device")
def test_the_api_has_the_entries_and_a_device_what_it_shows(tmp_path: Path) -> None:
    """The sources are in the API only."""
    directory = directory_of(tmp_path, [made_up_centre(1, contested=_contested("address"))])
    api = ApiClient(create_app(directory, now=lambda: NIGHT))
    (entry,) = api.get("/v1/centres/made-up-001").get_json()["contested"]
    assert entry == {"member": "address", "sources": ["flyer"], "note": NOTE}
    dutch = api.get("/v1/centres/made-up-001?lang=nl").get_json()["contested"]
    assert dutch == [{**entry, "note": {"nl": NOTE["nl"]}}]
    (centre,) = api.get("/v1/bundle").get_json()["centres"]
    assert centre["contested"] == [{"member": "address", "note": NOTE}]
    service = api.get(first(api)).get_json()
    said = f"{words('en')['contested.address']} {NOTE['en']}"
    assert service["alert"] == said
    card = api.get("/v1/centres.vcf?lang=en").get_data(as_text=True).replace("\r\n ", "")
    for line in (words("en")["contested.address"], NOTE["en"]):
        assert f"NOTE;LANGUAGE=en:{line}\r\n" in card


# What each format writes of a value about which sources disagree.
VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "address": ("Kaai 2", {}),
    "opening_hours": ("09:00", OFFICE),
    "phones": ("25116464", {"phones": _phone()}),
    "email": ("help@example.org", {"email": "help@example.org"}),
    "website": ("example.org/centre", {"website": "https://example.org/centre"}),
}
SEVERAL = ("", ".csv", ".geojson", ".jsonld", ".txt", ".vcf")


@pytest.mark.needs("formats", "hsds", "device")
@pytest.mark.parametrize("member", sorted(VALUES))
def test_no_format_shows_a_contested_value_as_certain(tmp_path: Path, member: str) -> None:
    """Where the value is, what the sources say is beside it."""
    value, members = VALUES[member]
    address = {**made_up_centre(1)["address"], "street": "Kaai 2"}
    centre = made_up_centre(1, **{**members, "address": address, "contested": _contested(member)})
    client = app_of(tmp_path, [centre], NIGHT).test_client()
    shown = []
    for path in (
        *(f"/v1/centres{suffix}" for suffix in SEVERAL),
        *(f"/v1/nearest{suffix}?postcode=1000" for suffix in SEVERAL if suffix != ".jsonld"),
        "/v1/centres/made-up-001",
        "/v1/bundle",
        first(client),
    ):
        reply = client.get(path)
        assert reply.status_code == 200, path
        text = reply.text.replace("\r\n ", "").replace(" ", "")
        if value.replace(" ", "") in text:
            shown.append(path)
            own = member if member in ("address", "opening_hours") else "other"
            said = (NOTE["en"], words("en")[f"contested.{own}"])
            assert any(each.replace(" ", "") in text for each in said), path
    assert len(shown) > 4


@pytest.mark.needs("pages")
@pytest.mark.parametrize("neutral", [{}, {"neutral": "on"}])
def test_paper_and_contacts_say_that_sources_disagree(
    tmp_path: Path, neutral: dict[str, str]
) -> None:
    """A neutral one without the note, which could name the centre."""
    centre = made_up_centre(1, **OFFICE, contested=_contested("address", "opening_hours", "phones"))
    client = app_of(tmp_path, [centre], NIGHT).test_client()
    page = send(client, {"centre": "made-up-001", "lang": "en", **neutral}, "/print")
    contact = client.post("/contact", data={"contact": "made-up-001", "lang": "en", **neutral})
    for said in (page.text, contact.text.replace("\r\n ", "").replace("\\", "")):
        for member in ("address", "opening_hours", "other"):
            assert words("en")[f"contested.{member}"] in said
        assert (NOTE["en"] in said) is not bool(neutral)


@pytest.mark.needs("pages")
@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"phones": _phone(hours="24/7")}, "This number is answered day and night."),
        (
            {"phones": _phone(hours="24/7"), "services": ["emergency-duty"]},
            "For emergencies this number is answered day and night.",
        ),
        (
            {"phones": _phone(hours="Mo-Su 08:00-22:00")},
            "Calls are answered: Monday – Sunday: 08:00 – 22:00",
        ),
        ({"phones": _phone()}, None),
    ],
)
def test_closed_is_said_of_the_office_and_not_of_a_phone(
    tmp_path: Path, members: dict[str, Any], said: str | None
) -> None:
    """Below its number is when it is answered, also on paper."""
    client = app_of(tmp_path, [made_up_centre(1, **OFFICE, **members)], NIGHT).test_client()
    card = _card(get(client, "/?lang=en"))
    (state,) = [each for each in card.all("p") if "state" in each.attributes.get("class", "")]
    assert state.text == "Office closed now. Opens: Monday, 09:00"
    (calls,) = card.all("div", **{"class": "calls"})
    (call,) = calls.all("a")
    spans = call.all("span", **{"class": "answered"})
    answered = [span.text.replace("\N{THIN SPACE}", " ") for span in spans]
    assert answered == ([said] if said else [])
    # The number says it already.
    assert not (said and _texts(card, "duty"))
    printed = send(client, {"centre": "made-up-001", "lang": "en"}, "/print").text
    assert (said or "") in printed.replace("\N{THIN SPACE}", " ")


def test_the_shipped_records_do_not_choose_between_sources(api: ApiClient) -> None:
    """Payoke's address, when PAG-ASA can be reached, and no area for any centre."""
    centres = {each["id"]: each for each in api.get("/v1/centres").get_json()["centres"]}
    contested = {
        identity: [entry["member"] for entry in centre.get("contested", ())]
        for identity, centre in centres.items()
    }
    assert contested == {"pag-asa": ["opening_hours"], "payoke": ["address"], "surya": []}
    (address,) = centres["payoke"]["contested"]
    assert address["value"] == "Italiëlei 98A"
    assert address["sources"] == ["antwerpen-press", "vrije-woord"]
    assert centres["payoke"]["address"]["street"] == "Leguit 4"
    (hours,) = centres["pag-asa"]["contested"]
    assert (hours["value"], hours["sources"]) == ("24/7", ["fedasilinfo"])
    assert centres["pag-asa"]["opening_hours"] == "Mo-Fr 09:00-17:00; PH off"
    assert [phone.get("hours") for phone in centres["pag-asa"]["phones"]] == ["24/7"]
    assert all("coverage" not in centre for centre in centres.values())


@pytest.mark.needs("pages", "formats", "hsds", "device")
def test_what_is_contested_of_a_shipped_helpline_is_not_said(api: ApiClient) -> None:
    """Neither CoMensha's hours, nor what a call to the Belgian line costs. The police unit of
    Luxembourg has no line.
    """
    lines = {each["id"]: each for each in api.get("/v1/helplines").get_json()["helplines"]}
    assert "hours" not in lines["nl-comensha"]
    assert "note" not in lines["nl-comensha"]
    said = str(lines["be-trafficking-line"]).casefold()
    assert not any(word in said for word in ("free", "gratis", "gratuit", "kostenlos", "cost"))
    assert {key for key in lines if key.startswith("lu-")} == {"lu-112", "lu-113", "lu-infotraite"}


@pytest.mark.needs("formats", "hsds", "device")
@pytest.mark.parametrize(
    ("member", "claimed"),
    [
        ("address", "Steenweg 77"),
        ("opening_hours", "Sa 07:07-08:08"),
        ("phones", "+3232011690"),
        ("email", "other@example.org"),
        ("website", "https://other.example.org/"),
    ],
)
def test_no_format_shows_what_others_claim_as_the_value(
    tmp_path: Path, member: str, claimed: str
) -> None:
    """The API and its tables have it with the entry that says who contradicts; elsewhere the
    sentence for visitors has to do.
    """
    entry = {**_contested(member)[0], "value": claimed}
    value, members = VALUES[member]
    address = {**made_up_centre(1)["address"], "street": "Kaai 2"}
    centre = made_up_centre(1, **{**members, "address": address, "contested": [entry]})
    client = app_of(tmp_path, [centre], NIGHT).test_client()
    api = client.get("/v1/centres/made-up-001").get_json()
    assert api.pop("contested") == [entry]
    assert claimed not in str(api)
    for path in ("/v1/centres.txt", "/v1/centres.vcf", "/v1/centres.jsonld", "/?lang=en"):
        assert claimed not in client.get(path).text, path
    for path in ("/v1/bundle", first(client), "/v1/centres.ics"):
        assert claimed not in client.get(path).text, path
    assert value
