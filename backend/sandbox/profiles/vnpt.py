"""VNPT SmartCA, profile ``csc``: OAuth2 password grant, then approval in the phone app.

Follows: VNPT "Dịch vụ VNPT-SmartCA, tài liệu đặc tả và hướng dẫn tích hợp" 1.1 (15 May 2024) and the public clients
that were tried live; read 2026-11.

Calls: auth/token (password and refresh_token), csc/credentials/list, csc/credentials/info, csc/signature/signhash,
csc/credentials/gettraninfo, identityapi/userinfo/info; one callback to notifyUrl.

Differs from the real service
- The authorization-code grant is not offered. Other grants answer unsupported_grant_type.
- The words for an unknown user and for a locked account are ours; only the wrong-password sentence is documented.
  A refresh token lives 90 days; the documents say three months.
- A dead token answers 401 with {"error": "invalid_token"}; the documents do not show that answer.
- ``status`` of the callback is 1 for signed and 0 for any other end: the document calls it a byte and says no more.
- A certificate that is revoked, expired or suspended ends the request as 4003 without a prompt.
- Strict mode refuses a hash that is not 32 raw bytes; the real service signs other lengths for its office plug-in.
- A repeated refTranId is accepted; no document says it must be unique.
- ``signature/sign`` (whole files) is not offered.
"""

from __future__ import annotations

import uuid
from base64 import encodebytes
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request

from ..authority import MARK, AuthorityNames
from ..bench import Bench, Profile
from ..faults import QUOTA
from ..people import INACTIVE, SUSPENDED, Credential, Subscriber
from ..protocol import BadDigest, Refusal, bearer, body, is_strict, note, one_line, raw_digest, step, wrapped
from ..tokens import LOCK_S, TRIES
from ..transaction import Item, Stage, Transaction

RSA_OID = "1.2.840.113549.1.1.1"
MAX_HASHES = 50
REFRESH_LIFE_S = 90 * 86_400
SCOPES = frozenset({"sign", "offline_access", "openid", "profile", "email"})
CODES = {
    30000: "CLIENT_INPUT_INVALID",
    50000: "SERVAR_INTERNAL_ERROR",
    60000: "CREDENTIAL_NOT_EXIST",
    60001: "CREDENTIAL_NOT_MATCH_IDENTITY",
    62000: "SIGNATURE_TRANSACTION_NOT_FOUND",
    62001: "SIGNATURE_TRANSACTION_NOT_MATCH_IDENTITY",
    62010: "SIGNATURE_DATA_REQUEST_INVALID_FORMAT",
    65000: "SERVICE_PACK_EXEED_OR_INVALID",
}
STATUS = {
    Stage.WAITING: (4000, "WAITING_FOR_SIGNER_CONFIRM"),
    Stage.CONFIRMED: (4000, "WAITING_FOR_SIGNER_CONFIRM"),
    Stage.SIGNED: (1, "SUCCESS"),
    Stage.EXPIRED: (4001, "EXPIRED"),
    Stage.REFUSED: (4002, "SIGNER_REJECTED"),
}
KEY_FAILED, SIGN_FAILED = (4003, "AUTHORIZE_KEY_FAILED"), (4004, "SIGN_FAILED")
FAILURE = {
    "signing": SIGN_FAILED,
    "internal": SIGN_FAILED,
    "quota": SIGN_FAILED,
    "key_authorisation": KEY_FAILED,
    "certificate": KEY_FAILED,
}
Answer = Any


