"""MISA eSign RemoteSigning: two applications on one host, a password and sometimes a code, then approval in the app.

Follows: MISA "Tài liệu hướng dẫn tích hợp MISA eSign RemoteSigning" V2 (27 October 2025) and what a public client
recorded of MISA's test host; read 2026-11.

Calls: login-api, two-factor-auth, resend-otp-auth, refreshtoken; Certificates by-userId and by-certId, Signing/hash,
Signing/status; one webhook to SANDBOX_MISA_WEBHOOK, because its address is agreed out of band.
The test host by default: sign-in under /webdev, 405 at the root. SANDBOX_MISA_HOST=production has it at both places.
Every other address is the web app: 200 and a page of HTML.

Differs from the real service
- MISA publishes no error codes but 122, 1001 to 1003, e400 and e2001. The others (E_SANDBOX_…, 110 to 113) and all
  words are ours; ``fail`` of the control API takes a code, words and a state instead.
- Wrong passwords lock for five minutes after five; MISA says nothing about it.
- A code is asked for at every sign-in of a person who has a second factor: no device is ever trusted. The code of an
  authenticator is drawn at the sign-in like one that is sent, and the phone page shows either.
- The answer that wants a code tells its channel (``default``) and address, as a sign-in does; no document shows it.
- A malformed request answers 400 e400, a transaction of nobody or of another person 404 e404.
- A certificate that is revoked, expired or suspended makes its key INACTIVE, and signing with such a key e400.
- A key with isAutoSign signs at once. The ledger calls it a prompt all the same.
- Strict mode refuses a digest that is not 32 raw bytes, more than 50 documents, and a sign-in without the relying
  party's two headers; the lenient one does not look at the headers there, as one client never sent them.
- ``documents/hash`` and ``documents/attachment`` (whole files) are not offered.
"""

from __future__ import annotations

import uuid
from base64 import b64encode
from html import unescape
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..authority import AuthorityNames
from ..bench import Bench, Profile
from ..codes import Judged
from ..faults import QUOTA
from ..people import INACTIVE, SUSPENDED, Credential, Subscriber
from ..protocol import BadDigest, Refusal, bearer, body, note, one_line, raw_digest, step
from ..transaction import Item, Stage, Transaction

AUTH, WEBDEV = "/api/auth/api/v1/auth", "/webdev"
GENERAL, SIGNING = "/external/esrm/service/general/api/v1/Certificates", "/external/esrm/service/signing/api/v1/Signing"
ID_MAX, NAME_MAX, DOCUMENTS_MAX = 36, 100, 50
REFRESH_LIFE_S = 30 * 86_400
ENDINGS = {
    Stage.REFUSED: ("FAILED", "E_SANDBOX_REJECT", "Người dùng từ chối ký"),
    Stage.EXPIRED: ("FAILED", "E_SANDBOX_LATE", "Giao dịch đã hết hạn"),
    Stage.FAILED: ("FAILED", "E_SANDBOX_FAILED", "Ký không thành công"),
}
JUDGED = {
    Judged.WRONG: (1001, "Mã xác thực không đúng"),
    Judged.EXPIRED: (1002, "Mã xác thực đã hết hạn"),
    Judged.EXHAUSTED: (1003, "Bạn đã nhập sai quá số lần cho phép"),
}
PAGE = "<!doctype html><html><head><title>MISA eSign</title></head><body><div id=app></div></body></html>"
Answer = Any


class NotSignedIn(Refusal):
    """The sign-in application says no, in its own envelope."""

    def __init__(self, code: int, words: str, data: dict[str, Any] | None = None) -> None:
        super().__init__({"status": _status(code, words), **({"data": data} if data else {})}, 400)


class Refused(Refusal):
    """The signing application says no."""

    def __init__(self, code: str, words: str, status: int = 400, failures: tuple[tuple[str, str], ...] = ()) -> None:
        found = [{"property": name, "failureReason": reason} for name, reason in failures]
        answer = {"error": None, "errorCode": code, "devMsg": words, "userMsg": words, "moreInfo": None}
        super().__init__({**answer, "traceId": str(uuid.uuid4()), "validationFailures": found}, status)


