"""Somebody of the demo world who signs with MISA from now on: enrolled at the sandbox, the certificate pinned anew."""

from __future__ import annotations

import itertools
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.models import Certificate
from tests.support.servers import Sandbox

CA_PASSWORD = "Ky-so-2026"
_NUMBERS = itertools.count(1)


def moves_to_misa(session: Session, sandbox: Sandbox, trust: Path, user_id: str, second_factor: str) -> str:
    """Their user name at MISA; ``second_factor`` is ``authenticator``, ``message`` or empty."""
    login = f"ky.{next(_NUMBERS)}@example.vn"
    person = {"provider": "misa", "uid": login, "full_name": "Phạm Quốc Đỉnh", "id_number": "031085000099"}
    told = sandbox.control(
        "/_control/subscribers", {**person, "password": CA_PASSWORD, "second_factor": second_factor, "spare_s": 60}
    )
    (trust / "sandbox-misa.pem").write_text(told["root_pem"])
    der = b64decode(told["certificate_der_b64"])
    made = x509.load_der_x509_certificate(der)
    session.execute(
        update(Certificate)
        .where(Certificate.user_id == user_id)
        .values(
            provider="misa",
            provider_login=login,
            der=der,
            chain=told["chain_der_b64"],
            fingerprint=sha256(der).hexdigest(),
            serial_number=f"{made.serial_number:x}",
            valid_from=made.not_valid_before_utc,
            valid_to=made.not_valid_after_utc,
        )
    )
    return login


def code_of(sandbox: Sandbox, login: str) -> str:
    """What the person's phone shows."""
    return str(sandbox.control(f"/_control/subscribers/misa/{login}/code", method="GET")["code"])
