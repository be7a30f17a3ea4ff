"""Nacencomm CA2 Remote Signing, national profile, digests in base64.

Follows: no document of Nacencomm's. The fields and paths of two public clients of the live host and the screens of the
public phone application; read 2026-11.

Calls, both variants of the paths at once: api/data/get_certificate and rssp/v2/neac/get_certificate, api/data/sign,
api/data/status; one callback to ``urlWebhook``.

Differs from the real service
- Codes and sentences of refusals are ours except "Không có dữ liệu trong hệ thống" and the pending codes.
- The HTTP status equals the code in the body; what the real service does is not known.
- A request lives 180 s, a batch holds 20: neither is published.
- The callback has the shape of VNPT's ``sp769``; the real one was never seen.
- While the HSM is at work the code is 102; the clients know the code, not when it is sent.
- Strict mode wants the serial number in upper case, as one client writes it.
- The phone page asks for no PIN.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify

from ..authority import AuthorityNames
from ..bench import Bench, Profile
from ..neac769 import Dialect, Neac769, Refused, values, webhook
from ..people import Credential, Subscriber
from ..protocol import body, step
from ..transaction import Stage, Transaction

SP = {"sp_id": "0100000000CA2", "sp_password": "c2FuZGJveC1jYTI"}
NO_DATA = (404, "Không có dữ liệu trong hệ thống")
SAYS = {
    Stage.WAITING: (200, "Success"),
    Stage.CONFIRMED: (102, "Đang xử lý"),
    Stage.SIGNED: (200, "Success"),
    Stage.FAILED: (200, "Success"),
    Stage.REFUSED: (200, "Người dùng từ chối ký"),
    Stage.EXPIRED: (200, "Yêu cầu đã hết hạn"),
}
Answer = Any


def entry(person: Subscriber, credential: Credential, state: str) -> dict[str, Any]:
    """Nothing about the state of a certificate: whoever asks reads the X.509."""
    return {}


def dialect(is_hex: bool) -> Dialect:
    return Dialect(
        is_hex=is_hex,
        upper_serial=True,
        time_stamp=re.compile(r"(\d{14})?"),
        max_files=20,
        needs_description=False,
        refuses_ended=False,
        own_http=lambda code: code,
        no_user=NO_DATA,
        no_credential=NO_DATA,
        no_turns=(400, "Tài khoản đã hết lượt ký"),
        entry=entry,
    )


def routes_of(is_hex: bool, bench: Bench, profile: Profile) -> Blueprint:
    neac = Neac769(bench, profile, dialect(is_hex))
    calls = Blueprint(profile.slug, __name__)

    def internal_error() -> Answer:
        return jsonify(Refused(500, "Lỗi hệ thống").answer), 500

    def sign() -> Answer:
        transaction, data = neac.sign()
        files = [item.doc_id for item in transaction.items]
        # Whoever is quicker than this answer has signed in it.
        at_once = {"signatures": values(transaction, "", "-2")} if transaction.stage is Stage.SIGNED else {}
        return jsonify(status_code=200, message="Success", data={**data, "sign_files": files, **at_once})

    def status() -> Answer:
        neac.check_party()
        transaction = neac.find(body().get("transaction_id"))
        if transaction.uid != body().get("user_id"):
            raise Refused(*NO_DATA, NO_DATA[0])
        if transaction.failure == "internal":
            return internal_error()
        code, message = SAYS[transaction.stage]
        data = {"transaction_id": transaction.client_ref, "signatures": values(transaction, "", "-2")}
        sp_id = bench.relying_party(profile, "sp_id")
        return jsonify(sp_id=sp_id, status_code=code, message=message, data=data)

    for path, at, view in (
        ("/api/data/get_certificate", "certificates", neac.certificates),
        ("/rssp/v2/neac/get_certificate", "certificates", neac.certificates),
        ("/api/data/sign", "sign", sign),
        ("/api/data/status", "status", status),
    ):
        calls.add_url_rule(path, path, step(bench, profile, at, internal_error)(view), methods=["POST"])
    return calls


def notice(transaction: Transaction) -> dict[str, Any]:
    """Body of the one callback."""
    return webhook(transaction, SP["sp_id"], SAYS[transaction.stage][1])


PROFILE = Profile(
    slug="nacencomm",
    provider="nacencomm",
    base_path="/nacencomm",
    app_name="CA2 Remote Signing",
    brand="Nacencomm CA",
    names=AuthorityNames(root="Sandbox CA2 Root", issuing="Sandbox CA2 RS"),
    life_s=180,
    relying_party=SP,
    routes=lambda bench, profile: routes_of(False, bench, profile),
    notice=notice,
)