def routes(bench: Bench, profile: Profile) -> Blueprint:
    auth, esrm = _Auth(bench, profile), _Esrm(bench, profile)
    calls = Blueprint("misa", __name__)
    production = bench.settings.text("MISA_HOST", "test") == "production"

    def internal_error() -> Answer:
        return jsonify(Refused("e500", "Internal error").answer), 500

    def add(method: str, path: str, at: str, view: Any) -> None:
        calls.add_url_rule(path, path, step(bench, profile, at, internal_error)(view), methods=[method])

    for name, view in (("login-api", auth.login), ("two-factor-auth", auth.two_factor)):
        add("POST", f"{WEBDEV}{AUTH}/{name}", "login", view)
        add("POST", f"{AUTH}/{name}", "login", view if production else _wrong_root)
    add("POST", f"{WEBDEV}{AUTH}/resend-otp-auth", "login", auth.resend)
    add("POST", f"{WEBDEV}{AUTH}/refreshtoken", "login", auth.refresh)
    add("GET", f"{GENERAL}/by-userId", "certificates", esrm.certificates)
    add("GET", f"{GENERAL}/by-certId", "certificates", esrm.one_certificate)
    add("POST", f"{SIGNING}/hash", "sign", esrm.sign)
    add("GET", f"{SIGNING}/status/<transaction_id>", "status", esrm.status)

    @calls.route("/", defaults={"anything": ""}, methods=["GET", "POST"])
    @calls.route("/<path:anything>", methods=["GET", "POST"])
    def web_app(anything: str) -> Answer:
        return Response(PAGE, 200, mimetype="text/html")

    return calls


def _wrong_root() -> Answer:
    return Response("<html><body>405 Not Allowed</body></html>", 405, mimetype="text/html")


def notice(transaction: Transaction) -> dict[str, Any]:
    """Body of the webhook: without credentials, with the signatures."""
    told = _result(transaction)
    return {
        "messageId": f"m-{transaction.id}",
        "clientId": transaction.vendor["client_id"],
        "extraData": {},
        "status": told["status"],
        "errorCode": told["errorCode"] or None,
        "transactionId": transaction.id,
        "signatures": told["signatures"],
    }


