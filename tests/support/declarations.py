"""Whoever takes a registration from the second Lưu to the Treasury: by phones of the sandbox's CAs or USB tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography import x509

from backend.domain.providers import Secret
from backend.domain.signing import Stamp
from backend.models import Registration, RegistrationDocument
from backend.services.registration.declaration_signers import signers
from backend.services.registration.declarations import UNIT_ROLE, form_of
from backend.services.registration.documents import document_pdf
from backend.services.registration.signed_files import check_signed, take_signed
from backend.services.registration.signing_subject import newest_signing
from backend.services.registration.signing_view import cancel_signing, signing_view
from backend.services.registration.start import prepare_sign, start_sign
from tests.adapters.pdf.pki import Party
from tests.support.registrations import CODE, LicensedCa, Registrant, a_declaration
from tests.support.token import signs_with_a_token
from tests.support.world import CA_PASSWORD

LOGINS = {"vnpt": "{}", "viettel": "CMT_{}", "misa": "{}@saomai.example", "nacencomm": "{}"}
"""User names at the CAs, made of the identity number."""


@dataclass
class Hand:
    """A signer with a phone."""

    id: str
    login: str


class Declarer(Registrant):
    """Whoever holds the link, until the Treasury has the dossier."""

    def parts(self) -> dict[str, Any]:
        """What stands there, as a browser sends it."""
        content = self.sees()["content"]
        return {name: content[name] for name in ("unit", "services", "ledgers", "relations", "members")}

    def fills_in(self, code: str = CODE, *, form: str = "remote", services: Sequence[str] = ()) -> None:
        """Everything but the certificates, saved once."""
        parts = a_declaration(code)
        for member in parts["members"]:
            member["signing_form"] = form if member["signing_form"] else None
        self.types({**parts, "services": list(services) or parts["services"]})
        self.makes_accounts()
        self.grants_everything()
        self.saves()

    def enrols(self, provider: str = "vnpt") -> None:
        """Every signer has a certificate of ``provider``, of the sandbox's."""
        with self.row() as (_, row):
            members = [
                {**member, "certificate": self._enrolled(provider, member)} if member["signing_form"] else member
                for member in row.content["members"]
            ]
            row.content = {**row.content, "members": members}

    def _enrolled(self, provider: str, member: Mapping[str, Any]) -> dict[str, Any]:
        login = LOGINS[provider].format(member["id_number"])
        person = {"provider": provider, "uid": login, "full_name": member["full_name"], "password": CA_PASSWORD}
        told = self.world.sandbox.control(
            "/_control/subscribers", {**person, "id_number": member["id_number"], "spare_s": 60}
        )
        (self.world.folder / "trust" / f"sandbox-{provider}.pem").write_text(told["root_pem"])
        der = base64.b64decode(told["certificate_der_b64"])
        made = x509.load_der_x509_certificate(der)
        return {
            "provider": provider,
            "provider_login": login,
            "der": base64.b64encode(der).decode(),
            "chain": told["chain_der_b64"],
            "fingerprint": sha256(der).hexdigest(),
            "serial_number": f"{made.serial_number:x}",
            "subject_name": member["full_name"],
            "issuer_name": "Sandbox CA",
            "valid_from": made.not_valid_before_utc.isoformat(),
            "valid_to": made.not_valid_after_utc.isoformat(),
        }

    def declares_by_token(self, ca: LicensedCa, code: str = CODE) -> dict[str, Any]:
        """A unit on USB tokens, up to its declarations."""
        self.fills_in(code, form="usb_token")
        self.binds(ca)
        return self.completes()

    def member(self, title: str = "account_holder") -> dict[str, Any]:
        """The person who holds ``title``."""
        (found,) = [each for each in self.sees()["content"]["members"] if title in each["permissions"]]
        return found  # type: ignore[no-any-return]

    def hand(self, title: str = "account_holder") -> Hand:
        """The person's phone."""
        member = self.member(title)
        return Hand(member["id"], member["certificate"]["provider_login"])

    def signers(self) -> list[dict[str, Any]]:
        with self.row() as (session, row):
            return signers(session, self.world.house, row)["items"]  # type: ignore[return-value]

    def prepares(self, title: str = "account_holder", **changed: Any) -> Any:
        """The first half of Ký số: everything up to the commit."""
        seen = self.sees()
        words = {
            "expected_version": seen["version"],
            "member_id": self.member(title)["id"],
            "seen_digests": [document["sha256"] for document in seen["documents"]],
            "proof": Secret(CA_PASSWORD),
        }
        return prepare_sign(self.world.house, self.id, **{**words, **changed})

    def asks(self, title: str = "account_holder", **changed: Any) -> dict[str, Any]:
        """Tap 'Ký số'."""
        prepared = self.prepares(title, **changed)
        with self.world.house.begin() as session:
            return start_sign(session, self.world.house, prepared)

    def signs_on_the_phone(self, title: str = "account_holder") -> dict[str, Any]:
        """The whole of it: tap, phone, worker."""
        self.asks(title)
        self.world.hands.work()
        self.world.phone.approves(self.hand(title))
        self.world.hands.work()
        return self.sees()

    def watches(self) -> dict[str, Any]:
        """The waiting screen."""
        with self.row() as (session, row):
            signing = newest_signing(session, row)
            assert signing is not None
            return signing_view(session, self.world.house, signing)

    def cancels_signing(self) -> dict[str, Any]:
        with self.row() as (session, row):
            return cancel_signing(session, self.world.house, row)

    def downloads(self, document: Mapping[str, Any]) -> bytes:
        with self.row() as (session, row):
            return document_pdf(session, self.world.house, row, document["id"])[0]

    def uploads(self, files: Sequence[Mapping[str, str]], title: str = "account_holder") -> dict[str, Any]:
        """Hand in what the token signed."""
        checked = check_signed(self.world.house, self.id, self.sees()["version"], self.member(title)["id"], files)
        with self.row() as (session, row):
            take_signed(session, self.world.house, row, checked)
        return self.sees()

    def signed_by(self, party: Party, at: datetime | None = None, **meta: object) -> list[dict[str, str]]:
        """Every declaration, signed on the computer with ``party``'s token; ``at``: by a clock that shows that."""
        files = []
        for document in self.sees()["documents"]:
            blank = self.downloads(document)
            pdf = signed_at(self.world.house, self.row_of(document), blank, party, at) if at else None
            pdf = pdf or signs_with_a_token(blank, party, **meta)  # type: ignore[arg-type]
            files.append({"document_id": document["id"], "file_base64": base64.b64encode(pdf).decode()})
        return files

    def row_of(self, document: Mapping[str, Any]) -> RegistrationDocument:
        with self.world.house.read() as session:
            return session.get_one(RegistrationDocument, document["id"])

    def stored(self) -> Registration:
        with self.world.house.read() as session:
            return session.get_one(Registration, self.id)


def signed_at(house: Any, document: RegistrationDocument, pdf: bytes, party: Party, at: datetime) -> bytes:
    """``pdf`` with the unit's signature by ``party``, made when the clock of the computer showed ``at``."""
    field = form_of(house, document.form_code).field_names[UNIT_ROLE]
    (cell,) = [cell for cell in house.forms.cells(document.form_code, pdf) if cell.field_name == field]
    stamp = Stamp("Nguyễn Thị Hà", "Chủ tài khoản", at, "5404FFE1")
    prepared = house.signer.prepare(pdf, cell, stamp, party.der, first=True, last=False)
    signed: bytes = house.signer.embed(prepared, party.signs(prepared.digest), party.der, [])
    return signed