class Refused(Refusal):
    """A business error: HTTP 400 and the envelope."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__({"code": code, "codeDesc": CODES[code], "message": message, "content": None}, 400)


class NotAuthenticated(Refusal):
    def __init__(self) -> None:
        super().__init__({"error": "invalid_token"}, 401)


class NotGranted(Refusal):
    """An OAuth2 error of the token endpoint."""

    def __init__(self, error: str, description: str | None = None) -> None:
        super().__init__({"error": error} | ({"error_description": description} if description else {}), 400)


def routes(bench: Bench, profile: Profile) -> Blueprint:
    oauth, csc = _OAuth(bench, profile), _Csc(bench, profile)
    calls = Blueprint("vnpt", __name__)

    def internal_error() -> Answer:
        return jsonify(Refused(50000, "Internal error").answer), 400

    for path, at, view in (
        ("/auth/token", "login", oauth.token),
        ("/csc/credentials/list", "certificates", csc.list_credentials),
        ("/csc/credentials/info", "certificates", csc.credential_info),
        ("/identityapi/userinfo/info", "certificates", csc.user_info),
        ("/csc/signature/signhash", "sign", csc.sign_hash),
        ("/csc/credentials/gettraninfo", "status", csc.transaction_info),
    ):
        calls.add_url_rule(path, path, step(bench, profile, at, internal_error)(view), methods=["POST"])
    return calls


def notice(transaction: Transaction) -> dict[str, Any]:
    """Body of the one callback: no signature, no authentication."""
    signed = 1 if transaction.stage is Stage.SIGNED else 0
    return {"tranId": transaction.id, "refTranId": transaction.client_ref, "status": signed}


class _OAuth:
    """The token endpoint."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def token(self) -> Answer:
        form = request.form
        if any(form.get(n) != self._bench.relying_party(self._profile, n) for n in ("client_id", "client_secret")):
            raise NotGranted("invalid_client")
        if not set(form.get("scope", "sign").split()) <= SCOPES:
            raise NotGranted("invalid_scope")
        note(grant=form.get("grant_type"))
        if form.get("grant_type") == "password":
            return self._pair(self._by_password(form.get("username", ""), form.get("password", "")))
        if form.get("grant_type") == "refresh_token":
            return self._pair(self._by_refresh(form.get("refresh_token", "")))
        raise NotGranted("unsupported_grant_type")

    def _by_password(self, uid: str, password: str) -> str:
        provider, locks = self._profile.provider, self._bench.locks
        person = self._bench.registers[provider].find(uid)
        if person is None or person.status == INACTIVE:
            raise NotGranted("invalid_grant", "User does not exist or is not activated.")
        if locks.shut(provider, uid):
            raise NotGranted("invalid_grant", f"Your account is locked for {LOCK_S // 60} minutes.")
        if not person.knows(password):
            raise NotGranted("invalid_grant", _wrong_password(locks.wrong(provider, uid)))
        locks.right(provider, uid)
        return person.uid

    def _by_refresh(self, token: str) -> str:
        holder = self._bench.tokens.spend_refresh(self._profile.provider, token)
        person = self._bench.registers[self._profile.provider].find(holder.uid) if holder else None
        if person is None or person.status == INACTIVE:
            raise NotGranted("invalid_grant")
        return person.uid

    def _pair(self, uid: str) -> Answer:
        note(uid=uid)
        tokens, life = self._bench.tokens, self._bench.token_life_s()
        return jsonify(
            access_token=tokens.grant(self._profile.provider, uid, life),
            refresh_token=tokens.grant_refresh(self._profile.provider, uid, REFRESH_LIFE_S),
            token_type="bearer",
            expires_in=life,
            scope="email offline_access openid profile sign",
        )


