"""Viettel's older path (``/adss/service/ras``): CSC v1 as public clients of it use it.

Follows: two public clients of the path (one in Node, one in C#) and CSC API 1.0.4.0; read 2026-11.

Calls: login, credentials/list, credentials/info, credentials/authorize (waits for the person), signatures/signHash. The
people, the CA and the relying party's credentials are those of ``viettel``.

Differs from the real service
- Error codes are the gateway's numbers (``viettel`` lists which are documented there); no document gives any for this
  path. A refusal is 4002, silence 4001, out of turns 4005, a dead certificate 13004, all HTTP 400.
- The titles obey the gateway's rules: base64 of ASCII, under 100 characters. Whether this path shows more is unknown.
- ``info`` shows what ``certificates/info`` of the gateway shows; public clients read its ``cert`` only.
- SHA-1, which one client tells by the length of its base64, is refused.
- ``registerExtension``, which signs without asking the person, is not offered.
- The signature is made when the person approves and handed out by signHash; a SAD is good once, for an hour.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from ..bench import Bench, Profile
from ..csc import Activations, CscApi
from ..csc_credentials import Refused as CscRefused
from ..people import Credential, Subscriber
from ..protocol import Refusal, body, step
from ..transaction import Item, Stage, Transaction
from .viettel import FAILURE, STATUS, Gateway, Refused, credential_entry, credential_id, decoded_title

PREFIX = "/adss/service/ras"
CODES = {"invalid_token": (401, 401), "server_error": (50000, 500)}
"""CSC's word → Viettel's number and HTTP status; everything else is a malformed request."""
Answer = Any


def routes(bench: Bench, profile: Profile) -> Blueprint:
    calls = Blueprint("viettel_adss", __name__)
    gateway, api = Gateway(bench, profile), _Adss(bench, profile)

    def internal_error() -> Answer:
        return jsonify({"error": 50000, "error_description": "Internal error"}), 500

    for path, at, view in (
        ("/v1/login", "login", gateway.login),
        ("/csc/v1/credentials/list", "certificates", _numbered(api.list_credentials)),
        ("/csc/v1/credentials/info", "certificates", _numbered(api.credential_info)),
        ("/csc/v1/credentials/authorize", "sign", _numbered(api.authorize)),
        ("/csc/v1/signatures/signHash", "status", _numbered(api.sign_hash)),
    ):
        calls.add_url_rule(PREFIX + path, path, step(bench, profile, at, internal_error)(view), methods=["POST"])
    return calls


def _numbered(view: Any) -> Any:
    """The view with Viettel's numbers where CSC has words."""

    def run() -> Answer:
        try:
            return view()
        except CscRefused as refused:
            number, status = CODES.get(refused.answer["error"], (40000, 400))
            raise Refused(number, refused.answer["error_description"], status) from refused

    return run


class _Adss(CscApi):
    """CSC v1 with documents, base64 titles and Viettel's endings."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        super().__init__(bench, profile, "v1", Activations())

    def mode(self) -> str:
        return "implicit"

    def handle(self, person: Subscriber, credential: Credential) -> str:
        return credential_id(person, credential)

    def credential_info(self) -> Answer:
        asked = body()
        person, credential = self.credential(asked.get("credentialID"))
        if asked.get("certificates") not in ("chain", "single"):
            raise Refused(40000, "certificates must be chain or single")
        return jsonify(credential_entry(self.bench, self.profile, person, credential, asked["certificates"]))

    def items(self, asked: dict[str, Any]) -> list[Item]:
        items, documents = super().items(asked), asked.get("documents")
        if not isinstance(documents, list) or len(documents) != len(items):
            raise Refused(40000, "documents and hash disagree")
        if not all(isinstance(each, dict) and isinstance(each.get("document_id"), str | int) for each in documents):
            raise Refused(40000, "document_id is missing")
        return [
            Item(str(told["document_id"]), decoded_title(told.get("document_name")), item.digest)
            for told, item in zip(documents, items, strict=True)
        ]

    def title(self, asked: dict[str, Any]) -> str:
        return decoded_title(asked.get("description", ""))

    def multisign(self) -> int:
        return 2**31 - 1

    def refusal(self, transaction: Transaction) -> Refusal:
        failed = transaction.stage is Stage.FAILED
        code, description = FAILURE[transaction.failure or "signing"] if failed else STATUS[transaction.stage]
        return Refused(int(code), description)


PROFILE = Profile(
    slug="viettel_adss",
    provider="viettel",
    base_path="/viettel",
    app_name="MySign",
    brand="Viettel CA",
    names=None,
    life_s=120,
    relying_party={
        "client_id": "kbnn_dvctt_sandbox",
        "client_secret": "00112233445566778899aabbccddeeff00112233",
        "profile_id": "adss:ras:profile:001",
    },
    routes=routes,
)
