"""A device with passkeys, in software: what it signs, and what it can be made to do wrong."""

import json
import secrets
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.encode_cbor import encode_cbor

ORIGIN = "https://localhost"
_PRESENT, _VERIFIED, _MAY_BE_COPIED, _IS_COPIED, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Device:
    """A device with at most one passkey. `counts` is whether it counts uses, `copied` whether the
    passkey is on several devices, as those of phones are.
    """

    origin: str = ORIGIN
    host: str | None = None
    verifies: bool = True
    counts: bool = False
    copied: bool = True
    user: str | None = None
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.create(), with the attestation "none"."""
        self.user = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        # COSE (RFC 9053): an EC2 key for ES256 on P-256.
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + encode_cbor(key)
        data = self._data(options["rp"]["id"], _ATTESTED) + attested
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def sign_in(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.get()."""
        self.count += self.counts
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        user = {"userHandle": base64url_to_bytes(self.user)} if self.user else {}
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, **user
        )

    def _data(self, host: str, flags: int) -> bytes:
        flags |= _PRESENT
        if self.verifies:
            flags |= _VERIFIED
        if self.copied:
            flags |= _MAY_BE_COPIED | _IS_COPIED
        hashed = sha256((self.host or host).encode()).digest()
        return hashed + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        client = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(client).encode()

    def _answer(self, **response: bytes) -> str:
        identity = bytes_to_base64url(self.id)
        encoded = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps(
            {"id": identity, "rawId": identity, "type": "public-key", "response": encoded}
        )
