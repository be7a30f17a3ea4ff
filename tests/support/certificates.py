"""People at the sandbox CAs who want to register their certificates, and files of USB tokens."""

from __future__ import annotations

import itertools
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from backend.domain.providers import Secret
from backend.services.registration import bind
from backend.services.registration.look_up import look_up
from tests.support.registrations import Registrant, a_declaration, a_member
from tests.support.world import CA_PASSWORD, World

PROVIDERS = ("misa", "nacencomm", "viettel", "vnpt")
NAME, NUMBER = "Phạm Văn Đạt", "031085000092"
"""The chief accountant of ``a_declaration``."""
ADDRESS = "192.0.2.7"
_LOGINS = itertools.count(700_000)


@dataclass
class Subscriber:
    """Somebody at a sandbox CA."""

    world: World
    provider: str
    login: str
    needs_password: bool
    told: dict[str, Any] = field(default_factory=dict)
    """What the CA said of the newest certificate."""

    @property
    def proof(self) -> Secret | None:
        return Secret(CA_PASSWORD) if self.needs_password else None

    def _about(self, move: str, **words: Any) -> dict[str, Any]:
        path = f"/_control/subscribers/{self.provider}/{self.login}/{move}"
        return self.world.sandbox.control(path, words)  # type: ignore[no-any-return]

    def gets(self, **words: Any) -> str:
        """A further certificate; its serial number as the house shows it."""
        self.told = self._about("credentials", **words)
        return _serial(self.told["serial_hex"])

    def loses(self, serial: str) -> None:
        """The certificate is revoked."""
        self._about("revoke", serial_hex=serial)


def subscribes(
    world: World, provider: str, name: str = NAME, number: str = NUMBER, **words: Any
) -> tuple[Subscriber, str]:
    """A new account at the CA and the serial number of its certificate. The CA is licensed."""
    needs_password = world.house.providers[provider].descriptor.needs_password
    prefix = "CMT_" if provider == "viettel" else ""
    login = f"{prefix}031085{next(_LOGINS)}"
    person = {"provider": provider, "uid": login, "full_name": name, "id_number": number, "spare_s": 600}
    told = world.sandbox.control(
        "/_control/subscribers", {**person, "password": CA_PASSWORD if needs_password else None, **words}
    )
    (world.folder / "trust" / f"sandbox-{provider}.pem").write_text(told["root_pem"])
    return Subscriber(world, provider, login, needs_password, told), _serial(told["serial_hex"])


def _serial(text: str) -> str:
    return f"{int(text, 16):X}"


def ended() -> dict[str, str]:
    """The validity of a certificate that ran out."""
    now = datetime.now(UTC)
    return {
        "valid_from": (now - timedelta(days=30)).isoformat(),
        "valid_to": (now - timedelta(days=1)).isoformat(),
    }


class Declarer(Registrant):
    """Whoever holds the link of a registration, with the calls about certificates."""

    def declares_on(self, form: str = "remote", **changed: Any) -> str:
        """Members by one form; the id of the chief accountant, who is ``changed``."""
        parts = a_declaration()
        parts["members"] = [
            a_member("Lê Thị Ngọc", "031195000091", "accountant"),
            a_member(NAME, NUMBER, "chief_accountant", **{"signing_form": form, **changed}),
            a_member("Nguyễn Thị Hà", "031175000093", "account_holder", signing_form=form),
        ]
        return str(self.types(parts)["content"]["members"][1]["id"])

    def looks_up(
        self, member_id: str, person: Subscriber, proof: Any = ..., address: str = ADDRESS
    ) -> list[dict[str, Any]]:
        proof = person.proof if proof is ... else proof
        seen = look_up(self.world.house, self.id, member_id, person.provider, person.login, proof, address)
        return seen["candidates"]  # type: ignore[return-value]

    def binds_candidate(self, member_id: str, sealed: str) -> dict[str, Any]:
        with self.row() as (session, row):
            bind.bind(session, self.world.house, row, row.version, member_id, sealed)
        return self.sees()

    def uploads(self, member_id: str, content: bytes) -> dict[str, Any]:
        read = bind.read_upload(self.world.house, self.id, member_id, b64encode(content).decode())
        with self.row() as (session, row):
            bind.bind_upload(session, self.world.house, row, row.version, member_id, read=read)
        return self.sees()

    def unbinds(self, member_id: str) -> dict[str, Any]:
        with self.row() as (session, row):
            bind.unbind(session, self.world.house, row, row.version, member_id)
        return self.sees()


def token_file(person: Subscriber) -> dict[str, bytes]:
    """The newest certificate of somebody at the sandbox, as the files a token's manager saves."""
    leaf, *issuers = [
        x509.load_der_x509_certificate(b64decode(each))
        for each in (person.told["certificate_der_b64"], *person.told["chain_der_b64"])
    ]
    all_ = [leaf, *issuers]
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    return {
        "alone.cer": leaf.public_bytes(der),
        "alone.pem": leaf.public_bytes(pem),
        "chain.pem": b"".join(each.public_bytes(pem) for each in all_),
        "chain.p7b": pkcs7.serialize_certificates(all_, der),
        "chain-text.p7b": pkcs7.serialize_certificates(all_, pem),
        "issuing.pem": issuers[0].public_bytes(pem),
    }
