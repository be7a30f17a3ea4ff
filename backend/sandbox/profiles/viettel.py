"""Viettel MySign gateway (``/vtss/service``), the generation in use today.

Follows: Viettel "MySign Integration Document" 1.8/1.9 (February 2025) as quoted by public integrations, and the field
names and codes six independent public clients agree on; read 2026-11.

Calls: login, certificates/info, signHash (async 0 blocks, 1 to 3 return a transaction), requests/status; with async 3
two calls to the relying party: one for a token, one with the result under that token.

Settings: SANDBOX_VIETTEL_CALLBACK_URL (one address for both calls), SANDBOX_VIETTEL_CALLBACK_CLIENT_ID and
SANDBOX_VIETTEL_CALLBACK_CLIENT_SECRET (what the relying party issued to us).

Differs from the real service
- Bad client credentials and unknown users answer HTTP 400; only 401 is documented (for 59033 and for tokens).
- A malformed request answers 400 with error 40000, a transaction of nobody or of another person 400 with error 40400,
  a dead token 401 with error 401. No document gives these codes.
- async 3 is refused with 40000 while no callback address is set: the real ones are agreed out of band. Both calls go
  to it by POST; the document labels them GET although they carry a body.
- The result call is made once, whatever it is answered, also for ends other than "signed", then without results; no
  document says whether the real service repeats it or tells other ends at all.
- Polling works beside async 3.
- Certificates that are revoked or expired fail as status 13004 without a prompt; when the real service notices is
  unknown.
- "Out of turns" is reported by requests/status (4005), also in place of a blocking answer.
- The older ``/adss/service/ras`` path is the profile ``viettel_adss``.
"""

from __future__ import annotations

import json
import re
import uuid
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify

from ..authority import MARK, AuthorityNames
from ..bench import Bench, Profile
from ..faults import QUOTA
from ..notify import send
from ..people import INACTIVE, SUSPENDED, Credential, Subscriber
from ..protocol import BadDigest, Refusal, bearer, body, is_strict, note, one_line, raw_digest, step, wrapped
from ..transaction import Item, Stage, Transaction

SHA256_OID = "2.16.840.1.101.3.4.2.1"
RSA_OID = "1.2.840.113549.1.1.1"
SHOWN = re.compile(r"[A-Za-z0-9_\- ]*")
TITLE_MAX = 100  # of the base64, exclusive
STATUS = {
    Stage.WAITING: ("4000", "Cho nguoi dung xac nhan"),
    Stage.CONFIRMED: ("6000", "Dang ky so"),
    Stage.SIGNED: ("1", "Ky thanh cong"),
    Stage.REFUSED: ("4002", "Nguoi dung tu choi"),
    Stage.EXPIRED: ("4001", "Het thoi gian xac nhan"),
}
FAILURE = {
    "signing": ("4004", "Ky that bai"),
    "key_authorisation": ("4004", "Ky that bai"),
    "quota": ("4005", "Het luot ky"),
    "certificate": ("13004", "Chung thu so het han hoac bi thu hoi"),
    "internal": ("50000", "Loi he thong"),
}
Answer = Any


class Refused(Refusal):
    """The gateway says no."""

    def __init__(self, error: int, description: str, status: int = 400) -> None:
        super().__init__({"error": error, "error_description": description}, status)


def routes(bench: Bench, profile: Profile) -> Blueprint:
    gateway = Gateway(bench, profile)
    calls = Blueprint("viettel", __name__)
    for name in ("client_id", "client_secret"):
        _OUR_PAIR[name] = bench.relying_party(profile, f"callback_{name}")

    def internal_error() -> Answer:
        return jsonify({"error": 50000, "error_description": "Internal error"}), 500

    for path, at, view in (
        ("/vtss/service/ras/v1/login", "login", gateway.login),
        ("/vtss/service/certificates/info", "certificates", gateway.certificates),
        ("/vtss/service/signHash", "sign", gateway.sign_hash),
        ("/vtss/service/requests/status", "status", gateway.status),
    ):
        calls.add_url_rule(path, at, step(bench, profile, at, internal_error)(view), methods=["POST"])

    return calls


_OUR_PAIR: dict[str, str] = {}
"""What the relying party issued to us; told by ``routes``, which knows the settings. One sandbox a process."""


def notice(transaction: Transaction) -> dict[str, Any]:
    """The result as the second call carries it."""
    code, description = _status_of(transaction)
    ended = int(transaction.created)
    signed = transaction.items if transaction.stage is Stage.SIGNED else []
    return {
        "meta_data": {
            "request_id": f"VIETTEL_{transaction.id[:8]}_{ended}000",
            "transaction_id": transaction.id,
            "description": description,
            "status": code,
        },
        "data": {
            "action_timestamp": ended,
            "signature_timestamp": ended,
            "results": [{"document_id": i.doc_id, "signature": wrapped(i.signature or "")} for i in signed],
        },
    }


