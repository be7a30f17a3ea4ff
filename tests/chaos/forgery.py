"""Seeded forgeries: signatures that nearly are the person's, and callbacks that nearly are the CA's.

Made without the code that is to refuse them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

GENUINE = 40
"""Signatures from which mutants are bred."""


class Hand:
    """A key, its certificate, and a few genuine signatures."""

    def __init__(self, name: str) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.modulus = self.key.public_key().public_numbers().n
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        self.certificate = certificate.public_bytes(serialization.Encoding.DER)
        self.digests = [sha256(f"{name} {number}".encode()).digest() for number in range(GENUINE)]
        self.signatures = [self.signs(digest) for digest in self.digests]

    def signs(self, digest: bytes) -> bytes:
        return self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A value offered as the signature of ``digest`` by the key of ``certificate``."""

    how: str
    digest: bytes
    certificate: bytes
    text: str
    """As a CA would send it: base64."""
    signature: bytes
    """The bytes it stands for; never the genuine ones."""


class Breeder:
    """Makes mutants, the same ones for the same seed and hands."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._person, self._other = Hand("Nguyễn Thị Ánh"), Hand("Trần Văn Khác")

    def mutants(self, count: int) -> Iterator[Mutant]:
        ways = [name for name in dir(self) if name.startswith("_by_")]
        for number in range(count):
            which = self._chance.randrange(GENUINE)
            genuine, digest = self._person.signatures[which], self._person.digests[which]
            way = ways[number % len(ways)]
            spoilt, about = getattr(self, way)(genuine, digest)
            if spoilt == genuine and about == digest:
                spoilt = genuine[:-1] + bytes([genuine[-1] ^ 0x80])
            yield Mutant(way[4:], about, self._person.certificate, base64.b64encode(spoilt).decode(), spoilt)

    def _by_flipping_bits(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        flips = sum(1 << bit for bit in self._chance.sample(range(2048), self._chance.randint(1, 6)))
        return (int.from_bytes(genuine) ^ flips).to_bytes(256), digest

    def _by_writing_bytes(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        at, length = self._chance.randrange(256), self._chance.randint(1, 32)
        return (genuine[:at] + self._chance.randbytes(length) + genuine[at + length :])[:256], digest

    def _by_moving_bytes(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        turn = self._chance.randrange(1, 256)
        return genuine[turn:] + genuine[:turn], digest

    def _by_cutting(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        length = self._chance.randrange(256)
        return self._chance.choice([genuine[:length], genuine[256 - length :]]), digest

    def _by_adding(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        more = self._chance.choice([b"\x00", b"\x00" * 8, self._chance.randbytes(self._chance.randint(1, 64))])
        return self._chance.choice([more + genuine, genuine + more]), digest

    def _by_arithmetic(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        value, modulus = int.from_bytes(genuine), self._person.modulus
        factor = self._chance.randrange(2, modulus)
        results = [modulus - value, value * factor, value + factor, pow(value, 2, modulus), value + modulus]
        changed = self._chance.choice(results)
        return (changed if changed < 1 << 2048 else changed % modulus).to_bytes(256), digest

    def _by_another_document(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        other = self._chance.choice([each for each in self._person.digests if each != digest])
        return genuine, other

    def _by_changing_the_document(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        flipped = int.from_bytes(digest) ^ 1 << self._chance.randrange(256)
        return genuine, flipped.to_bytes(32)

    def _by_another_person(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        which = self._chance.randrange(GENUINE)
        return self._other.signatures[which], self._chance.choice([digest, self._other.digests[which]])

    def _by_guessing(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        return self._chance.randbytes(self._chance.choice([256, 256, 255, 257, 128, 512])), digest

    def _by_mixing_two(self, genuine: bytes, digest: bytes) -> tuple[bytes, bytes]:
        second = self._chance.choice([each for each in self._person.signatures if each != genuine])
        value = int.from_bytes(genuine) * int.from_bytes(second) % self._person.modulus
        at = self._chance.randrange(1, 256)
        return self._chance.choice([value.to_bytes(256), genuine[:at] + second[at:]]), digest


class Stranger:
    """Knows every protocol, the ids on the wire and the claims a CA makes, but no key."""

    def __init__(self, seed: int, ids: Sequence[str]) -> None:
        self._chance = Random(seed)
        self._ids = list(ids)
        self._hand = Hand("Kẻ Lạ")

    def bodies(self, count: int) -> Iterator[bytes]:
        """Callbacks of every vendor's shape: well formed, damaged, and with claims from each vendor's vocabulary."""
        shapes = (self._status_only, self._with_files, self._with_documents, self._with_meta_data)
        for number in range(count):
            body = json.dumps(shapes[number % len(shapes)](), ensure_ascii=self._chance.random() < 0.5).encode()
            yield self._damaged(body) if self._chance.random() < 0.15 else body

    def _id(self) -> str:
        return self._chance.choice(self._ids) if self._chance.random() < 0.8 else self._chance.randbytes(16).hex()

    def _claim(self) -> Any:
        return self._chance.choice(
            [1, "1", 0, 200, "SUCCESS", "SIGNED", "CANCELLED", "FAILED", "EXPIRED", 4001, 4002, "REJECTED", None]
        )

    def _signature(self) -> str:
        value = self._chance.choice([*self._hand.signatures, self._chance.randbytes(256), b""])
        return base64.b64encode(value).decode()

    def _status_only(self) -> dict[str, Any]:
        return {"tranId": self._id(), "refTranId": self._id(), "status": self._claim()}

    def _with_files(self) -> dict[str, Any]:
        files = [{"doc_id": "PC0001", "signature_value": self._signature()}]
        body = {"transaction_id": self._id(), "tran_code": self._id(), "status_code": 200, "message": self._claim()}
        return body | {"signed_files": files, "data": {"transaction_id": self._id(), "signatures": files}}

    def _with_documents(self) -> dict[str, Any]:
        signatures = [{"DocumentId": "PC0001", "Signature": self._signature()}]
        body = {"MessageId": self._chance.randbytes(8).hex(), "TransactionId": self._id(), "Status": self._claim()}
        return body | {"Signatures": signatures, "transactionId": self._id(), "status": self._claim()}

    def _with_meta_data(self) -> dict[str, Any]:
        meta = {"transaction_id": self._id(), "status": self._claim()}
        return {"meta_data": meta, "signatures": [self._signature()], "result": {"signatures": [self._signature()]}}

    def _damaged(self, body: bytes) -> bytes:
        at = self._chance.randrange(len(body))
        return body[:at] + self._chance.randbytes(2) + body[at + 1 :]
