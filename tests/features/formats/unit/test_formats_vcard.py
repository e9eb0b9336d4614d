"""Contacts for an address book: valid RFC 6350, without the centre's name if it is neutral."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.formats import as_vcard
from directory_api.record.centre_in_words import describe_centre
from directory_api.record.records import Centre
from directory_api.record.speaker import Speaker
from directory_api.text.translations import words
from tests.support.records import made_up_centre, shipped_records

SHIPPED = [Centre.from_record(record) for record in shipped_records()["centres"]]
NAMES = pytest.mark.parametrize("centre", SHIPPED, ids=lambda centre: centre.id)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=120)


def vcards(centres: list[Centre], language: str, neutral_name: str | None = None) -> bytes:
    """The cards of centres in a language."""
    say = Speaker(words(language), date(2026, 11, 28))
    cards = (as_vcard.vcard(describe_centre(centre, say), neutral_name) for centre in centres)
    return b"".join(cards)


def unfolded(card: bytes) -> list[str]:
    """The logical lines of a card (RFC 6350, section 3.2)."""
    assert card.endswith(b"\r\n")
    return re.sub(rb"\r\n[ \t]", b"", card).decode().removesuffix("\r\n").split("\r\n")


def values(card: bytes, name: str) -> list[str]:
    """The values of a property, still escaped."""
    return [line.partition(":")[2] for line in unfolded(card) if re.match(rf"{name}[;:]", line)]


def unescaped(value: str) -> list[str]:
    """The parts of a structured value, read (RFC 6350, section 3.4)."""
    parts, signs = [""], iter(value)
    for sign in signs:
        if sign == ";":
            parts.append("")
        elif sign == "\\":
            escaped = next(signs)
            parts[-1] += "\n" if escaped in "nN" else escaped
        else:
            parts[-1] += sign
    return parts


def made_up(**members: object) -> Centre:
    """A centre."""
    return Centre.from_record(made_up_centre(1, **members))


@given(name=TEXTS, street=TEXTS, note=TEXTS)
def test_every_text_comes_back_as_it_was(name: str, street: str, note: str) -> None:
    """Whatever characters a record has, a reader that unfolds and unescapes gets exactly these."""
    address = {"street": street, "postcode": "1000", "locality": {"nl": name}, "country": "BE"}
    card = vcards([made_up(name=name, address=address, description={"nl": note})], "nl")
    assert [unescaped(value) for value in values(card, "FN")] == [[name]]
    assert [unescaped(value) for value in values(card, "NOTE")] == [[note]]
    assert [unescaped(value) for value in values(card, "ADR")] == [
        ["", "", street, name, "", "1000", "BE"]
    ]
    assert len(unfolded(card)) == 11


@given(name=TEXTS)
def test_no_line_is_longer_than_75_octets_and_no_sign_is_torn(name: str) -> None:
    """Each line has at most 75 octets without its line break, and is UTF-8 by itself."""
    for line in vcards([made_up(name=name * 4)], "nl").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


@NAMES
def test_a_card_is_a_vcard_4_with_what_one_needs_to_call(centre: Centre) -> None:
    """A card is version 4.0 and complete, with name, every phone, e-mail and site."""
    card = vcards([centre], "fr")
    lines = unfolded(card)
    assert (lines[:2], lines[-1]) == (["BEGIN:VCARD", "VERSION:4.0"], "END:VCARD")
    assert values(card, "FN") == [centre.name]
    assert values(card, "TEL") == [f"tel:{phone.number}" for phone in centre.phones]
    assert (values(card, "EMAIL"), values(card, "URL")) == ([centre.email], [centre.website])
    assert values(card, "LANG") == [spoken.code for spoken in centre.languages]
    assert "street" in centre.location.precision if centre.location else False
    assert re.fullmatch(r"geo:[0-9.]+,[0-9.]+;u=150", values(card, "GEO")[0])


def test_texts_are_in_the_language_that_was_asked_for() -> None:
    """A card in French has French street, town and description; in an unknown language English
    ones.
    """
    pag_asa = SHIPPED[0]
    french, polish = vcards([pag_asa], "fr"), vcards([pag_asa], "pl")
    assert "Rue des Alexiens 16b;Bruxelles" in values(french, "ADR")[0]
    assert "Cellebroersstraat 16b;Brussels" in values(polish, "ADR")[0]
    assert [line for line in unfolded(french) if line.startswith("NOTE;LANGUAGE=fr:")]
    assert [line for line in unfolded(polish) if line.startswith("NOTE;LANGUAGE=en:")]


def test_a_card_says_when_calls_are_answered() -> None:
    """For emergencies, always, or in some hours; with the number if there are several."""
    assert "For emergencies this number is answered day and night." in values(
        vcards([SHIPPED[0]], "en"), "NOTE"
    )
    always = {"number": "+3225116464", "kind": "main", "hours": "24/7"}
    evening = {"number": "+3225116465", "kind": "mobile", "hours": "Mo-Su 20:00-24:00"}
    centre = made_up(phones=[always, evening, {"number": "+3225116466", "kind": "main"}])
    notes = [unescaped(note)[0] for note in values(vcards([centre], "en"), "NOTE")][:2]
    assert [note.replace("\N{THIN SPACE}", " ") for note in notes] == [
        "+3225116464: This number is answered day and night.",
        "+3225116465: Calls are answered: Monday – Sunday: 20:00 – 24:00",
    ]
    assert (
        values(vcards([replace(centre, status="closed")], "en"), "NOTE")[0].count("answered") == 0
    )


@NAMES
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_under_a_neutral_name_nothing_names_the_centre(centre: Centre, language: str) -> None:
    """A neutral card has the phones and the address, and nothing that names the centre."""
    card = vcards([centre], language, "Office")
    assert values(card, "FN") == ["Office"]
    assert values(card, "TEL") == [f"tel:{phone.number}" for phone in centre.phones]
    assert {line.partition(":")[0].partition(";")[0] for line in unfolded(card)} == {
        *("BEGIN", "VERSION", "FN", "TEL", "ADR", "END"),
        *(("NOTE",) if centre.contested else ()),
    }
    assert not re.search(re.escape(centre.name), card.decode(), re.IGNORECASE)
    assert b"@" not in card
    assert centre.id.encode() not in card


def test_a_hidden_address_has_no_point() -> None:
    """A centre whose address is not public gets no GEO: its point stands for a town."""
    hidden = replace(SHIPPED[0], address_visibility="hidden")
    assert values(vcards([hidden.published(hidden.location)], "nl"), "GEO") == []
    assert values(vcards([hidden.published(None)], "nl"), "GEO") == []


def test_a_short_number_is_no_uri() -> None:
    """A number without a country is text, as it is dialled; an unknown value has no line."""
    bare = made_up(
        phones=[{"number": "1712", "kind": "duty"}],
        languages=[],
        address={"country": "BE", "locality": {}},
    )
    lines = unfolded(vcards([bare], "nl"))
    assert 'TEL;VALUE=text;TYPE="voice,work":1712' in lines
    assert "ADR;TYPE=work:;;;;;;BE" in lines
    assert not [line for line in lines if line.startswith(("EMAIL", "URL", "NOTE", "LANG", "TZ"))]


def test_a_centre_keeps_its_uid() -> None:
    """Two cards of a centre have one UID, so that an address book updates it; two centres
    have two.
    """
    uids = [
        values(vcards([centre], language), "UID")[0]
        for centre in SHIPPED
        for language in ("nl", "en")
    ]
    assert len(set(uids)) == len(SHIPPED)
    assert len(values(vcards(SHIPPED, "nl"), "UID")) == len(SHIPPED)