class _Auth:
    """The sign-in application."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def login(self) -> Answer:
        self._check_client()
        asked, provider, locks = body(), self._profile.provider, self._bench.locks
        uid = str(asked.get("userName") or "")
        person = self._bench.registers[provider].find(uid)
        if person is None or person.status == INACTIVE:
            raise NotSignedIn(111, "Tài khoản không tồn tại")
        if locks.shut(provider, uid):
            raise NotSignedIn(112, "Tài khoản đang bị khóa, vui lòng thử lại sau")
        if not person.knows(str(asked.get("password") or "")):
            locks.wrong(provider, uid)
            raise NotSignedIn(110, "Tên đăng nhập hoặc mật khẩu không đúng")
        locks.right(provider, uid)
        if person.second_factor:
            self._bench.codes.issue(provider, uid)
            raise NotSignedIn(122, "Cần xác thực hai lớp", {"user": _user(person), "default": _default(person)})
        return jsonify(status=_status(0, ""), data=self._session(person) | {"verifyUser": {"isChangePassword": True}})

    def two_factor(self) -> Answer:
        self._check_client()
        asked, provider = body(), self._profile.provider
        person = self._bench.registers[provider].find(str(asked.get("userName") or ""))
        if person is None or type(asked.get("remember")) is not bool:
            raise NotSignedIn(113, "Yêu cầu không hợp lệ")
        if asked.get("otpType") != {"message": 0, "authenticator": 1}.get(person.second_factor):
            raise NotSignedIn(1001, "Mã xác thực không đúng")
        judged = self._bench.codes.judge(provider, person.uid, asked.get("code"))
        if judged is not Judged.RIGHT:
            raise NotSignedIn(*JUDGED[judged])
        return jsonify(status=_status(0, ""), data=self._session(person))

    def resend(self) -> Answer:
        self._check_client()
        asked, provider = body(), self._profile.provider
        person = self._bench.registers[provider].find(str(asked.get("userName") or ""))
        if person is None or person.second_factor != "message" or asked.get("language") not in ("vi-VN", "en-US"):
            raise NotSignedIn(113, "Yêu cầu không hợp lệ")
        if not self._bench.codes.asked_for(provider, person.uid):
            raise NotSignedIn(*JUDGED[Judged.EXHAUSTED])
        self._bench.codes.issue(provider, person.uid)
        return jsonify(status=_status(0, ""), data={"user": _user(person)})

    def refresh(self) -> Answer:
        """The one answer without an envelope."""
        holder = self._bench.tokens.spend_refresh(self._profile.provider, str(body().get("refreshToken") or ""))
        person = self._bench.registers[self._profile.provider].find(holder.uid) if holder else None
        if person is None or person.status == INACTIVE:
            raise Refused("e2001", "refresh_token_invalid", 401)
        note(uid=person.uid)
        granted = self._session(person)
        return jsonify(
            {k: granted[k] for k in ("remoteSigningAccessToken", "accessToken", "refreshToken", "expiresIn")}
        )

    def _check_client(self) -> None:
        if self._bench.settings.strict and not _is_client(self._bench, self._profile):
            raise Refused("e401", "x-clientId or x-clientKey is invalid", 401)

    def _session(self, person: Subscriber) -> dict[str, Any]:
        tokens, provider, life = self._bench.tokens, self._profile.provider, self._bench.token_life_s()
        return {
            # The ordinary token is of another application: the signing application answers it with 401.
            "accessToken": tokens.grant(f"{provider}-id", person.uid, life),
            "remoteSigningAccessToken": tokens.grant(provider, person.uid, life),
            "tokenType": "Bearer",
            "expiresIn": life,
            "refreshToken": tokens.grant_refresh(provider, person.uid, REFRESH_LIFE_S),
            "user": _user(person),
            "default": _default(person),
        }


class _Esrm:
    """The signing application."""

    def __init__(self, bench: Bench, profile: Profile) -> None:
        self._bench = bench
        self._profile = profile

    def certificates(self) -> Answer:
        person = self._person()
        return jsonify([self._certificate(person, credential) for credential in person.shown()])

    def one_certificate(self) -> Answer:
        person = self._person()
        return jsonify(self._certificate(person, self._credential(person, request.args.get("certAlias"))))

    def sign(self) -> Answer:
        person, asked = self._person(), body()
        if asked.get("UserId") != person.sub:
            raise _invalid("UserId", "không phải của người đăng nhập")
        credential = self._credential(person, asked.get("CertAlias"))
        if _key_status(person, credential) != "ACTIVE":
            raise _invalid("CertAlias", "chứng thư số không hoạt động")
        items = self._items(asked.get("Documents"))
        if self._bench.faults.take(self._profile.provider, person.uid, "sign", QUOTA) is not None:
            raise Refused("E_SANDBOX_QUOTA", "Tài khoản đã hết lượt ký")
        transaction = self._open(person, credential, str(asked.get("DataToBeDisplayed") or ""), items)
        note(transaction=transaction.id, digests=[item.digest for item in items])
        if credential.auto_sign:
            self._bench.transactions.approve(transaction.id)
        return jsonify(transactionId=transaction.id)

    def status(self, transaction_id: str) -> Answer:
        person = self._person()
        transaction = self._bench.transactions.find(transaction_id)
        if transaction is None or (transaction.profile, transaction.uid) != (self._profile.slug, person.uid):
            raise Refused("e404", "Transaction not found", 404)
        told = _result(transaction)
        note(transaction=transaction.id, answered=told["status"])
        return jsonify(told)

    def _person(self) -> Subscriber:
        if not _is_client(self._bench, self._profile):
            raise Refused("e401", "x-clientId or x-clientKey is invalid", 403)
        holder = bearer(self._bench, self._profile)
        person = self._bench.registers[self._profile.provider].find(holder.uid) if holder else None
        if person is None or person.status == INACTIVE:
            raise Refused("e2001", "access_token_invalid", 401)
        return person

    def _credential(self, person: Subscriber, alias: object) -> Credential:
        found = next((each for each in person.shown() if each.handle == alias), None)
        if found is None:
            raise _invalid("CertAlias", "không tồn tại")
        return found

    def _items(self, documents: object) -> list[Item]:
        strict = self._bench.settings.strict
        if not isinstance(documents, list) or not documents or (strict and len(documents) > DOCUMENTS_MAX):
            raise _invalid("Documents", "Phải có ít nhất 1 tài liệu")
        items = [self._item(entry) for entry in documents]
        if len({item.doc_id for item in items}) != len(items):
            raise _invalid("DocumentId", "bị trùng")
        return items

    def _item(self, entry: object) -> Item:
        entry = entry if isinstance(entry, dict) else {}
        doc_id, name = entry.get("DocumentId"), entry.get("DocumentName")
        if not isinstance(doc_id, str) or not 1 <= len(doc_id) <= ID_MAX:
            raise _invalid("DocumentId", f"tối đa {ID_MAX} ký tự")
        if not isinstance(name, str) or not 1 <= len(name) <= NAME_MAX:
            raise _invalid("DocumentName", f"tối đa {NAME_MAX} ký tự")
        try:
            return Item(doc_id, name, one_line(raw_digest(entry.get("FileToSign"), self._bench.settings.strict)))
        except BadDigest as error:
            raise _invalid("FileToSign", str(error)) from error

    def _open(self, person: Subscriber, credential: Credential, shown: str, items: list[Item]) -> Transaction:
        bench, profile, now = self._bench, self._profile, self._bench.clock.now()
        transaction = Transaction(
            str(uuid.uuid4()),
            profile.provider,
            profile.slug,
            person.uid,
            credential.handle,
            # The app renders HTML; the phone page shows text.
            unescape(shown),
            items,
            now,
            now + bench.life_s(profile),
            notify_url=bench.settings.text("MISA_WEBHOOK", "") or None,
            vendor={"client_id": bench.relying_party(profile, "client_id")},
        )
        return bench.transactions.open(transaction)

    def _certificate(self, person: Subscriber, credential: Credential) -> dict[str, Any]:
        certificate = credential.certificate
        chain = [credential.der, *self._bench.authorities[self._profile.provider].chain_der()]
        status = _key_status(person, credential)
        return {
            "userId": person.sub,
            "keyAlias": credential.handle,
            "appName": "",
            "keyStatus": status,
            "certificate": b64encode(credential.der).decode(),
            "certiticateChain": [b64encode(der).decode() for der in chain],  # misspelt on the real wire too
            "certStatus": status,
            "effectiveDate": f"{certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
            "expirationDate": f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            "emailName": "",
            "isAutoSign": credential.auto_sign,
        }


def _is_client(bench: Bench, profile: Profile) -> bool:
    sent = request.headers.get("x-clientId"), request.headers.get("x-clientKey")
    return sent == (bench.relying_party(profile, "client_id"), bench.relying_party(profile, "client_key"))


def _invalid(name: str, reason: str) -> Refused:
    return Refused("e400", f"{name}: {reason}", failures=((name, reason),))


def _status(code: int, words: str) -> dict[str, Any]:
    kind, http = ("fail", 400) if code else ("success", 200)
    said = {"type": kind, "code": http, "message": "", "error": bool(code), "errorCode": code}
    return said | {"devMsg": words, "userMsg": words}


def _user(person: Subscriber) -> dict[str, str]:
    """Every invented person has the same invented number."""
    return {
        "id": person.sub,
        "email": "",
        "phoneNumber": "0900000123",
        "firstName": "",
        "lastName": person.full_name,
        "username": person.uid,
    }


def _default(person: Subscriber) -> dict[str, bool]:
    by_message = person.second_factor == "message"
    return {"email": False, "phoneNumber": by_message, "appAuthenticator": person.second_factor == "authenticator"}


def _key_status(person: Subscriber, credential: Credential) -> str:
    return "ACTIVE" if credential.state() == "valid" and person.status != SUSPENDED else "INACTIVE"


def _result(transaction: Transaction) -> dict[str, Any]:
    state, code, text = ENDINGS.get(transaction.stage, ("PENDING", "", ""))
    if transaction.stage is Stage.SIGNED:
        state = "SUCCESS"
    staged = transaction.vendor if transaction.stage is Stage.FAILED else {}
    signed = [{"documentId": item.doc_id, "signature": item.signature} for item in transaction.items]
    return {
        "status": staged.get("state", state),
        "errorCode": staged.get("code", code),
        "errorDescription": staged.get("text", text),
        "transactionId": transaction.id,
        "signatures": signed if state == "SUCCESS" else None,
    }


PROFILE = Profile(
    slug="misa",
    provider="misa",
    base_path="/misa",
    app_name="MISA eSign",
    brand="MISA CA",
    names=AuthorityNames(root="Sandbox MISA Root", issuing="Sandbox MISA CA RS"),
    life_s=300,
    relying_party={"client_id": "kbnn-sandbox", "client_key": "c2FuZGJveC1taXNh"},
    routes=routes,
    notice=notice,
    bearer_header="AuthorizationRM",
)
