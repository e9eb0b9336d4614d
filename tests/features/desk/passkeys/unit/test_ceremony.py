"""What a browser sends is taken as the use of a passkey only if everything about it is right."""

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from directory_api.features.desk.passkeys import ceremony
from directory_api.features.desk.passkeys.ceremony import Refused, Registered
from directory_api.features.desk.passkeys.site import Site, site_at
from tests.features.desk.passkeys.authenticator import Device

SITE = Site("https://localhost", "https://localhost", "localhost")
TOKEN = "1a2b3c4d"


def _challenge() -> str:
    return secrets.token_urlsafe(32)


def _register(device: Device, challenge: str, change: str = "") -> Registered:
    """Register a passkey; `change` is another challenge than the expected one."""
    options = json.loads(ceremony.registration_options(SITE, challenge, TOKEN, "Anna", []))
    answer = ceremony.sent(device.register(options))
    return ceremony.registered(SITE, answer, change or challenge)


def _use(device: Device, known: Registered, challenge: str, change: str = "") -> int:
    options = json.loads(ceremony.sign_in_options(SITE, challenge))
    answer = ceremony.sent(device.sign_in(options))
    assert answer.user in (TOKEN, None)
    return ceremony.used(SITE, answer, change or challenge, known.key, known.count)


def _spoiled(text: str, member: str, value: object) -> str:
    """Return an answer of a device with another value of a member of its response."""
    raw = json.loads(text)
    raw["response"][member] = value
    return json.dumps(raw)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("copied", [True, False])
def test_a_passkey_that_was_registered_signs_in(*, counts: bool, copied: bool) -> None:
    """Whether its device counts or not, and whether it is also on other devices."""
    device = Device(counts=counts, copied=copied)
    known = _register(device, _challenge())
    for expected in (1, 2, 3):
        count = _use(device, known, _challenge())
        assert count == (expected if counts else 0)
        known = replace(known, count=count)


def test_what_a_browser_is_asked_for_is_found_without_a_name_and_checks_the_person() -> None:
    """A discoverable credential with user verification, and no statement about the device."""
    options = json.loads(ceremony.registration_options(SITE, "AAAA", TOKEN, "Anna", ["BBBB"]))
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [each["id"] for each in options["excludeCredentials"]] == ["BBBB"]
    assert options["rp"]["id"] == "localhost"
    asked = json.loads(ceremony.sign_in_options(SITE, "AAAA"))
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])


WRONG: dict[str, Callable[[Device], Device]] = {
    "origin": lambda device: replace(device, origin="https://localhost.example"),
    "origin without https": lambda device: replace(device, origin="http://localhost"),
    "port": lambda device: replace(device, origin="https://localhost:8443"),
    "host": lambda device: replace(device, host="example.org"),
    "no user verification": lambda device: replace(device, verifies=False),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_passkey_is_not_registered_for_another_place_or_unchecked(what: str) -> None:
    """The standard asks the server for each of these checks."""
    with pytest.raises(Refused):
        _register(WRONG[what](Device()), _challenge())
    with pytest.raises(Refused):
        _register(Device(), _challenge(), change=_challenge())


@pytest.mark.parametrize("what", [*WRONG, "key"])
def test_a_passkey_does_not_sign_in_elsewhere_or_unchecked(what: str) -> None:
    """Nor with the key of another passkey, or for another challenge."""
    device = Device()
    known = _register(device, _challenge())
    wrong = WRONG[what](device) if what in WRONG else replace(device, key=Device().key)
    with pytest.raises(Refused):
        _use(wrong, known, _challenge())
    with pytest.raises(Refused):
        _use(device, known, _challenge(), change=_challenge())
    assert _use(device, known, _challenge()) == 0


@pytest.mark.parametrize("count", [5, 9])
def test_a_counter_that_stays_or_goes_back_is_refused(count: int) -> None:
    """The passkey was copied to another device, one of which has used it since."""
    device = Device(counts=True)
    known = replace(_register(device, _challenge()), count=count)
    device.count = 4
    with pytest.raises(Refused):
        _use(device, known, _challenge())


BAD: list[Any] = [None, 7, "", "!", "AAAA", [], {}, "A" * 5_000]


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_a_spoiled_answer_is_refused_and_nothing_worse(value: object) -> None:
    """In each member, of both ceremonies."""
    device, challenge = Device(), _challenge()
    known = _register(device, challenge)
    options = json.loads(ceremony.registration_options(SITE, challenge, TOKEN, "Anna", []))
    made = device.register(options)
    for member in ("clientDataJSON", "attestationObject"):
        with pytest.raises(Refused):
            ceremony.registered(SITE, ceremony.sent(_spoiled(made, member, value)), challenge)
    signed = device.sign_in(json.loads(ceremony.sign_in_options(SITE, challenge)))
    for member in ("clientDataJSON", "authenticatorData", "signature"):
        spoiled = _spoiled(signed, member, value)
        with pytest.raises(Refused):
            ceremony.used(SITE, ceremony.sent(spoiled), challenge, known.key, 0)


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "null", "7", "{}", '{"response": []}', "[" * 19_000, '"' * 30_000]
)
def test_what_is_no_answer_of_a_device_is_refused(text: str) -> None:
    """Anybody may send anything to the page to sign in."""
    with pytest.raises(Refused):
        ceremony.sent(text)


