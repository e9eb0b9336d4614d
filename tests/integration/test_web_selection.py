"""`fields` and `lang`: what an answer has of each centre. The helplines are always in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma
import pytest
from flask.testing import FlaskClient

from directory_api.answer.selection import REQUIRED
from directory_api.bootstrap import Directory
from directory_api.record.records import TRANSLATED
from directory_api.web.app import create_app
from directory_api.web.schemas.centre_document import CentreDocument
from tests.support.amount import some
from tests.support.api_client import ApiClient, faults, problem
from tests.support.maintainer_app import CENTRE, MaintainerApp
from tests.support.records import directory_of, made_up_centre

SMALL = "limit=1&fields=id,name,phones&lang=nl"
PLACE = {"postcode": "1000"}
ABROAD = {"lat": "0", "lon": "0"}


def _always(record: Mapping[str, Any], parent: str = "") -> dict[str, Any]:
    """What stays of a centre, or of a member of it, whatever is selected."""
    return {
        name: _always(value, name) if name in REQUIRED else value
        for name, value in record.items()
        if name in REQUIRED[parent]
    }


def _in_order(record: Mapping[str, Any], members: Mapping[str, Any]) -> list[str]:
    return [name for name in record if name in members]


def _centres(client: FlaskClient, fields: str, **params: Any) -> Iterator[tuple[str, list[Any]]]:
    """The centres of each answer by its name, with the first page of all."""
    selected = {"fields": fields, **params}
    asked = {**PLACE, **selected}
    yield (
        "GET",
        [
            hit["centre"]
            for hit in client.get("/v1/nearest", query_string=asked).get_json()["results"]
        ],
    )
    yield (
        "POST",
        [hit["centre"] for hit in client.post("/v1/nearest", json=asked).get_json()["results"]],
    )
    batch = client.post("/v1/nearest/batch", json={"origins": [PLACE], **selected}).get_json()
    yield (
        "batch",
        [batch["centres"][hit["centre"]] for hit in batch["answers"][0]["results"]],
    )
    yield "list", client.get("/v1/centres", query_string=selected).get_json()["centres"]
    one = client.get("/v1/centres/pag-asa", query_string=selected).get_json()
    assert one.pop("helplines")[0]["number"] == "112"
    yield "one", [one]
    collection = client.get("/v1/centres.geojson", query_string=selected).get_json()
    yield "geojson", [feature["properties"] for feature in collection["features"]]


@pytest.mark.needs("formats", "pages")
def test_an_answer_has_the_selected_members_of_each_centre(client: FlaskClient) -> None:
    """In the order of the record, in every answer that has centres; GeoJSON adds the precision."""
    whole = {centre["id"]: centre for centre in client.get("/v1/centres").get_json()["centres"]}
    for name, centres in _centres(client, "phones.display, website,address.street,freshness"):
        assert centres, name
        for centre in centres:
            record = whole[centre["id"]]
            expected = {
                **_always(record),
                "website": record["website"],
                "address": {**_always(record)["address"], "street": record["address"]["street"]},
                "phones": [
                    {**_always(phone, "phones"), "display": phone["display"]}
                    for phone in record["phones"]
                ],
            }
            if name == "geojson":
                expected["precision"] = record["location"]["precision"]
            assert centre == expected, name
            order = _in_order(record, expected)
            assert [each for each in centre if each in record] == order, name


@pytest.mark.needs("formats", "pages")
def test_a_whole_member_includes_its_parts(client: FlaskClient) -> None:
    """The part alone adds nothing, whichever is named first."""
    for fields in ("address,address.country", "address.country,address"):
        for _, centres in _centres(client, fields):
            assert all("locality" in centre["address"] for centre in centres)


def test_a_member_that_a_centre_lacks_is_absent(tmp_path: Path) -> None:
    """Also one of an object, or of an item of a list, while `false` is a value."""
    centre = made_up_centre(
        1,
        phones=[{"number": "+3225116464", "kind": "main"}],
        languages=[{"code": "nl", "interpreter": False}],
    )
    client = create_app(directory_of(tmp_path, [centre])).test_client()
    fields = "address.street,email,phones.hours,languages.interpreter"
    answer = client.get("/v1/nearest", query_string={**PLACE, "fields": fields}).get_json()
    found = answer["results"][0]["centre"]
    assert {name: found.get(name) for name in ("phones", "languages", "email")} == {
        "phones": [{"number": "+3225116464", "kind": "main"}],
        "languages": [{"code": "nl", "interpreter": False}],
        "email": None,
    }
    assert "street" not in found["address"]


@pytest.mark.needs("formats", "pages")
def test_the_helplines_are_in_an_answer_whatever_is_selected(client: FlaskClient) -> None:
    """Only their channels and sources are left out, in an answer that is to be small."""
    whole = client.get("/v1/helplines?country=BE").get_json()["helplines"]
    lines = [
        {name: value for name, value in line.items() if name not in {"channels", "sources"}}
        for line in whole
    ]
    for path in ("/v1/nearest", "/v1/nearest.geojson", "/v1/centres", "/v1/centres/surya"):
        place = PLACE if "nearest" in path else {}
        answer = client.get(path, query_string={**place, "fields": "id"}).get_json()
        assert answer["helplines"] == lines, path
    posted = client.post("/v1/nearest/batch", json={"origins": [PLACE], "fields": "id"})
    assert posted.get_json()["helplines"] == lines


def _required(schema: ma.Schema, parent: str = "") -> dict[str, set[str]]:
    """By the name of a member, the members that the contract requires in it."""
    required = {parent: {name for name, field in schema.fields.items() if field.required}}
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested):
            for each, members in _required(inner.schema, name).items():
                required[each] = required.get(each, set()) | members
    return required


def test_what_the_contract_requires_of_a_centre_stays() -> None:
    """A generated client fails where a member is missing that the contract requires."""
    required = {name: members for name, members in _required(CentreDocument()).items() if members}
    assert {name: set(members) for name, members in REQUIRED.items()} == required


@pytest.mark.parametrize("fields", ["website", "permanent.opening_hours", "phones.display"])
def test_a_part_of_a_centre_has_the_shape_of_a_centre(api: ApiClient, fields: str) -> None:
    """Each answer is valid by openapi.yaml, which `api` checks, and has nothing that it lacks."""
    for response in (
        api.get("/v1/nearest", query_string={**PLACE, "fields": fields}),
        api.post("/v1/nearest", json={**PLACE, "fields": fields}),
        api.post("/v1/nearest/batch", json={"origins": [PLACE], "fields": fields}),
        api.get("/v1/centres", query_string={"fields": fields}),
        api.get("/v1/centres/surya", query_string={"fields": fields}),
    ):
        assert response.status_code == 200
        assert "description" not in response.text


def _texts(value: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text by language in a value, with its name."""
    if isinstance(value, dict):
        for name, below in value.items():
            if isinstance(below, dict) and name in {*TRANSLATED, "notice"}:
                yield name, below
            else:
                yield from _texts(below)
    for item in value if isinstance(value, list) else ():
        yield from _texts(item)