class _Csc:
    """The calls that need a bearer token."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def list_credentials(self) -> Answer:
        handles = [credential.handle for credential in self._person().shown()]
        return jsonify(code=0, codeDesc=None, message=None, content=handles)

    def credential_info(self) -> Answer:
        person = self._person()
        asked = body()
        if asked.get("certificates", "single") not in ("none", "single", "chain"):
            raise Refused(30000, "certificates must be none, single or chain")
        return jsonify(self._info(person, self._credential(person, asked.get("credentialId")), asked))

    def user_info(self) -> Answer:
        person = self._person()
        content = {"accType": 0, "uidPre": "CCCD", "uid": person.id_number, "email": "", "phone": ""}
        return jsonify(_envelope("Success", content))

    def sign_hash(self) -> Answer:
        person, asked = self._person(), body()
        credential = self._credential(person, asked.get("credentialId"))
        if not isinstance(asked.get("refTranId"), str) or not asked["refTranId"]:
            raise Refused(30000, "refTranId is required")
        items = self._items(asked.get("datas"))
        if self._bench.faults.take(self._profile.provider, person.uid, "sign", QUOTA) is not None:
            raise Refused(65000, "Service pack exceeded or invalid")
        transaction = self._open(person, credential, asked, items)
        note(transaction=transaction.id, client_ref=transaction.client_ref, digests=[item.digest for item in items])
        return jsonify(_envelope("Chờ người dùng xác nhận", {"tranId": transaction.id}))

    def transaction_info(self) -> Answer:
        person = self._person()
        transaction = self._bench.transactions.find(str(body().get("tranId", "")))
        if transaction is None or transaction.profile != self._profile.slug:
            raise Refused(62000, "Transaction not found")
        if transaction.uid != person.uid:
            raise Refused(62001, "Transaction does not match identity")
        content = _transaction(transaction, person)
        note(transaction=transaction.id, answered=content["tranStatus"])
        return jsonify(_envelope("success", content))

    def _person(self) -> Subscriber:
        holder = bearer(self._bench, self._profile)
        person = self._bench.registers[self._profile.provider].find(holder.uid) if holder else None
        if person is None or person.status == INACTIVE:
            raise NotAuthenticated
        return person

    def _credential(self, person: Subscriber, handle: object) -> Credential:
        for credential in person.shown():
            if credential.handle == handle:
                return credential
        others = (c for p in self._bench.registers[self._profile.provider] for c in p.credentials)
        if any(credential.handle == handle for credential in others):
            raise Refused(60001, "Credential does not match identity")
        raise Refused(60000, "Credential does not exist")

    def _items(self, datas: object) -> list[Item]:
        if not isinstance(datas, list) or not 1 <= len(datas) <= MAX_HASHES:
            raise Refused(30000, f"datas must hold 1 to {MAX_HASHES} entries")
        return [self._item(entry) for entry in datas]

    def _item(self, entry: object) -> Item:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
            raise Refused(62010, "name is missing")
        try:
            raw = raw_digest(entry.get("hash"), is_strict())
        except BadDigest as error:
            raise Refused(62010, f"hash is {error}") from error
        return Item(entry["name"], entry["name"], one_line(raw))

    def _open(
        self, person: Subscriber, credential: Credential, asked: dict[str, Any], items: list[Item]
    ) -> Transaction:
        bench, profile, now = self._bench, self._profile, self._bench.clock.now()
        transaction = Transaction(
            str(uuid.uuid4()),
            profile.provider,
            profile.slug,
            person.uid,
            credential.handle,
            str(asked.get("description") or ""),
            items,
            now,
            now + bench.life_s(profile),
            client_ref=asked["refTranId"],
            notify_url=asked.get("notifyUrl") or None,
        )
        usable = _certificate_status(person, credential) == "VALID"
        return bench.transactions.open(transaction, None if usable else "certificate")

    def _info(self, person: Subscriber, credential: Credential, asked: dict[str, Any]) -> dict[str, Any]:
        """The one answer without an envelope."""
        status = _certificate_status(person, credential)
        pack = "33cc0000-0000-4000-8000-000000000001"
        admin = {
            "credentialId": None,
            "id": person.sub,
            "uid": person.id_number,
            "fullName": person.full_name,
            "email": "",
            "phone": "",
        }
        return {
            "key": {"status": "ENABLED", "alg": [RSA_OID], "len": 2048},
            "cert": self._certificate(person, credential, asked, status),
            "authMode": "oauth2code",
            "scal": "SCAL2",
            "multisign": 1,
            "status": status,
            "servicePacks": [
                {"servicePackId": pack, "name": "Goi luot ky ca nhan", "admin": admin, "type": 0, "status": 0}
            ],
            "signType": 0,
            "defaultServicePackId": pack,
        }

    def _certificate(
        self, person: Subscriber, credential: Credential, asked: dict[str, Any], status: str
    ) -> dict[str, Any]:
        chain = [credential.der, *self._bench.authorities[self._profile.provider].chain_der()]
        shown = {"none": [], "single": chain[:1], "chain": chain}[asked.get("certificates", "single")]
        certificate, names = credential.certificate, self._profile.names
        assert names is not None
        return {
            "status": status,
            "serialNumber": f"{credential.serial:032x}",
            "subjectDN": f"C=VN,OU={MARK},CN={person.full_name},UID=CCCD:{person.id_number}",
            "issuerDN": f"C=VN,O={MARK},CN={names.issuing}",
            "certificates": [encodebytes(der).decode().replace("\n", "") + "\r\n" for der in shown],
            "validFrom": f"{certificate.not_valid_before_utc:%Y%m%d%H%M%SZ}",
            "validTo": f"{certificate.not_valid_after_utc:%Y%m%d%H%M%SZ}",
        }


def _envelope(message: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "codeDesc": "SUCCESS", "message": message, "content": content}


def _wrong_password(left: int) -> str:
    return (
        f"Incorrect password, you have {left} attempts left. If you enter incorrectly more than {TRIES} times, "
        f"your account will be locked for {LOCK_S // 60} minutes."
    )


def _certificate_status(person: Subscriber, credential: Credential) -> str:
    return "SUSPENDED" if person.status == SUSPENDED else credential.state().upper()


def _transaction(transaction: Transaction, person: Subscriber) -> dict[str, Any]:
    failed = transaction.stage is Stage.FAILED
    code, name = FAILURE[transaction.failure or "signing"] if failed else STATUS[transaction.stage]
    asked = datetime.fromtimestamp(transaction.created, UTC)
    return {
        "refTranId": transaction.client_ref,
        "tranId": transaction.id,
        "sub": person.sub,
        "credentialId": transaction.handle,
        "tranType": 3,
        "tranTypeDesc": "SIGNHASH",
        "tranStatus": code,
        "tranStatusDesc": name,
        "reqTime": f"{asked:%Y-%m-%dT%H:%M:%S}.{asked.microsecond // 10_000:02d}Z",
        "documents": [_document(item, transaction.stage) for item in transaction.items],
    }


def _document(item: Item, stage: Stage) -> dict[str, Any]:
    kind = item.name.rpartition(".")[2].lower() if "." in item.name else ""
    signature = wrapped(item.signature or "") if stage is Stage.SIGNED else None
    return {
        "name": item.name,
        "type": kind,
        "size": "30KB",
        "data": item.digest,
        "hash": item.digest,
        "sig": signature,
        "dataSigned": None,
        "url": None,
    }


PROFILE = Profile(
    slug="vnpt",
    provider="vnpt",
    base_path="/vnpt",
    app_name="VNPT SmartCA",
    brand="VNPT CA",
    names=AuthorityNames(root="Sandbox VNPT SmartCA Root", issuing="Sandbox VNPT SmartCA RS"),
    life_s=300,
    relying_party={"client_id": "kbnn-000.apps.sandbox", "client_secret": "c2FuZGJveA"},
    routes=routes,
    notice=notice,
)