@pytest.mark.parametrize(("identity", "challenge"), [("\ud800", "AAAA"), ("AAAA", "\ud800")])
def test_half_of_a_character_is_refused(identity: str, challenge: str) -> None:
    """JSON can have one, and a database takes none."""
    client = bytes_to_base64url(json.dumps({"challenge": challenge}).encode())
    with pytest.raises(Refused):
        ceremony.sent(json.dumps({"id": identity, "response": {"clientDataJSON": client}}))


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://Help.example.org", ("https://help.example.org", "help.example.org")),
        ("https://help.example.org:8443/be", ("https://help.example.org:8443", "help.example.org")),
        ("http://localhost:8000", ("http://localhost:8000", "localhost")),
        ("http://help.example.org", None),
        ("https://127.0.0.1:8000", None),
        ("https://[::1]", None),
        ("", None),
    ],
)
def test_passkeys_belong_to_a_host_over_https(address: str, site: tuple[str, str] | None) -> None:
    """Browsers allow them nowhere else; an address without a name is no host."""
    found = site_at(address)
    assert (found and (found.origin, found.host)) == site


def _mutated(body: bytes, chance: random.Random) -> bytes:
    """Return bytes of which one is another, or some are missing or added."""
    place = chance.randrange(len(body))
    other = bytes([body[place] ^ chance.randrange(1, 256)])
    return chance.choice(
        (
            body[:place] + other + body[place + 1 :],
            body[:place],
            body[:place] + other + body[place:],
            body + other,
        )
    )


@pytest.mark.parametrize("member", ["clientDataJSON", "authenticatorData", "signature"])
def test_no_change_of_what_was_signed_signs_in(member: str) -> None:
    """Nor does one end in another error."""
    device, challenge, chance = Device(), _challenge(), random.Random(33)
    known = _register(device, challenge)
    signed = device.sign_in(json.loads(ceremony.sign_in_options(SITE, challenge)))
    body = base64url_to_bytes(json.loads(signed)["response"][member])
    for _ in range(200):
        spoiled = _spoiled(signed, member, bytes_to_base64url(_mutated(body, chance)))
        with pytest.raises(Refused):
            ceremony.used(SITE, ceremony.sent(spoiled), challenge, known.key, 0)


def test_no_change_of_a_registration_ends_in_another_error() -> None:
    """What it says of the device is not signed, so a changed one may be taken: of the same person,
    who could have sent any.
    """
    device, challenge, chance = Device(), _challenge(), random.Random(33)
    options = json.loads(ceremony.registration_options(SITE, challenge, TOKEN, "Anna", []))
    made = device.register(options)
    body = base64url_to_bytes(json.loads(made)["response"]["attestationObject"])
    refused = 0
    for _ in range(500):
        changed = bytes_to_base64url(_mutated(body, chance))
        answer = ceremony.sent(_spoiled(made, "attestationObject", changed))
        try:
            assert ceremony.registered(SITE, answer, challenge).count >= 0
        except Refused:
            refused += 1
    assert refused > 100
