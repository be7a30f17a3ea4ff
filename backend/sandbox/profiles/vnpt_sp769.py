"""VNPT SmartCA, profile ``sp769`` ("SmartCA thường"): a user id only, then approval in the phone app.

Follows: VNPT "Tài liệu tích hợp VNPT SMARTCA" 4.x (3 May 2024) and public clients of its test host; read 2026-11.

Calls: v1/credentials/get_certificate (also under v2), v1/signatures/sign, v1/signatures/sign/{id}/status; one callback
to the address in SANDBOX_VNPT_SP769_WEBHOOK, which stands for the one registered with VNPT.

Differs from the real service
- The words for refused and for each failure are those of profile ``csc``; of this profile only EXPIRED is attested.
- An unknown user is SP_CREDENTIAL_INVALID with a sentence behind it; the document has one code and no sentence.
- ``tran_code`` is derived from ``transaction_id``; the real one is random.
- A batch holds at most 50; the real maximum is unpublished.
- Strict mode wants a serial number; VNPT may choose the person's only certificate when it is empty.
- No seals (``ESEAL``), no time stamps, no files.
- The callback names the sandbox's own ``sp_id`` even when another is configured.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify

from ..bench import Bench, Profile
from ..neac769 import Dialect, Neac769, Refused, values, webhook
from ..people import Credential, Subscriber
from ..protocol import step
from ..transaction import Stage, Transaction

SP = {"sp_id": "kbnn-000.apps.signservice.sandbox", "sp_password": "c2FuZGJveC1zcDc2OQ"}
WAITING = "sig_wait_for_user_confirm"
MESSAGE = {
    Stage.WAITING: WAITING,
    Stage.CONFIRMED: WAITING,
    Stage.SIGNED: "SUCCESS",
    Stage.EXPIRED: "EXPIRED",
    Stage.REFUSED: "SIGNER_REJECTED",
}
FAILURE = {
    "signing": (200, "SIGN_FAILED"),
    "key_authorisation": (200, "AUTHORIZE_KEY_FAILED"),
    "quota": (200, "SERVICE_PACK_EXEED_OR_INVALID"),
    "certificate": (403, "CREDENTIAL_STATUS_INVALID"),
    "internal": (500, "SERVAR_INTERNAL_ERROR"),
}
STATE = {"VALID": "Đang hoạt động", "EXPIRED": "Hết hạn", "REVOKED": "Đã thu hồi", "SUSPENDED": "Tạm dừng"}
Answer = Any


def entry(person: Subscriber, credential: Credential, state: str) -> dict[str, Any]:
    certificate = credential.certificate
    return {
        "service_type": "SMARTCA",
        "service_name": "SMARTCA PERSONAL PRO",
        "cert_status": STATE[state],
        "cert_status_code": state,
        "cert_subject": f"C=VN,CN={person.full_name},UID=CCCD:{person.id_number}",
        "cert_valid_from": f"{certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        "cert_valid_to": f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
    }


DIALECT = Dialect(
    is_hex=True,
    upper_serial=False,
    time_stamp=re.compile(r"\d{14}Z?"),
    max_files=50,
    needs_description=True,
    refuses_ended=True,
    own_http=lambda code: code if code in (400, 404) else 200,
    no_user=(401, "SP_CREDENTIAL_INVALID: user_id does not exist"),
    no_credential=(400, "CREDENTIAL_NOT_EXIST"),
    no_turns=(400, "SERVICE_PACK_EXEED_OR_INVALID"),
    entry=entry,
)


def routes(bench: Bench, profile: Profile) -> Blueprint:
    neac = Neac769(bench, profile, DIALECT)
    calls = Blueprint(profile.slug, __name__)

    def internal_error() -> Answer:
        refused = Refused(500, "SERVAR_INTERNAL_ERROR")
        return jsonify(refused.answer), refused.status

    def sign() -> Answer:
        transaction, data = neac.sign()
        left = neac.seconds_left(transaction)
        data = {**data, "tran_code": transaction.id, "expired_in": left}
        return jsonify(status_code=200, message=WAITING, data=data)

    def status(either_id: str) -> Answer:
        return _status(neac, neac.find(either_id))

    for path, at, view, who in (
        ("/v1/credentials/get_certificate", "certificates", neac.certificates, None),
        ("/v2/credentials/get_certificate", "certificates", neac.certificates, None),
        ("/v1/signatures/sign", "sign", sign, None),
        ("/v1/signatures/sign/<either_id>/status", "status", status, neac.holder),
    ):
        wrapped = step(bench, profile, at, internal_error, who)(view)
        calls.add_url_rule(path, path.replace(".", "_"), wrapped, methods=["POST"])
    return calls


def _status(neac: Neac769, transaction: Transaction) -> Answer:
    code, message = 200, MESSAGE.get(transaction.stage, "")
    if transaction.stage is Stage.FAILED:
        code, message = FAILURE[transaction.failure or "signing"]
    signed = values(transaction, None, "") if transaction.stage is Stage.SIGNED else None
    data = {
        "transaction_id": transaction.client_ref,
        "signatures": signed,
        "expired_in": neac.seconds_left(transaction),
    }
    return jsonify(status_code=code, message=message, data=data)


def notice(transaction: Transaction) -> dict[str, Any]:
    """Body of the one callback."""
    message = MESSAGE.get(transaction.stage) or FAILURE[transaction.failure or "signing"][1]
    return webhook(transaction, SP["sp_id"], message)


PROFILE = Profile(
    slug="vnpt_sp769",
    provider="vnpt",
    base_path="/vnpt/sca/sp769",
    app_name="VNPT SmartCA",
    brand="VNPT CA",
    names=None,
    life_s=300,
    relying_party=SP,
    routes=routes,
    notice=notice,
)