def deliver(transaction: Transaction, told: dict[str, Any]) -> str:
    """Ask the relying party for a token, then bring the result under it. The status of whichever call came last."""
    url = str(transaction.notify_url)
    status, answer = send(url, {"grant_type": "client_credentials", **_OUR_PAIR})
    try:
        token = json.loads(answer)["data"]["access_token"]
    except (ValueError, KeyError, TypeError):
        return status
    return send(url, told, {"Authorization": f"Bearer {token}"})[0]


class Gateway:
    """The four calls."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def login(self) -> Answer:
        asked = self._asked(with_profile=True)
        person = self._person(asked.get("user_id"))
        life = self._bench.token_life_s()
        token = self._bench.tokens.grant(self._profile.provider, person.uid, life)
        return jsonify(access_token=token, refresh_token="", token_type="Bearer", expires_in=str(life))

    def certificates(self) -> Answer:
        person = self._bearer()
        asked = self._asked(with_profile=True)
        if asked.get("user_id") != person.uid:
            raise Refused(401, "Access token does not belong to this user", 401)
        if asked.get("certificates") not in ("chain", "single"):
            raise Refused(40000, "certificates must be chain or single")
        wanted, shown = asked["certificates"], person.shown()
        return jsonify([credential_entry(self._bench, self._profile, person, c, wanted) for c in shown])

    def sign_hash(self) -> Answer:
        person = self._bearer()
        asked = self._asked(with_profile=False)
        mode, callback = asked.get("async", 0), self._bench.settings.text("VIETTEL_CALLBACK_URL", "")
        if mode not in (0, 1, 2, 3) or isinstance(mode, bool):
            raise Refused(40000, "async must be 0, 1, 2 or 3")
        if mode == 3 and not callback:
            raise Refused(40000, "no callback address was agreed")
        credential = self._credential(person, asked.get("credentialID"))
        title, items = decoded_title(asked.get("description", "")), self._items(asked)
        transaction = self._open(person, credential, title, items, callback if mode == 3 else None)
        note(transaction=transaction.id, digests=[item.digest for item in transaction.items])
        if mode != 0:
            return jsonify(transactionId=transaction.id)
        return self._block(transaction)

    def status(self) -> Answer:
        person = self._bearer()
        transaction = self._bench.transactions.find(str(body().get("transactionId", "")))
        if transaction is None or (transaction.provider, transaction.uid) != (self._profile.provider, person.uid):
            raise Refused(40400, "Transaction not found")
        code, description = _status_of(transaction)
        note(transaction=transaction.id, answered=code)
        return jsonify(status=code, description=description, signatures=_signatures(transaction))

    def _asked(self, with_profile: bool) -> dict[str, Any]:
        """The body, once the relying party proved itself."""
        asked, ours = body(), self._bench.relying_party
        if asked.get("client_id") != ours(self._profile, "client_id"):
            raise Refused(58007, "Client ID does not exist")
        if asked.get("client_secret") != ours(self._profile, "client_secret"):
            raise Refused(86024, "Client secret is invalid")
        if with_profile and asked.get("profile_id") != ours(self._profile, "profile_id"):
            raise Refused(58007, "Profile ID does not exist")
        return asked

    def _person(self, uid: object) -> Subscriber:
        person = self._bench.registers[self._profile.provider].find(uid) if isinstance(uid, str) else None
        if person is None or person.status == INACTIVE:
            raise Refused(58008, "User ID does not exist")
        return person

    def _bearer(self) -> Subscriber:
        holder = bearer(self._bench, self._profile)
        if holder is None:
            raise Refused(401, "Access token is invalid or expired", 401)
        return self._person(holder.uid)

    def _credential(self, person: Subscriber, wanted: object) -> Credential:
        for credential in person.shown():
            if credential_id(person, credential) == wanted:
                return credential
        raise Refused(40000, "credentialID does not exist")

    def _items(self, asked: dict[str, Any]) -> list[Item]:
        hashes, documents = asked.get("hash"), asked.get("documents")
        if not isinstance(hashes, list) or not isinstance(documents, list) or not hashes:
            raise Refused(40000, "hash and documents must be non-empty arrays")
        if len(hashes) != len(documents) or asked.get("numSignatures") != len(hashes):
            raise Refused(40000, "numSignatures, hash and documents disagree")
        if asked.get("hashAlgo") != SHA256_OID or asked.get("signAlgo") != RSA_OID:
            raise Refused(40000, "hashAlgo or signAlgo is not supported")
        return [self._item(d, h) for d, h in zip(documents, hashes, strict=True)]

    def _item(self, document: object, digest: object) -> Item:
        if not isinstance(document, dict) or not isinstance(document.get("document_id"), (str, int)):
            raise Refused(40000, "document_id is missing")
        try:
            raw = raw_digest(digest, is_strict())
        except BadDigest as error:
            raise Refused(40000, f"hash is {error}") from error
        return Item(str(document["document_id"]), decoded_title(document.get("document_name")), one_line(raw))

    def _open(
        self, person: Subscriber, credential: Credential, title: str, items: list[Item], notify_url: str | None
    ) -> Transaction:
        bench, profile, now = self._bench, self._profile, self._bench.clock.now()
        transaction = Transaction(
            str(uuid.uuid4()),
            profile.provider,
            profile.slug,
            person.uid,
            credential.handle,
            title,
            items,
            now,
            now + bench.life_s(profile),
            notify_url=notify_url,
        )
        failure = "certificate" if _certificate_status(person, credential) != "valid" else None
        if bench.faults.take(profile.provider, person.uid, "sign", QUOTA) is not None:
            failure = "quota"
        return bench.transactions.open(transaction, failure)

    def _block(self, transaction: Transaction) -> Answer:
        """async 0: answer when the person has acted or the time is over."""
        while not transaction.over.wait(1.0):
            self._bench.transactions.get(transaction.id)
        signatures = _signatures(transaction)
        if signatures is None:
            code, description = _status_of(transaction)
            raise Refused(int(code), description)
        return jsonify(signatures=signatures)


def credential_entry(
    bench: Bench, profile: Profile, person: Subscriber, credential: Credential, wanted: str
) -> dict[str, Any]:
    """One credential as the gateway lists it; ``wanted``: chain or single."""
    chain = [credential.der, *bench.authorities[profile.provider].chain_der()]
    shown = chain if wanted == "chain" else chain[:1]
    certificate = credential.certificate
    return {
        "description": "Go>Sign mobile based implicit credential authorization",
        "key": {"status": "enabled", "algo": [RSA_OID], "len": "2048", "curve": None},
        "cert": {
            "status": _certificate_status(person, credential),
            "certificates": [b64encode(der).decode() for der in shown],
            "issuerDN": certificate.issuer.rfc4514_string(),
            "serialNumber": str(credential.serial),
            "subjectDN": f"UID=CCCD:{person.id_number},CN={person.full_name},OU={MARK},C=VN",
            "validFrom": _moment(certificate.not_valid_before_utc),
            "validTo": _moment(certificate.not_valid_after_utc),
        },
        "authMode": "implicit",
        "multisign": "2147483647",
        "credential_id": credential_id(person, credential),
        "scal": "2",
    }


def decoded_title(text: object) -> str:
    """Decode what the phone shows: base64, under 100 characters, of ASCII letters, digits, _ - and space."""
    if not isinstance(text, str) or len(text) >= TITLE_MAX:
        raise Refused(40000, "description or document_name is missing or too long")
    try:
        shown = b64decode(text, validate=True).decode("utf-8")
    except (NotBase64, ValueError) as error:
        raise Refused(40000, "description or document_name is not base64 of UTF-8") from error
    if not SHOWN.fullmatch(shown):
        raise Refused(40000, "description or document_name holds a character the app cannot show")
    return shown


def _certificate_status(person: Subscriber, credential: Credential) -> str:
    return "suspended" if person.status == SUSPENDED else credential.state()


def credential_id(person: Subscriber, credential: Credential) -> str:
    issued = credential.certificate.not_valid_before_utc
    return f"{person.id_number}_{credential.number}_{issued:%Y%m%d%H%M%S}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}+0000"


def _status_of(transaction: Transaction) -> tuple[str, str]:
    return FAILURE[transaction.failure or "signing"] if transaction.stage is Stage.FAILED else STATUS[transaction.stage]


def _signatures(transaction: Transaction) -> list[str] | None:
    if transaction.stage is not Stage.SIGNED:
        return None
    return [wrapped(item.signature or "") for item in transaction.items]


PROFILE = Profile(
    slug="viettel",
    provider="viettel",
    base_path="/viettel",
    app_name="MySign",
    brand="Viettel CA",
    names=AuthorityNames(root="Sandbox Viettel-CA Root", issuing="Sandbox Viettel-CA RS"),
    life_s=120,
    relying_party={
        "client_id": "kbnn_dvctt_sandbox",
        "client_secret": "00112233445566778899aabbccddeeff00112233",
        "profile_id": "adss:ras:profile:001",
        "callback_client_id": "viettel_callback",
        "callback_client_secret": "Y2FsbGJhY2stc2FuZGJveA",
    },
    routes=routes,
    notice=notice,
    deliver=deliver,
)