@pytest.mark.needs("formats")
@pytest.mark.parametrize(
    ("lang", "chosen"), [("nl", "nl"), ("nl-BE", "nl"), ("FR", "fr"), ("ar", "en"), ("xx", "en")]
)
def test_each_text_is_in_one_language(api: ApiClient, lang: str, chosen: str) -> None:
    """In every answer, also in helplines and notices, as an object with one member.

    A language without texts is replaced by English.
    """
    answers = [
        api.get("/v1/nearest", query_string={**ABROAD, "lang": lang}),
        api.post("/v1/nearest", json={**ABROAD, "lang": lang}),
        api.post("/v1/nearest/batch", json={"origins": [ABROAD], "lang": lang}),
        api.get("/v1/nearest.geojson", query_string={**ABROAD, "lang": lang}),
        api.get("/v1/centres", query_string={"lang": lang}),
        api.get("/v1/centres/surya", query_string={"lang": lang}),
    ]
    for answer in answers:
        texts = list(_texts(answer.get_json()))
        assert {"name", "description", "locality"} <= {name for name, _ in texts}
        # The notice is in every language of the interface.
        assert {tag for name, text in texts for tag in text if name != "notice"} == {chosen}
        assert all(len(text) == 1 for _, text in texts)


def test_the_translation_of_a_name_is_absent_in_other_languages(tmp_path: Path) -> None:
    """Then the name itself is the text; a description has its English text, or the first one."""
    centre = made_up_centre(
        1, name_translations={"fr": "Centre", "de": "Zentrum"}, description={"fr": "A", "de": "B"}
    )
    api = ApiClient(create_app(directory_of(tmp_path, [centre])))
    path = "/v1/centres/made-up-001"
    french, dutch = (api.get(f"{path}?lang={lang}").get_json() for lang in ("fr", "nl"))
    assert (french["name_translations"], french["description"]) == ({"fr": "Centre"}, {"fr": "A"})
    assert "name_translations" not in dutch
    assert (dutch["name"], dutch["description"]) == (centre["name"], {"fr": "A"})


