"""What visitors take from the page: the print view and the contact file."""

import re

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import words
from tests.support.finder_pages import get, send


def test_paper_shows_what_one_needs_and_no_place(client: FlaskClient) -> None:
    """The print view has the centres in the requested order, their phones, and nothing of the
    origin.
    """
    answer = send(client, {"postcode": "9000", "lang": "nl"})
    (take,) = answer.all("form", action="/print")
    ids = [each.attributes["value"] for each in take.all("input", name="centre")]
    assert ids == answer.centres
    page = send(client, {"centre": [*ids, "nobody"], "lang": "nl"}, "/print")
    names = [heading.text for heading in page.all("h2")]
    assert sorted(names) == ["PAG-ASA", "Payoke", "Sürya"]
    assert [section.attributes["data-centre"] for section in page.all("section")] == ids
    assert f"{words('nl')['helpline.national_line']} · {words('nl')['hours.always']}" in page.text
    assert "+32 2 511 64 64" in page.text
    assert "info@pag-asa.be" in page.text
    assert not re.search("9000|Gent", str(page.root))


def test_neutral_paper_names_nobody(client: FlaskClient) -> None:
    """With the neutral name the print has phones and addresses, and nothing that names the
    centres.
    """
    page = send(client, {"centre": ["payoke", "surya"], "lang": "en", "neutral": "on"}, "/print")
    assert [heading.text for heading in page.all("h2")] == ["Office Antwerp", "Office Liège"]
    assert {"+32 3 201 16 90", "+32 4 232 40 30"} <= {phone.text for phone in page.all("bdi")}
    assert not re.search(
        "payoke|surya|sürya|traffick|victim|@|www|stop", page.all("main")[0].text.lower()
    )
    one = send(client, {"centre": "payoke", "lang": "nl", "neutral": "on"}, "/print")
    assert [heading.text for heading in one.all("h2")] == [words("nl")["neutral.name"]]


@pytest.mark.parametrize("base", ["", "/embed"])
def test_a_contact_is_saved_under_a_name_that_tells_nothing(client: FlaskClient, base: str) -> None:
    """The file is a vCard called contact.vcf and not cached; with the neutral name it names no
    centre.
    """
    plain = client.post(f"{base}/contact", data={"contact": "payoke", "lang": "nl"})
    assert (plain.status_code, plain.content_type) == (200, "text/vcard; charset=utf-8")
    assert plain.headers["Content-Disposition"] == 'attachment; filename="contact.vcf"'
    assert plain.headers["Cache-Control"] == "no-store"
    assert "FN:Payoke\r\n" in plain.text
    neutral = client.post(
        f"{base}/contact", data={"contact": "payoke", "lang": "nl", "neutral": "on"}
    )
    assert f"FN:{words('nl')['neutral.name']} Antwerpen\r\n" in neutral.text
    assert "payoke" not in neutral.text.lower()
    assert send(client, {"contact": "nobody"}, f"{base}/contact", 404).text


@pytest.mark.needs("formats")
@pytest.mark.parametrize("base", ["", "/embed"])
def test_each_centre_and_the_national_line_are_saved_at_their_cards(
    client: FlaskClient, base: str
) -> None:
    """Also before a search, and without a script."""
    page = get(client, f"{base or '/'}?lang=nl")
    saved = [
        (button.attributes["name"], button.attributes["value"])
        for form in page.all("form", action=f"{base}/contact")
        for button in form.all("button")
        if button.attributes.get("name")
    ]
    line = ("helpline", "be-trafficking-line")
    assert saved[:3] == [("contact", each) for each in page.centres]
    assert saved[3:] == [("contact", ""), line]  # the template of the script, then the line


@pytest.mark.needs("formats")
def test_the_national_line_is_saved_as_a_contact(client: FlaskClient) -> None:
    """With the neutral name it has only the number. Other helplines have none, or do not exist."""
    plain = client.post("/contact", data={"helpline": "be-trafficking-line", "lang": "nl"})
    assert plain.content_type == "text/vcard; charset=utf-8"
    assert plain.headers["Content-Disposition"] == 'attachment; filename="contact.vcf"'
    assert "FN:Belgische lijn voor slachtoffers van mensenhandel" in plain.text
    assert "tel:+3278055800\r\n" in plain.text
    neutral = client.post(
        "/contact", data={"helpline": "be-trafficking-line", "lang": "nl", "neutral": "on"}
    )
    assert neutral.text.removesuffix("\r\n").split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{words('nl')['neutral.name']}",
        'TEL;VALUE=uri;TYPE="voice,work":tel:+3278055800',
        "END:VCARD",
    ]
    for other in ("be-reporting-site", "nobody"):
        assert send(client, {"helpline": other}, "/contact", 404).text