def test_accept_language_alone_leaves_json_as_it_is(api: ApiClient) -> None:
    """Every browser sends the header, and no program expects to lose the other languages."""
    for path in ("/v1/nearest?postcode=1000", "/v1/centres", "/v1/centres/surya"):
        plain, french = api.get(path), api.get(path, headers={"Accept-Language": "fr"})
        assert french.data == plain.data


FAULTS: dict[str, tuple[str, list[str]]] = {
    "a typing mistake": ("id,nam,phone", ["2 is unknown. Did you mean name?", "phones?"]),
    "a member without its parent": ("number,locality", ["phones.number?", "address.locality?"]),
    "nothing like a name": ("Marktstraat 12", ["Use names such as id, address.locality."]),
    "capitals": ("ID,Phones,NUMBER", ["Did you mean id?", "mean phones?", "phones.number?"]),
    "nothing": ("", ["Name 1 is unknown. Use names"]),
    "a comma too many": ("id,", ["Name 2 is unknown. Use names"]),
    "below a text": ("address.locality.nl", ["Did you mean address.locality?"]),
    "too long": ("id," * 400, ["at most 1000 characters"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_unknown_name_is_a_fault_with_a_suggestion(api: ApiClient, name: str) -> None:
    """All at once, on every route, and without the name: it could be that of a place."""
    fields, hints = FAULTS[name]
    batch = {"origins": [PLACE], "fields": fields}
    for response, where in (
        (api.get("/v1/nearest", query_string={**PLACE, "fields": fields}), "fields"),
        (api.post("/v1/nearest", json={**PLACE, "fields": fields}), "/fields"),
        (api.post("/v1/nearest/batch", json=batch), "/fields"),
        (api.get("/v1/centres", query_string={"fields": fields}), "fields"),
        (api.get("/v1/centres/surya", query_string={"fields": fields}), "fields"),
    ):
        body = problem(response, 400, "request-invalid")
        assert faults(body) == [where] * len(hints)
        for error, hint in zip(body["errors"], hints, strict=True):
            assert hint in error["detail"]
            assert "Marktstraat" not in response.text


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [("fields", ["id", "name"], '"id,name"'), ("prefer_language", ["ar"], '"ar,fr"')],
)
def test_several_words_are_one_text(api: ApiClient, name: str, sent: list[str], shown: str) -> None:
    """A list in a body is a fault that shows how to write it."""
    response = api.post("/v1/nearest", json={**PLACE, name: sent})
    (error,) = problem(response, 400, "request-invalid")["errors"]
    assert error["pointer"] == f"/{name}"
    assert error["detail"].startswith("The value must be one text, with commas")
    assert shown in error["detail"]


@pytest.mark.needs("formats")
@pytest.mark.parametrize("format", ["text", "vcard"])
def test_a_format_without_records_has_no_members_to_select(api: ApiClient, format: str) -> None:
    """By `format` or Accept; the fault names the formats that have some."""
    asked = {**PLACE, "fields": "id", "format": format}
    for response, where in (
        (api.get("/v1/nearest", query_string=asked), "fields"),
        (api.post("/v1/nearest", json=asked), "/fields"),
        (api.get(f"/v1/centres?fields=id&format={format}"), "fields"),
    ):
        body = problem(response, 400, "request-invalid")
        assert faults(body) == [where]
        assert "json or geojson or csv" in body["errors"][0]["detail"]


def test_the_next_page_has_the_same_members(client: FlaskClient) -> None:
    """Following `next` gives each centre once, as it was asked for."""
    path = "/v1/centres?limit=1&fields=id,address.locality&lang=de"
    seen = []
    while path:
        page = client.get(path).get_json()
        (centre,) = page["centres"]
        assert list(centre["address"]["locality"]) == ["de"]
        assert "phones" not in centre
        seen.append(centre["id"])
        path = page["next"]
    assert seen == ["pag-asa", "payoke", "surya"]


@pytest.mark.parametrize("selection", ["lang=nl", "fields=id,name"])
def test_a_part_of_a_record_is_no_version_of_it(
    maintainer_app: MaintainerApp, selection: str
) -> None:
    """Who sends back a part with its ETag would remove all else, so the write is refused."""
    seen = maintainer_app.app.test_client().get(f"{CENTRE}?{selection}")
    before = maintainer_app.everything()
    response = maintainer_app.write(
        "PATCH", CENTRE, match=seen.headers["ETag"].strip('"'), json={"name": "X"}
    )
    problem(response, 412, "record-changed")
    assert maintainer_app.everything() == before


def test_a_small_answer_has_3000_bytes(client: FlaskClient, directory: Directory) -> None:
    """For each postcode, with the kind, the number or address and the name of every helpline.

    Where it is not certain which of two centres is closer, both are in the answer.
    """
    lines = client.get("/v1/helplines?country=BE").get_json()["helplines"]
    for place in some(directory.live.snapshot.gazetteer.places("BE")):
        response = client.get(f"/v1/nearest?postcode={place.code}&{SMALL}")
        answer = response.get_json()
        assert len(response.data) <= 3_000, (place.code, len(response.data))
        assert len(answer["results"]) == (1 if answer["certain"] else 2)
        assert [
            (line["kind"], line.get("number"), line.get("url"), line["name"])
            for line in answer["helplines"]
        ] == [
            (
                line["kind"],
                line.get("number"),
                line.get("url_translations", {}).get("nl", line.get("url")),
                {"nl": line["name"]["nl"]},
            )
            for line in lines
        ]


@pytest.mark.parametrize(
    ("lang", "url", "translations"),
    [
        ("nl", "https://www.stopmensenhandel.be/", None),
        ("de", "https://www.stophumantrafficking.be/", None),
        (
            None,
            "https://www.stophumantrafficking.be/",
            {"nl": "https://www.stopmensenhandel.be/", "fr": "https://www.stoptraite.be/"},
        ),
    ],
)
def test_the_address_of_a_helpline_in_a_small_answer_is_in_the_chosen_language(
    client: FlaskClient, lang: str | None, url: str, translations: dict[str, str] | None
) -> None:
    """If it has one in that; without a language, all addresses are there."""
    selected = {**PLACE, "fields": "id", **({"lang": lang} if lang else {})}
    lines = client.get("/v1/nearest", query_string=selected).get_json()["helplines"]
    (site,) = [line for line in lines if line["kind"] == "reporting_site"]
    assert (site["url"], site.get("url_translations")) == (url, translations)
